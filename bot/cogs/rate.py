"""`/rate`."""

from discord import app_commands
from discord.ext import commands

from bot.interactions import Interaction, acknowledge, answer, will_save
from bot.options import OneTitle
from bot.ui import texts
from core.catalogue.title import Title
from core.person import HIGHEST_SCORE, LOWEST_SCORE
from core.services.ratings import RatingService


class RateCog(commands.Cog):
    """Takes ratings; always answered to the person who gave them only."""

    def __init__(self, ratings: RatingService) -> None:
        self._ratings = ratings

    @app_commands.command(description=texts.RATE)
    @app_commands.describe(title=texts.OPTION_TITLE, score=texts.OPTION_SCORE)
    async def rate(
        self,
        interaction: Interaction,
        title: app_commands.Transform[Title, OneTitle],
        score: app_commands.Range[int, LOWEST_SCORE, HIGHEST_SCORE],
    ) -> None:
        """Save a rating and say what it replaced."""
        will_save(interaction)
        await acknowledge(interaction)
        change = await self._ratings.rate(interaction.user.id, title.anime_id, score)
        await answer(interaction, texts.rated(change))
