"""What two people would both like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.interactions import answer, services_of
from bot.ui.limits import NAME_LENGTHS, VIOLET, first_that_fits
from bot.ui.lists import listed_row, new_line
from bot.ui.owned import view_of
from bot.ui.rating import ChooseTitle
from bot.ui.sheets import Shown, attach, sheet
from bot.ui.text import clip, plain
from core.services.recommendations import ListedTitle

if TYPE_CHECKING:
    from bot.interactions import Interaction
    from bot.ui.reader import Reader
    from core.services.together import Together

_SHEET: Final = "both.jpg"
_LONGEST_PERSON: Final = 60


async def answer_with_together(
    interaction: Interaction, reader: Reader, found: Together, other: str
) -> None:
    """Give the list with its posters, and a menu to rate what is already known after all.

    `other` is how the other person is called. What either would give is not told: a mean of two
    tells each the other's part.
    """
    if not found.titles:
        await answer(interaction, reader("both-like-none"))
        return
    embeds = first_that_fits(_embed(reader, found, other, length) for length in NAME_LENGTHS)
    shown = [Shown(entry.title, None) for entry in found.titles]
    file = await sheet(services_of(interaction).posters, reader, _SHEET, shown)
    attach(embeds[0], file)
    titles = [entry.title for entry in found.titles]
    menu = ChooseTitle.make(reader, interaction.user.id, titles, reader("named-rate"))
    await answer(
        interaction, embeds=embeds, view=view_of(menu), files=[file] if file is not None else []
    )


def _embed(reader: Reader, found: Together, other: str, length: int) -> list[discord.Embed]:
    listed = [ListedTitle(entry.title, None, None, new=entry.new) for entry in found.titles]
    rows = [
        listed_row(reader, rank, entry, length, personal=True)
        for rank, entry in enumerate(listed, 1)
    ]
    name = plain(clip(other, _LONGEST_PERSON))
    embed = discord.Embed(
        title=reader("both-like", name=name), description="\n".join(rows), colour=VIOLET
    )
    notes = [reader("both-like-help")]
    if (new := new_line(reader, listed)) is not None:
        notes.append(new)
    return [embed.set_footer(text="\n".join(notes))]
