"""The figures of a run: of all its questions together, and as lines to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from statistics import median
from typing import Any

from rag.abstention import ABSTAIN_BELOW
from rag.evaluation.graded import GOOD, score
from rag.evaluation.judge import (
    first_right,
    gold_places,
    gold_quotes,
    gold_reports,
    is_quoted,
    ndcg,
    to_the_point,
)
from rag.evaluation.questions import Record
from rag.evaluation.run import NOT_COMPARED

Pairs = Sequence[tuple[Record, Record]]
Figures = dict[str, float | int]

# What each reason to doubt that a quotation stands on its page says in plain words.
DOUBTED = {
    "missing": "their letters are not on the page",
    "spliced": "they are read across columns or out of order",
    "mark": "they give the mark of a note as a letter or digit of the text",
    "hidden": "they cannot be seen on the page",
}

# Every figure under a heading, with what it says in plain words.
GROUPS: Mapping[str, Mapping[str, str]] = {
    "What was asked": {
        "questions": "questions asked",
        "reports": "reports in the library",
        "passages": "passages in which it is searched",
    },
    "Finding the passages": {
        "report hit@1": "the right report comes first",
        "report hit@5": "the right report is among the first 5 passages",
        "report hit@10": "the right report is among the first 10 passages",
        "page hit@1": "the right page comes first",
        "page hit@5": "the right page is among the first 5 passages",
        "page hit@10": "the right page is among the first 10 passages",
        "mrr": "how near the top the first right page stands (1: always first)",
        "ndcg@10": "how near the top all right pages stand (1: all of them first)",
    },
    "Quoting the evidence": {
        "evidence quoted": "the expected sentence is among the first 5 quoted",
        "evidence quoted first": "the expected sentence is quoted first",
        "quoted sentences to the point": "of all sentences quoted, those that are expected or stand on a right page",
    },
    "Answering, where passages were graded by reading": {
        "graded questions": "questions with graded passages",
        "graded ndcg@10": "how near the top the passages that answer stand, by their grades (1: best first)",
        "good passage among 5": "a passage that answers, in part at least, is among the first 5 that were judged",
        "first statement answers": "of the answers given, those whose first judged statement answers",
        "statements that answer": "of the judged statements of an answer, those that answer",
        "an answer among the statements": "of the answers given, those in which a judged statement answers",
        "statements shown": "statements in an answer",
        "passages not judged": "passages among the first 10 that nobody judged, left out above",
        "statements not judged": "statements that nobody judged, left out above",
    },
    "Keeping to the reports' words": {
        "quotations shown": "quotations shown",
        "quotations not on their page": "not as quoted on their page when the file was read by other means",
        **{f"quotations doubted: {doubt}": f"of these, {told}" for doubt, told in DOUBTED.items()},
        "quotations read by text recognition": "of those shown; compared with what was recognised",
        "quotations read by text recognition, not on their page": "of these, not found on their page",
        "quotations not compared": "of those shown, from files that could not be read a second time",
    },
    "Saying that the reports do not answer": {
        "false answers": "of the questions that the reports do not answer, those answered all the same",
        "false refusals": "of the questions that the reports answer, those refused",
        "refusal auroc": "how well the two kinds are told apart (1: always, .5: by chance)",
    },
    "Follow-up questions": {
        "follow-ups": "questions that follow others in a conversation",
        "follow-up page hit@5": "of these, the right page is among the first 5 passages",
        "follow-up evidence quoted": "of these, the expected sentence is among the first 5 quoted",
    },
    "Time": {
        "median seconds of a search": "half of the searches took at most so many seconds",
        "95th percentile seconds of a search": "95 of 100 searches took at most so many seconds",
        "median seconds of an answer": "half of the answers took at most so many seconds",
        "95th percentile seconds of an answer": "95 of 100 answers took at most so many seconds",
    },
}


def measure(questions: Sequence[Record], results: Sequence[Record]) -> Figures:
    """The figures of a run, each a share from 0 to 1 unless its name says otherwise. Shares of nothing are left out.

    hit@k: a passage of the right report (or page) is among the first k; mrr: the mean of 1/rank of the first right
    page, 0 where none is found; ndcg@10: see `judge.ndcg`; evidence quoted: the words of a gold quotation are among the
    first five distinct sentences quoted; to the point: of the sentences quoted to answered questions with evidence,
    those that hold the words of a gold quotation or stand on a gold page; the figures of graded passages leave out the
    questions that cannot be answered, see `graded`; refusal auroc: the chance that an answerable question is surer than
    one to be refused. `results` are those of `run`.
    """
    pairs = list(zip(questions, results, strict=True))
    found = {
        "questions": len(pairs),
        **_retrieval(_with_evidence(pairs)),
        **_evidence(pairs),
        **_graded([(question, result) for question, result in pairs if question.get("passages")]),
        **_fidelity(results),
        **_refusal(pairs),
        **_follow_ups([(question, result) for question, result in pairs if question.get("history")]),
        **_times("a search", [result["search_seconds"] for result in results]),
        **_times("an answer", [result["answer_seconds"] for result in results]),
    }
    return {name: round(value, 4) for name, value in found.items() if value is not None}


def hit_curve(questions: Sequence[Record], results: Sequence[Record], pages: bool, most: int = 10) -> list[float]:
    """The hit@k of pages, or of reports, for each k from 1 to `most`; empty where no question names its evidence."""
    known = _with_evidence(list(zip(questions, results, strict=True)))
    ranks = _page_ranks(known) if pages else _report_ranks(known)
    return [_hits(ranks, k) or 0.0 for k in range(1, most + 1)] if ranks else []


def refusal_curve(questions: Sequence[Record], results: Sequence[Record]) -> list[dict[str, float]]:
    """The shares of false answers and of false refusals at each threshold: hundredths in twos, and the present one.

    Empty where all questions are answerable, or none is.
    """
    answerable, others = confidences(questions, results)
    if not answerable or not others:
        return []
    thresholds = sorted({round(step / 50, 2) for step in range(51)} | {ABSTAIN_BELOW})
    return [
        {
            "threshold": threshold,
            "false answers": round(sum(sure >= threshold for sure in others) / len(others), 4),
            "false refusals": round(sum(sure < threshold for sure in answerable) / len(answerable), 4),
        }
        for threshold in thresholds
    ]


def confidences(questions: Sequence[Record], results: Sequence[Record]) -> tuple[list[float], list[float]]:
    """How sure the assistant was of the answerable questions, and of the others."""
    pairs = list(zip(questions, results, strict=True))
    return (
        [result["confidence"] for question, result in pairs if question.get("answerable", True) is True],
        [result["confidence"] for question, result in pairs if question.get("answerable", True) is False],
    )


def table(figures: Mapping[str, Any]) -> str:
    """The figures as lines to read, under their headings."""
    width = max(len(name) for names in GROUPS.values() for name in names if name in figures)
    lines: list[str] = []
    for heading, names in GROUPS.items():
        if shown := [f"  {name:<{width}}  {figures[name]:g}" for name in names if name in figures]:
            lines += ["", heading, *shown]
    return "\n".join(lines[1:])


def _with_evidence(pairs: Pairs) -> Pairs:
    return [(question, result) for question, result in pairs if question["evidence"]]


def _page_ranks(known: Pairs) -> list[int]:
    return [first_right(result["results"], gold_places(question)) for question, result in known]


def _report_ranks(known: Pairs) -> list[int]:
    return [first_right(result["results"], gold_reports(question)) for question, result in known]


def _hits(ranks: Sequence[int], k: int) -> float | None:
    return _share(0 < rank <= k for rank in ranks)


def _retrieval(known: Pairs) -> dict[str, float | None]:
    reports, pages = _report_ranks(known), _page_ranks(known)
    return {
        **{f"report hit@{k}": _hits(reports, k) for k in (1, 5, 10)},
        **{f"page hit@{k}": _hits(pages, k) for k in (1, 5, 10)},
        "mrr": _share(1 / rank if rank else 0 for rank in pages),
        "ndcg@10": _share(ndcg(question, result["results"]) for question, result in known),
    }


def _evidence(pairs: Pairs) -> dict[str, float | None]:
    known = [(question, result) for question, result in pairs if gold_quotes(question)]
    answered = [(question, result) for question, result in _with_evidence(pairs) if result["answered"]]
    return {
        "evidence quoted": _share(is_quoted(question, result) for question, result in known),
        "evidence quoted first": _share(is_quoted(question, result, 1) for question, result in known),
        "quoted sentences to the point": _share(
            right for question, result in answered for right in to_the_point(question, result)
        ),
    }


def _graded(pairs: Pairs) -> dict[str, float | None]:
    if not pairs:
        return {}
    scored = [
        (score(question, result), result["answered"], len(result["citations"]))
        for question, result in pairs
        if question.get("answerable", True) is not False
    ]
    worth = [each for each, _, _ in scored if each.ndcg is not None]
    told = [each.answers for each, answered, _ in scored if answered and each.answers]
    return {
        "graded questions": len(pairs),
        "graded ndcg@10": _share(each.ndcg or 0.0 for each in worth),
        "good passage among 5": _share(any(grade >= GOOD for grade in each.grades[:5]) for each in worth),
        "first statement answers": _share(answers[0] for answers in told),
        "statements that answer": _share(sum(answers) / len(answers) for answers in told),
        "an answer among the statements": _share(any(answers) for answers in told),
        "statements shown": _share(shown for _, answered, shown in scored if answered),
        "passages not judged": sum(each.unjudged_passages for each, _, _ in scored),
        "statements not judged": sum(each.unjudged_statements for each, answered, _ in scored if answered),
    }


def _fidelity(results: Sequence[Record]) -> dict[str, int]:
    """Counts of quotations. Those that text recognition read are told apart: they prove less."""
    shown = {"quotations shown": sum(len(result["citations"]) for result in results)}
    if not all("doubts" in result for result in results):
        return shown
    checks = [
        (citation.get("ocr", False), doubt)
        for result in results
        for citation, doubt in zip(result["citations"], result["doubts"], strict=True)
    ]
    doubted = Counter(ocr for ocr, doubt in checks if doubt and doubt != NOT_COMPARED)
    reasons = Counter(doubt for ocr, doubt in checks if not ocr)
    return shown | {
        "quotations not on their page": doubted[False],
        **{f"quotations doubted: {doubt}": reasons[doubt] for doubt in DOUBTED},
        "quotations read by text recognition": sum(ocr for ocr, _ in checks),
        "quotations read by text recognition, not on their page": doubted[True],
        "quotations not compared": sum(doubt == NOT_COMPARED for _, doubt in checks),
    }


def _refusal(pairs: Pairs) -> dict[str, float | None]:
    answerable = [result for question, result in pairs if question.get("answerable", True) is True]
    others = [result for question, result in pairs if question.get("answerable", True) is False]
    return {
        "false answers": _share(result["answered"] for result in others),
        "false refusals": _share(not result["answered"] for result in answerable),
        "refusal auroc": _auroc(
            [result["confidence"] for result in answerable], [result["confidence"] for result in others]
        ),
    }


def _follow_ups(pairs: Pairs) -> dict[str, float | None]:
    quoted = [(question, result) for question, result in pairs if gold_quotes(question)]
    return {
        "follow-ups": len(pairs),
        "follow-up page hit@5": _hits(_page_ranks(_with_evidence(pairs)), 5),
        "follow-up evidence quoted": _share(is_quoted(question, result) for question, result in quoted),
    }


def _times(what: str, seconds: Sequence[float]) -> dict[str, float | None]:
    return {
        f"median seconds of {what}": median(seconds) if seconds else None,
        f"95th percentile seconds of {what}": percentile(seconds, 95) if seconds else None,
    }


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest of `values` that at least `percent` of a hundred do not exceed."""
    return sorted(values)[max(ceil(len(values) * percent / 100), 1) - 1]


def _share(values: Iterable[float]) -> float | None:
    found = [float(value) for value in values]
    return sum(found) / len(found) if found else None


def _auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """The chance that an answerable question is surer than one to be refused; ties count half."""
    if not positive or not negative:
        return None
    wins = sum((yes > no) + 0.5 * (yes == no) for yes in positive for no in negative)
    return wins / (len(positive) * len(negative))
