"""What Discord takes in one message, and the colours of Riko's embeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.ui.text import utf16_length

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.ui.reader import Reader
    from core.catalogue.title import Title

MOST_CHARACTERS: Final = 6_000
"""Discord counts all embeds of one message together."""
CONTENT: Final = 2_000
"""The text of a message above its embeds."""
DESCRIPTION: Final = 4_096
FIELD: Final = 1_024
TITLE: Final = 256
ALT_TEXT: Final = 1_024
"""The longest description of a picture."""

VIOLET: Final = discord.Colour(0x8E7CC3)
TEAL: Final = discord.Colour(0x4FB3A6)
AMBER: Final = discord.Colour(0xE0A458)

NAME_LENGTHS: Final = (90, 70, 55, 45, 35, 25, 15)
"""Names are shown as long as the first of these that fits into a message, all alike."""


def fits(embeds: Sequence[discord.Embed]) -> bool:
    """Return whether Discord would take `embeds` in one message."""
    return (
        sum(characters(embed) for embed in embeds) <= MOST_CHARACTERS
        and all(utf16_length(embed.description or "") <= DESCRIPTION for embed in embeds)
        and all(utf16_length(field.value or "") <= FIELD for e in embeds for field in e.fields)
    )


def characters(embed: discord.Embed) -> int:
    """Return what Discord counts of `embed` towards the limit of a message."""
    parts = [embed.title, embed.description, embed.footer.text, embed.author.name]
    for field in embed.fields:
        parts += [field.name, field.value]
    return sum(utf16_length(part) for part in parts if part)


def first_that_fits(attempts: Iterable[list[discord.Embed]]) -> list[discord.Embed]:
    """Return the first of `attempts` that Discord would take, else the last."""
    embeds: list[discord.Embed] = []
    for embeds in attempts:
        if fits(embeds):
            break
    return embeds


def text_that_fits(attempts: Iterable[str]) -> str:
    """Return the first of `attempts` that Discord would take as the text of a message, or the last."""
    text = ""
    for text in attempts:
        if utf16_length(text) <= CONTENT:
            break
    return text


def names_that_fit(reader: Reader, said: Mapping[str, Sequence[Title]]) -> str:
    """Return a line for each text, by its key, that says something of titles; their names fit.

    A text of no titles is left out.
    """

    def lines(length: int) -> str:
        return "\n".join(
            reader(
                key,
                titles=", ".join(f"**{reader.name(title, length)}**" for title in titles),
            )
            for key, titles in said.items()
            if titles
        )

    return text_that_fits(map(lines, NAME_LENGTHS))
