"""The message with the two lists: drawn, and drawn again as the lists change."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.interactions import place_of, services_of
from bot.ui.lists import SHEETS, two_lists
from bot.ui.panel import in_place
from bot.ui.sheets import Shown, attach, sheet

if TYPE_CHECKING:
    import discord

    from bot.interactions import Interaction
    from bot.ui.reader import Reader
    from core.catalogue.posters import PosterStore
    from core.services.recommendations import Round


class OfRound(Protocol):
    """A button or menu that knows whose lists it belongs to."""

    @property
    def owner(self) -> int:
        """The id of whoever asked."""
        ...

    @property
    def round_id(self) -> int:
        """The id of the lists."""
        ...


async def draw_lists(
    posters: PosterStore, reader: Reader, round_: Round, *, personal: bool
) -> tuple[list[discord.Embed], list[discord.File]]:
    """Return the embeds of the lists, and the sheets they show."""
    embeds = two_lists(reader, round_, personal=personal)
    files = await asyncio.gather(
        *(
            sheet(posters, reader, name, [Shown(entry.title, entry.predicted) for entry in listed])
            for name, listed in zip(SHEETS, (round_.similar, round_.may_like), strict=True)
        )
    )
    for embed, file in zip(embeds, files, strict=True):
        attach(embed, file)
    return embeds, [file for file in files if file is not None]


async def round_of(interaction: Interaction, item: OfRound) -> Round:
    """Return the lists `item` belongs to, as they are today. Raises `RoundGoneError`."""
    return await services_of(interaction).recommendations.round(
        item.owner, item.round_id, place_of(interaction)
    )


@dataclass(frozen=True, slots=True)
class Redrawn:
    """What of the message with the lists changes; none stays as it is."""

    embeds: list[discord.Embed] | None = None
    files: list[discord.File] | None = None


async def redrawn(interaction: Interaction, reader: Reader, round_: Round) -> Redrawn:
    """Return what the lists are today, if they stand in the message that was pressed.

    The sheets stay, unless titles stand on them that may not be shown any more.
    """
    message = interaction.message
    if message is None or not in_place(interaction):
        return Redrawn()
    if round_.left_out:
        posters = services_of(interaction).posters
        return Redrawn(*await draw_lists(posters, reader, round_, personal=True))
    embeds = two_lists(reader, round_, personal=True)
    # Discord lists a picture as an attachment or in its embed, not in both; it stays attached
    drawn = [bool(embed.image) for embed in message.embeds]
    for embed, name, had_one in zip(embeds, SHEETS, drawn, strict=False):
        if had_one:
            embed.set_image(url=f"attachment://{name}")
    return Redrawn(embeds)
