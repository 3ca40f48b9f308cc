"""`/party`."""

from discord import app_commands
from discord.ext import commands

from bot.filters import EARLIEST_YEAR, LATEST_YEAR, TYPES, filters_given
from bot.genres import OneGenre
from bot.interactions import Interaction, acknowledge
from bot.ui.party_panel import ask_who_comes
from bot.ui.words import says


class PartyCog(commands.Cog):
    """What several people would all like."""

    @app_commands.command(name=says("command-party"), description=says("party-help"))
    @app_commands.guild_only()
    @app_commands.rename(
        genre=says("option-genre"),
        kind=says("option-type"),
        year_from=says("option-year-from"),
        year_to=says("option-year-to"),
        hide_sequels=says("option-hide-sequels"),
    )
    @app_commands.describe(
        genre=says("option-genre-help"),
        kind=says("option-type-help"),
        year_from=says("option-year-from-help"),
        year_to=says("option-year-to-help"),
        hide_sequels=says("option-hide-sequels-help"),
    )
    @app_commands.choices(kind=TYPES)
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
