"""Which commands can be switched off in a server, and what is answered by one that is off."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import discord
from discord import app_commands

from bot.interactions import server_of, words_of
from bot.ui.words import Language, Words, slug, words_in
from core.services.wishes.wish import WishKind

if TYPE_CHECKING:
    from bot.interactions import Interaction

ALWAYS_ON: Final = frozenset({"privacy", "profile", "server"})
"""What belongs to each person, and the way to switch things on again."""

COMMAND_OF: Final = {
    WishKind.SIMILAR: "similar",
    WishKind.LISTS: "recommend",
    WishKind.TOP: "top",
    WishKind.SERVER: "top",
}
"""The command that answers the same as a wish in a message; off, neither is answered."""

_MENUS: Final = ("menu-both-like", "menu-find-titles")

_log = logging.getLogger(__name__)


def switchable(tree: app_commands.CommandTree[discord.Client]) -> tuple[str, ...]:
    """Return the names of the commands and context menus that can be off, in order."""
    names = {command.name for command in tree.get_commands()}
    return tuple(sorted(names - ALWAYS_ON, key=lambda name: (" " in name, name)))


def called(words: Words, name: str) -> str:
    """Return how people see the command or context menu `name`."""
    english = words_in(Language.ENGLISH)
    menu = next((key for key in _MENUS if english(key) == name), None)
    if menu is not None:
        return words(menu)
    key = f"command-{slug(name)}"
    return f"/{words(key) if key in english else name}"


def said_when_off(words: Words, name: str) -> str:
    """Return what is said instead of answering the command `name`."""
    return words("server-command-off", command=called(words, name))


async def is_switched_on(interaction: Interaction) -> bool:
    """Return whether the command of `interaction` is on in its server; if not, say so.

    A command that is off suggests nothing.
    """
    name = _root_name(interaction.command)
    return name is None or await is_on(interaction, name)


async def is_on(interaction: Interaction, name: str) -> bool:
    """Return whether the command or context menu `name` is on in a server; if not, say so."""
    if name in ALWAYS_ON or name not in server_of(interaction).commands_off:
        return True
    try:
        if interaction.type is discord.InteractionType.autocomplete:
            await interaction.response.autocomplete([])
        else:
            said = said_when_off(words_of(interaction), name)
            await interaction.response.send_message(said, ephemeral=True)
    except discord.HTTPException as error:
        _log.warning("interaction %d could not be refused: %s", interaction.id, error)
    return False


def _root_name(command: object) -> str | None:
    if isinstance(command, app_commands.ContextMenu):
        return command.name
    if isinstance(command, app_commands.Command):
        return (command.root_parent or command).name  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return None
