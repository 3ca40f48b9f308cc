"""Cards and pages of any titles stay within what Discord takes, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ui import rated_pages, rating, title_buttons
from bot.ui.limits import TITLE, fits
from bot.ui.poster import poster
from bot.ui.rated_pages import hidden_card, ratings_card
from bot.ui.reader import Reader
from bot.ui.sheets import Shown, sheet
from bot.ui.text import utf16_length
from bot.ui.title_buttons import Matches, NotForMe
from bot.ui.title_card import ForYou, similar_card, title_card
from bot.ui.words import Language
from core.catalogue.posters import PosterStore
from core.catalogue.title import GENRES, Title
from core.person import TitleLanguage
from core.services.dismissals import Dismissal, DismissalKind
from core.services.ratings import RatedTitle
from core.services.recommendations import Kind, ListedTitle, Mark, SimilarTitles
from core.services.server_lists import ServerMean
from tests.any_titles import LONG, titles

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 1, 1, tzinfo=UTC)
READERS = [Reader.of(language) for language in Language]

readers = st.sampled_from(READERS)
marks = st.one_of(
    st.none(),
    st.integers(1, 10).map(lambda score: Mark(score=score)),
    st.sampled_from(DismissalKind).map(lambda kind: Mark(dismissed=kind)),
)


@settings(deadline=None, max_examples=50)
@given(readers, titles, marks, st.none() | st.floats(1, 10), st.none() | st.floats(1, 10))
def test_any_title_has_a_card_that_fits(
    reader: Reader, title: Title, mark: Mark | None, predicted: float | None, mean: float | None
):
    embed = title_card(
        reader,
        title,
        for_you=ForYou(mark, predicted),
        server=None if mean is None else ServerMean(mean, 3),
        position=(1, 8),
    )
    assert fits([embed])
    assert utf16_length(embed.title or "") <= TITLE
    assert embed.url == title.url
    assert all(field.value for field in embed.fields)


@pytest.mark.parametrize("reader", READERS, ids=list(Language))
def test_the_longest_title_has_a_card_that_fits(reader: Reader):
    title = Title(
        1, LONG, LONG, LONG, (LONG,) * 9, "TV", 2000, 12, GENRES, studios=(LONG,) * 9, score=8.75
    )
    assert fits([title_card(reader, title, for_you=ForYou(Mark(score=1)), position=(8, 8))])


@settings(deadline=None, max_examples=50)
@given(readers, st.lists(titles, max_size=10), titles, st.booleans())
def test_any_titles_like_one_fit(reader: Reader, found: list[Title], title: Title, personal: bool):
    entries = tuple(ListedTitle(each, 7.3, None) for each in found)
    similar = SimilarTitles(title, Kind(GENRES[:2], tuple(found[:2])), entries)
    embed = similar_card(reader, similar, personal=personal)
    assert fits([embed])
    assert (embed.description or "").count("](https://myanimelist.net/anime/") == len(found)
    assert ("★" in (embed.description or "")) == (personal and bool(found)) or "★" in str(found)


@pytest.mark.parametrize("personal", [True, False])
def test_a_kind_has_a_name_in_words(personal: bool):
    reader, monster = READERS[0], Title(1, "Monster")
    known = Kind(("Psychological", "Thriller"), (monster, Title(2, "Death Note")))

    def said(title: Title, kind: Kind | None) -> str:
        card = similar_card(reader, SimilarTitles(title, kind, ()), personal=personal)
        return (card.description or "").splitlines()[0]

    assert said(Title(3, "Pluto"), known) == "*Psychological, Thriller such as Monster*"
    assert said(monster, known) == "*Psychological, Thriller such as Death Note*"
    assert said(monster, Kind(("Drama",), (monster,))) == "*Drama*"
    assert said(Title(3, "Pluto"), Kind((), (monster,))) == "*Of the same kind as Monster*"
    assert said(monster, None).startswith("I do not know this title well enough")


@settings(deadline=None, max_examples=50)
@given(readers, st.lists(titles, max_size=25), st.integers(0, 4))
def test_any_ratings_and_hidden_titles_fit(reader: Reader, some: list[Title], page: int):
    rated = [RatedTitle(title, 1 + i % 10, NOW) for i, title in enumerate(some)]
    hidden = [Dismissal(title, DismissalKind.SEEN, NOW) for title in some]
    assert fits([ratings_card(reader, rated, page)])
    assert fits([hidden_card(reader, hidden, page)])


def test_full_pages_of_the_longest_titles_fit():
    title = Title(10**9, LONG, LONG, LONG)
    rated = [RatedTitle(title, 1 + i % 10, NOW) for i in range(40)]
    for reader in READERS:
        embed = ratings_card(reader, rated, 0)
        assert fits([embed])
        assert (embed.description or "").count("/anime/") == 10


@given(st.lists(st.integers(1, 10**10 - 1), min_size=1, max_size=8, unique=True))
def test_the_matches_fit_into_a_button(ids: list[int]):
    matches = Matches.of(ids)
    assert matches.ids == tuple(ids[: len(matches.ids)])
    if all(anime_id < 10**6 for anime_id in ids):
        assert len(matches.ids) == len(ids)
    button = NotForMe.make(READERS[0], 2**64 - 1, matches)
    assert len(button.item.custom_id or "") <= 100
    found = NotForMe.__discord_ui_compiled_template__.fullmatch(button.item.custom_id or "")
    assert found is not None
    assert found["ids"] == "-".join(map(str, matches.ids))


def test_no_two_kinds_of_buttons_answer_to_the_same_press():
    reader = READERS[0]
    kinds = (*rating.PERSISTENT, *title_buttons.PERSISTENT, *rated_pages.PERSISTENT)
    one = Title(1, "Monster")
    items = [
        rating.ChooseTitle.make(reader, 5, [one], "?"),
        rating.RateTitle.make(reader, 5, 1),
        rating.ChooseScore.make(reader, 5, one),
        rating.UndoRating.make(reader, 5, 1),
        title_buttons.PreviousMatch.make(reader, 5, Matches((1, 2))),
        title_buttons.NextMatch.make(reader, 5, Matches((1, 2))),
        title_buttons.NotForMe.make(reader, 5, Matches((1,))),
        title_buttons.BringBack.make(reader, 5, Matches((1,))),
        title_buttons.MoreLikeThis.make(reader, 5, 1),
        rated_pages.RatingsPage.make(reader, 5, 1, "page-after"),
        rated_pages.HiddenPage.make(reader, 5, 1, "page-after"),
        rated_pages.BringBackTitles.make(reader, 5, 0, [Dismissal(one, DismissalKind.SEEN, NOW)]),
    ]
    for item in items:
        custom_id = item.item.custom_id or ""
        answering = [
            kind for kind in kinds if kind.__discord_ui_compiled_template__.fullmatch(custom_id)
        ]
        assert answering == [type(item)], custom_id


async def test_what_is_drawn_for_want_of_a_poster_bears_the_name_that_is_written(tmp_path: Path):
    names = {
        TitleLanguage.ROMAJI: "Sen to Chihiro no Kamikakushi",
        TitleLanguage.ENGLISH: "Spirited Away",
        TitleLanguage.JAPANESE: "千と千尋の神隠し",
    }
    title = Title(
        199,
        names[TitleLanguage.ROMAJI],
        names[TitleLanguage.ENGLISH],
        names[TitleLanguage.JAPANESE],
        genres=("Adventure",),
    )
    posters = PosterStore(tmp_path)

    async def drawn(reader: Reader, drawn_title: Title) -> tuple[bytes, bytes]:
        many = await sheet(posters, reader, "sheet.jpg", [Shown(drawn_title, 8.8)])
        one = await poster(posters, reader, drawn_title)
        assert many is not None
        return many.fp.read(), one.fp.read()

    pictures = set[tuple[bytes, bytes]]()
    for language, name in names.items():
        picture = await drawn(Reader.of(Language.ENGLISH, language), title)
        named_so = Title(199, name, genres=("Adventure",))
        assert picture == await drawn(Reader.of(Language.ENGLISH), named_so)
        pictures.add(picture)
    assert len(pictures) == len(names)
    await posters.close()
