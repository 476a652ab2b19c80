"""The plots of the page about a run, each as SVG to be set into HTML."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from rag.evaluation.questions import Record

# Okabe and Ito's colours, which people who see few colours can tell apart; lines and hatching differ as well.
BLUE, ORANGE, DARK = "#0072B2", "#D55E00", "#333333"
SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",  # letters stay letters, in the page's own font
    "svg.hashsalt": "coproduction",  # the same figures give the same page
    "font.size": 12,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": "#dddddd",
    "hatch.linewidth": 0.7,
}


def hits_plot(name: str, reports: Sequence[float], pages: Sequence[float]) -> str:
    """How often the right report and the right page are among the first k passages, for each k from 1."""
    ranks = range(1, len(pages) + 1)

    def draw(axes: Axes) -> None:
        axes.plot(ranks, reports, "s--", color=ORANGE, label="the right report")
        axes.plot(ranks, pages, "o-", color=BLUE, label="the right page")
        axes.set(xlabel="passages looked at", ylabel="share of the questions", ylim=(0, 1.05), xticks=list(ranks))

    return _svg(
        name,
        f"The right page comes first for {pages[0]:.0%} of the questions and is among the first {len(pages)} for "
        f"{pages[-1]:.0%}; the right report for {reports[0]:.0%} and {reports[-1]:.0%}.",
        draw,
    )


def refusal_plot(name: str, curve: Sequence[Record], threshold: float) -> str:
    """The share of false answers against the share of false refusals, the present threshold marked."""
    refusals, answers = ([point[what] for point in curve] for what in ("false refusals", "false answers"))
    now = next(point for point in curve if point["threshold"] == threshold)

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [1, 0], ":", color="#777777", label="by chance")
        axes.plot(refusals, answers, "-", color=BLUE, label="all thresholds")
        at = [now["false refusals"]], [now["false answers"]]
        axes.plot(*at, "D", color=ORANGE, markersize=9, clip_on=False, label=f"now: {threshold:g}")
        axes.set(xlabel="share of false refusals", ylabel="share of false answers")
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))

    return _svg(
        name,
        f"At the present threshold of {threshold:g}, {now['false answers']:.0%} of the questions that the reports do "
        f"not answer are answered, and {now['false refusals']:.0%} of those that they answer are refused.",
        draw,
    )


def confidence_plot(name: str, answerable: Sequence[float], others: Sequence[float], threshold: float) -> str:
    """How sure the assistant was, by whether the reports answer the question."""
    bins = [step / 20 for step in range(21)]

    def draw(axes: Axes) -> None:
        told = ["answered by the reports", "not answered by them"]
        looks: dict[str, Any] = {"color": [BLUE, "white"], "edgecolor": [BLUE, ORANGE], "hatch": ["", "////"]}
        axes.hist([answerable, others], bins, label=told, **looks)
        axes.axvline(threshold, color=DARK, linestyle="--", label="refused below")
        axes.set(xlabel="confidence", ylabel="questions", xlim=(0, 1))
        _whole_numbers(axes)

    sure = sum(value >= threshold for value in answerable), sum(value >= threshold for value in others)
    return _svg(
        name,
        f"{sure[0]} of {len(answerable)} questions that the reports answer stand at or above the threshold of "
        f"{threshold:g}, and {sure[1]} of {len(others)} that they do not.",
        draw,
    )


def times_plot(name: str, seconds: Sequence[float], median: float, percentile: float) -> str:
    """How long the answers took, with the median and the 95th percentile."""

    bins = [max(seconds) * step / 20 for step in range(21)]

    def draw(axes: Axes) -> None:
        axes.hist(seconds, bins, color=BLUE, alpha=0.75, edgecolor="white")
        axes.axvline(median, color=DARK, linestyle="-", label="half at most")
        axes.axvline(percentile, color=ORANGE, linestyle="--", label="95 of 100 at most")
        axes.set(xlabel="seconds", ylabel="answers", xlim=(0, None))
        _whole_numbers(axes)

    return _svg(name, f"Half of the answers took at most {median:.2g} seconds, 95 of 100 {percentile:.2g}.", draw)


def _whole_numbers(axes: Axes) -> None:
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))


def _svg(name: str, told: str, draw: Callable[[Axes], None]) -> str:
    """What `draw` draws. `told` says it to those who do not see it; `name` keeps its ids from those of other plots."""
    with matplotlib.rc_context(SETTINGS):
        figure = Figure(figsize=(5.4, 3.9), layout="constrained")
        FigureCanvasSVG(figure)
        draw(figure.add_subplot())
        figure.legend(loc="outside upper left", ncols=2, frameon=False)
        written = io.StringIO()
        figure.savefig(written, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = written.getvalue()
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], flags=re.DOTALL)
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", svg)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(told)}" ', 1)
