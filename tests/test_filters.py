from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalogue.catalogue import Catalogue
from core.catalogue.sequels import is_sequel
from core.catalogue.title import GENRES, Title
from core.recommender.filters import NONE, Filters
from core.services.filtered import FilteredTitles
from core.showing import ANYBODY

_years = st.none() | st.integers(1900, 2100)
filters = st.builds(
    Filters,
    st.none() | st.sampled_from(GENRES),
    st.none() | st.sampled_from(["TV", "Movie", "OVA"]),
    _years,
    _years,
    st.booleans(),
    st.none() | st.integers(1, 20),
)


@given(filters)
def test_filters_survive_being_stored(wanted: Filters) -> None:
    assert Filters.from_json(wanted.to_json()) == wanted
    assert wanted.is_empty == (wanted == NONE)
    assert hash(wanted) == hash(Filters.from_json(wanted.to_json()))


@pytest.mark.parametrize("text", ["", "[]", "null", '{"latest": "3"}', '{"latest": 0}', "{"])
def test_what_is_no_filters_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Filters.from_json(text)


def test_what_a_newer_riko_added_is_left_out() -> None:
    assert Filters.from_json('{"genre": "Drama", "mood": "dark"}') == Filters("Drama")


@pytest.mark.parametrize(
    ("wanted", "passes"),
    [
        (NONE, True),
        (Filters("Drama"), True),
        (Filters("Comedy"), False),
        (Filters(type="TV"), True),
        (Filters(type="Movie"), False),
        (Filters(year_from=2000, year_to=2000), True),
        (Filters(year_from=2001), False),
        (Filters(year_to=1999), False),
        (Filters(hide_sequels=True), False),
        (Filters(latest=1), True),
    ],
)
def test_which_titles_pass(wanted: Filters, passes: bool) -> None:
    title = Title(1, "Saga 2nd Season", type="TV", year=2000, genres=("Drama",))
    assert wanted.matches(title) is passes
    unknown = Title(2, "Of unknown year")
    assert not Filters(year_from=1900).matches(unknown)
    assert not Filters(year_to=2100).matches(unknown)


async def test_the_titles_that_pass_are_worked_out_once() -> None:
    catalogue = Catalogue(Title(i, f"T{i}", year=1980 + i) for i in range(1, 30))
    filtered = FilteredTitles(catalogue)
    assert await filtered.ids(NONE, ANYBODY) is None
    assert await filtered.ids(Filters(latest=2), ANYBODY) is None
    first, second = await asyncio.gather(
        filtered.ids(Filters(year_from=2000), ANYBODY),
        filtered.ids(Filters(year_from=2000, latest=5), ANYBODY),
    )
    assert first == second == frozenset(range(20, 30))
    assert await filtered.ids(Filters(year_from=2000), ANYBODY) is await filtered.ids(
        Filters(year_from=2000), ANYBODY
    )
    for year in range(1900, 2000):  # more than are kept
        assert await filtered.ids(Filters(year_to=year), ANYBODY) == frozenset(
            i for i in range(1, 30) if 1980 + i <= year
        )


@pytest.mark.parametrize(
    "name",
    [
        "Clannad 2",
        "Overlord II",
        "Mob Psycho 100 II",
        "Shingeki no Kyojin Season 3 Part 2",
        "Haikyuu!! Second Season",
        "Attack on Titan: The Final Season",
        "Diamond no Ace: Act II",
        "3-gatsu no Lion 2nd Season",
        "One Piece Movie 6: Subtitle",
        "Detective Conan Movie 15",
        "Lupin III: Part IV",
        "Isekai wa Smartphone to Tomo ni. 2",
        "ストレンジ 第2期",
        "デート・ア・ライブⅢ",
        "有頂天家族2",
        "弱虫ペダル 第２シリーズ",
    ],
)
def test_names_that_say_sequel(name: str) -> None:
    assert is_sequel(Title(1, name))
    assert is_sequel(Title(1, "Something else", title_japanese=name))


@pytest.mark.parametrize(
    "name",
    [
        "86",
        "Mob Psycho 100",
        "Lupin III",
        "Eyeshield 21",
        "Zom 100: Bucket List of the Dead",
        "Kaijuu 8-gou",
        "Kaiju No. 8",
        "3-gatsu no Lion",
        "Persona 4 The Animation",
        "Final Fantasy VII: Advent Children",
        "Cyborg 009",
        "Steins;Gate 0",
        "Hunter x Hunter (2011)",
        "11eyes",
        "Ranma ½",
        "Second Love",
        "M3: Sono Kuroki Hagane",
        "Norn9: Norn+Nonet",
    ],
)
def test_names_with_numbers_that_are_firsts(name: str) -> None:
    assert not is_sequel(Title(1, name))


def test_the_franchise_knows_better_than_the_name() -> None:
    assert not is_sequel(Title(1, "Clannad 2", franchise="Clannad", franchise_order=1))
    assert is_sequel(Title(1, "Clannad: After Story", franchise="Clannad", franchise_order=2))
