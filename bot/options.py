"""The `title` options: they suggest, look up and check in one class each."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from discord import app_commands

from bot.interactions import client_of, place_of, services_of, showing_of
from bot.ui.reader import Reader
from bot.ui.text import clip, utf16_length
from bot.ui.words import Language
from core.errors import DatabaseError, TitleNotFoundError
from core.services.rating_lines import split_score, split_unfinished
from core.services.titles import gone_title
from core.showing import ANYBODY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.interactions import Interaction
    from core.catalogue.title import Title
    from core.services.ratings import RatingService
    from core.services.titles import TitleService

MOST_CHOICES: Final = 25
"""Discord refuses more choices than this, and discord.py does not check."""
MOST_MATCHES: Final = 8
"""As many titles a search turns the pages of; their ids must fit into a button."""
LONGEST_CHOICE: Final = 100
_MOST_LINES: Final = 5

Choices = list[app_commands.Choice[str]]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TitleMatches:
    """The title that fits best what a person typed, and others that fit too."""

    best: Title
    others: tuple[Title, ...]


class ScoresAtHand:
    """The scores that suggestions show. One for each running bot.

    Suggestions come at each key press and wait for no database: without scores at first.
    """

    def __init__(self) -> None:
        self._reading: dict[int, asyncio.Task[None]] = {}

    def of(self, ratings: RatingService, user_id: int) -> Mapping[int, int]:
        """Return the scores of `user_id` by title id if they are in memory, else have them read."""
        scores = ratings.scores_in_memory(user_id)
        if scores is not None:
            return scores
        if user_id not in self._reading:
            task = self._reading[user_id] = asyncio.create_task(_read(ratings, user_id))
            task.add_done_callback(lambda _: self._reading.pop(user_id, None))
        return {}


async def _read(ratings: RatingService, user_id: int) -> None:
    try:
        await ratings.scores(user_id)
    except DatabaseError as error:
        _log.warning("the scores of user %d are not at hand: %s", user_id, error)


class _TitleSuggestions(app_commands.Transformer):
    async def autocomplete(  # pyright: ignore[reportIncompatibleMethodOverride]  # str is all we offer
        self, interaction: Interaction, value: str, /
    ) -> Choices:
        """Suggest titles from memory; never adult ones, as nobody's profile is read here."""
        found = services_of(interaction).titles.find(
            str(value), place_of(interaction).to_anybody, MOST_CHOICES
        )
        reader = _reader(interaction)
        return [_choice(reader, title) for title in found]


class OneTitle(_TitleSuggestions):
    """An option that becomes one `Title`, from a suggestion, an id or free text.

    Raises `TitleNotFoundError` for text that fits no title this person may see here.
    """

    async def transform(self, interaction: Interaction, value: str, /) -> Title:
        """Look `value` up."""
        return services_of(interaction).titles.resolve(str(value), await showing_of(interaction))


class RatedFirst(OneTitle):
    """Like `OneTitle`, but what the person has rated is suggested first, with its score.

    The number of a title that left the catalogue is taken too, if they rated it.
    """

    async def transform(self, interaction: Interaction, value: str, /) -> Title:
        """Look `value` up; what the person rated is found wherever they are."""
        try:
            return await super().transform(interaction, value)
        except TitleNotFoundError:
            rated = await _rated(interaction, value)
            if rated is not None:
                return rated
            services, number = services_of(interaction), str(value).strip().removeprefix("#")
            if number.isdecimal() and int(number) in await services.ratings.gone(
                interaction.user.id
            ):
                return gone_title(int(number))
            raise

    async def autocomplete(  # pyright: ignore[reportIncompatibleMethodOverride]  # str is all we offer
        self, interaction: Interaction, value: str, /
    ) -> Choices:
        """Suggest rated titles that fit, then others; before anything is typed, rated ones."""
        titles = services_of(interaction).titles
        scores, reader = _scores(interaction), _reader(interaction)
        found = titles.find(
            str(value),
            place_of(interaction).to_anybody,
            MOST_CHOICES * 4 if scores else MOST_CHOICES,
        )
        rated = [title for title in found if title.anime_id in scores]
        if not str(value).strip():
            rated = list(islice(_latest(titles, scores), MOST_CHOICES))
        rest = [title for title in found if title.anime_id not in scores]
        return [
            _choice(reader, title, scores.get(title.anime_id))
            for title in [*rated, *rest][:MOST_CHOICES]
        ]


