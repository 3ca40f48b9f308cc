"""`/recommend`."""

from discord import app_commands
from discord.ext import commands

from bot.filters import EARLIEST_YEAR, LATEST_YEAR, MOST_LATEST, filters_given, narrowing
from bot.genres import OneGenre
from bot.interactions import (
    Interaction,
    acknowledge_as_chosen,
    client_of,
    place_of,
    services_of,
)
from bot.ui.cold_start import answer_with_cold_start
from bot.ui.round_buttons import answer_with_lists
from bot.ui.words import says
from core.services.recommendations import ColdStart


class RecommendCog(commands.Cog):
    """Makes the two lists."""

    @app_commands.command(name=says("command-recommend"), description=says("recommend-help"))
    @narrowing
    @app_commands.rename(
        latest=says("option-latest"),
        private=says("option-private"),
    )
    @app_commands.describe(
        latest=says("option-latest-help"),
        private=says("recommend-private-help"),
    )
    async def recommend(
        self,
        interaction: Interaction,
        genre: app_commands.Transform[str, OneGenre] | None = None,
        kind: str | None = None,
        year_from: app_commands.Range[int, EARLIEST_YEAR, LATEST_YEAR] | None = None,
        year_to: app_commands.Range[int, EARLIEST_YEAR, LATEST_YEAR] | None = None,
        hide_sequels: bool = False,
        latest: app_commands.Range[int, 1, MOST_LATEST] | None = None,
        private: bool | None = None,
    ) -> None:
        """Show the two lists, or the best loved titles to somebody who has rated nothing."""
        filters = filters_given(genre, kind, year_from, year_to, hide_sequels, latest)
        client_of(interaction).turns.take(interaction)
        private = await acknowledge_as_chosen(interaction, private)
        found = await services_of(interaction).recommendations.recommend(
            interaction.user.id, place_of(interaction), filters=filters
        )
        if isinstance(found, ColdStart):
            await answer_with_cold_start(interaction, found, private=private)
        else:
            await answer_with_lists(interaction, found, private=private)
