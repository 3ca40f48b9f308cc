"""How often one person may ask for lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord
from discord import app_commands
from discord.ext import commands

from core.errors import ListsTooOftenError

if TYPE_CHECKING:
    from bot.interactions import Interaction

LIMIT: Final = app_commands.Cooldown(3, 10.0)
"""Three times in ten seconds."""

GIVEN: Final = app_commands.Cooldown(10, 120.0)
"""Ten lists given in two minutes: AniList answers all of a Riko 30 times a minute, and while a long
list is saved, everybody else waits with what they save."""


class Turns:
    """Counts the lists each person asked for, and gave, just now, by whatever means."""

    def __init__(self) -> None:
        self._turns = commands.CooldownMapping(LIMIT, who)
        self._given = commands.CooldownMapping(GIVEN, who)

    def take(self, asked: Interaction | discord.Message) -> None:
        """Count one more. Raises `CommandOnCooldown` if the person must wait first."""
        wait = self._turns.update_rate_limit(asked, asked.created_at.timestamp())
        if wait is not None:
            raise app_commands.CommandOnCooldown(LIMIT, wait)

    def take_given(self, given: Interaction) -> None:
        """Count one more list or export given. Raises `ListsTooOftenError` if they must wait."""
        wait = self._given.update_rate_limit(given, given.created_at.timestamp())
        if wait is not None:
            raise ListsTooOftenError(wait)


def who(asked: Interaction | discord.Message) -> int:
    """Return the id of the person who asked."""
    return (asked.user if isinstance(asked, discord.Interaction) else asked.author).id
