"""What Riko keeps of a person: seen, taken along, taken in again, deleted."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, ClassVar, Final, Self

import discord

from bot.interactions import answer, reader_of, services_of
from bot.ui.attached import read_attached
from bot.ui.limits import VIOLET
from bot.ui.owned import NEVER, OWNER, Button, OwnedItem, view_of
from core.services.export import LARGEST_FILE

if TYPE_CHECKING:
    from bot.interactions import Interaction
    from bot.ui.reader import Reader
    from core.services.privacy import Imported, Kept

EXPORT: Final = "riko-export.json"
BEFORE: Final = "riko-before-import.json"


async def answer_with_kept(interaction: Interaction, kept: Kept) -> None:
    """Say what is kept of a person, where, for how long, who sees it, and what they can do."""
    reader = await reader_of(interaction)
    if not kept.known:
        await answer(interaction, reader("privacy-nothing"))
        return
    rows = _kept(reader, kept)
    embed = discord.Embed(
        title=reader("privacy-title"),
        description="\n".join([reader("privacy-kept"), *rows]),
        colour=VIOLET,
    )
    embed.add_field(name=reader("privacy-where-title"), value=reader("privacy-where"), inline=False)
    embed.add_field(name=reader("privacy-who-title"), value=reader("privacy-who"), inline=False)
    embed.add_field(name=reader("privacy-what-title"), value=reader("privacy-what"), inline=False)
    await answer(interaction, embeds=[embed])


async def export_everything(interaction: Interaction) -> None:
    """Give everything as a file, if anything is kept."""
    privacy, user_id = services_of(interaction).privacy, interaction.user.id
    data = await privacy.export(user_id) if (await privacy.show(user_id)).known else None
    reader = await reader_of(interaction)
    if data is None:
        await answer(interaction, reader("privacy-nothing"))
        return
    file = discord.File(io.BytesIO(data), filename=EXPORT)
    await answer(interaction, reader("privacy-exported"), files=[file])


async def take_in(interaction: Interaction, file: discord.Attachment) -> None:
    """Import a file, say what came in, and give back what it replaced, so that nothing is lost.

    Raises `BadExportError` when it is no export; nothing is changed then.
    """
    reader = await reader_of(interaction)
    if file.size > LARGEST_FILE:
        most = LARGEST_FILE // 2**20
        await answer(interaction, reader("privacy-file-too-large", megabytes=most))
        return
    data = await read_attached(interaction, file)
    if data is None:
        return
    imported = await services_of(interaction).privacy.import_(interaction.user.id, data)
    await answer_with_imported(interaction, imported)


async def answer_with_imported(interaction: Interaction, imported: Imported) -> None:
    """Say what came in from an export, and give back what it replaced."""
    # titles are named as the file says from now on
    reader = await reader_of(interaction)
    said = [reader("privacy-imported"), *_imported(reader, imported)]
    if imported.replaced is None:
        await answer(interaction, "\n".join(said))
        return
    said.append(reader("privacy-replaced"))
    replaced = discord.File(io.BytesIO(imported.replaced), filename=BEFORE)
    await answer(interaction, "\n".join(said), files=[replaced])


async def ask_whether_to_delete(interaction: Interaction, kept: Kept) -> None:
    """Say what would be deleted, and offer to do it or not."""
    reader = await reader_of(interaction)
    if not kept.known:
        await answer(interaction, reader("privacy-nothing"))
        return
    owner = interaction.user.id
    said = [reader("privacy-delete-question"), *_kept(reader, kept), reader("privacy-delete-hint")]
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
        await interaction.response.defer()
        deleted = await services_of(interaction).privacy.delete(self.owner)
        # read after deleting: the language of titles is among what was deleted
        reader = await reader_of(interaction)
        said = (
            [reader("privacy-deleted"), *_kept(reader, deleted)]
            if deleted.known
            else [reader("privacy-already-deleted")]
        )
        await answer(interaction, "\n".join([*said, reader("privacy-deleted-after")]))


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


def _kept(reader: Reader, kept: Kept) -> list[str]:
    """Return a line for each kind of what is kept; the settings always are."""
    rows = [reader("kept-settings")]
    if kept.profile:
        rows.insert(0, reader("kept-profile"))
    if kept.ratings:
        rows.append(reader("kept-ratings", count=kept.ratings))
    if kept.dismissals:
        rows.append(reader("kept-dismissals", count=kept.dismissals))
    if kept.rounds:
        rows.append(reader("kept-rounds", count=kept.rounds, scored=kept.scored_rounds))
    if kept.servers:
        rows.append(reader("kept-servers", count=kept.servers))
    if kept.parties:
        rows.append(reader("kept-parties", count=kept.parties))
    if kept.undo_steps:
        rows.append(reader("kept-undo", count=kept.undo_steps))
    return [f"- {row}" for row in rows]


def _imported(reader: Reader, imported: Imported) -> list[str]:
    """Return a line for each kind that came in."""
    rows = [reader("imported-settings")]
    if imported.ratings:
        rows.append(reader("kept-ratings", count=imported.ratings))
    if imported.dismissals:
        rows.append(reader("kept-dismissals", count=imported.dismissals))
    if imported.rounds:
        rows.append(reader("imported-rounds", count=imported.rounds))
    return [f"- {row}" for row in rows]
