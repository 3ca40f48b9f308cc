"""The weekly digest: once a week, once only, and never where it cannot be read."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import discord
import pytest

from bot.cogs.housekeeping import HousekeepingCog
from bot.digests import Digests
from bot.ui.digest import _embed
from bot.ui.limits import TITLE, first_that_fits, fits
from bot.ui.reader import Reader
from bot.ui.words import Language
from core.catalogue.title import Title
from core.services.digests import Digest, due_at, due_week
from core.services.server_lists import MostRated, ServerEntry
from core.services.servers import Among, DigestTrouble, ServerSettings
from core.showing import ANYBODY
from core.storage.week import beginning_of, week_of
from tests.bot_world import FIRST, FOURTH, SECOND, THIRD, World, card, open_world
from tests.tiny import ADULT_IDS

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

WEEK = timedelta(weeks=1)


@asynccontextmanager
async def lively_world(folder: Path) -> AsyncGenerator[World]:
    """A server with a digest, in which three people rated the same titles this week."""
    async with open_world(folder) as world:
        await world.let_manage(world.aiko)
        await change(world, digest_channel_id=world.channel.id)
        await rate(world, FIRST, SECOND, THIRD)
        yield world


async def rate(world: World, *anime_ids: int) -> None:
    """Let three members rate titles."""
    services = world.bot.services
    for user_id in (world.aiko.id, world.ben.id, 77):
        await services.ratings.rate_many(user_id, [(anime_id, 9) for anime_id in anime_ids])
        await services.top.saw_member(world.guild.id, user_id)


async def change(world: World, **values: object) -> None:
    await world.bot.services.servers.change(world.guild.id, **values)  # type: ignore[arg-type]


async def settings(world: World) -> ServerSettings:
    return await world.bot.services.servers.settings(world.guild.id)


def next_week(weeks: int = 1) -> datetime:
    """Return when the digest is due that many weeks from now."""
    return due_at(week_of(datetime.now(UTC)) + weeks) + timedelta(minutes=5)


def last_week(world: World, *anime_ids: int, now: datetime | None = None) -> None:
    """Let these titles have been rated an hour before the week of `now` began."""
    week = week_of(now or datetime.now(UTC))
    world.damage(f"UPDATE clock SET this_week = {week}")  # noqa: S608 - our own number
    began = beginning_of(week) - timedelta(hours=1)
    for anime_id in anime_ids:
        world.damage(
            f"UPDATE ratings SET rated_at = '{began:%Y-%m-%d %H:%M:%S.%f}' "  # noqa: S608
            f"WHERE anime_id = {anime_id}"
        )


def never_sent(world: World) -> None:
    """Let the last digest be long ago."""
    world.damage("UPDATE servers SET digest_week = 1, digest_done_week = 1")


def sender(world: World, when: datetime | None = None) -> Digests:
    """Return what sends digests, for which it is `when`; next week if not said."""
    now = when or next_week()
    return Digests(world.bot, lambda: now)


def sent(world: World) -> list[discord.Message]:
    """Return the digests in the channel."""
    return [
        message
        for message in world.channel.history()
        if message.embeds and message.embeds[0].timestamp is not None
    ]


def test_a_digest_is_sent_from_monday_at_nine_to_the_end_of_the_week():
    monday, second = datetime(2026, 3, 2, tzinfo=UTC), timedelta(seconds=1)
    week = week_of(monday)
    assert beginning_of(week) == monday
    assert week_of(monday - second) == week - 1
    nine = due_at(week)
    assert nine == monday + timedelta(hours=9)
    assert [due_week(when) for when in (monday, nine - second)] == [None, None]
    assert [due_week(when) for when in (nine, monday + WEEK - second)] == [week, week]
    assert due_week(monday + WEEK) is None


@pytest.mark.parametrize("language", list(Language))
def test_the_longest_names_fit(language: Language):
    name = "[*Ω*] 🦊_" * 40
    titles = [Title(90_000 + i, name, type="Special", year=2020) for i in range(10)]
    digest = Digest(
        {place: ServerEntry(title, 8.88, 1_000, 0) for place, title in enumerate(titles[:5], 1)},
        tuple(MostRated(title, 8.88, 1_000, 1_000) for title in titles[5:]),
    )
    reader = Reader.of(language)
    attempts = [[_embed(reader, digest, name, ["W" * 100] * 2, size)] for size in (90, 15)]
    (embed,) = first_that_fits(attempts)
    assert fits([embed])
    assert len(embed.title or "") <= TITLE
    assert (embed.description or "").count("/anime/") == 10


async def test_the_first_comes_next_week_and_then_one_each_week(tmp_path: Path):
    async with lively_world(tmp_path) as world:
        await sender(world, datetime.now(UTC)).send_due()
        assert sent(world) == []
        for _ in range(3):
            await sender(world).send_due()
        (digest,) = sent(world)
        embed = digest.embeds[0]
        assert embed.title == "Last week in Anime club"
        said = embed.description or ""
        assert "New among the best loved here" in said
        assert said.count(f"/anime/{FIRST})") == 2
        assert "3 ratings" in said
        assert "/top" in said
        for name in ("aiko", "ben", str(world.aiko.id), str(world.ben.id)):
            assert name not in said
        assert [file.filename for file in digest.attachments] == ["digest.jpg"]
        assert "1. " not in (digest.attachments[0].description or "1. "), "places are in the text"
        # the week after, nobody rated anything
        await sender(world, next_week(2)).send_due()
        assert len(sent(world)) == 1


async def test_each_vote_is_told_once_whenever_the_digest_goes_out(tmp_path: Path):
    async with lively_world(tmp_path) as world:
        for user_id in (world.aiko.id, world.ben.id, 77):
            await world.bot.services.ratings.rate(user_id, FOURTH, 8)
        last_week(world, FIRST)
        never_sent(world)
        await sender(world, due_at(week_of(datetime.now(UTC))) - timedelta(minutes=1)).send_due()
        assert sent(world) == []
        # days late, it tells the week that ended all the same
        await sender(world, next_week(0) + timedelta(days=4)).send_due()
        (told,) = sent(world)
        said = told.embeds[0].description or ""
        assert [f"/anime/{each})" in said for each in (FIRST, FOURTH)] == [True, False]
        await sender(world).send_due()
        said = sent(world)[-1].embeds[0].description or ""
        assert [f"/anime/{each})" in said for each in (FIRST, FOURTH)] == [False, True]


async def test_after_a_downtime_of_weeks_there_is_one(tmp_path: Path):
    async with lively_world(tmp_path) as world:
        never_sent(world)
        late = sender(world, next_week() + timedelta(days=3))
        await asyncio.gather(late.send_due(), late.send_due(), late.send_due())
        assert len(sent(world)) == 1


async def test_many_who_claim_a_digest_get_it_once(tmp_path: Path):
    async with lively_world(tmp_path) as world:
        servers, week = world.bot.services.servers, week_of(next_week())
        claims = await asyncio.gather(*(servers.claim(world.guild.id, week) for _ in range(8)))
        assert sum(claim is not None for claim in claims) == 1


async def test_a_week_without_anything_to_say_has_none(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await change(world, digest_channel_id=world.channel.id)
        never_sent(world)
        await sender(world, next_week(0)).send_due()
        assert sent(world) == []
        await rate(world, FIRST, SECOND, THIRD)
        await sender(world, next_week(0)).send_due()
        assert sent(world) == []
        await sender(world).send_due()
        assert len(sent(world)) == 1


async def test_it_keeps_to_the_settings_of_the_server(tmp_path: Path):
    async with lively_world(tmp_path) as world:
        await rate(world, *ADULT_IDS)
        await world.restrict()
        genre = world.bot.services.titles.get(THIRD, ANYBODY).genres[-1]
        hidden = Among(frozenset({genre}), frozenset({genre}))
        top = Among(frozenset({"top"}), frozenset({"top"}))
        await change(world, language="ja", hidden_genres=hidden, commands_off=top)
        await sender(world).send_due()
        (digest,) = sent(world)
        said = digest.embeds[0].description or ""
        assert "先週たくさん評価された作品" in said
        assert "/人気" not in said
        assert f"/anime/{THIRD})" not in said
        for anime_id in ADULT_IDS:
            assert f"/anime/{anime_id})" not in said


async def test_fewer_votes_than_the_server_wants_are_not_told(tmp_path: Path):
    async with lively_world(tmp_path) as world:
        await change(world, least_votes=4)
        await sender(world).send_due()
        assert sent(world) == []


async def test_a_channel_that_is_gone_ends_the_digest_and_the_panel_says_so(tmp_path: Path):
    async with lively_world(tmp_path) as world:
        other = world.guild.create_text_channel("news")
        await change(world, digest_channel_id=other.id)
        world.env.backend.delete_channel(other.id)
        await world.env.settle()
        await sender(world).send_due()
        assert (await settings(world)).digest_trouble is DigestTrouble.CHANNEL_GONE
        assert (await settings(world)).digest_channel_id is None
        shown = card(await world.aiko.slash(world.channel, "server settings"))
        assert "its channel is gone" in (shown.embeds[0].description or "")
        # in a channel chosen anew it comes the week after
        await change(world, digest_channel_id=world.channel.id)
        assert (await settings(world)).digest_trouble is None
        await sender(world).send_due()
        assert len(sent(world)) == 1


async def test_a_channel_riko_may_not_write_in_ends_it_too(tmp_path: Path):
    async with lively_world(tmp_path) as world:
        me = world.guild.me
        assert me is not None
        closed = world.guild.create_text_channel(
            "closed", overwrites={me: discord.PermissionOverwrite(send_messages=False)}
        )
        await change(world, digest_channel_id=closed.id)
        await sender(world).send_due()
        assert (await settings(world)).digest_trouble is DigestTrouble.NOT_ALLOWED
        # permissions may also be gone a moment later
        await change(world, digest_channel_id=world.channel.id)
        path = f"/channels/{world.channel.id}/messages"
        world.env.inject_error("POST", path, status=403, code=50013)
        await sender(world).send_due()
        assert (await settings(world)).digest_trouble is DigestTrouble.NOT_ALLOWED
        assert sent(world) == []


async def test_what_could_not_be_sent_is_sent_the_next_time(tmp_path: Path):
    async with lively_world(tmp_path) as world:
        path = f"/channels/{world.channel.id}/messages"
        world.env.inject_error("POST", path, status=400)
        digests = sender(world)
        await digests.send_due()
        assert sent(world) == []
        await digests.send_due()
        assert len(sent(world)) == 1


async def test_stopped_between_claiming_and_noting_it_is_sent_once_all_the_same(tmp_path: Path):
    async with lively_world(tmp_path) as world:
        # messages are as old as the simulation says
        now = due_at(week_of(world.env.now())) + timedelta(minutes=5)
        last_week(world, FIRST, SECOND, THIRD, now=now)
        never_sent(world)
        servers = world.bot.services.servers
        assert await servers.claim(world.guild.id, week_of(now)) is not None
        await world.restart()
        await sender(world, now).send_due()
        assert len(sent(world)) == 1
        # sent, but nobody could note it
        world.damage("UPDATE servers SET digest_done_week = 1")
        await world.restart()
        for _ in range(2):
            await sender(world, now).send_due()
        assert len(sent(world)) == 1


async def test_interrupted_it_is_not_sent_again_while_its_server_is_not_there(tmp_path: Path):
    async with lively_world(tmp_path) as world:
        now = due_at(week_of(world.env.now())) + timedelta(minutes=5)
        last_week(world, FIRST, SECOND, THIRD, now=now)
        never_sent(world)
        await sender(world, now).send_due()
        assert len(sent(world)) == 1
        world.damage("UPDATE servers SET digest_done_week = 1")
        await world.restart()
        guild = world.bot.get_guild(world.guild.id)
        assert guild is not None
        channels, guild._channels = guild._channels, {}  # pyright: ignore[reportPrivateUsage]
        guild.unavailable = True
        await sender(world, now).send_due()
        guild._channels = channels  # pyright: ignore[reportPrivateUsage]
        guild.unavailable = False
        for _ in range(2):
            await sender(world, now).send_due()
        assert len(sent(world)) == 1


async def test_where_riko_cannot_read_back_an_interrupted_one_is_not_sent_again(tmp_path: Path):
    async with lively_world(tmp_path) as world:
        me = world.guild.me
        assert me is not None
        news = world.guild.create_text_channel(
            "news", overwrites={me: discord.PermissionOverwrite(read_message_history=False)}
        )
        await change(world, digest_channel_id=news.id)
        last_week(world, FIRST, SECOND)
        never_sent(world)
        now = next_week(0)
        assert await world.bot.services.servers.claim(world.guild.id, week_of(now)) is not None
        await sender(world, now).send_due()
        assert [message for message in news.history() if message.embeds] == []
        await sender(world).send_due()
        assert len([message for message in news.history() if message.embeds]) == 1


async def test_switched_off_meanwhile_it_is_not_sent(tmp_path: Path):
    async with lively_world(tmp_path) as world:
        await change(world, digest_channel_id=None)
        await sender(world).send_due()
        await world.bot.services.servers.reset(world.guild.id)
        await sender(world).send_due()
        assert sent(world) == []


async def test_the_bot_looks_by_itself(tmp_path: Path):
    async with lively_world(tmp_path) as world:
        # whatever day it is, Monday's digest is due
        cog = world.bot.get_cog("HousekeepingCog")
        assert isinstance(cog, HousekeepingCog)
        cog._digests = sender(world)  # pyright: ignore[reportPrivateUsage]
        await world.env.advance_time(700)
        assert len(sent(world)) == 1
        await world.env.advance_time(700)
        assert len(sent(world)) == 1
