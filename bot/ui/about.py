"""What Riko says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.interactions import answer, reader_of
from bot.ui.limits import AMBER

if TYPE_CHECKING:
    from bot.interactions import Interaction
    from bot.ui.reader import Reader
    from core.services.about import About


async def answer_with_about(interaction: Interaction, about: About) -> None:
    """Give one embed; what is shown is the same for everybody."""
    reader = await reader_of(interaction)
    embed = discord.Embed(
        title=reader("about-title"), description=reader("about-text"), colour=AMBER
    )
    embed.add_field(
        name=reader("about-titles"),
        value=reader("about-titles-text", titles=about.titles, learnt=about.learnt),
        inline=False,
    )
    fresh = [_fresh(reader, about)]
    if about.newest is not None:
        # as text, because a number would be written with a comma
        fresh.append(reader("about-newest", year=str(about.newest)))
    embed.add_field(name=reader("about-date"), value=" ".join(fresh), inline=False)
    embed.add_field(name=reader("about-sources"), value=reader("about-sources-text"), inline=False)
    embed.add_field(name=reader("about-you"), value=reader("about-you-text"), inline=False)
    embed.set_footer(text=reader("about-version", version=about.version))
    await answer(interaction, embeds=[embed])


def _fresh(reader: Reader, about: About) -> str:
    """Return how fresh the titles are, in words."""
    if about.made is None:
        return reader("about-made-unknown")
    # Discord writes the date in words, in the language and time zone of whoever reads
    date = discord.utils.format_dt(about.made, "D")
    if not about.crawled:
        return reader("about-made", date=date)
    if about.stale:
        return reader("about-crawled-stale", date=date)
    if about.checked is None:
        return reader("about-crawled-partly", date=date)
    return reader("about-crawled", date=date, checked=discord.utils.format_dt(about.checked, "D"))
