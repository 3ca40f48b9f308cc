"""Texts within Discord's limits, and names that its markdown leaves alone."""

from __future__ import annotations

import codecs
from typing import Final

from discord.utils import escape_markdown

_ROUND: Final = str.maketrans("[]", "()")
# found now: the first use would read its module from the disk, on the event loop
_utf_16 = codecs.getencoder("utf-16-le")


def utf16_length(text: str) -> int:
    """Return the length of `text` as Discord's own program counts it."""
    # half a surrogate pair counts as one, as in a name that was cut there
    return len(_utf_16(text, "surrogatepass")[0]) // 2


def clip(text: str, limit: int) -> str:
    """Return `text`, cut to `limit` of Discord's characters with an ellipsis if it is longer."""
    if utf16_length(text) <= limit:
        return text
    while utf16_length(text) > limit - 1:
        # cut by the excess at least; astral characters count twice and may need another turn
        text = text[: len(text) - max(1, (utf16_length(text) - limit + 1) // 2)]
    return f"{text.rstrip()}…"


def plain(name: str) -> str:
    """Return `name` so that Discord shows it as it is, also as the text of a link.

    Square brackets would end the link early, so round ones stand in for them.
    """
    return escape_markdown(name.translate(_ROUND), ignore_links=False)


def joined(rows: list[str], limit: int) -> str:
    """Join whole rows as far as they fit into `limit`; half a link would be unreadable."""
    kept: list[str] = []
    for row in rows:
        if utf16_length("\n".join([*kept, row])) > limit:
            break
        kept.append(row)
    return "\n".join(kept)
