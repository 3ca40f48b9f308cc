"""`/server settings`."""

from typing import Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.interactions import Interaction, acknowledge
from bot.ui.server import answer_with_settings
from bot.ui.words import says

MANAGERS: Final = discord.Permissions(manage_guild=True)


class ServerCog(commands.Cog):
    """What the people who run a server decide there; always answered to them only."""

    server = app_commands.Group(
        name=says("command-server"),
        description=says("server-help"),
        guild_only=True,
        default_permissions=MANAGERS,
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )

    @server.command(name=says("command-server-settings"), description=says("server-settings-help"))
    async def settings(self, interaction: Interaction) -> None:
        """Show what is set, with menus to change it."""
        await acknowledge(interaction)
        await answer_with_settings(interaction)
