"""The anime that a message names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.interactions import answer
from bot.ui.limits import DESCRIPTION, NAME_LENGTHS, TEAL, first_that_fits
from bot.ui.lists import marked
from bot.ui.owned import view_of
from bot.ui.rating import ChooseTitle
from bot.ui.text import joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.interactions import Interaction
    from bot.ui.reader import Reader
    from core.services.recommendations import ListedTitle

_LONGEST_TEXT: Final = 2_000


def text_within(message: discord.Message) -> str:
    """Return what `message` says, with its embeds, also where it passes another message on."""
    parts = [message.content]
    embeds = list(message.embeds)
    for snapshot in message.message_snapshots:
        parts.append(snapshot.content)
        embeds += snapshot.embeds
    for embed in embeds:
        parts += [embed.title or "", embed.description or ""]
        parts += [f"{field.name}\n{field.value}" for field in embed.fields]
    return "\n".join(filter(None, parts))[:_LONGEST_TEXT]


async def answer_with_named(
    interaction: Interaction, reader: Reader, found: Sequence[ListedTitle]
) -> None:
    """Give a line for each title with what it is to the person, and a menu to rate one."""
    if not found:
        await answer(interaction, reader("named-none"))
        return
    embeds = first_that_fits(_embed(reader, found, length) for length in NAME_LENGTHS)
    titles = [entry.title for entry in found]
    menu = ChooseTitle.make(reader, interaction.user.id, titles, reader("named-rate"))
    await answer(interaction, embeds=embeds, view=view_of(menu))


def _embed(reader: Reader, found: Sequence[ListedTitle], length: int) -> list[discord.Embed]:
    rows: list[str] = []
    for entry in found:
        parts = [reader.link(entry.title, length), reader.facts(entry.title)]
        if entry.mark is not None:
            parts.append(f"**{marked(reader, entry.mark)}**")
        elif entry.predicted is not None:
            parts.append(f"**★\N{NO-BREAK SPACE}{entry.predicted:.1f}**")
        rows.append(" · ".join(part for part in parts if part))
    embed = discord.Embed(
        title=reader("named-here"), description=joined(rows, DESCRIPTION), colour=TEAL
    )
    if any(entry.predicted is not None and entry.mark is None for entry in found):
        embed.set_footer(text=reader("chat-stars"))
    return [embed]
