"""Commands are registered when they changed, and only then."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import simcord
from discord import app_commands

from bot.app import COMMANDS_RECORD, create_bot
from bot.settings import SettingsError
from tests.bot_world import open_world, tiny_settings

if TYPE_CHECKING:
    from pathlib import Path


async def test_unchanged_commands_are_registered_once(tmp_path: Path):
    async with open_world(tmp_path) as world:
        assert world.registrations() == 1
        await world.restart()
        await world.restart()
        assert world.registrations() == 1


async def test_changed_commands_are_registered_again(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.bot.close()
        world.bot = create_bot(world.settings)

        @app_commands.command(description="New")
        async def new(interaction: object) -> None:
            raise AssertionError(interaction)

        world.bot.tree.add_command(new)
        await world.env.restart_bot(world.bot)
        assert world.registrations() == 2
        assert "new" in world.aiko.available_commands(world.channel)


async def test_commands_somebody_else_changed_are_registered_again(tmp_path: Path):
    async with open_world(tmp_path) as world:
        world.env.backend.register_commands(None, [])
        await world.restart()
        assert world.registrations() == 2
        assert "recommend" in world.aiko.available_commands(world.channel)


async def test_another_discord_gets_the_commands_too(tmp_path: Path):
    for _ in range(2):
        async with open_world(tmp_path) as world:
            assert world.registrations() == 1


@pytest.mark.parametrize("spoilt", [b"", b"[]", b"\xff\xfe{", b'{"a": 1}'])
async def test_a_spoilt_record_only_costs_a_registration(tmp_path: Path, spoilt: bytes):
    async with open_world(tmp_path) as world:
        (world.settings.data_folder / COMMANDS_RECORD).write_bytes(spoilt)
        await world.restart()
        await world.restart()
        assert world.registrations() == 2


async def test_a_development_server_gets_the_commands_alone(tmp_path: Path):
    server = 1 << 60
    settings = tiny_settings(tmp_path, dev_guild=server)
    bot = create_bot(settings)
    env = simcord.Env(bot)
    guild = env.create_guild("Dev", id=server)
    channel = guild.create_text_channel("bot")
    member = guild.add_member(env.create_user("dev"))
    await env.start()
    try:
        assert "recommend" in member.available_commands(channel)
        assert member.user.available_commands() == ()
    finally:
        await env.shutdown()
        await bot.close()


async def test_a_development_server_without_riko_is_a_sentence(tmp_path: Path):
    bot = create_bot(tiny_settings(tmp_path, dev_guild=12345))
    env = simcord.Env(bot)
    env.inject_error("GET", "/applications/*/guilds/12345/commands", status=403, code=50001)
    try:
        with pytest.raises(SettingsError, match="RIKO_DEV_GUILD is 12345"):
            await env.start()
    finally:
        await bot.close()


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (403, "check that DISCORD_TOKEN is the token"),
        (400, "Discord refuses Riko's commands"),
        (503, r"could not take Riko's commands just now \(status 503\)"),
    ],
)
async def test_commands_discord_does_not_take_are_one_sentence(
    tmp_path: Path, status: int, says: str
):
    bot = create_bot(tiny_settings(tmp_path))
    env = simcord.Env(bot)
    env.inject_error("PUT", "/applications/*/commands", status=status, times=None)
    try:
        with pytest.raises(SettingsError, match=says) as refusal:
            await env.start()
    finally:
        await bot.close()
    assert "None" not in str(refusal.value)
    assert "\n" not in str(refusal.value)


async def test_commands_registered_elsewhere_before_are_withdrawn(tmp_path: Path):
    async with open_world(tmp_path) as world:
        guilds = [world.guild, world.env.create_guild("Other", owner=world.aiko.user)]
        backend = world.env.backend

        async def registered(dev_guild: int | None) -> list[bool]:
            """Start the bot; return whether it has commands everywhere, and in each server."""
            await world.bot.close()
            settings = world.settings.model_copy(update={"dev_guild": dev_guild})
            world.bot = create_bot(settings)
            await world.env.restart_bot(world.bot)
            places = [None, *(guild.id for guild in guilds)]
            return [bool(backend.commands.get(place)) for place in places]

        assert await registered(guilds[0].id) == [False, True, False]
        assert await registered(guilds[1].id) == [False, False, True]
        assert await registered(None) == [True, False, False]
        assert await registered(None) == [True, False, False]


async def test_what_cannot_be_withdrawn_is_tried_again(tmp_path: Path):
    async with open_world(tmp_path) as world:
        record = world.settings.data_folder / COMMANDS_RECORD
        known = json.loads(record.read_text(encoding="utf-8"))
        application = world.bot.application_id
        old = {f"{application}/77": {}, "1/77": {}, f"{application}/88": {}}
        record.write_text(json.dumps(known | old), encoding="utf-8")
        world.env.inject_error("PUT", "/applications/*/guilds/77/commands", status=500)
        world.env.inject_error("PUT", "/applications/*/guilds/88/commands", status=403)
        await world.restart()
        kept = json.loads(record.read_text(encoding="utf-8"))
        assert kept.keys() == known.keys() | {f"{application}/77", "1/77"}
        assert world.registrations() == 3  # the first one, and two attempts to withdraw
