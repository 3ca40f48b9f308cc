"""A server's weekly digest as a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.switches import called
from bot.ui.limits import AMBER, NAME_LENGTHS, first_that_fits
from bot.ui.lists import top_row
from bot.ui.sheets import Shown, attach, sheet
from bot.ui.text import clip, plain

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from bot.ui.reader import Reader
    from core.catalogue.posters import PosterStore
    from core.services.digests import Digest

_SHEET: Final = "digest.jpg"
_LONGEST_SERVER: Final = 100
_INVITATIONS: Final = {"party": "digest-party", "top": "digest-top"}
"""The commands a digest invites to, each with its text."""


async def draw_digest(
    posters: PosterStore,
    reader: Reader,
    digest: Digest,
    server: str,
    commands: Collection[str],
    when: datetime,
) -> tuple[discord.Embed, discord.File | None]:
    """Return the digest of the `server` so called, and its poster sheet.

    `commands` are those that are on; `when` stands below, and tells the digests of a channel apart.
    """
    invitations = [
        reader(key, command=called(reader.words, name))
        for name, key in _INVITATIONS.items()
        if name in commands
    ]
    (embed,) = first_that_fits(
        [_embed(reader, digest, server, invitations, length)] for length in NAME_LENGTHS
    )
    embed.timestamp = when
    means = {entry.title: entry.mean for entry in (*digest.new.values(), *digest.most_rated)}
    shown = [Shown(title, mean) for title, mean in means.items()]
    # what is new is called by its place in the list, the rest by none
    file = await sheet(posters, reader, _SHEET, shown, first=None)
    attach(embed, file)
    return embed, file


def _embed(
    reader: Reader, digest: Digest, server: str, invitations: list[str], length: int
) -> discord.Embed:
    embed = discord.Embed(
        title=reader("digest-title", server=plain(clip(server, _LONGEST_SERVER))), colour=AMBER
    )
    parts: list[str] = []
    if digest.new:
        rows = [top_row(reader, place, entry, length) for place, entry in digest.new.items()]
        parts.append("\n".join([f"**{reader('digest-new')}**", *rows]))
    if digest.most_rated:
        rows = [
            f"{reader.link(entry.title, length)} · "
            f"**{reader('digest-rated-row', count=entry.new_votes)}**"
            for entry in digest.most_rated
        ]
        parts.append("\n".join([f"**{reader('digest-rated')}**", *rows]))
    if invitations:
        parts.append("\n".join(invitations))
    embed.description = "\n\n".join(parts)
    return embed
