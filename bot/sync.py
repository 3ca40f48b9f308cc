"""Registers the commands with Discord, and only when they differ from what it already holds."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from typing import TYPE_CHECKING, cast

import discord

from bot.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from discord import app_commands

_log = logging.getLogger(__name__)


async def sync_commands(
    tree: app_commands.CommandTree[discord.Client], record: Path, guild_id: int | None = None
) -> bool:
    """Register the commands of `tree` if need be; return whether that was necessary.

    `record` is a small file that keeps, per application and server, a digest of the definitions
    last registered and the ids Discord gave them. Both must still hold: the digest notices that we
    changed, the ids notice that somebody else registered commands for the same application, or
    that this is another Discord (a simulated one starts empty).
    With `guild_id` the commands are registered in that server only, where they appear at once.
    Raises `SettingsError` if the bot may not register commands there.
    """
    guild = discord.Object(guild_id) if guild_id else None
    if guild is not None:
        tree.copy_global_to(guild=guild)
    key = f"{tree.client.application_id}/{guild_id or 'everywhere'}"
    commands = tree.get_commands(guild=guild)
    definition = json.dumps([command.to_dict(tree) for command in commands], sort_keys=True)
    digest = hashlib.sha256(definition.encode()).hexdigest()

    known = await asyncio.to_thread(_read, record)
    try:
        held = _state(digest, await tree.fetch_commands(guild=guild))
        if commands and known.get(key) == held and len(held["ids"]) == len(commands):
            _log.info("commands unchanged")
            return False
        held = _state(digest, await tree.sync(guild=guild))
    except discord.Forbidden:
        raise SettingsError(
            f"RIKO_DEV_GUILD is {guild_id}, but Riko may not register commands in that server; "
            "invite it there with the scope applications.commands, or remove the setting."
        ) from None
    await asyncio.to_thread(_write, record, {**known, key: held})
    _log.info("registered %d commands", len(commands))
    return True


def _state(digest: str, held: Sequence[app_commands.AppCommand]) -> dict[str, str | dict[str, str]]:
    return {"digest": digest, "ids": {command.name: str(command.id) for command in held}}


def _read(record: Path) -> dict[str, object]:
    try:
        known: object = json.loads(record.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        _log.warning("%s cannot be read (%s); registering the commands again", record, error)
        return {}
    return cast("dict[str, object]", known) if isinstance(known, dict) else {}


def _write(record: Path, known: dict[str, object]) -> None:
    try:
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(json.dumps(known, indent=1, sort_keys=True), encoding="utf-8")
    except OSError as error:
        # costs one needless registration at the next start, nothing else
        _log.warning("%s cannot be written (%s)", record, error)
