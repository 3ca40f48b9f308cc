"""How often one person may ask for lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord
from discord import app_commands
from discord.ext import commands

if TYPE_CHECKING:
    from bot.interactions import Interaction

LIMIT: Final = app_commands.Cooldown(3, 10.0)
"""Three times in ten seconds."""


IMPORTS: Final = app_commands.Cooldown(10, 120.0)
"""Ten lists from elsewhere in two minutes: AniList answers all of a Riko 30 times a minute."""


class Turns:
    """Counts the lists each person asked for just now, by whichever command, button or message."""

    def __init__(self) -> None:
        self._turns = commands.CooldownMapping(LIMIT, who)

    def take(self, asked: Interaction | discord.Message) -> None:
        """Count one more. Raises `CommandOnCooldown` if the person must wait first."""
        wait = self._turns.update_rate_limit(asked, asked.created_at.timestamp())
        if wait is not None:
            raise app_commands.CommandOnCooldown(LIMIT, wait)


def who(asked: Interaction | discord.Message) -> int:
    """Return the id of the person who asked."""
    return (asked.user if isinstance(asked, discord.Interaction) else asked.author).id
