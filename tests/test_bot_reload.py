"""A new catalogue is put in place while commands run."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import weakref
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

import bot.app
from bot.app import create_bot
from bot.bench.crowd import Crowd
from bot.cogs.housekeeping import HousekeepingCog
from bot.limits import Turns
from core.catalogue.catalogue import Catalogue
from core.catalogue.write import write_catalogue
from core.services.assembly import open_services
from core.showing import ANYBODY
from tests.bot_world import FIFTH, FIRST, SECOND, THIRD, open_world, tiny_settings
from tests.tiny import tiny_catalogue

if TYPE_CHECKING:
    from pathlib import Path

    import simcord

pytestmark = pytest.mark.asyncio

SWAPS = 10


def edition(number: int) -> Catalogue:
    """The tiny catalogue with the number of the edition in every name."""
    return Catalogue(
        replace(title, title=f"{title.title} E{number}", title_english=None)
        for title in tiny_catalogue().titles
    )


def editions_in(result: simcord.InteractionResult) -> set[str]:
    """Return the editions whose titles are in an answer."""
    assert result.response is not None
    assert result.response.embeds, result.response.content
    shown = str([embed.to_dict() for embed in result.response.embeds])
    return set(re.findall(r"E(\d+)", shown))


async def test_commands_run_while_the_catalogue_is_replaced_ten_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.app, "REPLACED_SECONDS", 0.05)
    settings = tiny_settings(tmp_path, edition(0))
    assert settings.catalogue is not None
    riko = create_bot(settings)
    env = Crowd(riko)
    users = [env.create_user(f"person {number}") for number in range(4)]
    guild = env.create_guild("Anime club")
    channel = guild.create_text_channel("anime")
    people = [guild.add_member(user) for user in users]
    await env.start()
    seen: set[str] = set()
    going = True

    async def hammer(person: simcord.MemberActor, command: str, **values: object) -> None:
        while going:
            riko.turns = Turns()  # nobody is told to wait
            found = editions_in(await person.slash(channel, command, **values))
            assert len(found) == 1, "an answer of two catalogues"
            seen.update(found)

    try:
        old = [weakref.ref(riko.services.recommendations)]
        for anime_id, score in ((FIRST, 9), (SECOND, 8), (THIRD, 4)):
            await people[0].slash(channel, "rate", title=str(anime_id), score=score)
        with env.time_context():
            async with env.let_in():
                hammers = [
                    asyncio.create_task(hammer(people[0], "recommend")),
                    asyncio.create_task(hammer(people[1], "top")),
                    asyncio.create_task(hammer(people[2], "search", title=str(FIFTH))),
                    asyncio.create_task(hammer(people[3], "similar", title=str(FIRST))),
                ]
                for number in range(1, SWAPS + 1):
                    await asyncio.to_thread(write_catalogue, edition(number), settings.catalogue)
                    assert await riko.reload_catalogue()
                    old.append(weakref.ref(riko.services.recommendations))
                    async with asyncio.timeout(10):
                        while str(number) not in seen:  # noqa: ASYNC110 - four tasks fill it
                            await asyncio.sleep(0.01)
                going = False
                await asyncio.gather(*hammers)
        assert not env.errors
        assert {str(number) for number in range(1, SWAPS + 1)} <= seen
        # nothing keeps what was replaced, so memory does not grow; simcord keeps the very first
        await asyncio.sleep(0.1)
        assert [each() is None for each in old[1:]] == [True] * (SWAPS - 1) + [False]
    finally:
        await env.shutdown()
        await riko.close()


async def test_what_is_remembered_of_people_is_the_same_before_and_after(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        before = world.bot.services
        assert await world.bot.reload_catalogue()
        after = world.bot.services
        assert after is not before
        await before.ratings.rate(world.aiko.id, SECOND, 5)
        assert after.ratings.scores_in_memory(world.aiko.id) == {FIRST: 9, SECOND: 5}
        await before.privacy.delete(world.aiko.id)
        assert after.ratings.scores_in_memory(world.aiko.id) is None
        assert await world.ratings() == {}


async def test_the_first_catalogue_is_not_kept_either(tmp_path: Path) -> None:
    first = await open_services(tiny_settings(tmp_path).locations())
    try:
        old = weakref.ref(first.recommendations)
        first = await first.reloaded()
        await asyncio.sleep(0.05)  # the thread lets go
        assert old() is None
    finally:
        await first.close()


async def test_a_title_that_is_gone_or_new_is_so_at_once(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        titles = {title.anime_id: title for title in tiny_catalogue().titles}
        gone = titles.pop(FIFTH)
        titles[900] = replace(gone, anime_id=900, title="Atarashii", title_english="Brand New")
        assert world.settings.catalogue is not None
        write_catalogue(Catalogue(titles.values()), world.settings.catalogue)
        assert world.bot.services.titles.get(FIFTH, ANYBODY).title == gone.title
        assert await world.bot.reload_catalogue()
        result = await world.aiko.slash(world.channel, "search", title="brand new")
        assert result.response is not None
        assert "Brand New" in str(result.response.embeds[0].to_dict())
        result = await world.aiko.slash(world.channel, "search", title=str(FIFTH))
        assert result.response is not None
        assert not result.response.embeds


@pytest.mark.parametrize("broken", [b"", b"PAR1 and nothing else", b"anime_id,title\n"])
async def test_a_broken_file_leaves_the_old_catalogue(
    tmp_path: Path, broken: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_world(tmp_path) as world:
        before = world.bot.services
        assert world.settings.catalogue is not None
        world.settings.catalogue.write_bytes(broken)
        with caplog.at_level(logging.ERROR, "bot.app"):
            assert not await world.bot.reload_catalogue()
        assert "The catalogue stays as it was" in caplog.text
        assert world.bot.services is before
        assert (await world.aiko.slash(world.channel, "top")).response is not None


async def test_two_reloads_at_once_and_one_while_stopping(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        both = await asyncio.gather(world.bot.reload_catalogue(), world.bot.reload_catalogue())
        assert both == [True, True]
        reload = asyncio.create_task(world.bot.reload_catalogue())
        await asyncio.sleep(0)
        await world.bot.close()
        assert await reload is False


async def test_a_file_changed_beside_the_running_bot_is_shown(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        path = world.bot.settings.catalogue
        assert path is not None
        assert not await world.bot.reload_if_changed()
        write_catalogue(edition(7), path)
        stat = path.stat()
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 10**9))
        cog = world.bot.get_cog("HousekeepingCog")
        assert isinstance(cog, HousekeepingCog)
        await cog.look()
        assert editions_in(await world.aiko.slash(world.channel, "recommend")) == {"7"}
        assert not await world.bot.reload_if_changed()
