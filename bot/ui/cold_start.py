"""The answer to somebody who has not rated anything: what people love, and a menu to begin with."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from bot.interactions import answer, reader_of, services_of
from bot.ui.lists import cold_start
from bot.ui.owned import view_of
from bot.ui.rating import ChooseTitle
from bot.ui.sheets import Shown, attach, sheet
from bot.ui.words import slug

if TYPE_CHECKING:
    from bot.interactions import Interaction
    from core.services.recommendations import ColdStart

_NARROWED: Final = "best"
"""The picture's name for a list that is of no single genre."""


async def answer_with_cold_start(
    interaction: Interaction, start: ColdStart, *, private: bool
) -> None:
    """Give the top lists with a row of posters each, and a menu of them."""
    reader = await reader_of(interaction)
    posters = services_of(interaction).posters
    embeds = cold_start(reader, start, personal=private)
    lists = [top for top in start.lists if top.entries]
    files = await asyncio.gather(
        *(
            sheet(
                posters,
                reader,
                f"{slug(top.genre or _NARROWED)}.jpg",
                [Shown(entry.title, entry.mean) for entry in top.entries],
            )
            for top in lists
        )
    )
    # an embed that says that nothing fits has no picture
    for embed, file in zip(embeds[1:], files, strict=False):
        attach(embed, file)
    titles = [entry.title for top in lists for entry in top.entries]
    menu = ChooseTitle.make(reader, interaction.user.id, titles, reader("cold-start-choose"))
    await answer(
        interaction,
        embeds=embeds,
        view=view_of(menu) if titles else None,
        files=[file for file in files if file is not None],
    )
