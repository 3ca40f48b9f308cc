"""`/top`."""

from discord import app_commands
from discord.ext import commands

from bot.genres import OneGenre
from bot.interactions import (
    Interaction,
    acknowledge_as_chosen,
    hidden_genres_of,
    is_restricted,
    services_of,
)
from bot.ui.top import answer_with_top
from bot.ui.words import says


class TopCog(commands.Cog):
    """What people love most."""

    @app_commands.command(name=says("command-top"), description=says("top-help"))
    @app_commands.rename(genre=says("option-genre"), private=says("option-private"))
    @app_commands.describe(genre=says("option-genre-help"), private=says("option-private-help"))
    async def top(
        self,
        interaction: Interaction,
        genre: app_commands.Transform[str, OneGenre] | None = None,
        private: bool | None = None,
    ) -> None:
        """Show the best loved titles of a genre or of all; with the person's own scores if private.

        What everybody sees is the same for everybody, apart from adult titles.
        """
        private = await acknowledge_as_chosen(interaction, private)
        services, user_id = services_of(interaction), interaction.user.id
        found = await services.top.top(
            genre,
            user_id=user_id,
            personal=private,
            restricted_channel=is_restricted(interaction),
            hidden_genres=hidden_genres_of(interaction),
        )
        scores: dict[int, int] = {}
        if private:
            scores.update(await services.ratings.scores(user_id))
        await answer_with_top(interaction, found, scores)
