"""The bot's nights: crawls that come by themselves, fail, are cut short and go on."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot import nightly
from bot.nightly import Nightly
from core.catalogue.crawl import crawl
from core.catalogue.load import load_catalogue
from core.services import crawling
from tests.bot_world import World, card
from tests.crawling_world import crawling_world
from tests.jikan_world import MyAnimeList, anime
from tests.misbehaving import fails, misbehaving

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable
    from pathlib import Path

    from aiohttp import web

NEW = 900_001
KNOWN = 60
"""Titles before anything is crawled."""
NEARLY_NIGHT = datetime(2026, 11, 24, 3, 59, 59, 900_000, tzinfo=UTC)


@asynccontextmanager
async def nights(
    world: World, reload: Callable[[], Awaitable[bool]] | None = None
) -> AsyncGenerator[None]:
    """Let a night come every tenth of a second, and whatever was asked for be old by then."""
    riko = world.bot
    loop = Nightly(riko._crawl, reload or riko.reload_catalogue, lambda: NEARLY_NIGHT)  # pyright: ignore
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crawl, "SEASON_FRESH", timedelta(0))
        loop.start()
        try:
            yield
        finally:
            await loop.stop()


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not happened():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def titles(world: World) -> int:
    return world.bot.services.about.about().titles


def written(world: World) -> int:
    return len(load_catalogue(world.settings.locations().data.catalogue).catalogue)


class Stuck:
    """Jikan that answers nobody any more; `asked` is set once it is waited for."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def __call__(self, _: web.Request) -> web.StreamResponse:
        self.asked.set()
        await asyncio.Event().wait()
        raise AssertionError


async def test_every_night_brings_more_while_commands_run(tmp_path: Path):
    async with misbehaving() as site, crawling_world(tmp_path, site.url) as world:
        mal = MyAnimeList(site, [], [anime(NEW)]).serve()
        async with nights(world), asyncio.timeout(20):
            for night in (1, 2):
                while titles(world) < KNOWN + night:
                    about = card(await world.aiko.slash(world.channel, "about")).embeds[0]
                    assert "titles. I have learnt" in str(about.to_dict())
                mal.season.append(anime(NEW + night))
                mal.serve()


async def test_a_night_that_fails_is_logged_and_the_next_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(nightly, "AGAIN", timedelta(seconds=0.05))
    caplog.set_level(logging.WARNING, "bot.nightly")
    async with misbehaving() as site, crawling_world(tmp_path, site.url) as world:
        mal = MyAnimeList(site, [], [anime(NEW)]).serve()
        mal.break_down(fails(503))
        async with nights(world):
            await until(lambda: caplog.text.count("the crawl was given up") >= 2)
            assert titles(world) == KNOWN
            with world.settings.locations().data.held():
                await until(lambda: "no crawl tonight" in caplog.text)
            mal.serve()
            await until(lambda: titles(world) == KNOWN + 1)


async def test_a_reload_that_bursts_does_not_end_the_nights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(nightly, "AGAIN", timedelta(seconds=0.05))
    caplog.set_level(logging.ERROR, "bot.nightly")
    tries: list[int] = []

    async def burst_first() -> bool:
        tries.append(len(tries))
        if len(tries) == 1:
            raise ValueError("burst")
        return await world.bot.reload_catalogue()

    async with misbehaving() as site, crawling_world(tmp_path, site.url) as world:
        MyAnimeList(site, [], [anime(NEW)]).serve()
        async with nights(world, burst_first):
            await until(lambda: titles(world) == KNOWN + 1)
    assert "ValueError: burst" in caplog.text


async def test_a_bot_that_is_restarted_goes_on_with_its_crawl(tmp_path: Path):
    async with misbehaving() as site:
        mal = MyAnimeList(site, [anime(NEW + i) for i in range(5)], [anime(NEW + 9)]).serve()
        stuck = Stuck()
        site.at("/seasons/upcoming", stuck)
        async with crawling_world(tmp_path, site.url) as world:
            async with nights(world):
                await stuck.asked.wait()
            assert written(world) == KNOWN + 1
            assert "/seasons/now 1" in mal.asked()
        mal.serve()
        async with crawling_world(tmp_path, site.url) as world:
            assert titles(world) == KNOWN + 1
            assert await world.bot.nightly.crawl_now()
            assert titles(world) == KNOWN + 6
            assert mal.asked()[0] == "/seasons/upcoming 1", "this season is known"


async def test_a_long_crawl_is_published_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(crawling, "PUBLISH_SECONDS", 0.05)
    async with misbehaving() as site, crawling_world(tmp_path, site.url) as world:
        stuck = Stuck()
        MyAnimeList(site, [], [anime(NEW)]).serve()
        site.at("/seasons/upcoming", stuck)
        async with nights(world):
            await stuck.asked.wait()
            await until(lambda: written(world) == KNOWN + 1)
            assert await world.bot.reload_if_changed()
            assert titles(world) == KNOWN + 1
