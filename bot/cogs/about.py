"""`/about`."""

from discord import app_commands
from discord.ext import commands

from bot.interactions import Interaction, acknowledge_as_chosen, services_of
from bot.ui.about import answer_with_about
from bot.ui.words import says


class AboutCog(commands.Cog):
    """What Riko is, and of when its titles are."""

    @app_commands.command(name=says("command-about"), description=says("about-help"))
    @app_commands.rename(private=says("option-private"))
    @app_commands.describe(private=says("option-private-help"))
    async def about(self, interaction: Interaction, private: bool | None = None) -> None:
        """Say what Riko is, how many titles it knows, and of when they are."""
        await acknowledge_as_chosen(interaction, private)
        await answer_with_about(interaction, services_of(interaction).about.about())
