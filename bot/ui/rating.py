"""Rating one title from a button or a menu, and taking it back."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, Self

import discord

from bot.interactions import (
    acknowledge,
    answer,
    place_of,
    reader_of,
    services_of,
    showing_of,
    will_save,
)
from bot.ui.limits import CONTENT, NAME_LENGTHS, names_that_fit, text_that_fits
from bot.ui.owned import (
    OWNER,
    TITLE,
    Button,
    OwnedItem,
    Select,
    score_menu,
    title_options,
    view_of,
)
from bot.ui.reader import LONGEST_NAME
from bot.ui.text import clip, plain, utf16_length
from core.errors import DatabaseError, shorten
from core.services.rating_lines import MOST_TITLES, NotUnderstood, Problem
from core.services.recommendations import RATINGS_WANTED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.interactions import Interaction
    from bot.ui.reader import Reader
    from core.catalogue.title import Title
    from core.services.ratings import RatingChange, RatingChanges, Removal, Undone

_STEP: Final = r"(?P<step_id>\d{1,18})"
_FILLED: Final = "▰"
_EMPTY: Final = "▱"

_log = logging.getLogger(__name__)


def rated_text(reader: Reader, change: RatingChange) -> str:
    """Confirm a saved rating, what it replaced, and how far it is to good lists."""
    return f"{_what(reader, change)} {_next(reader, change)}"


def rated_many_text(reader: Reader, changes: RatingChanges) -> str:
    """Confirm several ratings saved at once, a line each, with names as long as fits."""
    last = _next(reader, changes.changes[-1])
    return text_that_fits(
        "\n".join([*(_what(reader, change, length) for change in changes.changes), last])
        for length in NAME_LENGTHS
    )


def unrated_text(reader: Reader, removal: Removal) -> str:
    """Confirm that a rating was taken back, or say that there was none."""
    name = f"**{reader.name(removal.title)}**"
    if removal.previous is None:
        return reader("unrated-nothing", title=name)
    gone = reader("unrated", title=name, score=removal.previous)
    return f"{gone} {reader('rated-count', count=removal.rating_count)}"


def not_understood_text(reader: Reader, problem: NotUnderstood) -> str:
    """Say which part of a line of ratings cannot be used, and how to write it."""
    part = plain(shorten(problem.part))
    match problem.problem:
        case Problem.NO_SCORE:
            said = reader("line-no-score", part=part)
        case Problem.BAD_SCORE:
            said = reader("line-bad-score", part=part)
        case Problem.TOO_MANY:
            said = reader("line-too-many", most=MOST_TITLES, part=part)
        case Problem.NOT_FOUND if problem.suggestions:
            names = ", ".join(plain(clip(name, LONGEST_NAME)) for name in problem.suggestions)
            said = reader("line-not-found-but", part=part, names=names)
        case Problem.NOT_FOUND:
            said = reader("line-not-found", part=part)
    return f"{reader('error-nothing-saved')} {said}"


def undone_text(reader: Reader, undone: Undone) -> str:
    """Say what is as before again, and what was left alone."""
    if not undone.titles and not undone.kept:
        return reader("undone-unnamed")
    if len(undone.titles) + len(undone.kept) > MOST_TITLES:
        return reader("undone-many", count=len(undone.titles), kept=len(undone.kept))
    return names_that_fit(reader, {"undone": undone.titles, "undo-kept": undone.kept})


async def confirm(interaction: Interaction, said: str, step_id: int) -> None:
    """Say that a rating was saved, with a way to undo it.

    Who has told neither age nor gender is asked for them below, once ever.
    """
    reader, user_id = await reader_of(interaction), interaction.user.id
    asking = f"{said}\n\n{reader('profile-question')}"
    # asked only where there is room for the question: it is noted as asked then
    if utf16_length(asking) <= CONTENT and await _ask_for_profile(interaction):
        said = asking
    await answer(interaction, said, view=view_of(UndoRating.make(reader, user_id, step_id)))


async def _ask_for_profile(interaction: Interaction) -> bool:
    user_id = interaction.user.id
    try:
        return await services_of(interaction).profiles.ask_for_profile(user_id)
    except DatabaseError as error:
        # the rating is saved, and that is what the person must hear
        _log.warning("user %d is not asked for a profile: %s", user_id, error)
        return False


def progress(count: int) -> str:
    """Return a bar of the ratings that are wanted, filled as far as `count`."""
    filled = min(count, RATINGS_WANTED)
    return _FILLED * filled + _EMPTY * (RATINGS_WANTED - filled)


def _what(reader: Reader, change: RatingChange, length: int = LONGEST_NAME) -> str:
    name = f"**{reader.name(change.title, length)}**"
    if change.previous is None:
        return reader("rated-new", title=name, score=change.score)
    if change.previous == change.score:
        return reader("rated-same", title=name, score=change.score)
    return reader("rated-again", title=name, previous=change.previous, score=change.score)


def _next(reader: Reader, change: RatingChange) -> str:
    rated = reader("rated-count", count=change.rating_count)
    if not change.known:
        return f"{rated} {reader('rated-unknown-to-network')}"
    missing = RATINGS_WANTED - change.known_count
    if missing <= 0:
        return f"{rated} {reader('rated-learned')}"
    return f"{rated}\n{progress(change.known_count)} {reader('rated-more', count=missing)}"


class ChooseTitle(OwnedItem[Select], template=f"riko:title:{OWNER}"):
    """A menu of titles; choosing one asks for its score in a private message of its own."""

    @classmethod
    def make(
        cls,
        reader: Reader,
        owner: int,
        titles: Iterable[Title],
        placeholder: str,
        notes: dict[int, str] | None = None,
    ) -> Self:
        """Return a menu of `titles`, each of them once; `notes` stand in front of names, by id."""
        menu: Select = discord.ui.Select(
            custom_id=f"riko:title:{owner}",
            placeholder=placeholder,
            options=title_options(reader, titles, notes),
        )
        return cls(menu, owner=owner)

    async def work(self, interaction: Interaction) -> None:
        """Ask for the score of the title chosen."""
        await acknowledge(interaction)
        title = await title_to_rate(interaction, int(self.item.values[0]))
        await ask_for_score(interaction, self.owner, title)


class RateTitle(OwnedItem[Button], template=f"riko:rate-title:{OWNER}:{TITLE}"):
    """A button below a card; asks for the title's score in a private message of its own."""

    def __init__(self, item: Button, *, owner: int, anime_id: int) -> None:
        super().__init__(item, owner=owner)
        self.anime_id = anime_id

    @classmethod
    def make(cls, reader: Reader, owner: int, anime_id: int) -> Self:
        """Return the button for the title with the id `anime_id`."""
        button: Button = discord.ui.Button(
            label=reader("button-rate"),
            style=discord.ButtonStyle.primary,
            custom_id=f"riko:rate-title:{owner}:{anime_id}",
        )
        return cls(button, owner=owner, anime_id=anime_id)

    async def work(self, interaction: Interaction) -> None:
        """Ask for the score."""
        await acknowledge(interaction)
        title = await title_to_rate(interaction, self.anime_id)
        await ask_for_score(interaction, self.owner, title)


