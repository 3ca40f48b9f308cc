"""Why a title is recommended: what a person's own ratings did to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.ui.limits import FIELD, TITLE, VIOLET
from bot.ui.text import clip, joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.ui.reader import Reader
    from core.services.explanations import Explanation, RatedEffect

_BAR: Final = 8


def explanation(reader: Reader, why: Explanation) -> discord.Embed:
    """Return the card that says what moved a title up or down; for the person's own eyes only."""
    lines: list[str] = []
    if why.predicted is not None:
        lines.append(reader("why-predicted", predicted=f"{why.predicted:.1f}"))
    if why.community_mean is not None:
        lines.append(reader("why-mean", mean=f"{why.community_mean:.1f}"))
    if why.kind is not None and why.kind.genres:
        lines.append(reader("why-kind", kind=reader.words.genres(why.kind.genres)))
    if not why.up and not why.down:
        lines.append(reader("why-nothing"))
    embed = discord.Embed(
        title=clip(reader("why-title", title=reader.name(why.title, TITLE)), TITLE),
        url=why.title.url,
        description="\n".join(lines),
        colour=VIOLET,
    )
    longest = max((abs(each.effect) for each in (*why.up, *why.down)), default=0.0)
    for key, sign, effects in (("why-up", "▲", why.up), ("why-down", "▼", why.down)):
        if effects:
            rows = _rows(reader, sign, effects, longest)
            embed.add_field(name=reader(key), value=joined(rows, FIELD), inline=False)
    embed.set_footer(text=reader("why-footer"))
    return embed


def _rows(reader: Reader, sign: str, effects: Sequence[RatedEffect], longest: float) -> list[str]:
    rows: list[str] = []
    for each in effects:
        length = max(1, round(_BAR * abs(each.effect) / longest)) if longest else 1
        what = reader("why-row", title=reader.name(each.rating.title, 50), score=each.rating.score)
        rows.append(f"`{sign} {'█' * length}{'░' * (_BAR - length)}` {what}")
    return rows