class AllMatches(_TitleSuggestions):
    """An option that becomes `TitleMatches`. Raises `TitleNotFoundError` like `OneTitle`."""

    async def transform(self, interaction: Interaction, value: str, /) -> TitleMatches:
        """Look `value` up; an id, which is what a suggestion sends, has no other matches."""
        titles = services_of(interaction).titles
        showing = await showing_of(interaction)
        best = titles.resolve(str(value), showing)
        if str(value).strip() == str(best.anime_id):
            return TitleMatches(best, ())
        found = titles.find(str(value), showing, MOST_MATCHES)
        others = tuple(title for title in found if title.anime_id != best.anime_id)
        return TitleMatches(best, others[: MOST_MATCHES - 1])


class TitlesToRate(app_commands.Transformer):
    """An option for one title or a line such as "Monster 9, Naruto 6"; it stays a text.

    `core.services.rating_lines` reads it once the person knows that Riko is at work.
    """

    async def transform(self, interaction: Interaction, value: str, /) -> str:  # noqa: ARG002
        """Return `value`."""
        return str(value)

    async def autocomplete(  # pyright: ignore[reportIncompatibleMethodOverride]  # str is all we offer
        self, interaction: Interaction, value: str, /
    ) -> Choices:
        """Suggest titles, each with the score it has, or ways to go on with a line."""
        finished, typed = split_unfinished(str(value))
        if finished:
            return _lines(interaction, finished, typed, MOST_CHOICES)
        reader, scores = _reader(interaction), _scores(interaction)
        found = services_of(interaction).titles.find(
            typed, place_of(interaction).to_anybody, MOST_CHOICES
        )
        titles = [_choice(reader, title, scores.get(title.anime_id)) for title in found]
        if any(_is_called(title, typed) for title in found):
            return titles
        # a number at the end is rather a score than a part of some title's name
        return [*_lines(interaction, "", typed, _MOST_LINES), *titles][:MOST_CHOICES]


async def _rated(interaction: Interaction, value: str) -> Title | None:
    """Return the title `value` means if the server hides its genre and the person rated it."""
    services, showing = services_of(interaction), await showing_of(interaction)
    if not showing.hidden_genres:
        return None
    try:
        title = services.titles.resolve(str(value), showing.with_hidden)
    except TitleNotFoundError:
        return None
    scores = await services.ratings.scores(interaction.user.id)
    return title if title.anime_id in scores else None


def _scores(interaction: Interaction) -> Mapping[int, int]:
    scores = client_of(interaction).scores_at_hand
    return scores.of(services_of(interaction).ratings, interaction.user.id)


def _reader(interaction: Interaction) -> Reader:
    """Return who reads suggestions; how they prefer titles is not looked up for each key press."""
    return Reader.of(Language.of_locale(interaction.locale))


def _choice(reader: Reader, title: Title, score: int | None = None) -> app_commands.Choice[str]:
    named = reader.choice(title)
    label = named if score is None else f"✓ {score} · {named}"
    return app_commands.Choice(name=clip(label, LONGEST_CHOICE), value=str(title.anime_id))


def _latest(titles: TitleService, scores: Mapping[int, int]) -> Iterable[Title]:
    """Return the rated titles everybody may see, the last first."""
    for anime_id in reversed(scores):
        try:
            yield titles.get(anime_id, ANYBODY)
        except TitleNotFoundError:
            continue


def _lines(interaction: Interaction, finished: str, typed: str, most: int) -> Choices:
    """Offer lines with the titles that what is typed last may mean, as they can be sent."""
    titles, reader = services_of(interaction).titles, _reader(interaction)
    name, score = split_score(typed)
    if not finished and score is None:
        return []
    behind = "" if score is None else f" = {score}"
    found = titles.find(name, place_of(interaction).to_anybody, most)
    names = (_written(titles, reader, title) for title in found)
    lines = dict.fromkeys(
        f"{finished}{written}{behind}" for written in names if written is not None
    )
    return [
        app_commands.Choice(name=line, value=line)
        for line in lines
        if utf16_length(line) <= LONGEST_CHOICE
    ]


def _is_called(title: Title, typed: str) -> bool:
    return typed.strip().casefold() in {
        name.casefold()
        for name in (title.title, title.title_english, title.title_japanese)
        if name is not None
    }


def _written(titles: TitleService, reader: Reader, title: Title) -> str | None:
    """Return a name of `title` that is read as this title again; none if none is."""
    for name in dict.fromkeys((reader.raw_name(title), title.title)):
        try:
            if titles.resolve(name, ANYBODY).anime_id == title.anime_id:
                return name
        except TitleNotFoundError:
            continue
    return None
