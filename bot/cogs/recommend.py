"""`/recommend`."""

from typing import Final

from discord import app_commands
from discord.ext import commands

from bot.genres import OneGenre
from bot.interactions import (
    Interaction,
    acknowledge_as_chosen,
    client_of,
    hidden_genres_of,
    is_restricted,
)
from bot.ui.cold_start import answer_with_cold_start
from bot.ui.round_buttons import answer_with_lists
from bot.ui.words import says
from core.errors import InvalidInputError
from core.recommender.filters import Filters
from core.services.recommendations import ColdStart, RecommendationService

EARLIEST_YEAR: Final = 1900
LATEST_YEAR: Final = 2100
MOST_LATEST: Final = 20

TYPES: Final = [
    app_commands.Choice(name=says("type-tv"), value="TV"),
    app_commands.Choice(name=says("type-movie"), value="Movie"),
    app_commands.Choice(name=says("type-ova"), value="OVA"),
    app_commands.Choice(name=says("type-ona"), value="ONA"),
    app_commands.Choice(name=says("type-special"), value="Special"),
    app_commands.Choice(name=says("type-music"), value="Music"),
]


class RecommendCog(commands.Cog):
    """Makes the two lists."""

    def __init__(self, recommendations: RecommendationService) -> None:
        self._recommendations = recommendations

    @app_commands.command(name=says("command-recommend"), description=says("recommend-help"))
    @app_commands.rename(
        genre=says("option-genre"),
        kind=says("option-type"),
        year_from=says("option-year-from"),
        year_to=says("option-year-to"),
        hide_sequels=says("option-hide-sequels"),
        latest=says("option-latest"),
        private=says("option-private"),
    )
    @app_commands.describe(
        genre=says("option-genre-help"),
        kind=says("option-type-help"),
        year_from=says("option-year-from-help"),
        year_to=says("option-year-to-help"),
        hide_sequels=says("option-hide-sequels-help"),
        latest=says("option-latest-help"),
        private=says("recommend-private-help"),
    )
    @app_commands.choices(kind=TYPES)
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
        filters = _filters(genre, kind, year_from, year_to, hide_sequels, latest)
        client_of(interaction).turns.take(interaction)
        private = await acknowledge_as_chosen(interaction, private)
        found = await self._recommendations.recommend(
            interaction.user.id,
            filters=filters,
            restricted_channel=is_restricted(interaction),
            hidden_genres=hidden_genres_of(interaction),
        )
        if isinstance(found, ColdStart):
            await answer_with_cold_start(interaction, found, private=private)
        else:
            await answer_with_lists(interaction, found, private=private)


def _filters(
    genre: str | None,
    kind: str | None,
    year_from: int | None,
    year_to: int | None,
    hide_sequels: bool,
    latest: int | None,
) -> Filters:
    """Return the filters, held to what Discord offers: other programs send anything.

    Raises `InvalidInputError`.
    """
    if kind is not None and kind not in {choice.value for choice in TYPES}:
        raise InvalidInputError("That is none of the types.")
    for number, least, most in (
        (year_from, EARLIEST_YEAR, LATEST_YEAR),
        (year_to, EARLIEST_YEAR, LATEST_YEAR),
        (latest, 1, MOST_LATEST),
    ):
        if number is not None and not least <= number <= most:
            raise InvalidInputError(f"That is not a number from {least} to {most}.")
    return Filters(genre, kind, year_from, year_to, hide_sequels, latest)
