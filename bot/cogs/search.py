"""`/search`."""

from discord import app_commands
from discord.ext import commands

from bot.interactions import Interaction, acknowledge, answer
from bot.options import AllMatches, TitleMatches
from bot.ui import texts
from bot.ui.embeds import title_card
from core.services.ratings import RatingService
from core.services.recommendations import RecommendationService


class SearchCog(commands.Cog):
    """Looks a title up."""

    def __init__(self, ratings: RatingService, recommendations: RecommendationService) -> None:
        self._ratings = ratings
        self._recommendations = recommendations

    @app_commands.command(description=texts.SEARCH)
    @app_commands.describe(title=texts.OPTION_TITLE, private=texts.OPTION_PRIVATE)
    async def search(
        self,
        interaction: Interaction,
        title: app_commands.Transform[TitleMatches, AllMatches],
        private: bool = True,
    ) -> None:
        """Show the best match; what concerns the person alone only in private."""
        await acknowledge(interaction, private=private)
        predicted = score = None
        if private:
            anime_id = title.best.anime_id
            predicted = await self._recommendations.predict(interaction.user.id, anime_id)
            score = await self._ratings.score_of(interaction.user.id, anime_id)
        await answer(interaction, embeds=[title_card(title, predicted=predicted, score=score)])
