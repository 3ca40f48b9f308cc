"""The curves as a picture."""

# matplotlib's stubs leave the types of keyword arguments open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Picture

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from core.bench.figures import Curve

_COLOURS: Final = ("#c2410c", "#0f766e", "#6d28d9")


def draw(curves: Sequence[Curve], path: Path) -> None:
    """Write a PNG: one diagram for each thing that grows, medians with quartiles, p99 dotted."""
    kinds = [list(same) for _, same in groupby(sorted(curves, key=_of), key=_of)]
    picture = Picture(figsize=(6 * max(len(kinds), 1), 4.5), layout="constrained")
    FigureCanvasAgg(picture)
    for place, same in enumerate(kinds, 1):
        _diagram(picture.add_subplot(1, len(kinds), place), same)
    picture.savefig(path, dpi=110, format="png")


def _of(curve: Curve) -> str:
    return curve.of


def _diagram(ax: Axes, curves: Sequence[Curve]) -> None:
    for curve, colour in zip(curves, _COLOURS, strict=False):
        sizes = [size for size, _ in curve.points]
        spreads = [spread for _, spread in curve.points]
        ax.plot(sizes, [s.median for s in spreads], "o-", color=colour, label=curve.name)
        ax.plot(sizes, [s.p99 for s in spreads], ":", color=colour)
        ax.fill_between(
            sizes, [s.low for s in spreads], [s.high for s in spreads], color=colour, alpha=0.2
        )
    ticks = sorted({size for curve in curves for size, _ in curve.points})
    ax.set_xscale("log")
    ax.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    ax.minorticks_off()
    ax.set_ylim(bottom=0)
    ax.set_xlabel(curves[0].of)
    ax.set_title("ms: median, quartiles, 99th percentile dotted", fontsize=10, loc="left")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, fontsize=9)
