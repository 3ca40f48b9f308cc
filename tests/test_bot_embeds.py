"""Cards stay within what Discord takes, whatever the titles are called."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ui.limits import MOST_CHARACTERS, characters, fits
from bot.ui.lists import cold_start, two_lists
from bot.ui.rating import ChooseTitle
from bot.ui.reader import Reader
from bot.ui.round_menus import Pick, PickTitle
from bot.ui.text import clip, plain, utf16_length
from bot.ui.words import Language, words_in
from core.catalogue.load import load_catalogue
from core.catalogue.title import GENRES, Title
from core.person import TitleLanguage
from core.recommender.cold_start import GenreList, TopEntry
from core.services.dismissals import DismissalKind
from core.services.ratings import RatedTitle
from core.services.recommendations import ColdStart, ListedTitle, Mark, Round
from core.services.rounds import Kind
from tests.any_titles import LONG, titles

SHARED = Path(__file__).parents[2] / "shared" / "data" / "catalogue.parquet"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ENGLISH = Reader.of(Language.ENGLISH)
READERS = [
    Reader.of(language, titles) for language in Language for titles in (None, *TitleLanguage)
]

marks = st.sampled_from([None, Mark(score=9), Mark(dismissed=DismissalKind.SEEN)])


def listed(title: Title, because: Title) -> ListedTitle:
    return ListedTitle(title, 7.34, RatedTitle(because, 8, NOW))


def longest_round() -> Round:
    genres = tuple(sorted(GENRES, key=len)[-3:])
    entries = tuple(
        listed(Title(90_000 + i, LONG, type="Special", year=2020, genres=genres), Title(1, LONG))
        for i in range(20)
    )
    kind = Kind(("Slice of Life", "Psychological"), (Title(7, LONG), Title(8, LONG)))
    return Round(10**17, entries[:10], entries[10:], 12_345, (kind, kind, kind))


@pytest.mark.parametrize("personal", [True, False])
@pytest.mark.parametrize("reader", READERS)
def test_the_longest_titles_fit(reader: Reader, personal: bool):
    embeds = two_lists(reader, longest_round(), personal=personal)
    assert fits(embeds)
    for embed in embeds:
        rows = (embed.description or "").splitlines()
        assert len([row for row in rows if "](https://myanimelist.net/anime/" in row]) == 10


@settings(deadline=None, max_examples=50)
@given(st.lists(titles, min_size=20, max_size=20), st.booleans(), st.sampled_from(READERS), marks)
def test_any_titles_fit(twenty: list[Title], personal: bool, reader: Reader, mark: Mark | None):
    entries = tuple(replace(listed(title, twenty[-1]), mark=mark) for title in twenty)
    kinds = (Kind(GENRES[:2], tuple(twenty[:2])),) * 3
    round_ = Round(1, entries[:10], entries[10:], 5, kinds)
    embeds = two_lists(reader, round_, personal=personal)
    assert fits(embeds)
    assert sum(characters(embed) for embed in embeds) <= MOST_CHARACTERS


@settings(deadline=None, max_examples=50)
@given(st.lists(titles, min_size=1, max_size=20), st.sampled_from(READERS))
def test_any_cold_start_fits(some: list[Title], reader: Reader):
    entries = tuple(TopEntry(title, 8.0, 10) for title in some[:5])
    start = ColdStart(tuple(GenreList(genre, entries) for genre in GENRES[:4]), 5)
    assert fits(cold_start(reader, start, personal=True))
    assert fits(cold_start(reader, start, personal=False))


@settings(deadline=None, max_examples=50)
@given(st.lists(titles, min_size=1, max_size=30), st.sampled_from(READERS))
def test_any_menu_is_one_discord_takes(some: list[Title], reader: Reader):
    menus = [ChooseTitle.make(reader, 1 << 63, some, "Which?").item]
    entries = tuple(listed(title, some[0]) for title in some)
    for mode in Pick:
        menu = PickTitle.make(reader, 1 << 63, Round(10**17, entries[:10], entries[10:20], 3), mode)
        assert menu is not None
        menus.append(menu.item)
    for menu in menus:
        values = [option.value for option in menu.options]
        assert 1 <= len(values) == len(set(values)) <= 25
        assert 1 <= menu.max_values <= len(values)
        assert len(menu.custom_id) <= 100
        for option in menu.options:
            assert 1 <= utf16_length(option.label) <= 100
            assert utf16_length(option.description or "") <= 100


def test_only_the_person_reads_which_kind_their_latest_rating_pointed_to():
    one = (listed(Title(1, "A"), Title(2, "B")),)
    kind = Kind(("Drama", "Mystery"), (Title(3, "Mon*ster"), Title(4, "Death Note")))
    other = Kind((), (Title(5, "Gintama"),))
    lists = Round(1, one, one, 3, (kind, other))
    words = "point to Drama, Mystery (Mon\\*ster) · Gintama"
    assert words in (two_lists(ENGLISH, lists, personal=True)[0].description or "")
    assert "Gintama" not in (two_lists(ENGLISH, lists, personal=False)[0].description or "")


def test_short_lists_say_why():
    one = (listed(Title(1, "A"), Title(2, "B")),)
    first, second = two_lists(ENGLISH, Round(1, one, (), 3), personal=True)
    assert "Only 1 left" in (first.description or "")
    assert "know every title" in (second.description or "")


@settings(deadline=None, max_examples=50)
@given(st.text(), st.integers(1, 300))
def test_clipped_text_is_never_too_long(text: str, limit: int):
    clipped = clip(text, limit)
    assert utf16_length(clipped) <= limit
    if utf16_length(text) <= limit:
        assert clipped == text


@settings(deadline=None, max_examples=50)
@given(st.text())
def test_a_name_never_ends_its_link(name: str):
    shown = plain(name)
    assert "[" not in shown
    assert "]" not in shown


def test_articles():
    words = words_in(Language.ENGLISH)
    assert words("score-of", score=9) == "a\N{NO-BREAK SPACE}9"
    assert words("score-of", score=8) == "an\N{NO-BREAK SPACE}8"


@pytest.mark.skipif(not SHARED.exists(), reason="the shared catalogue is not here")
def test_the_longest_titles_of_the_real_catalogue_fit():
    catalogue = load_catalogue(SHARED).catalogue
    by_length = sorted(catalogue.titles, key=lambda title: len(title.display))[-20:]
    entries = tuple(listed(title, by_length[-1]) for title in by_length)
    assert fits(two_lists(ENGLISH, Round(1, entries[:10], entries[10:], 5), personal=True))
