"""Who in the server has the same taste, and what they would recommend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.interactions import (
    answer,
    client_of,
    place_of,
    reader_of,
    services_of,
    will_save,
)
from bot.ui.limits import NAME_LENGTHS, TEAL, first_that_fits
from bot.ui.owned import OWNER, Button, OwnedItem, view_of
from bot.ui.rating import ChooseTitle
from core.services.twins import LEAST_COMMON

if TYPE_CHECKING:
    from typing import Self

    from bot.interactions import Interaction
    from bot.ui.reader import Reader
    from core.services.twins import Twin, Twins


async def answer_with_twins(interaction: Interaction) -> None:
    """Find the twins of whoever asks and show them; who has not allowed it is asked to."""
    reader, owner = await reader_of(interaction), interaction.user.id
    if interaction.guild_id is None:
        await answer(interaction, reader("twins-no-server"))
        return
    found = await services_of(interaction).twins.find(
        owner,
        interaction.guild_id,
        place_of(interaction),
    )
    if not found.on:
        await answer(interaction, reader("twins-off"), view=view_of(TwinsOn.make(reader, owner)))
        return
    if not found.twins:
        few = found.rated < LEAST_COMMON
        await answer(
            interaction,
            reader("twins-few-ratings", least=LEAST_COMMON)
            if few
            else reader("twins-none", least=LEAST_COMMON),
        )
        return
    embeds = first_that_fits([_embed(reader, found, length)] for length in NAME_LENGTHS)
    # two may recommend the same
    titles = {title.anime_id: title for twin in found.twins for title in twin.titles}
    menu = None
    if titles:
        menu = ChooseTitle.make(reader, owner, list(titles.values()), reader("named-rate"))
    await answer(interaction, embeds=embeds, view=view_of(menu))


class TwinsOn(OwnedItem[Button], template=f"riko:twins-on:{OWNER}"):
    """Lets the person find their twins and be found by them."""

    @classmethod
    def make(cls, reader: Reader, owner: int) -> Self:
        """Return the button."""
        button: Button = discord.ui.Button(
            label=reader("twins-switch-on"),
            style=discord.ButtonStyle.primary,
            custom_id=f"riko:twins-on:{owner}",
        )
        return cls(button, owner=owner)

    async def work(self, interaction: Interaction) -> None:
        """Save it and show whom there is."""
        client_of(interaction).turns.take(interaction)
        will_save(interaction)
        await interaction.response.defer()
        await services_of(interaction).profiles.save(self.owner, twins=True)
        await answer_with_twins(interaction)


PERSISTENT: Final = (TwinsOn,)
"""What the bot registers before the first event, so that old messages keep working."""


def _embed(reader: Reader, found: Twins, length: int) -> discord.Embed:
    rows = [_row(reader, rank, twin, length) for rank, twin in enumerate(found.twins, 1)]
    embed = discord.Embed(title=reader("twins-title"), description="\n".join(rows), colour=TEAL)
    return embed.set_footer(text=reader("twins-footer"))


def _row(reader: Reader, rank: int, twin: Twin, length: int) -> str:
    """Return two lines: who it is and how far they agree, and what they would recommend."""
    agree = reader("twins-agree", percent=round(twin.agreement * 100), count=twin.common)
    first = f"**{rank}.** <@{twin.user_id}> · {agree}"
    if not twin.titles:
        return f"{first}\n{reader('twins-nothing-new')}"
    titles = " · ".join(reader.link(title, length) for title in twin.titles)
    return f"{first}\n{reader('twins-recommends', titles=titles)}"
