"""Charts of a person's taste and of how their lists did.

All words come from the caller, translated and with their numbers in them. matplotlib is imported
by the first drawing: it takes a second, which no start of the bot and no test should.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from bot.garbage import uncollected

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class GenreBar:
    """One genre: two values of any one unit, 0 or more, and how to write them."""

    name: str
    mine: float
    average: float
    mine_label: str
    average_label: str


@dataclass(frozen=True, slots=True)
class Surprise:
    """A rating that was not expected: the title, and a few words such as `9, expected 6.1`."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class TasteDrawing:
    """What a taste card shows.

    The first six `genres` and five `surprises` are drawn. `scores` has how often each of 1 to 10
    was given. `progress` (0–1) is how much of the ratings that help is there. `empty` stands in
    the place of genres, scores or surprises there are none of.
    """

    title: str
    genres_title: str
    mine: str
    average: str
    genres: tuple[GenreBar, ...]
    scores_title: str
    scores: tuple[int, ...]
    surprises_title: str
    surprises: tuple[Surprise, ...]
    progress_title: str
    progress_label: str
    progress: float
    empty: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line: a value from 1 to 10 for each round, `None` where there is none."""

    label: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class HistoryDrawing:
    """What a chart of past rounds shows: `lines`, three at most, with a value for each of `rounds`.

    `empty` is written where there is no value at all.
    """

    title: str
    round_label: str
    score_label: str
    rounds: tuple[int, ...]
    lines: tuple[HistoryLine, ...]
    empty: str


def draw_taste(drawing: TasteDrawing) -> bytes:
    """Return the taste card as a PNG of 1200 by 900 pixels.

    Raises `ValueError` unless there are ten `scores`.
    """
    draw, _ = _drawing()
    return draw(drawing)


def draw_history(drawing: HistoryDrawing) -> bytes:
    """Return the chart of past rounds as a PNG of 1200 by 675 pixels.

    Raises `ValueError` when a line has another length than `rounds`, or there are too many.
    """
    _, draw = _drawing()
    return draw(drawing)


@cache
def _drawing() -> tuple[Callable[[TasteDrawing], bytes], Callable[[HistoryDrawing], bytes]]:
    """Return what draws a taste and what draws a history."""
    with uncollected():
        from bot.ui.pictures import history_chart, taste_chart
    return taste_chart.draw, history_chart.draw
