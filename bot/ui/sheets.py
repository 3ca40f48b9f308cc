"""Poster sheets as attachments: posters fetched, composed in a thread, described in words."""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING

import discord

from bot.ui.limits import ALT_TEXT
from bot.ui.pictures.sheet import SheetItem, draw_sheet
from bot.ui.pictures.thread import draw
from bot.ui.text import clip

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.ui.reader import Reader
    from core.catalogue.posters import PosterStore
    from core.catalogue.title import Title

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """A title of a sheet with the number (1–10) on its badge, if any."""

    title: Title
    score: float | None


async def sheet(
    posters: PosterStore,
    reader: Reader,
    name: str,
    shown: Sequence[Shown],
    first: int | None = 1,
) -> discord.File | None:
    """Return the sheet of up to ten titles as the file `name`; none when there is nothing to draw.

    They are numbered from `first`, none: not at all.

    A sheet that cannot be drawn is left out and logged: the answer is worth giving without it.
    Adult titles are never pictured: they are drawn as cards with their names only.
    """
    if not shown:
        return None
    try:
        found = await posters.fetch([entry.title for entry in shown if not entry.title.adult])
        items = [
            SheetItem(
                anime_id=entry.title.anime_id,
                name=reader.raw_name(entry.title),
                genres=entry.title.genres,
                score=entry.score,
                poster=found.get(entry.title.anime_id),
                mark=None,
                rank=rank,
            )
            for rank, entry in _numbered(shown, first)
        ]
        picture = await draw(draw_sheet, items)
    except Exception:  # noqa: BLE001 - the words can be read without their picture
        _log.exception("a sheet of %d titles could not be drawn", len(shown))
        return None
    return discord.File(
        io.BytesIO(picture), filename=name, description=_described(reader, shown, first)
    )


def attach(embed: discord.Embed, file: discord.File | None) -> None:
    """Show `file`, attached to the same message, in `embed`."""
    if file is not None:
        embed.set_image(url=f"attachment://{file.filename}")


def _numbered(
    shown: Sequence[Shown], first: int | None
) -> Iterable[tuple[int, Shown] | tuple[None, Shown]]:
    return zip(repeat(None), shown) if first is None else enumerate(shown, first)


def _described(reader: Reader, shown: Sequence[Shown], first: int | None) -> str:
    """Return what stands on a sheet, for people who do not see it."""
    rows = [
        ("" if rank is None else f"{rank}. ")
        + reader.raw_name(entry.title)
        + (f" ★ {entry.score:.1f}" if entry.score is not None else "")
        for rank, entry in _numbered(shown, first)
    ]
    return clip(reader("sheet-described", titles="; ".join(rows)), ALT_TEXT)
