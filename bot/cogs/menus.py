"""The context menus: on a user what both would like, on a message the anime it names."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.interactions import (
    Interaction,
    acknowledge,
    answer,
    client_of,
    place_of,
    reader_of,
    services_of,
)
from bot.ui.named import answer_with_named, text_within
from bot.ui.together import answer_with_together
from bot.ui.words import says
from core.errors import NarrowPartyError


class MenusCog(commands.Cog):
    """Commands without options, on people and messages; always answered privately."""

    def __init__(self, tree: app_commands.CommandTree[discord.Client]) -> None:
        self._tree = tree
        self._menus = (
            app_commands.ContextMenu(name=says("menu-both-like"), callback=self.both_like),
            app_commands.ContextMenu(name=says("menu-find-titles"), callback=self.find_titles),
        )

    async def cog_load(self) -> None:
        """Add the menus; discord.py does so by itself for slash commands only."""
        for menu in self._menus:
            self._tree.add_command(menu)

    async def cog_unload(self) -> None:
        """Take the menus away."""
        for menu in self._menus:
            self._tree.remove_command(menu.name, type=menu.type)

    async def both_like(
        self, interaction: Interaction, user: discord.Member | discord.User
    ) -> None:
        """Show what the person and `user` would both like."""
        client_of(interaction).turns.take(interaction)
        await acknowledge(interaction)
        reader = await reader_of(interaction)
        if user.id == interaction.user.id:
            await answer(interaction, reader("both-yourself"))
        elif user.bot:
            await answer(interaction, reader("both-bot"))
        else:
            try:
                found = await services_of(interaction).together.together(
                    interaction.user.id, user.id, place_of(interaction)
                )
            except NarrowPartyError:
                await answer(interaction, reader("both-like-narrow"))
            else:
                await answer_with_together(interaction, reader, found, user.display_name)

    async def find_titles(self, interaction: Interaction, message: discord.Message) -> None:
        """List the anime named in `message`."""
        await acknowledge(interaction)
        reader = await reader_of(interaction)
        found = await services_of(interaction).wishes.named_in(
            text_within(message), place_of(interaction), user_id=interaction.user.id
        )
        await answer_with_named(interaction, reader, found)
