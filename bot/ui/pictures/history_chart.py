"""The chart of past rounds: what their lists and titles were given."""

# matplotlib's stubs leave the types of keyword arguments open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from matplotlib.patheffects import withStroke

from bot.ui.pictures.board import GROUND, MINE, OTHER, PANEL, QUIET, THIRD, Board, letters
from bot.ui.pictures.fonts import Weight, font_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from bot.ui.pictures.charts import HistoryDrawing

WIDTH, HEIGHT = 1200, 675
_Points: TypeAlias = "list[tuple[int, float]]"
_MARGIN: Final = 40
_LEFT: Final = 90
# Colour, marker and dash of each line: any one of them tells the lines apart.
_STYLES: Final = ((MINE, "o", "-"), (THIRD, "s", "--"), (OTHER, "^", ":"))
_MOST_NUMBERED: Final = 12
"""With more rounds only the last, the best and the worst value of a line have their numbers."""
_MOST_TICKS: Final = 15


def draw(drawing: HistoryDrawing) -> bytes:
    """Return the chart as a PNG."""
    if len(drawing.lines) > len(_STYLES):
        raise ValueError(f"at most {len(_STYLES)} lines can be told apart")
    if any(len(line.values) != len(drawing.rounds) for line in drawing.lines):
        raise ValueError("each line has one value for each round")
    board = Board(WIDTH, HEIGHT)
    whole = WIDTH - 2 * _MARGIN
    board.write(_MARGIN, 54, drawing.title, 40, width=whole, weight=Weight.BOLD, colour=MINE)
    if all(value is None for line in drawing.lines for value in line.values):
        board.write(
            WIDTH / 2, HEIGHT / 2, drawing.empty, 30, width=whole, align="center", colour=QUIET
        )
        return board.png()
    _draw_key(board, drawing)
    axes = board.axes(_LEFT, 190, WIDTH - _LEFT - _MARGIN, 400)
    last = len(drawing.rounds) - 1
    axes.set(xlim=(-0.04 * last - 0.4, 1.04 * last + 0.4), ylim=(0.5, 10.9))
    _draw_scale(axes, drawing.rounds)
    _draw_lines(axes, drawing)
    board.write(
        WIDTH - _MARGIN, 646, drawing.round_label, 26, width=whole, align="right", colour=QUIET
    )
    board.write(_MARGIN, 172, drawing.score_label, 26, width=whole / 2, colour=QUIET)
    return board.png()


def _draw_key(board: Board, drawing: HistoryDrawing) -> None:
    x = float(_MARGIN)
    share = (WIDTH - 2 * _MARGIN) / len(drawing.lines)
    for line, (colour, marker, dash) in zip(drawing.lines, _STYLES, strict=False):
        sample = board.axes(x, 100, 80, 40)
        sample.set(xlim=(0, 80), ylim=(0, 40))
        sample.plot([4, 40, 76], [20, 20, 20], color=colour, linestyle=dash, linewidth=4)
        sample.plot([40], [20], color=colour, marker=marker, markersize=16)
        x += 92 + board.write(x + 92, 120, line.label, 26, width=share - 132) + 40


def _draw_scale(axes: Axes, rounds: Sequence[int]) -> None:
    font = letters(font_file("1", Weight.REGULAR), 24)
    for score in (2, 4, 6, 8, 10):
        axes.axhline(score, color=PANEL, linewidth=2, zorder=0)
    axes.set_yticks([2, 4, 6, 8, 10])
    step = -(-len(rounds) // _MOST_TICKS)
    places = range(0, len(rounds), step)
    axes.set_xticks(places, [str(rounds[place]) for place in places])
    axes.tick_params(labelbottom=True, labelleft=True, pad=10)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set(fontproperties=font, color=QUIET)


def _draw_lines(axes: Axes, drawing: HistoryDrawing) -> None:
    small = len(drawing.rounds) > _MOST_NUMBERED
    curves: list[_Points] = [
        [(x, value) for x, value in enumerate(line.values) if value is not None]
        for line in drawing.lines
    ]
    for number, (points, (colour, marker, dash)) in enumerate(zip(curves, _STYLES, strict=False)):
        if not points:
            continue
        axes.plot(
            [x for x, _ in points],
            [value for _, value in points],
            color=colour,
            linestyle=dash,
            linewidth=4,
            marker=marker,
            markersize=12 if small else 16,
            markeredgecolor=GROUND,
            markeredgewidth=2,
        )
        numbered = points
        if small:
            by_value = sorted(points, key=lambda point: point[1])
            numbered = list(dict.fromkeys((by_value[0], by_value[-1], points[-1])))
        others = [other for i, other in enumerate(curves) if i != number and other]
        for x, value in numbered:
            _number(axes, x, value, colour, above=_is_above(x, value, others, first=number == 0))


def _is_above(x: int, value: float, others: Sequence[_Points], *, first: bool) -> bool:
    """Return whether a value's number goes above its point, away from the other lines."""
    if not others:
        return True
    there = [np.interp(x, [at for at, _ in points], [v for _, v in points]) for points in others]
    middle = float(np.mean(there))
    return value > middle or (value == middle and first)


def _number(axes: Axes, x: float, value: float, colour: str, *, above: bool) -> None:
    text = f"{value:.1f}".removesuffix(".0")
    axes.annotate(
        text,
        (x, value),
        xytext=(0, 14 if above else -14),
        textcoords="offset points",
        ha="center",
        va="bottom" if above else "top",
        color=colour,
        fontproperties=letters(font_file(text, Weight.BOLD), 22),
        path_effects=[withStroke(linewidth=6, foreground=GROUND)],
        zorder=5,
    )
