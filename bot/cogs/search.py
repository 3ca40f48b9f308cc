"""`/search` and `/similar`."""

from discord import app_commands
from discord.ext import commands

from bot.interactions import Interaction, acknowledge_as_chosen, client_of
from bot.options import AllMatches, OneTitle, TitleMatches
from bot.ui.title_buttons import Matches, answer_with_card, answer_with_similar
from bot.ui.words import says
from core.catalogue.title import Title


class SearchCog(commands.Cog):
    """Looks a title up, and others like it."""

    @app_commands.command(name=says("command-search"), description=says("search-help"))
    @app_commands.rename(title=says("option-title"), private=says("option-private"))
    @app_commands.describe(title=says("option-title-help"), private=says("option-private-help"))
    async def search(
        self,
        interaction: Interaction,
        title: app_commands.Transform[TitleMatches, AllMatches],
        private: bool | None = None,
    ) -> None:
        """Show the best match, and further ones on further pages."""
        private = await acknowledge_as_chosen(interaction, private)
        found = Matches.of([title.best.anime_id, *(other.anime_id for other in title.others)])
        await answer_with_card(interaction, found, private=private)

    @app_commands.command(name=says("command-similar"), description=says("similar-help"))
    @app_commands.rename(title=says("option-title"), private=says("option-private"))
    @app_commands.describe(title=says("option-title-help"), private=says("option-private-help"))
    async def similar(
        self,
        interaction: Interaction,
        title: app_commands.Transform[Title, OneTitle],
        private: bool | None = None,
    ) -> None:
        """Show the best titles of the same kind."""
        client_of(interaction).turns.take(interaction)
        private = await acknowledge_as_chosen(interaction, private)
        await answer_with_similar(interaction, title.anime_id, private=private)
