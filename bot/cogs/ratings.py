"""`/ratings`."""

from discord import app_commands
from discord.ext import commands

from bot.interactions import Interaction, acknowledge
from bot.ui.rated_pages import answer_with_ratings
from bot.ui.words import says


class RatingsCog(commands.Cog):
    """Shows what a person rated and dismissed; to that person only."""

    @app_commands.command(name=says("command-ratings"), description=says("ratings-help"))
    async def ratings(self, interaction: Interaction) -> None:
        """Show the latest ratings first."""
        await acknowledge(interaction)
        await answer_with_ratings(interaction, page=0)
