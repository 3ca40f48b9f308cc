"""`/search`."""

import logging

from discord import app_commands
from discord.ext import commands

from bot.interactions import Interaction, acknowledge, answer
from bot.options import AllMatches, TitleMatches
from bot.ui import texts
from bot.ui.embeds import title_card
from core.errors import RikoError
from core.services.ratings import RatingService
from core.services.recommendations import RecommendationService

_log = logging.getLogger(__name__)


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
            user_id, anime_id = interaction.user.id, title.best.anime_id
            try:
                score = await self._ratings.score_of(user_id, anime_id)
                if score is None:
                    predicted = await self._recommendations.predict(user_id, anime_id)
            except RikoError as error:
                # the card is worth showing without it
                _log.warning(
                    "interaction %d: nothing of the person's own: %s", interaction.id, error
                )
        await answer(interaction, embeds=[title_card(title, predicted=predicted, score=score)])
