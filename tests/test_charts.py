"""Charts: they can be drawn from anything, and all text stays where it belongs."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ui.pictures.board import GROUND, MINE, OTHER, QUIET, TEXT, THIRD, fitted
from bot.ui.pictures.charts import (
    GenreBar,
    HistoryDrawing,
    HistoryLine,
    Surprise,
    TasteDrawing,
    draw_history,
    draw_taste,
)
from bot.ui.pictures.fonts import Weight
from bot.ui.pictures.palette import colour
from tests.picture_files import opened
from tests.test_sheet import contrast, differ

ROOT = Path(__file__).parent.parent
TASTE = TasteDrawing(
    title="Your taste",
    genres_title="Favourite genres",
    mine="You",
    average="Average",
    genres=(GenreBar("Mystery", 0.4, 0.1, "40 %", "10 %"), GenreBar("Sports", 0, 0, "0 %", "0 %")),
    scores_title="Scores you gave",
    scores=(0, 1, 0, 2, 3, 8, 12, 20, 5, 1),
    surprises_title="Most surprising",
    surprises=(Surprise("Monster", "9, expected 6.1"),),
    progress_title="12 more ratings would help",
    progress_label="18 of 30",
    progress=0.6,
    empty="Nothing yet",
)
HISTORY = HistoryDrawing(
    title="Your lists",
    round_label="Round",
    score_label="Score",
    rounds=(1, 2, 3),
    lines=(HistoryLine("Lists", (5.0, None, 8.0)), HistoryLine("Titles", (6.5, 7.0, None))),
    empty="No rounds yet",
)
NOTHING = replace(TASTE, genres=(), scores=(0,) * 10, surprises=(), progress=0)
WORDS = st.text(max_size=60) | st.sampled_from(["$x^2$", "\\frac", "_a", "好きなジャンル", ""])


def test_a_taste_card_has_its_size() -> None:
    picture = opened(draw_taste(TASTE))
    assert (picture.format, picture.size) == ("PNG", (1200, 900))


def test_each_part_of_a_taste_is_drawn() -> None:
    whole = opened(draw_taste(TASTE))
    for change in (
        {"genres": ()},
        {"scores": (1,) * 10},
        {"surprises": ()},
        {"progress": 0.7},
        {"title": "Another"},
        {"progress_label": "19 of 30"},
    ):
        assert differ(whole, opened(draw_taste(replace(TASTE, **change)))), change


def test_a_taste_of_nothing_can_be_drawn() -> None:
    assert opened(draw_taste(NOTHING)).size == (1200, 900)


def test_only_ten_scores_make_a_taste() -> None:
    with pytest.raises(ValueError, match="10 scores"):
        draw_taste(replace(TASTE, scores=(1, 2)))


@given(
    words=WORDS,
    value=st.floats(-1, 1e9),
    counts=st.lists(st.integers(0, 10**7), min_size=10, max_size=10),
)
@settings(max_examples=4, deadline=None)
def test_any_taste_can_be_drawn(words: str, value: float, counts: list[int]) -> None:
    drawing = TasteDrawing(
        words, words, words, words, (GenreBar(words, value, 1, words, words),) * 9, words,
        tuple(counts), words, (Surprise(words, words),) * 9, words, words, value, words,
    )  # fmt: skip
    assert len(draw_taste(drawing)) < 500_000


@pytest.mark.parametrize("rounds", [0, 1, 2, 30, 300])
def test_a_history_of_any_length_can_be_drawn(rounds: int) -> None:
    values = tuple(None if i % 7 == 3 else 1.0 + i % 10 for i in range(rounds))
    lines = (HistoryLine("Lists", values), HistoryLine("Titles", values[::-1]))
    data = draw_history(replace(HISTORY, rounds=tuple(range(1, rounds + 1)), lines=lines))
    assert opened(data).size == (1200, 675)
    assert len(data) < 500_000


def test_a_history_without_values_says_so() -> None:
    none = replace(HISTORY, lines=(HistoryLine("Lists", (None, None, None)),))
    assert differ(opened(draw_history(none)), opened(draw_history(replace(none, empty="Nothing"))))
    assert draw_history(replace(none, lines=())) == draw_history(none)


def test_two_lines_with_the_same_values_can_be_told_apart() -> None:
    one = HistoryLine("Lists", (5.0, 6.0, 8.0))
    both = replace(HISTORY, lines=(one, replace(one, label="Titles")))
    alone = replace(HISTORY, lines=(one, HistoryLine("Titles", (None, None, None))))
    grey = [opened(draw_history(each)).convert("L") for each in (both, alone)]
    assert differ(*grey)


def test_lines_must_match_the_rounds() -> None:
    with pytest.raises(ValueError, match="one value for each round"):
        draw_history(replace(HISTORY, rounds=(1, 2)))
    with pytest.raises(ValueError, match="at most 3"):
        draw_history(replace(HISTORY, lines=HISTORY.lines * 2))


@given(text=st.text(max_size=200), size=st.integers(14, 42), width=st.integers(20, 1100))
@settings(max_examples=100, deadline=None)
def test_a_line_of_text_never_exceeds_its_width(text: str, size: int, width: int) -> None:
    shown, wide = fitted(text, size, width, Weight.BOLD)
    assert wide <= max(width, fitted("…", size, 1000, Weight.BOLD)[1])
    assert "\n" not in shown


def test_nothing_is_drawn_at_the_edges() -> None:
    long = "All the words of this card are far too long for the place they have " * 4
    drawing = TasteDrawing(
        long, long, long, long, (GenreBar(long, 1, 1, long, long),) * 6, long, (10**6,) * 10, long,
        (Surprise(long, long),) * 5, long, long, 1.0, long,
    )  # fmt: skip
    history = replace(HISTORY, title=long, round_label=long, score_label=long, empty=long)
    history = replace(history, lines=tuple(replace(line, label=long) for line in history.lines))
    for data in (draw_taste(drawing), draw_history(history)):
        picture = opened(data).convert("RGB")
        edge = 20
        for box in (
            (0, 0, picture.width, edge),
            (0, picture.height - edge // 2, picture.width, picture.height),
            (0, 0, edge, picture.height),
            (picture.width - edge, 0, picture.width, picture.height),
        ):
            assert picture.crop(box).getcolors() == [
                ((box[2] - box[0]) * (box[3] - box[1]), colour(GROUND))
            ]


def test_chart_colours_can_be_read() -> None:
    for code in (MINE, OTHER, THIRD, TEXT, QUIET):
        assert contrast(colour(code), colour(GROUND)) >= 4.5


def test_matplotlib_is_imported_only_to_draw_and_its_settings_stay() -> None:
    program = """
import sys
from bot.ui.pictures import charts, sheet
sheet.draw_sheet([sheet.SheetItem(1, "映画", (), 8.0, None, None, 1)])
assert "matplotlib" not in sys.modules
line = charts.HistoryLine("映画", (5.0,))
charts.draw_history(charts.HistoryDrawing("映画", "", "", (1,), (line,), ""))
assert "matplotlib_fontja" not in sys.modules and "matplotlib.pyplot" not in sys.modules
import matplotlib
assert matplotlib.rcParams["font.family"] == ["sans-serif"]
"""
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)  # noqa: S603
