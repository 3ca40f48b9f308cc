"""Who leaves a server, and servers that Riko is taken out of: their traces go within a day."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.sweep import Sweep
from core.services.servers import NOT_SET
from core.showing import DIRECT_MESSAGES
from tests.bot_world import FIRST, World, open_world

if TYPE_CHECKING:
    from pathlib import Path

    import simcord


async def members(world: World, guild_id: int | None = None) -> set[int]:
    leaving = world.bot.services.leaving
    return set(await leaving.members(guild_id or world.guild.id))


async def join(world: World, *people: simcord.MemberActor) -> None:
    """Let `people` rate, and use Riko in the server."""
    for each in people:
        await world.bot.services.ratings.rate(each.id, FIRST, 9)
        await world.bot.services.top.saw_member(world.guild.id, each.id)


def later() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


async def sweep(world: World) -> None:
    await Sweep(world.bot, later, pause=0).sweep()
    await world.env.settle()


async def votes(world: World) -> int:
    """Return how many votes the server's mean counts."""
    mean = await world.bot.services.server_lists.mean(world.guild.id, FIRST)
    return 0 if mean is None else mean.votes


async def test_who_left_is_gone_and_keeps_their_profile(tmp_path: Path):
    async with open_world(tmp_path) as world:
        third = world.guild.add_member(world.env.create_user("chika"))
        fourth = world.guild.add_member(world.env.create_user("dai"))
        await join(world, world.aiko, world.ben, third, fourth)
        assert await votes(world) == 4
        await sweep(world)
        assert await members(world) == {world.aiko.id, world.ben.id, third.id, fourth.id}
        world.guild.remove_member(world.ben)
        await sweep(world)
        assert await members(world) == {world.aiko.id, third.id, fourth.id}
        assert await votes(world) == 3
        assert await world.bot.services.ratings.scores(world.ben.id) == {FIRST: 9}


async def test_who_comes_back_is_counted_again_at_once(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await join(world, world.aiko, world.ben)
        world.guild.remove_member(world.ben)
        await sweep(world)
        ben = world.guild.add_member(world.ben.user)
        await ben.slash(world.channel, "top")
        assert await members(world) == {world.aiko.id, ben.id}


async def test_who_used_riko_since_discord_was_asked_stays(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await join(world, world.aiko, world.ben)
        leaving = world.bot.services.leaving
        before = datetime.now(UTC) - timedelta(hours=1)
        assert await leaving.left(world.guild.id, [world.ben.id], before) == 0
        assert await leaving.left(world.guild.id, [world.ben.id], later()) == 1
        assert await members(world) == {world.aiko.id}


async def test_a_server_that_takes_riko_out_is_forgotten_at_once(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await join(world, world.aiko, world.ben)
        services, guild_id = world.bot.services, world.guild.id
        await services.servers.change(guild_id, least_votes=9)
        world.env.backend.remove_guild(guild_id)
        await world.env.settle()
        assert await members(world, guild_id) == set()
        assert await services.servers.settings(guild_id) == NOT_SET
        assert await services.leaving.next_server() is None
        assert await services.ratings.scores(world.aiko.id) == {FIRST: 9}


async def test_a_server_that_is_merely_unavailable_is_left_alone(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await join(world, world.aiko, world.ben)
        world.guild.remove_member(world.ben)
        await world.env.settle()
        payload = {"id": str(world.guild.id), "unavailable": True}
        world.env.backend.emit("GUILD_DELETE", payload)
        await world.env.settle()
        await sweep(world)
        assert await members(world) == {world.aiko.id, world.ben.id}


async def test_a_server_lost_while_the_bot_was_off_goes_with_the_next_sweep(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await join(world, world.aiko)
        await world.bot.services.servers.change(4711, least_votes=9)
        await world.bot.services.top.saw_member(4711, world.aiko.id)
        # Discord's own word is needed, and it does not answer
        world.env.inject_error("GET", "/guilds/4711", status=500, times=None)
        world.env.backend.faults[-1]["times"] = 100
        sweeper = Sweep(world.bot, later, pause=0)
        await sweeper.sweep()
        assert await members(world, 4711) == {world.aiko.id}
        world.env.backend.faults.clear()
        await sweeper.sweep_missed()
        assert await members(world, 4711) == set()
        asked = len(world.env.http_requests)
        await sweeper.sweep_missed()
        assert len(world.env.http_requests) == asked
        assert await members(world) == {world.aiko.id}
        assert await world.bot.services.servers.settings(4711) == NOT_SET


async def test_a_sweep_that_is_interrupted_goes_on_the_next_time(tmp_path: Path):
    async with open_world(tmp_path) as world:
        leaving = world.bot.services.leaving
        strangers = "(SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 1249)"
        for table in (
            "users (id, created_at) SELECT i, '2026-01-01 00:00:00'",
            f"members (guild_id, user_id, seen_at) SELECT {world.guild.id}, i, '2026-01-01 00:00:00'",
        ):
            world.damage(f"WITH RECURSIVE n(i) AS {strangers} INSERT INTO {table} FROM n")
        # after the first hundred it waits for longer than this test lasts
        sweeping = asyncio.create_task(Sweep(world.bot, later, pause=600).sweep())
        while len(left := await leaving.members(world.guild.id, size=1_000)) > 150:
            assert not sweeping.done()
            await asyncio.sleep(0.01)
        sweeping.cancel()
        await asyncio.wait([sweeping])
        assert sweeping.cancelled()
        assert len(left) == 150
        await sweep(world)
        assert await leaving.members(world.guild.id) == ()


async def test_the_bot_sweeps_by_itself_and_asks_again_where_nobody_answered(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await join(world, world.aiko, world.ben)
        await world.bot.services.top.saw_member(4711, world.aiko.id)
        world.damage("UPDATE members SET seen_at = '2020-01-01 00:00:00'")
        world.guild.remove_member(world.ben)
        world.env.inject_error("GET", "/guilds/4711", status=500, times=None)
        world.env.backend.faults[-1]["times"] = 100
        await world.env.advance_time(700)
        assert await members(world) == {world.aiko.id}
        assert await members(world, 4711) == {world.aiko.id}
        world.env.backend.faults.clear()
        await world.env.advance_time(700)
        assert await members(world, 4711) == set()


async def test_who_left_is_in_no_party_and_their_own_are_gone(tmp_path: Path):
    async with open_world(tmp_path) as world:
        services, guild_id = world.bot.services, world.guild.id
        for each in (world.aiko, world.ben):
            # neither ever used Riko in this server
            await services.ratings.rate(each.id, FIRST, 9)
            await services.profiles.save(each.id, shareable=True)
        made = await services.parties.make(
            world.aiko.id, [world.ben.id], guild_id=guild_id, channel_id=1, place=DIRECT_MESSAGES
        )
        assert made.party_id is not None
        assert await members(world) == {world.aiko.id, world.ben.id}
        await sweep(world)
        assert await members(world) == {world.aiko.id, world.ben.id}
        world.guild.remove_member(world.ben)
        await sweep(world)
        assert await members(world) == {world.aiko.id}
        world.guild.remove_member(world.aiko)
        await sweep(world)
        assert await members(world) == set()
        assert await services.leaving.next_server() is None
