"""`/top`."""

from typing import Final

from discord import app_commands
from discord.ext import commands

from bot.genres import OneGenre
from bot.interactions import Interaction, acknowledge_as_chosen
from bot.ui.asked_top import AskedTop, TopScope
from bot.ui.top import answer_with_top
from bot.ui.words import says
from core.services.server_lists import TopKind

SCOPES: Final = [
    app_commands.Choice(name=says("top-scope-server"), value=TopScope.SERVER.value),
    app_commands.Choice(name=says("top-scope-everybody"), value=TopScope.EVERYBODY.value),
]
LISTS: Final = [
    app_commands.Choice(name=says("top-list-best"), value=TopKind.BEST.value),
    app_commands.Choice(name=says("top-list-divisive"), value=TopKind.DIVISIVE.value),
    app_commands.Choice(name=says("top-list-gems"), value=TopKind.GEMS.value),
]


class TopCog(commands.Cog):
    """What people love most."""

    @app_commands.command(name=says("command-top"), description=says("top-help"))
    @app_commands.rename(
        genre=says("option-genre"),
        list_=says("option-list"),
        scope=says("option-scope"),
        private=says("option-private"),
    )
    @app_commands.describe(
        genre=says("option-genre-help"),
        list_=says("option-list-help"),
        scope=says("option-scope-help"),
        private=says("option-private-help"),
    )
    @app_commands.choices(list_=LISTS, scope=SCOPES)
    async def top(
        self,
        interaction: Interaction,
        genre: app_commands.Transform[str, OneGenre] | None = None,
        list_: str = TopKind.BEST.value,
        scope: str | None = None,
        private: bool | None = None,
    ) -> None:
        """Show a top list; in a server that of its members, unless `scope` says otherwise.

        What everybody sees is the same for everybody, apart from adult titles.
        """
        private = await acknowledge_as_chosen(interaction, private)
        kind = TopKind(list_)
        if scope is None:
            # elsewhere only the best loved is there for everybody
            everybody = interaction.guild_id is None and kind is TopKind.BEST
            scope = TopScope.EVERYBODY if everybody else TopScope.SERVER
        await answer_with_top(interaction, AskedTop(TopScope(scope), kind, genre), private=private)
