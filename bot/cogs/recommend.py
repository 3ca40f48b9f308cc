"""`/recommend`."""

from typing import Final

from discord import app_commands
from discord.ext import commands

from bot.interactions import Interaction, acknowledge, answer, is_restricted
from bot.ui import texts
from bot.ui.embeds import cold_start, two_lists
from bot.ui.round_buttons import below_cold_start, below_lists
from core.services.recommendations import ColdStart, RecommendationService

LIMIT: Final = app_commands.Cooldown(3, 10.0)
"""One person may ask three times in ten seconds."""


class RecommendCog(commands.Cog):
    """Makes the two lists."""

    def __init__(self, recommendations: RecommendationService) -> None:
        self._recommendations = recommendations
        self._turns = commands.CooldownMapping(LIMIT, _who)

    @app_commands.command(description=texts.RECOMMEND)
    @app_commands.describe(private=texts.OPTION_PRIVATE)
    async def recommend(self, interaction: Interaction, private: bool = True) -> None:
        """Show the two lists, or the best loved titles to somebody who has rated nothing."""
        self._take_turn(interaction)
        await acknowledge(interaction, private=private)
        owner = interaction.user.id
        found = await self._recommendations.recommend(
            owner, restricted_channel=is_restricted(interaction)
        )
        if isinstance(found, ColdStart):
            view = below_cold_start(owner, found)
            await answer(interaction, embeds=cold_start(found, personal=private), view=view)
            return
        embeds = two_lists(found, personal=private)
        await answer(interaction, embeds=embeds, view=below_lists(owner, found))

    def _take_turn(self, interaction: Interaction) -> None:
        """Raise `CommandOnCooldown` if the person has asked too often just now."""
        now = interaction.created_at.timestamp()
        wait = self._turns.update_rate_limit(interaction, now)
        if wait is not None:
            raise app_commands.CommandOnCooldown(LIMIT, wait)


def _who(interaction: Interaction) -> int:
    return interaction.user.id
