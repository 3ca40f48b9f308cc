"""The titles that ship: complete, consistent and, where the shared data is at hand, true."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from core.catalogue.load import LoadedCatalogue, load_catalogue
from core.catalogue.search import TitleIndex
from core.catalogue.title import GENRES
from core.showing import ANYBODY
from core.starter import CATALOGUE, WRITTEN

KNOWN_TITLES = Path(__file__).parents[2] / "shared" / "data" / "catalogue.parquet"


@pytest.fixture(scope="module")
def starter() -> LoadedCatalogue:
    return load_catalogue(CATALOGUE)


@pytest.fixture(scope="module")
def cells() -> list[dict[str, str]]:
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_date_is_that_of_the_last_change() -> None:
    # line ends may differ from one checkout to the next
    digest = hashlib.sha256(CATALOGUE.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
    last = (
        date(2026, 11, 24),
        "f6424aeba6e8e5ac10db5d5cec29c4483dcf2a99f3fac747416d3b180345317f",
    )
    assert (WRITTEN.date(), digest) == last, "whoever changes titles.csv changes its date"


def test_at_least_four_hundred_titles_and_no_row_refused(starter: LoadedCatalogue) -> None:
    assert (starter.refused, starter.mended) == ({}, {})
    assert len(starter.catalogue) == starter.rows >= 400


def test_genres_are_of_the_43_and_nothing_is_dropped_in_loading(
    starter: LoadedCatalogue, cells: list[dict[str, str]]
) -> None:
    for row in cells:
        written = row["genres"].split("|")
        assert set(written) <= set(GENRES), row["title"]
        assert starter.catalogue[int(row["anime_id"])].genres == tuple(sorted(written))


def test_every_title_says_what_it_is(starter: LoadedCatalogue) -> None:
    for title in starter.catalogue.titles:
        assert title.type, title
        assert title.year, title
        assert title.genres, title
        assert title.age_rating, title
        assert title.title_japanese, title


def test_no_adult_title_ships(starter: LoadedCatalogue) -> None:
    assert [title.title for title in starter.catalogue.titles if title.adult] == []


def test_franchise_orders_are_unique_within_each_franchise(starter: LoadedCatalogue) -> None:
    places = Counter(
        (title.franchise, title.franchise_order)
        for title in starter.catalogue.titles
        if title.franchise is not None
    )
    assert [place for place, count in places.items() if count > 1] == []
    assert all(order is not None for _, order in places)


@pytest.mark.parametrize("genre", ["Shounen", "Supernatural", "Romance", "Slice of Life"])
def test_enough_titles_for_each_list_of_the_cold_start(
    starter: LoadedCatalogue, genre: str
) -> None:
    assert sum(genre in title.genres for title in starter.catalogue.titles) >= 25


def test_every_title_is_found_by_each_of_its_own_names(starter: LoadedCatalogue) -> None:
    index = TitleIndex(starter.catalogue, {})
    for title in starter.catalogue.titles:
        for name in (title.title, title.title_english, title.title_japanese):
            assert name is None or title in index.find(name, ANYBODY), name
        if not title.title.isdecimal():
            assert index.resolve(title.title, ANYBODY).title.casefold() == title.title.casefold()


def test_ids_and_romaji_titles_are_those_of_myanimelist(starter: LoadedCatalogue) -> None:
    if not KNOWN_TITLES.exists():
        pytest.skip("the shared catalogue, which the ids are checked against, is not here")
    known = load_catalogue(KNOWN_TITLES).catalogue
    wrong = [
        (title.anime_id, title.title, known[title.anime_id].title if title.anime_id in known else None)
        for title in starter.catalogue.titles
        if title.anime_id not in known
        or known[title.anime_id].title.casefold() != title.title.casefold()
    ]  # fmt: skip
    assert wrong == []
