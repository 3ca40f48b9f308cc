"""Registers the commands with Discord, and only when they differ from what it already holds."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from typing import TYPE_CHECKING, Any, Final, cast

import discord

from bot.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from discord import app_commands

    Definable = app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu

_EVERYWHERE: Final = "everywhere"

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
    What the record knows of other servers, or of everywhere, is withdrawn. Raises `SettingsError`
    if Discord does not take the commands.
    """
    guild = discord.Object(guild_id) if guild_id else None
    if guild is not None:
        tree.copy_global_to(guild=guild)
    key = f"{tree.client.application_id}/{guild_id or _EVERYWHERE}"
    commands = tree.get_commands(guild=guild)
    definition = json.dumps(await _definitions(tree, commands), sort_keys=True)
    digest = hashlib.sha256(definition.encode()).hexdigest()

    known = await asyncio.to_thread(_read, record)
    kept = await _withdraw_others(tree.client, known, key)
    try:
        held = _state(digest, await tree.fetch_commands(guild=guild))
        changed = kept.get(key) != held or len(held["ids"]) != len(commands)
        if changed:
            held = _state(digest, await tree.sync(guild=guild))
    except discord.HTTPException as error:
        raise SettingsError(_refusal(error, guild_id)) from None
    if changed or kept != known:
        await asyncio.to_thread(_write, record, {**kept, key: held})
    if changed:
        _log.info("registered %d commands", len(commands))
    else:
        _log.info("commands unchanged")
    return changed


async def _definitions(
    tree: app_commands.CommandTree[discord.Client], commands: Sequence[Definable]
) -> list[dict[str, Any]]:
    """Return what Discord is told of `commands`, in all languages."""
    if tree.translator is None:
        return [command.to_dict(tree) for command in commands]
    return [await command.get_translated_payload(tree, tree.translator) for command in commands]


async def _withdraw_others(
    client: discord.Client, known: dict[str, object], key: str
) -> dict[str, object]:
    """Unregister what this application has elsewhere; return what of `known` still holds."""
    application = key.partition("/")[0]
    kept = dict(known)
    for other in known:
        of, _, where = other.partition("/")
        if of != application or other == key:
            continue
        try:
            if where == _EVERYWHERE:
                await client.http.bulk_upsert_global_commands(int(application), payload=[])
            elif where.isdecimal():
                await client.http.bulk_upsert_guild_commands(
                    int(application), int(where), payload=[]
                )
        except (discord.Forbidden, discord.NotFound):
            _log.info("Riko is no longer in server %s", where)
        except discord.HTTPException as error:
            # they stay in the record, so the next start tries again
            _log.warning("the commands in %s could not be withdrawn: %s", where, error)
            continue
        del kept[other]
    return kept


def _refusal(error: discord.HTTPException, guild_id: int | None) -> str:
    """Return what to do when Discord does not take the commands."""
    if error.status >= 500:
        return (
            f"Discord could not take Riko's commands just now (status {error.status}); "
            "start Riko again in a few minutes."
        )
    if error.status != 403:
        return f"Discord refuses Riko's commands ({error}); update Riko, or report this."
    if guild_id is not None:
        return (
            f"RIKO_DEV_GUILD is {guild_id}, but Riko may not register commands in that server; "
            "invite it there with the scope applications.commands, or remove the setting."
        )
    return (
        "Discord does not let Riko register its commands; check that DISCORD_TOKEN is the token "
        "of your own application's bot."
    )


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
        unfinished = record.with_name(f"{record.name}.part")
        unfinished.write_text(json.dumps(known, indent=1, sort_keys=True), encoding="utf-8")
        unfinished.replace(record)
    except OSError as error:
        # costs one needless registration at the next start, nothing else
        _log.warning("%s cannot be written (%s)", record, error)
