"""`/privacy show`, `export`, `import` and `delete`."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.interactions import Interaction, acknowledge, client_of, services_of, will_save
from bot.ui.privacy import (
    answer_with_kept,
    ask_whether_to_delete,
    export_everything,
    take_in,
)
from bot.ui.words import says


class PrivacyCog(commands.Cog):
    """What Riko keeps of a person, theirs to take along or away; answered to them only."""

    privacy = app_commands.Group(name=says("command-privacy"), description=says("privacy-help"))

    @privacy.command(name=says("command-privacy-show"), description=says("privacy-show-help"))
    async def show(self, interaction: Interaction) -> None:
        """Say what is kept of the person, where, and for how long."""
        await acknowledge(interaction)
        kept = await services_of(interaction).privacy.show(interaction.user.id)
        await answer_with_kept(interaction, kept)

    @privacy.command(name=says("command-privacy-export"), description=says("privacy-export-help"))
    async def export(self, interaction: Interaction) -> None:
        """Give the person everything as a file."""
        await acknowledge(interaction)
        await export_everything(interaction)

    @privacy.command(name=says("command-privacy-import"), description=says("privacy-import-help"))
    @app_commands.rename(file=says("option-file"))
    @app_commands.describe(file=says("option-file-help"))
    async def import_(self, interaction: Interaction, file: discord.Attachment) -> None:
        """Take in a file that `export` gave. Raises `ListsTooOftenError`."""
        will_save(interaction)
        await acknowledge(interaction)
        client_of(interaction).turns.take_given(interaction)
        await take_in(interaction, file)

    @privacy.command(name=says("command-privacy-delete"), description=says("privacy-delete-help"))
    async def delete(self, interaction: Interaction) -> None:
        """Ask once whether to delete everything."""
        await acknowledge(interaction)
        kept = await services_of(interaction).privacy.show(interaction.user.id)
        await ask_whether_to_delete(interaction, kept)
