"""Cards stay within what Discord takes, whatever the titles are called."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.options import TitleMatches
from bot.ui import texts
from bot.ui.embeds import MOST_CHARACTERS, characters, cold_start, fits, title_card, two_lists
from bot.ui.round_buttons import ChooseTitle, below_cold_start, below_lists
from bot.ui.texts import clip, plain, utf16_length
from core.catalogue.load import load_catalogue
from core.catalogue.title import GENRES, Title
from core.recommender.cold_start import GenreList, TopEntry
from core.services.ratings import RatedTitle
from core.services.recommendations import ColdStart, ListedTitle, Round
from core.services.rounds import Kind

SHARED = Path(__file__).parents[2] / "shared" / "data" / "catalogue.parquet"
LONG = "[*Ω*] 🦊_" * 40
NOW = datetime(2026, 1, 1, tzinfo=UTC)

names = st.text(min_size=1, max_size=300).filter(str.strip)
titles = st.builds(
    Title,
    anime_id=st.integers(1, 99_999),
    title=names,
    title_english=st.none() | names,
    title_japanese=st.none() | names,
    synonyms=st.lists(names, max_size=8).map(tuple),
    type=st.sampled_from([None, "TV", "Movie", "Special"]),
    year=st.none() | st.integers(1907, 2030),
    episodes=st.none() | st.integers(1, 3000),
    genres=st.lists(st.sampled_from(GENRES), max_size=12, unique=True).map(tuple),
    image_url=st.none() | st.just("https://example.org/poster.jpg"),
    adult=st.booleans(),
)


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
def test_the_longest_titles_fit(personal: bool):
    embeds = two_lists(longest_round(), personal=personal)
    assert fits(embeds)
    for embed in embeds:
        rows = (embed.description or "").splitlines()
        assert len([row for row in rows if "](https://myanimelist.net/anime/" in row]) == 10


@settings(deadline=None, max_examples=50)
@given(st.lists(titles, min_size=20, max_size=20), st.booleans())
def test_any_titles_fit(twenty: list[Title], personal: bool):
    entries = tuple(listed(title, twenty[-1]) for title in twenty)
    kinds = (Kind(GENRES[:2], tuple(twenty[:2])),) * 3
    embeds = two_lists(Round(1, entries[:10], entries[10:], 5, kinds), personal=personal)
    assert fits(embeds)
    assert sum(characters(embed) for embed in embeds) <= MOST_CHARACTERS
    pictured = [embed.thumbnail.url for embed in embeds if embed.thumbnail.url]
    if all(title.adult for title in twenty):
        assert pictured == []


@settings(deadline=None, max_examples=50)
@given(titles, st.lists(titles, max_size=5))
def test_any_title_has_a_card_that_fits(title: Title, others: list[Title]):
    embed = title_card(TitleMatches(title, tuple(others)), predicted=7.0)
    assert fits([embed])
    assert utf16_length(embed.title or "") <= 256
    if title.adult:
        assert embed.thumbnail.url is None


@settings(deadline=None, max_examples=50)
@given(st.lists(titles, min_size=1, max_size=20))
def test_any_cold_start_fits(some: list[Title]):
    entries = tuple(TopEntry(title, 8.0, 10) for title in some[:5])
    start = ColdStart(tuple(GenreList(genre, entries) for genre in GENRES[:4]), 5)
    assert fits(cold_start(start, personal=True))
    assert fits(cold_start(start, personal=False))
    view = below_cold_start(1, start)
    assert view is not None
    (menu,) = view.children
    assert isinstance(menu, ChooseTitle)
    values = [option.value for option in menu.item.options]
    assert len(values) == len(set(values)) <= 25


@settings(deadline=None, max_examples=50)
@given(st.lists(titles, min_size=1, max_size=30))
def test_any_menu_is_one_discord_takes(some: list[Title]):
    menu = ChooseTitle.make(1 << 63, 10**17, some, "Which?").item
    assert 1 <= len(menu.options) <= 25
    assert len(menu.custom_id) <= 100
    for option in menu.options:
        assert 1 <= utf16_length(option.label) <= 100
        assert utf16_length(option.description or "") <= 100


def test_lists_that_could_not_be_stored_have_no_buttons():
    assert below_lists(1, Round(None, (), (), 3)) is None


def test_only_the_person_reads_which_kind_their_latest_rating_pointed_to():
    one = (listed(Title(1, "A"), Title(2, "B")),)
    kind = Kind(("Drama", "Mystery"), (Title(3, "Mon*ster"), Title(4, "Death Note")))
    other = Kind((), (Title(5, "Gintama"),))
    lists = Round(1, one, one, 3, (kind, other))
    words = "point to Drama, Mystery (Mon\\*ster) · Gintama"
    assert words in (two_lists(lists, personal=True)[0].description or "")
    assert "Gintama" not in (two_lists(lists, personal=False)[0].description or "")


def test_short_lists_say_why():
    one = (listed(Title(1, "A"), Title(2, "B")),)
    first, second = two_lists(Round(1, one, (), 3), personal=True)
    assert "Only 1 left" in (first.description or "")
    assert "rated every title" in (second.description or "")


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
    assert texts.because("Monster", 9).replace("\xa0", " ") == "because you gave Monster a 9"
    assert texts.because("Monster", 8).replace("\xa0", " ") == "because you gave Monster an 8"


@pytest.mark.skipif(not SHARED.exists(), reason="the shared catalogue is not here")
def test_the_longest_titles_of_the_real_catalogue_fit():
    catalogue = load_catalogue(SHARED).catalogue
    by_length = sorted(catalogue.titles, key=lambda title: len(title.display))[-20:]
    entries = tuple(listed(title, by_length[-1]) for title in by_length)
    assert fits(two_lists(Round(1, entries[:10], entries[10:], 5), personal=True))
