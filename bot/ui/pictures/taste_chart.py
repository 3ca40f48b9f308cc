"""The taste card: favourite genres, scores given, surprises, and what more ratings would do."""

# matplotlib's stubs leave the types of keyword arguments open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from matplotlib.patches import Rectangle

from bot.ui.pictures.board import GROUND, MINE, OTHER, PANEL, QUIET, Board, letters
from bot.ui.pictures.fonts import Weight, font_file

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from bot.ui.pictures.charts import GenreBar, TasteDrawing

WIDTH, HEIGHT = 1200, 900
_MARGIN: Final = 40
_COLUMN: Final = 520
_RIGHT: Final = WIDTH - _MARGIN - _COLUMN
_HEADING: Final = 30
_BODY: Final = 26
_SCORES: Final = 10
_GENRES: Final = 6
_SURPRISES: Final = 5
_HATCH: Final = "////"


def draw(drawing: TasteDrawing) -> bytes:
    """Return the card as a PNG."""
    if len(drawing.scores) != _SCORES:
        raise ValueError(f"there are {_SCORES} scores, not {len(drawing.scores)}")
    board = Board(WIDTH, HEIGHT)
    board.write(
        _MARGIN, 58, drawing.title, 42, width=WIDTH - 2 * _MARGIN, weight=Weight.BOLD, colour=MINE
    )
    _heading(board, _MARGIN, 136, drawing.genres_title)
    _draw_genres(board, drawing)
    _heading(board, _RIGHT, 136, drawing.scores_title)
    _draw_scores(board, drawing)
    _heading(board, _RIGHT, 490, drawing.surprises_title)
    _draw_surprises(board, drawing)
    _draw_progress(board, drawing)
    return board.png()


def _heading(board: Board, x: float, y: float, text: str) -> None:
    board.write(x, y, text, _HEADING, width=_COLUMN, weight=Weight.BOLD)


def _draw_genres(board: Board, drawing: TasteDrawing) -> None:
    shown = drawing.genres[:_GENRES]
    if not shown:
        board.write(_MARGIN, 190, drawing.empty, _BODY, width=_COLUMN, colour=QUIET)
        return
    x = float(_MARGIN)
    key = board.axes(_MARGIN, 170, _COLUMN, 36)
    key.set(xlim=(0, _COLUMN), ylim=(0, 36))
    for label, own in ((drawing.mine, True), (drawing.average, False)):
        _bar(key, x - _MARGIN, 18, 34, 18, own=own)
        x += 44 + board.write(x + 44, 188, label, 24, width=_COLUMN / 2 - 60, colour=QUIET) + 28
    most = max((max(bar.mine, bar.average) for bar in shown), default=0) or 1.0
    for row, bar in enumerate(shown):
        _draw_genre(board, bar, 232 + 92 * row, most)


def _draw_genre(board: Board, bar: GenreBar, top: float, most: float) -> None:
    """Draw name, both bars, the longest of which is `most`, and both numbers behind them."""
    numbers = 110
    room = _COLUMN - numbers
    board.write(_MARGIN, top, bar.name, _BODY, width=_COLUMN)
    axes = board.axes(_MARGIN, top + 16, room, 52)
    axes.set(xlim=(0, room), ylim=(52, 0))
    for value, label, y, own in (
        (bar.mine, bar.mine_label, 14, True),
        (bar.average, bar.average_label, 39, False),
    ):
        length = max(3.0, room * min(1.0, max(0.0, value) / most))
        _bar(axes, 0, y, length, 18, own=own)
        board.write(
            _MARGIN + length + 10,
            top + 16 + y,
            label,
            22,
            width=numbers - 10,
            weight=Weight.BOLD if own else Weight.REGULAR,
            colour=MINE if own else QUIET,
        )


def _bar(axes: Axes, x: float, y: float, width: float, height: float, *, own: bool) -> None:
    """Draw a bar around height `y`: full for one's own value, hatched for the average."""
    axes.add_patch(
        Rectangle(
            (x, y - height / 2),
            width,
            height,
            facecolor=MINE if own else GROUND,
            edgecolor=MINE if own else OTHER,
            hatch=None if own else _HATCH,
            linewidth=2,
        )
    )


def _draw_scores(board: Board, drawing: TasteDrawing) -> None:
    if not any(drawing.scores):
        board.write(_RIGHT, 190, drawing.empty, _BODY, width=_COLUMN, colour=QUIET)
        return
    axes = board.axes(_RIGHT, 166, _COLUMN, 270)
    numbers = range(1, _SCORES + 1)
    most = max(drawing.scores)
    axes.set(xlim=(0.45, _SCORES + 0.55), ylim=(-0.17 * most, 1.16 * most))
    axes.bar(numbers, drawing.scores, width=0.76, color=MINE)
    axes.axhline(0, color=QUIET, linewidth=2)
    for number, count in zip(numbers, drawing.scores, strict=True):
        text = str(count) if count else ""
        size = 22 if len(text) < 4 else 16
        font = letters(font_file(text, Weight.BOLD), size)
        axes.text(number, count + 0.03 * most, text, ha="center", color=MINE, fontproperties=font)
        font = letters(font_file("1", Weight.REGULAR), 24)
        axes.text(
            number, -0.04 * most, str(number), ha="center", va="top", color=QUIET,
            fontproperties=font,
        )  # fmt: skip


def _draw_surprises(board: Board, drawing: TasteDrawing) -> None:
    if not drawing.surprises:
        board.write(_RIGHT, 544, drawing.empty, _BODY, width=_COLUMN, colour=QUIET)
    for row, surprise in enumerate(drawing.surprises[:_SURPRISES]):
        y = 544 + 48 * row
        words = board.write(
            _RIGHT + _COLUMN, y, surprise.words, 24, width=_COLUMN * 0.55, colour=MINE,
            align="right",
        )  # fmt: skip
        board.write(_RIGHT, y, surprise.name, 24, width=_COLUMN - words - 20)


def _draw_progress(board: Board, drawing: TasteDrawing) -> None:
    whole = WIDTH - 2 * _MARGIN
    label = board.write(
        WIDTH - _MARGIN, 812, drawing.progress_label, _BODY, width=whole * 0.4, align="right",
        weight=Weight.BOLD, colour=MINE,
    )  # fmt: skip
    board.write(_MARGIN, 812, drawing.progress_title, _BODY, width=whole - label - 24)
    axes = board.axes(_MARGIN, 838, whole, 24)
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.add_patch(Rectangle((0, 0), 1, 1, facecolor=PANEL))
    axes.add_patch(Rectangle((0, 0), min(1.0, max(0.0, drawing.progress)), 1, facecolor=MINE))
