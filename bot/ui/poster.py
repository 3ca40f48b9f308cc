"""The poster of one title as an attachment, or its drawn card."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import discord

from bot.ui.limits import ALT_TEXT
from bot.ui.pictures.card import draw_card
from bot.ui.pictures.thread import draw
from bot.ui.text import clip

if TYPE_CHECKING:
    from bot.ui.reader import Reader
    from core.catalogue.posters import PosterStore
    from core.catalogue.title import Title

POSTER: Final = "poster.jpg"

_QUALITY: Final = 88


async def poster(posters: PosterStore, reader: Reader, title: Title) -> discord.File:
    """Return the poster of `title`; offline, and for adult titles, a card with its name.

    It is attached rather than linked: a link would have Discord fetch and show the picture from
    wherever the catalogue says.
    """
    name = reader.raw_name(title)
    found = {} if title.adult else await posters.fetch([title])
    picture = found.get(title.anime_id) or await draw(_card, name, title.genres)
    described = clip(reader("poster-described", title=name), ALT_TEXT)
    return discord.File(io.BytesIO(picture), filename=POSTER, description=described)


def _card(name: str, genres: tuple[str, ...]) -> bytes:
    out = io.BytesIO()
    draw_card(name, genres).save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
