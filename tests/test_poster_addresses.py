"""Addresses of posters that the catalogue does not name."""

from __future__ import annotations

import asyncio
import io
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from PIL import Image

from core.catalogue.crawl.jikan import Jikan
from core.catalogue.poster_addresses import PosterAddresses
from core.catalogue.posters import PosterStore
from core.catalogue.title import Title
from core.outside import patience
from core.outside.pace import Pace
from tests.jikan_world import anime
from tests.misbehaving import answers, fails, misbehaving, says

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    import pytest

    from tests.misbehaving import Site

TITLE = Title(7, "Poster")


@asynccontextmanager
async def addresses_at(site: Site, path: Path) -> AsyncGenerator[PosterAddresses]:
    found = PosterAddresses(path, Jikan(site.url, Pace()), pause_seconds=0.0)
    found.load()
    try:
        yield found
    finally:
        await found.close()


async def asked(addresses: PosterAddresses) -> None:
    """Wait until nothing waits to be asked for."""
    async with asyncio.timeout(10):
        while addresses._waiting:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)


async def test_it_is_asked_for_once_and_remembered_also_that_there_is_none(tmp_path: Path):
    path = tmp_path / "data" / "posters.jsonl"
    none = Title(8, "None")
    async with misbehaving() as site:
        site.at("/anime/7", answers({"data": anime(7)}))
        no_image = {"jpg": {"image_url": "https://cdn.myanimelist.net/img/sp/icon/256.png"}}
        site.at("/anime/8", answers({"data": anime(8, images=no_image)}))
        async with addresses_at(site, path) as addresses:
            assert addresses.of(TITLE) is None
            assert addresses.of(none) is None
            await asked(addresses)
            assert addresses.of(TITLE) == "https://cdn.myanimelist.net/images/anime/1/7l.jpg"
            assert addresses.of(none) is None
        with path.open("a") as file:
            file.write('{"anime_id": 9, "at": "half')
        async with addresses_at(site, path) as addresses:
            assert addresses.of(TITLE) is not None
            assert addresses.of(none) is None
            assert addresses.of(Title(9, "Gone")) is None
            addresses.of(Title(10, "Gone as well"))
            await asked(addresses)
        async with addresses_at(site, path) as addresses:
            for anime_id in (7, 8, 9, 10):
                addresses.of(Title(anime_id, "Known"))
            await asked(addresses)
        assert site.paths() == ["/anime/7", "/anime/8", "/anime/9", "/anime/10"]


async def test_when_jikan_fails_it_is_left_alone_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(patience, "FIRST_PAUSE", 0.01)
    async with misbehaving() as site:
        site.at("/anime/7", fails(503))
        async with addresses_at(site, tmp_path / "posters.jsonl") as addresses:
            addresses.of(TITLE)
            await asked(addresses)
            count = len(site.asked)
            addresses.of(TITLE)
            await asked(addresses)
            assert len(site.asked) == count


async def test_one_title_that_fails_silences_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(patience, "FIRST_PAUSE", 0.01)
    async with misbehaving() as site:
        site.at("/anime/7", fails(500))
        site.at("/anime/8", fails(404))
        async with addresses_at(site, tmp_path / "posters.jsonl") as addresses:
            for _ in range(2):
                addresses.of(TITLE)
                addresses.of(Title(8, "Other"))
                await asked(addresses)
            assert site.paths()[-1] == "/anime/8"
            assert set(site.paths()) == {"/anime/7", "/anime/8"}


async def test_what_the_catalogue_names_is_not_asked_for_nor_adult_posters(tmp_path: Path):
    async with misbehaving() as site:
        site.at("/poster.jpg", says(_picture((20, 30)), Content_Type="image/jpeg"))
        async with addresses_at(site, tmp_path / "posters.jsonl") as addresses:
            store = PosterStore(tmp_path / "posters", addresses=addresses)
            named = Title(1, "Named", image_url=f"{site.url}/poster.jpg")
            adult = Title(2, "Adult", adult=True)
            assert (await store.fetch([named, adult])).keys() == {1}
            await store.close()
            await asked(addresses)
        assert site.paths() == ["/poster.jpg"]


async def test_a_poster_of_fifty_megapixels_or_no_picture_is_none(tmp_path: Path):
    async with misbehaving() as site:
        site.at("/huge.png", says(_picture((8000, 6300)), Content_Type="image/png"))
        site.at("/page.jpg", says(b"<h1>Hello</h1>", Content_Type="image/jpeg"))
        store = PosterStore(tmp_path / "posters")
        titles = [
            Title(number, "Hostile", image_url=f"{site.url}{path}")
            for number, path in enumerate(("/huge.png", "/page.jpg"), 1)
        ]
        try:
            assert await store.fetch(titles) == {}
            assert sorted(site.paths()) == ["/huge.png", "/page.jpg"]
            assert await store.fetch(titles) == {}
            assert len(site.asked) == 2, "neither is tried again"
        finally:
            await store.close()


def _picture(size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("1", size).save(out, "PNG")
    return out.getvalue()
