"""`/twins`."""

from discord import app_commands
from discord.ext import commands

from bot.interactions import Interaction, acknowledge, client_of
from bot.ui.twins import answer_with_twins
from bot.ui.words import says


class TwinsCog(commands.Cog):
    """Who in the server has the same taste; always answered privately."""

    @app_commands.command(name=says("command-twins"), description=says("twins-help"))
    @app_commands.guild_only()
    async def twins(self, interaction: Interaction) -> None:
        """Show the person's twins, if they and their twins allowed it."""
        client_of(interaction).turns.take(interaction)
        await acknowledge(interaction)
        await answer_with_twins(interaction)
