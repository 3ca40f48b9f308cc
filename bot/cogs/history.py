"""`/history`."""

from discord import app_commands
from discord.ext import commands

from bot.interactions import Interaction, acknowledge, place_of, services_of
from bot.ui.history import answer_with_history
from bot.ui.words import says


class HistoryCog(commands.Cog):
    """How good the lists were over time; always answered to the person who asked only."""

    @app_commands.command(name=says("command-history"), description=says("history-help"))
    async def history(self, interaction: Interaction) -> None:
        """Show the scores of the lists, and what was taken from them."""
        await acknowledge(interaction)
        history = await services_of(interaction).history.history(
            interaction.user.id, place_of(interaction)
        )
        await answer_with_history(interaction, history)