class ChooseScore(OwnedItem[Select], template=f"riko:score:{OWNER}:{TITLE}"):
    """A menu of scores for one title; choosing one saves it."""

    def __init__(self, item: Select, *, owner: int, anime_id: int) -> None:
        super().__init__(item, owner=owner)
        self.anime_id = anime_id

    @classmethod
    def make(cls, reader: Reader, owner: int, title: Title) -> Self:
        """Return the menu for `title`."""
        placeholder = reader("choose-score", title=clip(reader.raw_name(title), 100))
        menu = score_menu(reader, f"riko:score:{owner}:{title.anime_id}", placeholder)
        return cls(menu, owner=owner, anime_id=title.anime_id)

    async def work(self, interaction: Interaction) -> None:
        """Save the score chosen; it can be undone."""
        will_save(interaction)
        await interaction.response.defer()
        reader = await reader_of(interaction)
        services = services_of(interaction)
        # what the server hides too: the menu names it, and /rate takes it by its name
        showing = (await showing_of(interaction)).with_hidden
        title = services.titles.get(self.anime_id, showing)
        change = await services.ratings.rate(self.owner, title.anime_id, int(self.item.values[0]))
        await confirm(interaction, rated_text(reader, change), change.step_id)


class UndoRating(OwnedItem[Button], template=f"riko:undo:{OWNER}:{_STEP}"):
    """Takes the ratings of one command back."""

    def __init__(self, item: Button, *, owner: int, step_id: int) -> None:
        super().__init__(item, owner=owner)
        self.step_id = step_id

    @classmethod
    def make(cls, reader: Reader, owner: int, step_id: int) -> Self:
        """Return the button for the step with the id `step_id`."""
        button: Button = discord.ui.Button(
            label=reader("button-undo"), custom_id=f"riko:undo:{owner}:{step_id}"
        )
        return cls(button, owner=owner, step_id=step_id)

    async def work(self, interaction: Interaction) -> None:
        """Restore what stood before."""
        will_save(interaction)
        await interaction.response.defer()
        reader = await reader_of(interaction)
        undone = await services_of(interaction).ratings.undo(
            self.owner, self.step_id, place_of(interaction)
        )
        await answer(interaction, undone_text(reader, undone))


PERSISTENT: Final = (ChooseTitle, RateTitle, ChooseScore, UndoRating)
"""What the bot registers before the first event, so that old messages keep working."""


async def title_to_rate(interaction: Interaction, anime_id: int) -> Title:
    """Return the title that a button or menu offers to rate.

    Raises `TitleNotFoundError` for one that may not be shown here, which a genre that the server
    hides only makes it if the person has not rated it.
    """
    services, showing = services_of(interaction), await showing_of(interaction)
    if anime_id in await services.ratings.scores(interaction.user.id):
        showing = showing.with_hidden
    return services.titles.get(anime_id, showing)


async def ask_for_score(interaction: Interaction, owner: int, title: Title) -> None:
    """Offer the scores of a title in the answer that was acknowledged."""
    reader = await reader_of(interaction)
    question = reader("choose-score", title=f"**{reader.name(title)}**")
    await answer(interaction, question, view=view_of(ChooseScore.make(reader, owner, title)))
