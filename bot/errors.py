"""What a person is told when something fails; the one handler for commands, buttons and menus."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING, Final

import discord
from discord import app_commands

from bot.interactions import answer_privately
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
    NothingToScoreError,
    RikoError,
    TitleNotFoundError,
)

if TYPE_CHECKING:
    from bot.interactions import Interaction

_UNKNOWN_INTERACTION: Final = 10062
"""Discord's code for an interaction it has forgotten: nobody waits for an answer any more."""

_log = logging.getLogger(__name__)


def sentence(error: BaseException) -> str | None:
    """Return what to tell a person about `error`, or `None` if nobody foresaw it."""
    match error:
        case InvalidScoreError():
            return texts.BAD_SCORE
        case InvalidAgeError():
            return texts.bad_age(error.minimum, error.maximum)
        case InvalidGenderError():
            return texts.BAD_GENDER
        case TitleNotFoundError():
            return texts.title_not_found(error.query, error.suggestions)
        case NothingToScoreError():
            return texts.LISTS_GONE
        case InvalidInputError() | app_commands.TransformerError():
            return texts.BAD_INPUT
        case BusyError():
            return texts.BUSY
        case InferenceError():
            return texts.RESTARTED
        case DatabaseFullError():
            return texts.DATABASE_FULL
        case DatabaseReadOnlyError():
            return texts.DATABASE_READ_ONLY
        case DatabaseBusyError():
            return texts.DATABASE_BUSY
        case DatabaseError():
            return texts.DATABASE_FAILED
        case RikoError():
            return texts.BAD_SETUP
        case app_commands.CommandNotFound() | app_commands.CommandSignatureMismatch():
            return texts.OUTDATED
        case _:
            return None


async def answer_failure(interaction: Interaction, error: BaseException) -> None:
    """Tell the person who caused `error`, and only that person, what happened.

    What nobody foresaw gets a number that stands in the log beside the traceback.
    """
    cause = _cause(error)
    if _is_forgotten(cause):
        _log.warning("interaction %d was answered too late", interaction.id)
        return
    told = sentence(cause)
    if told is None:
        identifier = secrets.token_hex(4)
        _log.error("failure %s in interaction %d", identifier, interaction.id, exc_info=cause)
        told = texts.unknown_failure(identifier)
    elif not isinstance(cause, InvalidInputError):
        # the text of an invalid input repeats what was typed, which stays out of the log
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


def _is_forgotten(error: BaseException) -> bool:
    return isinstance(error, discord.NotFound) and error.code == _UNKNOWN_INTERACTION
