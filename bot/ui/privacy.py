"""What Riko keeps of a person: seen, taken along, taken in again, deleted."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, ClassVar, Final, Self

import discord

from bot.interactions import answer, reader_of, services_of, will_save
from bot.ui.limits import VIOLET
from bot.ui.owned import NEVER, OWNER, Button, OwnedItem, view_of

if TYPE_CHECKING:
    from bot.interactions import Interaction
    from bot.ui.reader import Reader
    from core.services.privacy import Kept

EXPORT: Final = "riko-export.json"
MOST_MEGABYTES: Final = 10
"""A larger file is not read: an export of 20,000 ratings has about 2 MB."""

_BYTES: Final = MOST_MEGABYTES * 1_000_000


async def answer_with_kept(interaction: Interaction, kept: Kept) -> None:
    """Say what is kept of a person, where, for how long, who sees it, and what they can do."""
    reader = await reader_of(interaction)
    rows = _rows(reader, kept)
    if not rows:
        await answer(interaction, reader("privacy-nothing"))
        return
    embed = discord.Embed(
        title=reader("privacy-title"),
        description="\n".join([reader("privacy-kept"), *rows]),
        colour=VIOLET,
    )
    embed.add_field(name=reader("privacy-where-title"), value=reader("privacy-where"), inline=False)
    embed.add_field(name=reader("privacy-who-title"), value=reader("privacy-who"), inline=False)
    embed.add_field(name=reader("privacy-what-title"), value=reader("privacy-what"), inline=False)
    await answer(interaction, embeds=[embed])


async def answer_with_export(interaction: Interaction, data: bytes) -> None:
    """Give everything as a file."""
    reader = await reader_of(interaction)
    file = discord.File(io.BytesIO(data), filename=EXPORT)
    await answer(interaction, reader("privacy-exported"), files=[file])


async def take_in(interaction: Interaction, file: discord.Attachment) -> None:
    """Import a file and say what came in. Raises `BadExportError` when it is no export."""
    reader = await reader_of(interaction)
    if file.size > _BYTES:
        await answer(interaction, reader("privacy-file-too-large", megabytes=MOST_MEGABYTES))
        return
    try:
        data = await file.read()
    except discord.HTTPException:
        await answer(interaction, reader("privacy-file-unreadable"))
        return
    imported = await services_of(interaction).privacy.import_(interaction.user.id, data)
    rows = _rows(reader, imported)
    said = [reader("privacy-imported"), *rows] if rows else [reader("privacy-imported-nothing")]
    await answer(interaction, "\n".join(said))


async def ask_whether_to_delete(interaction: Interaction, kept: Kept) -> None:
    """Say what would be deleted, and offer to do it or not."""
    reader = await reader_of(interaction)
    rows = _rows(reader, kept)
    if not rows:
        await answer(interaction, reader("privacy-nothing"))
        return
    owner = interaction.user.id
    said = [reader("privacy-delete-question"), *rows, reader("privacy-delete-hint")]
    buttons = view_of(DeleteEverything.make(reader, owner), KeepEverything.make(reader, owner))
    await answer(interaction, "\n".join(said), view=buttons)


class _Decision(OwnedItem[Button], template=NEVER):
    """A button below the question whether to delete everything."""

    kind: ClassVar[str]
    label: ClassVar[str]
    style: ClassVar[discord.ButtonStyle]

    @classmethod
    def make(cls, reader: Reader, owner: int) -> Self:
        """Return the button for the data of `owner`."""
        button: Button = discord.ui.Button(
            label=reader(cls.label), style=cls.style, custom_id=f"riko:{cls.kind}:{owner}"
        )
        return cls(button, owner=owner)


class DeleteEverything(_Decision, template=f"riko:delete-everything:{OWNER}"):
    """Deletes all that is kept of the person."""

    kind = "delete-everything"
    label = "privacy-delete-everything"
    style = discord.ButtonStyle.danger

    async def work(self, interaction: Interaction) -> None:
        """Delete it and say what it was; a second press hears that it is gone already."""
        will_save(interaction)
        await interaction.response.defer()
        deleted = await services_of(interaction).privacy.delete(self.owner)
        # read after deleting: the language of titles is among what was deleted
        reader = await reader_of(interaction)
        rows = _rows(reader, deleted)
        if rows:
            said = [reader("privacy-deleted"), *rows, reader("privacy-deleted-after")]
        else:
            said = [reader("privacy-already-deleted"), reader("privacy-deleted-after")]
        await answer(interaction, "\n".join(said))


class KeepEverything(_Decision, template=f"riko:keep-everything:{OWNER}"):
    """Leaves everything as it is."""

    kind = "keep-everything"
    label = "privacy-cancel"
    style = discord.ButtonStyle.secondary

    async def work(self, interaction: Interaction) -> None:
        """Say that nothing was deleted."""
        await interaction.response.defer()
        reader = await reader_of(interaction)
        await answer(interaction, reader("privacy-cancelled"))


PERSISTENT: Final = (DeleteEverything, KeepEverything)
"""What the bot registers before the first event, so that old messages keep working."""
