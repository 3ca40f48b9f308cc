"""Files that people attach to a command."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import discord

from bot.interactions import answer, reader_of

if TYPE_CHECKING:
    from bot.interactions import Interaction

_log = logging.getLogger(__name__)


async def read_attached(interaction: Interaction, file: discord.Attachment) -> bytes | None:
    """Return what is in `file`; none, and the person is told, if Discord does not hand it out."""
    try:
        return await file.read()
    except discord.HTTPException as error:
        _log.warning("interaction %d: its file could not be read: %s", interaction.id, error)
        await answer(interaction, (await reader_of(interaction))("file-unreadable"))
        return None
