"""What a sheet says in text, for those who cannot see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.ui.pictures.badges import score_text
from bot.ui.pictures.fonts import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.ui.pictures.sheet import SheetItem

MOST_CHARACTERS: Final = 1_024
"""Discord takes no longer description of a file."""
_NAME_LENGTHS: Final = (200, 70, 50, 30)


def alt_text(items: Sequence[SheetItem]) -> str:
    """Return number, name, score and mark of each title; names are shortened if need be."""
    text = ""
    for length in _NAME_LENGTHS:
        text = "; ".join(_item(item, length) for item in items)
        if len(text) <= MOST_CHARACTERS:
            return text
    return f"{text[: MOST_CHARACTERS - 1]}…"


def _item(item: SheetItem, length: int) -> str:
    name = printable(item.name)
    name = name if len(name) <= length else f"{name[: length - 1]}…"
    score = "" if item.score is None else f" ★ {score_text(item.score)}"
    mark = f" {item.mark}" if item.mark else ""
    return f"{item.rank}. {name}{score}{mark}"
