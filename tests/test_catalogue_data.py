"""The data folder: catalogues united, names a machine made, and which file is used."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ui.reader import Reader
from bot.ui.title_card import title_card
from bot.ui.words import Language
from core import starter
from core.catalogue.catalogue import Catalogue
from core.catalogue.load import load_catalogue
from core.catalogue.origin import SEED, STARTER, Origin
from core.catalogue.search import TitleIndex
from core.catalogue.title import Title
from core.catalogue.translations import (
    Translation,
    append_translation,
    read_translations,
    to_translate,
    translated,
)
from core.catalogue.unite import unite
from core.catalogue.write import write_catalogue
from core.errors import CatalogueError
from core.recommender.loading import load_data
from core.services.locations import Locations
from core.showing import ANYBODY
from tests.tiny import tiny_bundle, tiny_catalogue

ORIGIN = Origin(datetime(2026, 3, 1, 12, 30, tzinfo=UTC), (SEED, STARTER))


def locations(home: Path, catalogue: Path | None = None) -> Locations:
    return Locations(home, home / "riko.db", starter.BUNDLE, catalogue, "cpu")


def titles(**named: Title) -> Catalogue:
    return Catalogue(named.values())


def test_what_the_starter_knows_better_stays() -> None:
    seeds = Title(
        1,
        "Kaubo-i",
        title_english="Cowboy Bebop TV",
        synonyms=("CB", "Space Cowboys"),
        genres=("Action",),
        score=8.8,
        image_url="https://example.org/1.jpg",
        franchise="1",
        franchise_order=7,
    )
    by_hand = Title(
        1,
        "Cowboy Bebop",
        title_english="Cowboy Bebop",
        title_japanese="カウボーイビバップ",
        synonyms=("Bebop", "CB"),
        year=1998,
        franchise="Cowboy Bebop",
        franchise_order=1,
    )
    united = unite(
        titles(a=seeds, b=Title(2, "Only the seed's")), titles(a=by_hand, c=Title(3, "By hand"))
    )
    assert list(united) == [1, 2, 3]
    assert united[1] == Title(
        1,
        "Kaubo-i",
        title_english="Cowboy Bebop",
        title_japanese="カウボーイビバップ",
        synonyms=("Bebop", "CB", "Space Cowboys", "Cowboy Bebop TV"),
        year=1998,
        genres=("Action",),
        score=8.8,
        image_url="https://example.org/1.jpg",
        franchise="Cowboy Bebop",
        franchise_order=1,
    )


@pytest.mark.parametrize("adult", [(True, False), (False, True)])
def test_a_title_is_adult_if_either_says_so(adult: tuple[bool, bool]) -> None:
    one, two = (titles(a=Title(1, "A", adult=flag)) for flag in adult)
    assert unite(one, two)[1].adult


names = st.sampled_from(["A", "B", "C", "名"])
some_titles = st.lists(
    st.builds(
        Title,
        anime_id=st.integers(1, 5),
        title=names,
        title_english=st.none() | names,
        title_japanese=st.none() | names,
        synonyms=st.lists(names, unique=True).map(tuple),
    ),
    unique_by=lambda title: title.anime_id,
).map(Catalogue)


@given(some_titles, some_titles)
def test_no_title_and_no_name_is_lost(one: Catalogue, two: Catalogue) -> None:
    united = unite(one, two)
    assert set(united) == set(one) | set(two)
    for anime_id, title in united.items():
        kept = {title.title, title.title_english, title.title_japanese, *title.synonyms}
        for each in (one.get(anime_id), two.get(anime_id)):
            if each is not None:
                before = {each.title, each.title_english, each.title_japanese, *each.synonyms}
                assert before - {None} <= kept
    again = unite(united, two)
    assert unite(again, two) == again


def test_a_catalogue_says_when_and_of_what_it_was_made(tmp_path: Path) -> None:
    write_catalogue(tiny_catalogue(), tmp_path / "dated.parquet", ORIGIN)
    assert load_catalogue(tmp_path / "dated.parquet").origin == ORIGIN
    checked = replace(ORIGIN, checked=ORIGIN.made - timedelta(days=3))
    write_catalogue(tiny_catalogue(), tmp_path / "dated.parquet", checked)
    assert load_catalogue(tmp_path / "dated.parquet").origin == checked
    write_catalogue(tiny_catalogue(), tmp_path / "bare.parquet")
    assert load_catalogue(tmp_path / "bare.parquet").origin is None
    assert load_catalogue(starter.CATALOGUE).origin is None


@pytest.mark.parametrize(
    "metadata", [{}, {"riko.made": "yesterday"}, {"riko.made": "2026-01-01T00:00:00"}]
)
def test_a_date_that_says_nothing_is_none(metadata: dict[str, str]) -> None:
    assert Origin.from_metadata(metadata) is None


# --- names a machine made --------------------------------------------------------------------

NONE_ENGLISH = Title(1, "Chiisana Tabi", title_japanese="小さな旅")
ENGLISH = Title(2, "Ookina Tabi", title_english="The Big Journey", title_japanese="大きな旅")
ROMAJI = Title(3, "Tabi")
ALL = titles(a=NONE_ENGLISH, b=ENGLISH, c=ROMAJI)


def made(anime_id: int, source: str, name: str) -> Translation:
    return Translation(anime_id, source, name, "libre")


def test_only_titles_without_an_english_name_are_translated() -> None:
    assert to_translate(ALL, {}, "libre") == (NONE_ENGLISH, ROMAJI)
    done = {1: made(1, "小さな旅", "A Small Journey"), 3: made(3, "Another name", "X")}
    assert to_translate(ALL, done, "libre") == (ROMAJI,)
    done = {i: made(i, source, "It") for i, source in ((1, "小さな旅"), (2, "大きな旅"))}
    found = translated(ALL, done)
    assert [title.translated for title in found.titles] == ["It", None, None]
    assert found[1].display == "Chiisana Tabi"


@pytest.mark.parametrize("nothing_new", ["Chiisana Tabi", "chiisana  tabi!", "小さな旅"])
def test_a_translation_that_says_nothing_new_is_none(nothing_new: str) -> None:
    assert translated(ALL, {1: made(1, "小さな旅", nothing_new)})[1].translated is None


def test_translations_are_kept_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "data" / "translations.jsonl"
    assert read_translations(path) == {}
    first, second = made(1, "小さな旅", "A Small Journey"), made(3, "Tabi", "Journey\n2")
    append_translation(path, first)
    with path.open("ab") as file:  # a kill in the middle of a line
        file.write(b'{"anime_id": 9, "sour')
    append_translation(path, second)
    with path.open("ab") as file:
        file.write(b"[1]\n\xff\n{}\n" + b"[" * 100_000 + b"\n")
    assert read_translations(path) == {1: first, 3: made(3, "Tabi", "Journey 2")}


@given(st.binary(max_size=200), st.sampled_from([b"", b"\n", b'{"anime_id": 1', b"\n[[["]))
def test_any_file_of_translations_can_be_read_and_added_to(content: bytes, end: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "translations.jsonl"
        path.write_bytes(content + end)
        append_translation(path, made(7, "旅", "Journey"))
        assert read_translations(path)[7] == made(7, "旅", "Journey")


def test_a_translated_name_is_found_and_marked_as_such() -> None:
    catalogue = translated(ALL, {1: made(1, "小さな旅", "A Small Journey")})
    index = TitleIndex(catalogue, {})
    assert index.resolve("small journey", ANYBODY).anime_id == 1
    english, japanese = (
        title_card(Reader.of(language), catalogue[1])
        for language in (Language.ENGLISH, Language.JAPANESE)
    )
    assert (english.title, japanese.title) == ("Chiisana Tabi", "小さな旅")
    assert "Machine translation: A Small Journey" in (english.description or "")
    assert "機械翻訳：A Small Journey" in (japanese.description or "")


# --- which catalogue is used -----------------------------------------------------------------


def test_the_made_catalogue_goes_before_the_bundles(tmp_path: Path) -> None:
    here = locations(tmp_path)
    assert here.chosen_catalogue is None
    here.data.path.mkdir()
    write_catalogue(tiny_catalogue(), here.data.catalogue, ORIGIN)
    assert here.chosen_catalogue == here.data.catalogue
    named = tmp_path / "named.csv"
    assert locations(tmp_path, named).chosen_catalogue == named


def test_translations_count_whatever_the_catalogue(tmp_path: Path) -> None:
    bundle = tiny_bundle(tmp_path / "bundle")
    here = locations(tmp_path)
    here.data.path.mkdir()
    write_catalogue(tiny_catalogue(), here.data.catalogue, ORIGIN)
    append_translation(here.data.translations, made(101, "小さな0", "Little Zero"))
    data = load_data(bundle, here.chosen_catalogue, folder=here.data)
    assert data.catalogue[101].translated == "Little Zero"
    assert data.loaded.origin == ORIGIN


@pytest.mark.parametrize("content", [b"", b"PAR1 and then nothing"])
def test_a_damaged_made_catalogue_is_named_with_the_way_out(tmp_path: Path, content: bytes) -> None:
    here = locations(tmp_path)
    here.data.path.mkdir()
    here.data.catalogue.write_bytes(content)
    with pytest.raises(CatalogueError, match="`riko data fetch` makes it again") as caught:
        load_data(None, here.chosen_catalogue, folder=here.data)
    assert str(here.data.catalogue) in str(caught.value)
