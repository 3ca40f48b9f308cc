"""`/party`."""

from discord import app_commands
from discord.ext import commands

from bot.filters import EARLIEST_YEAR, LATEST_YEAR, filters_given, narrowing
from bot.genres import OneGenre
from bot.interactions import Interaction, acknowledge
from bot.ui.party_panel import ask_who_comes
from bot.ui.words import says


class PartyCog(commands.Cog):
    """What several people would all like."""

    @app_commands.command(name=says("command-party"), description=says("party-help"))
    @app_commands.guild_only()
    @narrowing
    async def party(
        self,
        interaction: Interaction,
        genre: app_commands.Transform[str, OneGenre] | None = None,
        kind: str | None = None,
        year_from: app_commands.Range[int, EARLIEST_YEAR, LATEST_YEAR] | None = None,
        year_to: app_commands.Range[int, EARLIEST_YEAR, LATEST_YEAR] | None = None,
        hide_sequels: bool = False,
    ) -> None:
        """Ask who watches; the list follows for everybody to see."""
        filters = filters_given(genre, kind, year_from, year_to, hide_sequels)
        await acknowledge(interaction)
        await ask_who_comes(interaction, filters)
