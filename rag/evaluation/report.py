"""The page about a run: its figures, its plots, and the questions that failed. One file, without scripts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from rag.evaluation.figures import GROUPS, confidences, hit_curve
from rag.evaluation.judge import failures
from rag.evaluation.plots import confidence_plot, hits_plot, refusal_plot, times_plot
from rag.evaluation.questions import Record
from rag.evaluation.run import DOUBTS

LONGEST = 400  # letters of a passage that are shown
_EXPECTED = {True: "An answer.", False: "A refusal.", None: "An answer or a refusal."}


def report(questions: Sequence[Record], results: Sequence[Record], figures: Mapping[str, Any]) -> str:
    """The page as HTML. `results` are those of `run`, `figures` what `coproduction evaluate --json` prints."""
    failed = [
        (question, result, why)
        for question, result in zip(questions, results, strict=True)
        if (why := failures(question, result))
    ]
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>How well the reports were asked</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n<main>",
            "<h1>How well the reports were asked</h1>",
            f"<p>{_about(figures, len(failed))}</p>",
            "<h2>In pictures</h2>",
            '<div class="plots">',
            *_plots(questions, results, figures),
            "</div>",
            "<h2>In figures</h2>",
            "<p>Shares run from 0 to 1. What could not be measured with these questions is left out.</p>",
            *_tables(figures),
            f'<h2 id="failed">Questions that failed ({len(failed)})</h2>',
            *([_failed(*each) for each in failed] or ["<p>None.</p>"]),
            "</main>\n</body>\n</html>\n",
        ]
    )


def _style() -> str:
    return (Path(__file__).parent / "report.css").read_text(encoding="utf-8")


def _about(figures: Mapping[str, Any], failed: int) -> str:
    date = str(figures.get("date", ""))[:16].replace("T", " at ")
    library = f"{figures['reports']:,} reports in {figures['passages']:,} passages" if "reports" in figures else ""
    version = f"version {figures['version']} of the assistant" if "version" in figures else ""
    where = ", ".join(part for part in (library, version, f"{date} UTC" if date else "") if part)
    asked = f'{figures["questions"]} questions were asked; <a href="#failed">{failed} failed</a> in some way.'
    return f"{asked} {escape(where)}".rstrip()


def _plots(questions: Sequence[Record], results: Sequence[Record], figures: Mapping[str, Any]) -> Iterator[str]:
    reports, pages = (hit_curve(questions, results, pages=each) for each in (False, True))
    curve, threshold = figures["refusal curve"], figures["refusal threshold"]
    answerable, others = confidences(questions, results)
    seconds = [result["answer_seconds"] for result in results]
    yield _plot(
        "Is the right passage found?",
        "How often the right report and page are among the first passages that a search finds.",
        hits_plot("hits", reports, pages) if pages else "None of the questions names its evidence.",
    )
    yield _plot(
        "Is it answered when it should be?",
        "What fewer wrong answers would cost in wrong refusals. The nearer to the lower left corner, the better.",
        refusal_plot("refusals", curve, threshold)
        if curve
        else "This needs questions that the reports answer, and questions that they do not.",
    )
    yield _plot(
        "How sure was the assistant?",
        "Below the threshold, a question is refused.",
        confidence_plot("confidence", answerable, others, threshold),
    )
    half, most = (figures[f"{which} seconds of an answer"] for which in ("median", "95th percentile"))
    yield _plot("How long did answers take?", "The search included.", times_plot("times", seconds, half, most))


def _plot(title: str, said: str, plot: str) -> str:
    shown = plot if plot.startswith("<svg") else f'<p class="nothing">{escape(plot)}</p>'
    return f"<figure>\n<figcaption><h3>{escape(title)}</h3><p>{escape(said)}</p></figcaption>\n{shown}\n</figure>"


def _tables(figures: Mapping[str, Any]) -> Iterator[str]:
    yield '<div class="tables">'
    for heading, names in GROUPS.items():
        rows = [
            f'<tr><th scope="row">{escape(meaning)}<br><small>{escape(name)}</small></th>'
            f"<td>{_number(figures[name])}</td></tr>"
            for name, meaning in names.items()
            if name in figures
        ]
        if rows:
            yield "\n".join(["<table>", f"<caption>{escape(heading)}</caption>", *rows, "</table>"])
    yield "</div>"


def _number(value: float | int) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"


def _failed(question: Record, result: Record, why: Sequence[str]) -> str:
    parts = [
        ("Asked before", [escape(asked) for asked in question.get("history", [])]),
        ("Expected", [_quotation(place.get("passage") or place["doc"], place) for place in question["evidence"]]),
        ("Found first", [_passage(hit) for hit in result["results"][:1]]),
        ("Quoted", list(_quoted(result))),
    ]
    if not question["evidence"]:
        parts[1] = ("Expected", [_EXPECTED[question.get("answerable", True)]])
    return "\n".join(
        [
            f'<article>\n<h3>{escape(question["question"])}</h3>\n<p class="why">{escape(" ".join(why))}</p>\n<dl>',
            *(
                f"<dt>{name}</dt>{''.join(f'<dd>{line}</dd>' for line in lines or ['Nothing.'])}"
                for name, lines in parts
                if lines or name != "Asked before"
            ),
            f"</dl>\n<p><small>Question {escape(question['id'])}, confidence {result['confidence']:.2f}</small></p>"
            "\n</article>",
        ]
    )


def _quoted(result: Record) -> Iterator[str]:
    doubts = result.get("doubts", [None] * len(result["citations"]))
    for citation, doubt in zip(result["citations"], doubts, strict=True):
        warning = f' <span class="why">{DOUBTS[doubt]}.</span>' if doubt else ""
        yield _quotation(citation["file"], citation) + warning


def _quotation(file: str, place: Record) -> str:
    quote = f"<q>{escape(place['quote'])}</q>" if place.get("quote") else ""
    return f"<cite>{escape(_where(file, place.get('page'), place.get('page')))}</cite> {quote}".rstrip()


def _passage(hit: Record) -> str:
    text = " ".join(hit["text"].split())
    shown = text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
    return f"<cite>{escape(_where(hit['file'], hit['first_page'], hit['last_page']))}</cite> <q>{escape(shown)}</q>"


def _where(file: str, first: int | None, last: int | None) -> str:
    if first is None:
        return file
    return f"{file}, page {first}" if first == last else f"{file}, pages {first} to {last}"
