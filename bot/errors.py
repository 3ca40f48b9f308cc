"""What a person is told when something fails; the one handler for commands, buttons and menus."""

from __future__ import annotations

import logging
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeVar

import discord
from discord import app_commands

from bot.interactions import answer_privately, was_to_save, words_of
from bot.ui.text import plain
from core.errors import (
    AnothersExportError,
    BadExportError,
    BusyError,
    DamagedListError,
    DatabaseBusyError,
    DatabaseError,
    DatabaseFullError,
    DatabaseReadOnlyError,
    EmptyExportError,
    EmptyListError,
    GenreNotFoundError,
    InferenceError,
    InvalidAgeError,
    InvalidGenderError,
    InvalidInputError,
    InvalidScoreError,
    InvalidYearsError,
    LargeListError,
    ListAccountError,
    ListGoneError,
    ListsTooOftenError,
    LongExportError,
    LongListError,
    MangaListError,
    NarrowPartyError,
    NobodySharesError,
    NoRatingsError,
    NothingToUndoError,
    NotInPartyError,
    NotSharedError,
    NumbersOfAniListError,
    OneListError,
    OutsideError,
    PartyGoneError,
    PartyPolledError,
    PrivateListError,
    RikoError,
    RoundGoneError,
    ServerOnlyError,
    TitleNotFoundError,
    UnknownListError,
    shorten,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.interactions import Interaction
    from bot.ui.words import Words

    Say = Callable[[Words, BaseException], str]

ErrorT = TypeVar("ErrorT", bound=BaseException)

_NOBODY_WAITS: Final = frozenset(
    {
        10008,  # unknown message: the person has dismissed the answer
        10015,  # unknown webhook: the interaction is older than a quarter of an hour
        10062,  # unknown interaction: it was not acknowledged within three seconds
        50027,  # invalid webhook token: as 10015
    }
)
"""Discord's codes for an interaction whose answer nobody waits for any more."""

_NOT_LOGGED: Final = (
    # their texts repeat what was typed
    InvalidInputError,
    app_commands.TransformerError,
    # nothing failed
    app_commands.CommandOnCooldown,
)

_log = logging.getLogger(__name__)


def _just(key: str) -> Say:
    return lambda words, _: words(key)


def _for(kind: type[ErrorT], say: Callable[[Words, ErrorT], str]) -> tuple[type[ErrorT], Say]:
    """Pair a type of exception with its sentence, so that the sentence may use its attributes."""
    return kind, lambda words, error: say(words, error) if isinstance(error, kind) else ""


def _title_not_found(words: Words, error: TitleNotFoundError) -> str:
    if isinstance(error.query, int):
        # nobody typed that: a button or menu carries it
        return words("error-title-not-here")
    query = plain(shorten(error.query))
    if not error.suggestions:
        return words("error-title-not-found", query=query)
    names = ", ".join(map(plain, error.suggestions))
    return words("error-title-not-found-but", query=query, names=names)


def _polled(words: Words, error: PartyPolledError) -> str:
    if error.message_id is None:
        return words("error-party-polling")
    place = f"{error.guild_id}/{error.channel_id}/{error.message_id}"
    return words("error-party-polled", link=f"https://discord.com/channels/{place}")


def when(seconds: float) -> str:
    """Return a moment that many seconds ahead, which Discord counts down to."""
    moment = discord.utils.utcnow() + timedelta(seconds=max(1.0, seconds))
    return discord.utils.format_dt(moment, "R")


SENTENCES: Final[dict[type[BaseException], Say]] = dict(
    [
        _for(InvalidScoreError, lambda words, _: words("error-bad-score")),
        _for(
            InvalidAgeError,
            lambda words, error: words(
                "error-bad-age", minimum=error.minimum, maximum=error.maximum
            ),
        ),
        _for(
            GenreNotFoundError,
            lambda words, error: words("error-genre-not-found", query=plain(shorten(error.query))),
        ),
        _for(
            InvalidYearsError,
            lambda words, error: words(
                "error-bad-years", first=str(error.year_from), last=str(error.year_to)
            ),
        ),
        _for(TitleNotFoundError, _title_not_found),
        _for(BusyError, lambda words, error: words("error-busy", when=when(error.retry_after))),
        _for(
            app_commands.CommandOnCooldown,
            lambda words, error: words("error-slow-down", when=when(error.retry_after)),
        ),
        (InvalidGenderError, _just("error-bad-gender")),
        (RoundGoneError, _just("error-lists-gone")),
        (NothingToUndoError, _just("error-nothing-to-undo")),
        (NotSharedError, _just("error-not-shared")),
        (NoRatingsError, _just("error-no-ratings")),
        (NobodySharesError, _just("error-nobody-shares")),
        (NarrowPartyError, _just("error-narrow-party")),
        (PartyGoneError, _just("error-party-gone")),
        (NotInPartyError, _just("error-not-in-party")),
        _for(PartyPolledError, _polled),
        (ServerOnlyError, _just("error-server-only")),
        (BadExportError, _just("error-bad-export")),
        (EmptyExportError, _just("error-empty-export")),
        (AnothersExportError, _just("error-anothers-export")),
        _for(LongExportError, lambda words, error: words("error-long-export", most=error.most)),
        (UnknownListError, _just("error-unknown-list")),
        (DamagedListError, _just("error-damaged-list")),
        _for(
            LargeListError,
            lambda words, error: words("error-large-list", megabytes=error.megabytes),
        ),
        _for(LongListError, lambda words, error: words("error-long-list", most=error.most)),
        (EmptyListError, _just("error-empty-list")),
        (MangaListError, _just("error-manga-list")),
        (NumbersOfAniListError, _just("error-numbers-of-anilist")),
        (ListAccountError, _just("error-list-account")),
        (PrivateListError, _just("error-private-list")),
        _for(
            ListsTooOftenError,
            lambda words, error: words("error-lists-too-often", when=when(error.retry_after)),
        ),
        (OneListError, _just("error-one-list")),
        (ListGoneError, _just("error-list-gone")),
        (InvalidInputError, _just("error-bad-input")),
        (app_commands.TransformerError, _just("error-bad-input")),
        (InferenceError, _just("error-recommender-restarted")),
        (DatabaseFullError, _just("error-database-full")),
        (DatabaseReadOnlyError, _just("error-database-read-only")),
        (DatabaseBusyError, _just("error-database-busy")),
        (DatabaseError, _just("error-database-failed")),
        _for(OutsideError, lambda words, error: words("error-outside", host=plain(error.host))),
        (RikoError, _just("error-bad-setup")),
        (app_commands.CommandNotFound, _just("error-outdated")),
        (app_commands.CommandSignatureMismatch, _just("error-outdated")),
    ]
)
"""The sentence for each type of failure; a subclass without its own has that of its parent."""


def sentence(error: BaseException, words: Words, *, saving: bool = False) -> str | None:
    """Return what to tell a person about `error`, or `None` if nobody foresaw it.

    With `saving` the person expected something to be saved, and hears that it was not.
    """
    say = next((SENTENCES[kind] for kind in type(error).__mro__ if kind in SENTENCES), None)
    if say is None:
        return None
    told = say(words, error)
    if saving and isinstance(error, DatabaseError):
        return f"{words('error-nothing-saved')} {told}"
    return told


def is_foreseen(error: BaseException) -> bool:
    """Return whether `error`, as discord.py raises it, has a sentence of its own."""
    return any(kind in SENTENCES for kind in type(_cause(error)).__mro__)


def tell(error: BaseException, words: Words, where: str, *, saving: bool = False) -> str:
    """Return what to tell a person about `error`, and log it as of `where`.

    What nobody foresaw gets a number that stands in the log beside the traceback.
    """
    told = sentence(error, words, saving=saving)
    if told is None:
        identifier = secrets.token_hex(4)
        _log.error("failure %s in %s", identifier, where, exc_info=error)
        return words("error-unknown", identifier=identifier)
    if not isinstance(error, _NOT_LOGGED):
        _log.warning("%s: %s: %s", where, type(error).__name__, error)
    return told


async def answer_failure(interaction: Interaction, error: BaseException) -> None:
    """Tell the person who caused `error`, and only that person, what happened; see `tell`."""
    cause = _cause(error)
    if isinstance(cause, discord.HTTPException) and cause.code in _NOBODY_WAITS:
        _log.warning("interaction %d: nobody waits for its answer: %s", interaction.id, cause)
        return
    told = tell(
        cause,
        words_of(interaction),
        f"interaction {interaction.id}",
        saving=was_to_save(interaction),
    )
    try:
        await answer_privately(interaction, told)
    except discord.HTTPException as failure:
        _log.warning("interaction %d: the failure could not be told: %s", interaction.id, failure)


def _cause(error: BaseException) -> BaseException:
    """Return what discord.py wrapped, if anything."""
    if isinstance(error, app_commands.CommandInvokeError):
        return error.original
    if isinstance(error, app_commands.TransformerError) and error.__cause__ is not None:
        return error.__cause__
    return error
