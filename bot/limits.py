"""How often one person may ask for lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from discord import app_commands
from discord.ext import commands

if TYPE_CHECKING:
    from bot.interactions import Interaction

LIMIT: Final = app_commands.Cooldown(3, 10.0)
"""Three times in ten seconds."""


class Turns:
    """Counts the lists each person asked for just now, by whichever command or button."""

    def __init__(self) -> None:
        self._turns = commands.CooldownMapping(LIMIT, _who)

    def take(self, interaction: Interaction) -> None:
        """Count one more. Raises `CommandOnCooldown` if the person must wait first."""
        now = interaction.created_at.timestamp()
        wait = self._turns.update_rate_limit(interaction, now)
        if wait is not None:
            raise app_commands.CommandOnCooldown(LIMIT, wait)


def _who(interaction: Interaction) -> int:
    return interaction.user.id
