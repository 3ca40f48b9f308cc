"""Where menus open: in a private message in place, below a public one in a message of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord.utils import MISSING

from bot.interactions import acknowledge, is_private_message
from bot.ui.owned import view_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import discord

    from bot.interactions import Interaction
    from bot.ui.owned import AnyItem


async def open_panel(interaction: Interaction) -> None:
    """Acknowledge: the message itself will change, or a private one of its own follows."""
    if is_private_message(interaction):
        await interaction.response.defer()
    else:
        await acknowledge(interaction)


def in_place(interaction: Interaction) -> bool:
    """Return whether the message that changes is the one with the embeds, not a menu's own."""
    message = interaction.message
    return message is not None and bool(message.embeds) and is_private_message(interaction)


async def show(
    interaction: Interaction,
    said: str | None,
    *items: AnyItem,
    embeds: Sequence[discord.Embed] | None = None,
    files: Sequence[discord.File] | None = None,
) -> None:
    """Say something above the embeds, or in the menu's own message, with `items` below.

    Embeds and pictures stay as they are unless there are others.
    """
    await interaction.edit_original_response(
        content=said,
        view=view_of(*items) if items else None,
        embeds=MISSING if embeds is None else embeds,
        attachments=MISSING if files is None else files,
    )
