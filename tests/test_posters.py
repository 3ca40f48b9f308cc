"""Posters from a web that misbehaves: real sockets, real files."""

from __future__ import annotations

import asyncio
import gzip
import os
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from core.catalogue.poster_cache import PosterCache
from core.catalogue.poster_image import POSTER_SIZE
from core.catalogue.posters import PosterStore
from core.catalogue.title import Title
from tests.picture_files import claims_to_be, opened, plain_jpeg

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable
    from pathlib import Path

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

JPEG = plain_jpeg()
PATIENCE = 10


@dataclass
class Site:
    """A web site that answers each path with its handler and counts what was asked."""

    url: str = ""
    handlers: dict[str, Handler] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    inside: int = 0
    most_inside: int = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        try:
            return await self.handlers.get(request.path, good)(request)
        finally:
            self.inside -= 1

    def title(self, anime_id: int, path: str | None = None, *, adult: bool = False) -> Title:
        url = f"{self.url}{path or f'/{anime_id}.jpg'}"
        return Title(anime_id=anime_id, title=f"Title {anime_id}", image_url=url, adult=adult)


async def good(_: web.Request) -> web.StreamResponse:
    return web.Response(body=JPEG, content_type="image/jpeg")


def says(status: int = 200, body: bytes = JPEG, **headers: str) -> Handler:
    async def handler(_: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(
            status=status, body=body, headers={"Content-Type": "image/jpeg"} | named
        )

    return handler


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "image/jpeg"})
    await response.prepare(request)
    while True:
        await response.write(JPEG * 100)


async def hangs_up(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def stops_half_way(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "image/jpeg", "Content-Length": "9999"})
    await response.prepare(request)
    await response.write(JPEG[:100])
    return await hangs_up(request)


