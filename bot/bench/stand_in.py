"""A bot that does nothing but answer: what it is waited for is the simulation's and discord.py's.

Its answers are as large as Riko's and the same at all times.
"""

from __future__ import annotations

import io
from typing import Final

import discord
from discord import app_commands

_CHOICES: Final = [
    app_commands.Choice(name=f"A title with a name of usual length (2001, TV) {number}", value="1")
    for number in range(25)
]
_ROWS: Final = "A title, when it came out and why it is here, in some eighty letters or so\n" * 36
_SHEET: Final = bytes(200_000)
_LISTS: Final = 2


def create_stand_in() -> discord.Client:
    """Return a bot with `/rate` and `/recommend` that is not connected."""
    return _StandIn()


class _StandIn(discord.Client):
    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True))
        self.tree = app_commands.CommandTree(self)
        self.tree.add_command(_rate)  # pyright: ignore[reportUnknownArgumentType]
        self.tree.add_command(_recommend)  # pyright: ignore[reportUnknownArgumentType]

    async def setup_hook(self) -> None:
        """Tell Discord the commands."""
        await self.tree.sync()


@app_commands.command(name="rate", description="Rate a title")
async def _rate(interaction: discord.Interaction, title: str, score: int) -> None:  # noqa: ARG001
    await interaction.response.defer(ephemeral=True, thinking=True)
    await interaction.edit_original_response(content="Saved: a title gets a score.")


@_rate.autocomplete("title")
async def _suggest(
    interaction: discord.Interaction,  # noqa: ARG001
    current: str,  # noqa: ARG001
) -> list[app_commands.Choice[str]]:
    return _CHOICES


@app_commands.command(name="recommend", description="Show two lists")
async def _recommend(interaction: discord.Interaction) -> None:
    await interaction.response.defer(thinking=True)
    names = [f"{number}.jpg" for number in range(_LISTS)]
    await interaction.edit_original_response(
        embeds=[
            discord.Embed(title=name, description=_ROWS).set_image(url=f"attachment://{name}")
            for name in names
        ],
        attachments=[discord.File(io.BytesIO(_SHEET), filename=name) for name in names],
    )
