"""`/import` and `/export`."""

from typing import Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.interactions import Interaction, acknowledge, client_of, services_of, will_save
from bot.ui.imports import answer_with_ratings_file, look_at_anilist, look_at_file
from bot.ui.privacy import export_everything
from bot.ui.words import says
from core.errors import OneListError

_XML, _JSON = "xml", "json"
FORMATS: Final = [
    app_commands.Choice(name=says("export-xml"), value=_XML),
    app_commands.Choice(name=says("export-json"), value=_JSON),
]


class ImportCog(commands.Cog):
    """Brings ratings from elsewhere, and takes them elsewhere; answered to that person only."""

    @app_commands.command(name=says("command-import"), description=says("import-help"))
    @app_commands.rename(file=says("option-file"), anilist=says("import-option-anilist"))
    @app_commands.describe(
        file=says("import-file-help"), anilist=says("import-option-anilist-help")
    )
    async def import_(
        self,
        interaction: Interaction,
        file: discord.Attachment | None = None,
        anilist: str | None = None,
    ) -> None:
        """Show what is in a list, and ask what to do with it.

        Raises `OneListError` or `ListsTooOftenError`.
        """
        will_save(interaction)
        await acknowledge(interaction)
        client_of(interaction).turns.take_given(interaction)
        if file is not None and anilist is None:
            await look_at_file(interaction, file)
        elif anilist is not None and file is None:
            await look_at_anilist(interaction, anilist)
        else:
            raise OneListError

    @app_commands.command(name=says("command-export"), description=says("export-help"))
    @app_commands.rename(kind=says("export-option-format"))
    @app_commands.describe(kind=says("export-option-format-help"))
    @app_commands.choices(kind=FORMATS)
    async def export(self, interaction: Interaction, kind: str = _XML) -> None:
        """Give the person their ratings as a file."""
        await acknowledge(interaction)
        if kind == _JSON:
            await export_everything(interaction)
            return
        data = await services_of(interaction).imports.export(interaction.user.id)
        await answer_with_ratings_file(interaction, data)
