"""The table as a picture for the documentation."""

# matplotlib's stubs leave the types of keyword arguments open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Picture

from core.evaluation.protocol import ACTIVE_PEOPLE, LATEST, PROFILE_CUT
from core.evaluation.report import HIT, NDCG, part
from core.evaluation.run import RIKO

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

    from core.evaluation.run import Evaluation, RecommenderResult

_OURS: Final = "#c2410c"
_OTHERS: Final = "#94a3b8"
_BEST_SHOWN: Final = 5
"""So many curves can be told apart; Riko's is always among them."""


def draw(evaluation: Evaluation, path: Path) -> None:
    """Write a PNG: NDCG, RMSE and hits with intervals as bars, NDCG against profile size."""
    picture = Picture(figsize=(13, 8), layout="constrained")
    FigureCanvasAgg(picture)
    axes = [picture.add_subplot(2, 2, place) for place in range(1, 5)]
    for ax, metric, remark in zip(
        axes, (NDCG, HIT, "RMSE"), ("more is better", "more is better", "less is better"),
        strict=False,
    ):  # fmt: skip
        _bars(ax, evaluation, metric)
        ax.set_title(f"{metric} ({remark})", fontsize=11, loc="left")
    _curves(axes[3], evaluation)
    picture.savefig(path, dpi=110, format="png")


def _bars(ax: Axes, evaluation: Evaluation, metric: str) -> None:
    names: list[str] = []
    for result in reversed(evaluation.recommenders):
        found = part(result, ACTIVE_PEOPLE)
        figure = None if found is None else found.figures.get(metric)
        if figure is None or figure.low is None or figure.high is None:
            continue
        place = len(names)
        error = [[figure.value - figure.low], [figure.high - figure.value]]
        ax.barh(place, figure.value, xerr=error, color=_colour(result), ecolor="#334155")
        ax.text(figure.high, place, f"  {figure.value:.3f}", va="center", fontsize=9)
        names.append(result.name)
    ax.set_yticks(range(len(names)), names)
    ax.spines[["top", "right"]].set_visible(False)
    ax.margins(x=0.12)


def _curves(ax: Axes, evaluation: Evaluation) -> None:
    def curve(result: RecommenderResult) -> list[float]:
        slices = [part(result, PROFILE_CUT, str(latest)) for latest in LATEST]
        figures = [found.figures.get(NDCG) for found in slices if found is not None]
        return [figure.value for figure in figures if figure is not None]

    curves = [(result, curve(result)) for result in evaluation.recommenders]
    whole = sorted((c for c in curves if len(c[1]) == len(LATEST)), key=lambda c: -sum(c[1]))
    shown = [c for i, c in enumerate(whole) if i < _BEST_SHOWN or c[0].name == RIKO]
    for result, values in shown:
        [line] = ax.plot(range(len(LATEST)), values, marker="o", label=result.name)
        if result.name == RIKO:
            line.set(color=_OURS, linewidth=3)
    ax.set_xticks(range(len(LATEST)), [str(latest) for latest in LATEST])
    ax.set_xlabel("ratings shown")
    ax.set_ylim(bottom=0)
    ax.set_title(f"{NDCG} of short profiles", fontsize=11, loc="left")
    ax.spines[["top", "right"]].set_visible(False)
    if whole:
        ax.legend(frameon=False, fontsize=9)


def _colour(result: RecommenderResult) -> str:
    return _OURS if result.name == RIKO else _OTHERS
