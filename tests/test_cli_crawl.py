"""`riko data crawl` as a person runs it."""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from core.catalogue.folder import DataFolder
from core.outside import patience
from tests.command_line import install, riko
from tests.jikan_world import MyAnimeList, anime
from tests.misbehaving import misbehaving, nobody_there

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

NEW = 900_001


@contextmanager
def jikan() -> Generator[str]:
    """Serve a small MyAnimeList from another thread, as the command has a loop of its own."""
    address: list[str] = []
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    done = asyncio.Event()

    async def serve() -> None:
        async with misbehaving() as site:
            MyAnimeList(site, [], [anime(NEW), anime(NEW + 1, approved=False)]).serve()
            address.append(site.url)
            ready.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(10)
        yield address[0]
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join()
        loop.close()


def test_it_says_what_changed_and_where_it_is(tmp_path: Path):
    home = install(tmp_path)
    with jikan() as address:
        done = riko(home, "data", "crawl", "--season", RIKO_JIKAN=address)
        assert done.returncode == 0
        assert done.stdout.splitlines()[0] == "2 requests: 1 title, relations of 0."
        assert "Titles refused, not approved by MyAnimeList: 1." in done.stdout
        assert str(DataFolder(home / "data").catalogue) in done.stdout
        assert "RIKO_CATALOGUE names" in done.stdout
        again = riko(home, "data", "crawl", "--season", "--json", RIKO_JIKAN=address)
    report = json.loads(again.stdout)
    assert (report["requests"], report["new"], report["whole"]) == (0, 0, True)
    info = riko(home, "data", "info", "--json", RIKO_CATALOGUE="")
    assert "MyAnimeList, through Jikan" in json.loads(info.stdout)["sources"]


@pytest.mark.parametrize("limit", ["1", "9"])
def test_where_nobody_answers_it_ends_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
):
    monkeypatch.setattr(patience, "FIRST_PAUSE", 0.01)
    done = riko(install(tmp_path), "data", "crawl", "--limit", limit, RIKO_JIKAN=nobody_there())
    assert done.returncode == 1
    assert "cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_address_is_a_wrong_setting(tmp_path: Path):
    done = riko(install(tmp_path), "data", "crawl", RIKO_JIKAN="jikan")
    assert done.returncode == 1
    assert "RIKO_JIKAN" in done.stderr
