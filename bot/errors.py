"""What a person is told when something fails; the one handler for commands, buttons and menus."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING, Final

import discord
from discord import app_commands

from bot.interactions import answer_privately, was_to_save
from bot.ui import texts
from core.errors import (
    BusyError,
    DatabaseBusyError,
    DatabaseError,
    DatabaseFullError,
    DatabaseReadOnlyError,
    InferenceError,
    InvalidAgeError,
    InvalidGenderError,
    InvalidInputError,
    InvalidScoreError,
    RikoError,
    RoundGoneError,
    TitleNotFoundError,
)

if TYPE_CHECKING:
    from bot.interactions import Interaction

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


def sentence(error: BaseException, *, saving: bool = False) -> str | None:
    """Return what to tell a person about `error`, or `None` if nobody foresaw it.

    With `saving` the person expected something to be saved, and hears that it was not.
    """
    match error:
        case InvalidScoreError():
            return texts.BAD_SCORE
        case InvalidAgeError():
            return texts.bad_age(error.minimum, error.maximum)
        case InvalidGenderError():
            return texts.BAD_GENDER
        case TitleNotFoundError():
            return texts.title_not_found(error.query, error.suggestions)
        case RoundGoneError():
            return texts.LISTS_GONE
        case InvalidInputError() | app_commands.TransformerError():
            return texts.BAD_INPUT
        case BusyError():
            return texts.BUSY
        case InferenceError():
            return texts.RESTARTED
        case DatabaseError():
            told = _about_database(error)
            return f"{texts.NOTHING_SAVED} {told}" if saving else told
        case RikoError():
            return texts.BAD_SETUP
        case app_commands.CommandOnCooldown():
            return texts.slow_down(error.retry_after)
        case app_commands.CommandNotFound() | app_commands.CommandSignatureMismatch():
            return texts.OUTDATED
        case _:
            return None


def _about_database(error: DatabaseError) -> str:
    match error:
        case DatabaseFullError():
            return texts.DATABASE_FULL
        case DatabaseReadOnlyError():
            return texts.DATABASE_READ_ONLY
        case DatabaseBusyError():
            return texts.DATABASE_BUSY
        case _:
            return texts.DATABASE_FAILED


async def answer_failure(interaction: Interaction, error: BaseException) -> None:
    """Tell the person who caused `error`, and only that person, what happened.

    What nobody foresaw gets a number that stands in the log beside the traceback.
    """
    cause = _cause(error)
    if isinstance(cause, discord.HTTPException) and cause.code in _NOBODY_WAITS:
        _log.warning("interaction %d: nobody waits for its answer: %s", interaction.id, cause)
        return
    told = sentence(cause, saving=was_to_save(interaction))
    if told is None:
        identifier = secrets.token_hex(4)
        _log.error("failure %s in interaction %d", identifier, interaction.id, exc_info=cause)
        told = texts.unknown_failure(identifier)
    elif not isinstance(cause, _NOT_LOGGED):
        _log.warning("interaction %d: %s: %s", interaction.id, type(cause).__name__, cause)
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
