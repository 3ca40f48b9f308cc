"""Lines such as "Monster 9, Naruto 6": names that hold commas and numbers, and what is unclear."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue.catalogue import Catalogue
from core.catalogue.search import TitleIndex
from core.catalogue.title import Title
from core.errors import TitleNotFoundError
from core.services.rating_lines import (
    MOST_TITLES,
    NotUnderstood,
    Problem,
    RatingLine,
    read_rating_line,
    read_rating_text,
    split_score,
    split_unfinished,
)
from core.services.titles import TitleService
from core.showing import ANYBODY, EVERYTHING

NAMES = {
    1: "Monster",
    2: "Naruto",
    3: "Boruto: Naruto Next Generations",
    4: "Mob Psycho 100",
    5: "No.6",
    6: "Hunter x Hunter (2011)",
    7: "Steins;Gate",
    8: "Gate: Jieitai Kanochi nite, Kaku Tatakaeri",
    9: "Chihayafuru",
    10: "Chihayafuru 2",
    11: "Shingeki no Kyojin Season 3",
    12: "Keion! Movie",
    86: "Mobile Suit Gundam ZZ",
    90: "91 Days",
    41457: "86",
    99: "Forbidden Night",
}
CATALOGUE = Catalogue(
    Title(anime_id, name, adult=anime_id == 99, year=2004, type="TV")
    for anime_id, name in NAMES.items()
)
TITLES = TitleService(CATALOGUE, TitleIndex(CATALOGUE, {}))


def read(text: str) -> list[tuple[int, int]] | int | tuple[str, Problem]:
    """The titles and scores of a line, the one title it names, or what is wrong with it."""
    match read_rating_text(TITLES, text, ANYBODY):
        case RatingLine(ratings):
            return [(rating.title.anime_id, rating.score) for rating in ratings]
        case NotUnderstood(part, problem):
            return part, problem
        case title:
            return title.anime_id


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Monster 9", [(1, 9)]),
        ("Monster 9, Naruto 6", [(1, 9), (2, 6)]),
        ("monster 9;naruto 10;", [(1, 9), (2, 10)]),
        ("Monster 9\nNaruto 6\n\n", [(1, 9), (2, 6)]),
        ("Monster = 9, Naruto: 6, 91 Days - 7", [(1, 9), (2, 6), (90, 7)]),
        ("Monster 9/10, Naruto 6 / 10", [(1, 9), (2, 6)]),
        ("Monster 9点、Naruto：６；91 Days＝１０", [(1, 9), (2, 6), (90, 10)]),
        ("Monster, 9, Naruto, 6", [(1, 9), (2, 6)]),
        ("86 9", [(41457, 9)]),
        ("1 9, 2 6", [(1, 9), (2, 6)]),
        ("https://myanimelist.net/anime/1/Monster 9", [(1, 9)]),
        ("Mob Psycho 100 8", [(4, 8)]),
        ("No.6 7", [(5, 7)]),
        ("Hunter x Hunter (2011) 10", [(6, 10)]),
        ("Steins;Gate 9; 91 Days 8", [(7, 9), (90, 8)]),
        ("Gate: Jieitai Kanochi nite, Kaku Tatakaeri 8, Monster 3", [(8, 8), (1, 3)]),
        ("Chihayafuru 2, 9", [(10, 9)]),
        ("Chihayafuru 2 9", [(10, 9)]),
        ("Chihayafuru = 2, Naruto 6", [(9, 2), (2, 6)]),
        ("Keion! Movie 9", [(12, 9)]),
        ("Monster 9, Monster 4", [(1, 9), (1, 4)]),
        ("✓ 3 · Monster (2004, TV) 9, Naruto · Romaji (2002, TV) 6", [(1, 9), (2, 6)]),
    ],
)
def test_titles_with_scores(text: str, expected: list[tuple[int, int]]):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Monster", 1),
        ("1", 1),
        ("Mob Psycho 100", 4),
        ("No. 6", 5),
        ("Chihayafuru 2", 10),
        ("Steins;Gate", 7),
        ("Gate: Jieitai Kanochi nite, Kaku Tatakaeri", 8),
        ("Shingeki no Kyojin Season 3", 11),
        ("kyojin season 3", 11),
        ("✓ 3 · Monster (2004, TV)", 1),
    ],
)
def test_one_title_without_a_score(text: str, expected: int):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "part", "problem"),
    [
        ("Monster, Naruto 6", "Monster", Problem.NO_SCORE),
        ("Naruto, Boruto 6", "Naruto", Problem.NO_SCORE),
        ("Monster 9, Naruto", "Naruto", Problem.NO_SCORE),
        ("Monster, Naruto", "Monster", Problem.NO_SCORE),
        ("Monster 9, Chihayafuru 2", "Chihayafuru 2", Problem.NO_SCORE),
        ("Monster 9, Mob Psycho 100", "Mob Psycho 100", Problem.NO_SCORE),
        ("Monster 11", "Monster 11", Problem.BAD_SCORE),
        ("Naruto 6, Monster 0", "Monster 0", Problem.BAD_SCORE),
        ("Monster 9.5, Naruto 6", "Monster 9.5", Problem.BAD_SCORE),
        ("Naruto 6, Monster: -3", "Monster: -3", Problem.BAD_SCORE),
        ("Monster 9, Qwertyuiop 7", "Qwertyuiop", Problem.NOT_FOUND),
        ("Qwertyuiop 7, Monster 9", "Qwertyuiop", Problem.NOT_FOUND),
        ("Monster 9, Qwertyuiop", "Qwertyuiop", Problem.NOT_FOUND),
        ("Monster 9, Forbidden Night 8", "Forbidden Night", Problem.NOT_FOUND),
    ],
)
def test_what_is_not_clear_is_named(text: str, part: str, problem: Problem):
    assert read(text) == (part, problem)


@pytest.mark.parametrize("text", ["", " ", ",;\n", "Qwertyuiop", "Forbidden Night", "x" * 5_000])
def test_no_title_at_all(text: str):
    with pytest.raises(TitleNotFoundError):
        read(text)


def test_so_many_titles_and_no_more():
    most = ["Monster 9"] * MOST_TITLES
    assert read(", ".join(most)) == [(1, 9)] * MOST_TITLES
    assert read(", ".join([*most, "Naruto 6"])) == ("Naruto 6", Problem.TOO_MANY)
    too_long = read("Monster 9," * 500)
    assert isinstance(too_long, tuple)
    assert too_long[1] is Problem.TOO_MANY


async def test_adult_titles_only_where_they_are_allowed():
    line = await read_rating_line(TITLES, "Forbidden Night 8", EVERYTHING)
    assert isinstance(line, RatingLine)
    assert line.ratings[0].title.anime_id == 99


exact = st.sampled_from([name for anime_id, name in NAMES.items() if anime_id != 99])
marks = st.sampled_from([" ", "  ", " = ", "=", ": ", " - ", "\u3000", "：", "＝"])
ends = st.sampled_from(["", "/10", " / 10", "点"])
# "Chihayafuru 2" is a name of its own
part = st.tuples(exact, marks, st.integers(1, 10), ends).filter(
    lambda each: f"{each[0]} {each[2]}" not in NAMES.values()
)
separators = st.sampled_from([", ", ",", "; ", ";", "\n", "、", "，", "；", " ,\n"])


@settings(deadline=None)
@given(
    st.lists(part, min_size=1, max_size=8),
    st.lists(separators, min_size=8, max_size=8),
)
def test_any_names_in_any_spelling_of_a_line(
    parts: list[tuple[str, str, int, str]], between: list[str]
):
    line = "".join(
        f"{name}{mark}{score}{end}{separator}"
        for (name, mark, score, end), separator in zip(parts, between, strict=False)
    )
    found = read_rating_text(TITLES, line, ANYBODY)
    assert isinstance(found, RatingLine)
    assert [(rating.title.title, rating.score) for rating in found.ratings] == [
        (name, score) for name, _, score, _ in parts
    ]


@settings(deadline=None)
@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from([*NAMES.values(), " 9", ",", "; ", "10"])).map("".join)
)
def test_any_text_is_read_or_refused(text: str):
    try:
        found = read_rating_text(TITLES, text, ANYBODY)
    except TitleNotFoundError:
        return
    match found:
        case RatingLine(ratings):
            assert 1 <= len(ratings) <= MOST_TITLES
            assert all(1 <= rating.score <= 10 for rating in ratings)
            assert not any(rating.title.adult for rating in ratings)
        case NotUnderstood(part):
            assert part.strip()
        case title:
            assert not title.adult


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Monster 9, Nar", ("Monster 9, ", "Nar")),
        ("Monster 9,Steins;Ga", ("Monster 9,", "Steins;Ga")),
        ("Monster 9, Naruto 6; ", ("Monster 9, Naruto 6; ", "")),
        ("Steins;Ga", ("", "Steins;Ga")),
        ("Monster 9", ("", "Monster 9")),
        ("", ("", "")),
    ],
)
def test_what_is_being_typed(text: str, expected: tuple[str, str]):
    assert split_unfinished(text) == expected


@given(st.text(max_size=100))
def test_what_is_being_typed_is_in_any_text(text: str):
    finished, typed = split_unfinished(text)
    assert split_unfinished(typed)[0] == ""
    assert unicodedata.normalize("NFKC", text).endswith(typed)
    assert not finished or finished.strip()[-1] in ",;、"
    name, score = split_score(text)
    assert score is None or (name and 1 <= score <= 10)


def test_a_part_too_long_for_a_name_is_refused_unread():
    part = "Monster " + "= " * 200 + "7.5"
    assert read(f"Naruto 5, {part}") == (part, Problem.NOT_FOUND)
    with pytest.raises(TitleNotFoundError):
        read("Monster " + "= " * 2_990 + "x")


@pytest.mark.parametrize("text", ["Monster 7.5", "Monster = -5", "Monster 11/10", "Monster :  0"])
def test_a_number_that_is_no_score_is_named_so(text: str):
    assert read(text) == (text, Problem.BAD_SCORE)
