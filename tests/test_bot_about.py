"""`/about`, and the nightly crawl whose date it shows."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.nightly import until_night
from core import starter
from core.catalogue.load import load_catalogue
from core.catalogue.origin import MYANIMELIST, STARTER, Origin
from core.catalogue.write import write_catalogue
from tests.bot_world import FIRST, World, card, open_world, tiny_settings
from tests.crawling_world import crawling_world
from tests.jikan_world import MyAnimeList, anime
from tests.misbehaving import gzip_bomb, half, misbehaving, nobody_there, resets
from tests.tiny import tiny_catalogue

if TYPE_CHECKING:
    from pathlib import Path

NEW = 900_001


async def about(world: World) -> dict[str, str]:
    embed = card(await world.aiko.slash(world.channel, "about")).embeds[0]
    return {str(field.name): str(field.value) for field in embed.fields}


async def test_about_says_what_riko_is_and_of_when_its_titles_are(tmp_path: Path):
    made = datetime(2026, 3, 4, 5, tzinfo=UTC)
    settings = await asyncio.to_thread(tiny_settings, tmp_path)
    assert settings.catalogue is not None
    write_catalogue(tiny_catalogue(), settings.catalogue, Origin(made, ("a hand",)))
    async with open_world(tmp_path) as world:
        answer = card(await world.aiko.slash(world.channel, "about"))
        assert answer.ephemeral
        said = await about(world)
        assert said["What I know"] == "60 titles. I have learnt 60 of them from ratings."
        assert (
            said["How fresh that is"] == f"My list of titles is from <t:{made.timestamp():.0f}:D>. "
            f"The newest title on it is of {tiny_catalogue().newest_year}."
        )
        assert "MyAnimeList" in said["Where it comes from"]
        assert "/privacy show" in said["You"]
        assert str(answer.embeds[0].footer.text).startswith("Riko ")
        public = card(await world.aiko.slash(world.channel, "about", private=False))
        assert not public.ephemeral


async def test_a_list_without_a_date_says_so_in_japanese_too(tmp_path: Path):
    async with open_world(tmp_path) as world:
        assert "does not say" in (await about(world))["How fresh that is"]
        world.speak_japanese()
        assert "記録されていません" in (await about(world))["一覧の新しさ"]


async def test_a_crawl_shows_its_titles_at_once_while_the_bot_runs(tmp_path: Path):
    async with misbehaving() as site, crawling_world(tmp_path, site.url) as world:
        mal = MyAnimeList(site, [anime(FIRST, "Chiisana 0", score=9.9)], [anime(NEW)]).serve()
        assert await world.bot.nightly.crawl_now()
        assert "/seasons/now 1" in mal.asked()
        result = card(await world.aiko.slash(world.channel, "search", title=f"Work {NEW}"))
        assert f"Work {NEW}" in str(result.embeds[0].to_dict())
        assert "61 titles" in (await about(world))["What I know"]
        date = f"<t:{datetime.now(UTC).timestamp():.0f}"[:-4]
        assert date in (await about(world))["How fresh that is"]


async def test_while_the_web_fails_the_bot_answers_and_says_what_is_stale(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    nobody = nobody_there()
    async with crawling_world(tmp_path, nobody, age=timedelta(days=20)) as world:
        before = world.bot.services
        caplog.set_level(logging.WARNING, "bot.nightly")
        crawling = asyncio.create_task(world.bot.nightly.crawl_now())
        for _ in range(3):
            assert "not been able to reach it" in (await about(world))["How fresh that is"]
            assert (await world.aiko.slash(world.channel, "top")).response is not None
        assert world.bot.services is before
        assert not await crawling
        async with misbehaving(int(nobody.rpartition(":")[2])) as site:
            MyAnimeList(site, [], [anime(NEW)]).serve()
            assert await world.bot.nightly.crawl_now()
            assert "every title since" in (await about(world))["How fresh that is"]


async def test_only_what_crawls_should_have_renewed_is_stale(tmp_path: Path):
    old = timedelta(days=20)
    async with crawling_world(tmp_path, nobody_there(), old, (STARTER,)) as world:
        assert "My list of titles is from" in (await about(world))["How fresh that is"]


async def test_a_list_that_is_not_crawls_to_renew_is_not_stale(tmp_path: Path):
    chosen = tmp_path / "chosen.parquet"
    made = Origin(datetime(2026, 3, 4, 5, tzinfo=UTC), (MYANIMELIST,))
    write_catalogue(tiny_catalogue(), chosen, made)
    async with crawling_world(tmp_path, nobody_there(), chosen=chosen) as world:
        fresh = (await about(world))["How fresh that is"]
        assert "not been through its whole list yet" in fresh
        assert f"<t:{made.made.timestamp():.0f}:D>" in fresh


@pytest.mark.parametrize("behaviour", [half(b"{}"), resets(), gzip_bomb(10)], ids=range(3))
async def test_a_crawl_that_fails_is_logged_and_the_bot_goes_on(
    tmp_path: Path, behaviour, caplog: pytest.LogCaptureFixture
):
    async with misbehaving() as site, crawling_world(tmp_path, site.url) as world:
        for path in ("/seasons/now", "/seasons/upcoming", "/anime"):
            site.at(path, behaviour)
        caplog.set_level(logging.WARNING, "bot.nightly")
        assert not await world.bot.nightly.crawl_now()
        assert "the crawl was given up" in caplog.text
        assert "60 titles" in (await about(world))["What I know"]


async def test_two_crawls_do_not_meet_and_stopping_keeps_what_was_brought(tmp_path: Path):
    async with misbehaving() as site, crawling_world(tmp_path, site.url) as world:
        stuck = asyncio.Event()

        async def forever(_: object) -> None:
            stuck.set()
            await asyncio.Event().wait()

        mal = MyAnimeList(site, [], [anime(NEW)]).serve()
        mal.site.at("/seasons/upcoming", forever)  # pyright: ignore
        world.bot.nightly._task = asyncio.create_task(world.bot.nightly.crawl_now())  # pyright: ignore
        await stuck.wait()
        assert not await world.bot.nightly.crawl_now()
        await world.bot.nightly.stop()
        made = world.settings.locations().data.catalogue
        assert NEW in load_catalogue(made).catalogue


def test_the_night_is_the_next_one():
    morning = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)
    assert until_night(morning) == timedelta(minutes=30)
    assert until_night(morning + timedelta(minutes=30)) == timedelta(days=1)


async def test_a_fresh_install_says_of_when_its_titles_are(tmp_path: Path):
    settings = await asyncio.to_thread(tiny_settings, tmp_path)
    settings = settings.model_copy(update={"bundle": starter.BUNDLE, "catalogue": None})
    async with open_world(tmp_path, settings=settings) as world:
        fresh = (await about(world))["How fresh that is"]
        assert f"<t:{starter.WRITTEN.timestamp():.0f}:D>" in fresh
        assert f"is of {load_catalogue(starter.CATALOGUE).catalogue.newest_year}." in fresh
