"""What people love most: one embed with a poster sheet, and a menu to rate from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.interactions import answer, reader_of, services_of
from bot.ui.limits import AMBER, NAME_LENGTHS, first_that_fits
from bot.ui.lists import top_row
from bot.ui.owned import view_of
from bot.ui.rating import ChooseTitle
from bot.ui.sheets import Shown, attach, sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.interactions import Interaction
    from bot.ui.reader import Reader
    from core.services.toplists import TopEntry, TopList

TOP_SHEET: Final = "top.jpg"


async def answer_with_top(interaction: Interaction, top: TopList, own: Mapping[int, int]) -> None:
    """Give a top list; `own` are the scores to mark titles with, by title id."""
    reader = await reader_of(interaction)
    if not top.entries:
        await answer(interaction, reader("top-empty"))
        return
    shown = [Shown(entry.title, entry.mean) for entry in top.entries]
    file = await sheet(services_of(interaction).posters, reader, TOP_SHEET, shown)
    (embed,) = top_embeds(reader, top, own)
    attach(embed, file)
    menu = ChooseTitle.make(
        reader,
        interaction.user.id,
        (entry.title for entry in top.entries),
        reader("top-choose"),
    )
    await answer(
        interaction, embeds=[embed], view=view_of(menu), files=[file] if file is not None else ()
    )


def top_embeds(reader: Reader, top: TopList, own: Mapping[int, int]) -> list[discord.Embed]:
    """Return the embed of a top list, with the longest names that fit."""
    return first_that_fits([_embed(reader, top, own, length)] for length in NAME_LENGTHS)


def _embed(reader: Reader, top: TopList, own: Mapping[int, int], length: int) -> discord.Embed:
    rows = [
        _row(reader, rank, entry, own.get(entry.title.anime_id), length)
        for rank, entry in enumerate(top.entries, 1)
    ]
    title = (
        reader("top-title")
        if top.genre is None
        else reader("top-title-genre", genre=reader.words.genre(top.genre))
    )
    embed = discord.Embed(title=title, description="\n".join(rows), colour=AMBER)
    return embed.set_footer(text=reader("top-footer"))


def _row(reader: Reader, rank: int, entry: TopEntry, score: int | None, length: int) -> str:
    row = f"{top_row(reader, rank, entry, length)} · {reader('top-votes', count=entry.votes)}"
    return row if score is None else f"{row} · **{reader('top-own', score=score)}**"