async def in_circles(request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound(request.path)


async def to_a_file(_: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("file:///etc/passwd")


async def once_elsewhere(_: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/elsewhere.jpg")


@asynccontextmanager
async def running(site: Site, port: int = 0) -> AsyncGenerator[Site]:
    app = web.Application()
    app.router.add_get("/{path:.*}", site.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        host, port = runner.addresses[0][:2]
        site.url = f"http://{host}:{port}"
        yield site
    finally:
        await runner.cleanup()


@pytest.fixture
async def site() -> AsyncGenerator[Site]:
    async with running(Site()) as up:
        yield up


@asynccontextmanager
async def poster_store(folder: Path, **options: float) -> AsyncGenerator[PosterStore]:
    store = PosterStore(folder, **{"budget_seconds": PATIENCE, **options})  # type: ignore[arg-type]
    try:
        yield store
    finally:
        await store.close()


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


async def test_posters_come_in_one_size_and_are_kept(site: Site, tmp_path: Path) -> None:
    titles = [site.title(number) for number in range(1, 11)]
    async with poster_store(tmp_path / "made" / "posters") as store:
        first = await store.fetch(titles)
        again = await store.fetch(titles)
    assert sorted(first) == list(range(1, 11))
    assert {opened(poster).size for poster in first.values()} == {POSTER_SIZE}
    assert again == first
    assert len(site.asked) == 10
    async with poster_store(tmp_path / "made" / "posters") as store:
        assert await store.fetch(titles) == first
    assert len(site.asked) == 10, "what was kept survives a restart"


async def test_all_are_fetched_at_once(site: Site, tmp_path: Path) -> None:
    everybody = asyncio.Barrier(8)

    async def waits_for_everybody(request: web.Request) -> web.StreamResponse:
        await everybody.wait()
        return await good(request)

    titles = [site.title(number) for number in range(8)]
    site.handlers = {f"/{number}.jpg": waits_for_everybody for number in range(8)}
    async with poster_store(tmp_path) as store:
        assert len(await store.fetch(titles)) == 8


async def test_a_host_is_not_overrun(site: Site, tmp_path: Path) -> None:
    async def takes_a_moment(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.01)
        return await good(request)

    site.handlers = {f"/{number}.jpg": takes_a_moment for number in range(30)}
    async with poster_store(tmp_path) as store:
        assert len(await store.fetch([site.title(number) for number in range(30)])) == 30
    assert 1 < site.most_inside <= 8


async def test_what_is_late_is_there_next_time(site: Site, tmp_path: Path) -> None:
    released = asyncio.Event()

    async def late(request: web.Request) -> web.StreamResponse:
        await released.wait()
        return await good(request)

    site.handlers["/2.jpg"] = late
    titles = [site.title(1), site.title(2)]
    async with poster_store(tmp_path, budget_seconds=0.5) as store:
        assert set(await store.fetch(titles)) == {1}
        released.set()
        tries = [await store.fetch(titles) for _ in range(20)]
        assert set(tries[-1]) == {1, 2}
    assert site.asked.count("/2.jpg") == 1, "the download under way is used, not begun anew"


async def test_an_answer_given_up_leaves_the_download_alone(site: Site, tmp_path: Path) -> None:
    arrived, released = asyncio.Event(), asyncio.Event()

    async def late(request: web.Request) -> web.StreamResponse:
        arrived.set()
        await released.wait()
        return await good(request)

    site.handlers["/1.jpg"] = late
    async with poster_store(tmp_path) as store:
        answer = asyncio.create_task(store.fetch([site.title(1)]))
        await arrived.wait()
        answer.cancel()
        released.set()
        assert set(await store.fetch([site.title(1)])) == {1}
    assert site.asked == ["/1.jpg"]


async def test_closing_stops_what_is_under_way(site: Site, tmp_path: Path) -> None:
    async def never(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(3600)
        raise AssertionError

    site.handlers["/1.jpg"] = never
    store = PosterStore(tmp_path, budget_seconds=0.05)
    assert await store.fetch([site.title(1)]) == {}
    await store.close()
    assert await store.fetch([site.title(2)]) == {}
    assert "/2.jpg" not in site.asked


@pytest.mark.parametrize(
    "handler",
    [
        pytest.param(says(404), id="404"),
        pytest.param(says(403), id="403"),
        pytest.param(says(204), id="204"),
        pytest.param(says(body=b"<html>no</html>"), id="not a picture"),
        pytest.param(says(body=b""), id="nothing"),
        pytest.param(says(Content_Type="text/html"), id="wrong content type"),
        pytest.param(says(body=JPEG[: len(JPEG) // 2]), id="truncated picture"),
        pytest.param(says(body=gzip.compress(JPEG), Content_Encoding="gzip"), id="packed"),
        pytest.param(
            says(body=gzip.compress(bytes(50_000_000)), Content_Encoding="gzip"), id="gzip bomb"
        ),
        pytest.param(says(body=bytes(3_000_001)), id="huge"),
        pytest.param(endless, id="endless"),
        pytest.param(says(body=claims_to_be(10_000, 5_000)), id="50 megapixels"),
        pytest.param(says(body=claims_to_be(60_000, 60_000)), id="3600 megapixels"),
        pytest.param(in_circles, id="redirect loop"),
        pytest.param(to_a_file, id="redirect to a file"),
    ],
)  # fmt: skip
async def test_what_is_no_poster_is_not_asked_for_twice(
    handler: Handler, site: Site, tmp_path: Path
) -> None:
    site.handlers["/1.jpg"] = handler
    titles = [site.title(1), site.title(2)]
    async with poster_store(tmp_path) as store:
        assert set(await store.fetch(titles)) == {2}
        asked = len(site.asked)
        assert set(await store.fetch(titles)) == {2}
    assert len(site.asked) == asked
    assert len(names(tmp_path)) == 1, "only the good poster is kept"


@pytest.mark.parametrize(
    "handler",
    [says(500), says(503), says(429), hangs_up, stops_half_way],
    ids=["500", "503", "429", "hangs up", "stops half way"],
)
async def test_a_failing_host_is_left_alone_for_a_while(
    handler: Handler, site: Site, tmp_path: Path
) -> None:
    site.handlers = {f"/{number}.jpg": handler for number in range(1, 4)}
    failing = [site.title(number) for number in range(1, 4)]
    async with poster_store(tmp_path) as store:
        assert await store.fetch(failing) == {}
        asked = len(site.asked)
        assert await store.fetch([*failing, site.title(4)]) == {}
        assert len(site.asked) == asked
    site.handlers.clear()
    async with poster_store(tmp_path, offline_seconds=0) as store:
        assert len(await store.fetch(failing)) == 3


async def test_a_host_that_recovered_is_asked_again(site: Site, tmp_path: Path) -> None:
    site.handlers = {f"/{number}.jpg": says(500) for number in range(1, 4)}
    failing = [site.title(number) for number in range(1, 4)]
    async with poster_store(tmp_path, offline_seconds=0) as store:
        assert await store.fetch(failing) == {}
        site.handlers.clear()
        assert len(await store.fetch(failing)) == 3


async def test_offline_all_are_drawn_at_once(site: Site, tmp_path: Path) -> None:
    gone = Site()
    async with running(gone):
        pass
    titles = [gone.title(number) for number in range(10)]
    async with poster_store(tmp_path) as store:
        assert await store.fetch(titles) == {}
        async with running(gone, int(gone.url.rpartition(":")[2])):
            assert await store.fetch(titles) == {}
            assert gone.asked == []
        assert set(await store.fetch([site.title(1)])) == {1}, "other hosts are not meant"


async def test_a_redirect_is_followed(site: Site, tmp_path: Path) -> None:
    site.handlers["/1.jpg"] = once_elsewhere
    async with poster_store(tmp_path) as store:
        assert set(await store.fetch([site.title(1)])) == {1}


async def test_nobody_is_sent_to_another_host_without_encryption(
    site: Site, tmp_path: Path
) -> None:
    async with running(Site()) as other, poster_store(tmp_path) as store:

        async def to_the_other(_: web.Request) -> web.StreamResponse:
            raise web.HTTPFound(f"{other.url}/1.jpg")

        site.handlers["/1.jpg"] = to_the_other
        assert await store.fetch([site.title(1)]) == {}
        assert other.asked == []


async def test_adult_and_unfetchable_titles_cost_nothing(site: Site, tmp_path: Path) -> None:
    addresses = ("file:///etc/passwd", "ftp://h/x.jpg", "data:image/png;base64,AA", "", "x", None)
    titles = [Title(anime_id=i, title="x", image_url=at) for i, at in enumerate(addresses)]
    async with poster_store(tmp_path) as store:
        assert await store.fetch([*titles, site.title(99, adult=True)]) == {}
    assert site.asked == []
    assert names(tmp_path) == set()


@pytest.mark.parametrize(
    "address",
    [
        "http://",
        "http://[::1/x.jpg",
        "http://a..b/x.jpg",
        "http://x:99999/",
        "https:// /",
        "http://" + "a" * 300,
    ],
)
async def test_a_bad_address_is_no_accident(address: str, tmp_path: Path) -> None:
    async with poster_store(tmp_path) as store:
        assert await store.fetch([Title(anime_id=1, title="x", image_url=address)]) == {}


async def test_one_poster_for_two_titles_is_fetched_once(site: Site, tmp_path: Path) -> None:
    async with poster_store(tmp_path) as store:
        found = await store.fetch([site.title(1, "/same.jpg"), site.title(2, "/same.jpg")])
        assert await store.fetch([]) == {}
    assert set(found) == {1, 2}
    assert site.asked == ["/same.jpg"]


async def test_a_disk_that_cannot_be_written_stops_no_poster(site: Site, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    async with poster_store(tmp_path / "file") as store:
        assert set(await store.fetch([site.title(1)])) == {1}


# --- the cache -------------------------------------------------------------------------------


async def test_a_disk_that_hangs_is_waited_for_no_longer_than_the_web(
    site: Site, tmp_path: Path
) -> None:
    store = PosterStore(tmp_path, budget_seconds=0.2)
    assert len(await store.fetch([site.title(1)])) == 1
    (file,) = tmp_path.glob("*.jpg")  # noqa: ASYNC240 - a moment, in a test
    file.unlink()
    os.mkfifo(file)  # reading it waits for somebody who writes
    try:
        async with asyncio.timeout(PATIENCE):
            assert await store.fetch([site.title(1), site.title(2)]) == {}
    finally:
        file.write_bytes(b"")
    await store.close()


def test_a_poster_that_may_not_be_touched_can_still_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = PosterCache(tmp_path, 10_000)
    cache.write("http://x/1", b"poster")

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "utime", refuse)
    assert cache.read("http://x/1") == b"poster"


def test_the_least_recently_used_go_first(tmp_path: Path) -> None:
    cache = PosterCache(tmp_path, limit_bytes=10_000)
    posters = {f"http://h/{number}": bytes([number]) * 1_000 for number in range(9)}
    for age, (address, poster) in enumerate(posters.items()):
        cache.write(address, poster)
        for file in tmp_path.iterdir():
            if file.read_bytes().startswith(poster[:9]):
                os.utime(file, (age, age))
    assert cache.read("http://h/0") == posters["http://h/0"]
    cache.write("http://h/new", b"n" * 1_000)
    assert cache.read("http://h/0") == posters["http://h/0"], "it was used just now"
    assert cache.read("http://h/1") is None
    assert cache.read("http://h/8") == posters["http://h/8"]
    assert cache.read("http://h/new") == b"n" * 1_000
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 10_000


def test_a_poster_bigger_than_the_limit_is_not_kept(tmp_path: Path) -> None:
    cache = PosterCache(tmp_path, limit_bytes=100)
    cache.write("http://h/1", bytes(101))
    assert cache.read("http://h/1") is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: bytes(len(content)),
        lambda _: b"",
        lambda content: content[:50] + b"!" + content[51:],
    ],
    ids=["last byte lost", "half lost", "zeros", "empty", "one byte changed"],
)
def test_damaged_files_are_thrown_away(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    cache = PosterCache(tmp_path, limit_bytes=1_000_000)
    cache.write("http://h/1", JPEG)
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage(file.read_bytes()))
    assert cache.read("http://h/1") is None
    assert not file.exists()
    cache.write("http://h/1", JPEG)
    assert cache.read("http://h/1") == JPEG


def test_other_files_are_left_alone_and_left_overs_removed(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(bytes(5_000))
    (tmp_path / "abc.poster.part").write_bytes(bytes(5_000))
    cache = PosterCache(tmp_path, limit_bytes=3_000)
    for number in range(5):
        cache.write(f"http://h/{number}", bytes(1_000))
    assert "holiday.jpg" in names(tmp_path)
    assert "abc.poster.part" not in names(tmp_path)
    assert 1 <= sum(name.endswith(".poster.jpg") for name in names(tmp_path)) <= 2
