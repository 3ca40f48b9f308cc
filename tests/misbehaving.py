"""A real web server on this machine whose every path behaves, or misbehaves, as a test says.

    async with misbehaving() as site:
        site.at("/anime/1", fails(500), answers({"data": []}))
        client = JsonClient(site.url, Pace())

Each request to a path is met by the next of its behaviours, the last one again and again.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import struct
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping

    Behaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Asked:
    """A request that arrived; `at` in seconds of the monotonic clock."""

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes
    at: float

    @property
    def document(self) -> object:
        return json.loads(self.body)


@dataclass
class Site:
    """What the server does, and what was asked of it."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    _behaviours: dict[str, list[Behaviour]] = field(default_factory=dict)

    def at(self, path: str, *behaviours: Behaviour) -> str:
        """Let `path` behave so from now on; return its address."""
        self._behaviours[path] = list(behaviours)
        return f"{self.url}{path}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.asked.append(
            Asked(
                request.method,
                request.path,
                dict(request.query),
                request.headers,
                body,
                time.monotonic(),
            )
        )
        behaviours = self._behaviours.get(request.path)
        if not behaviours:
            return web.json_response({"error": "there is nothing here"}, status=404)
        behaviour = behaviours.pop(0) if len(behaviours) > 1 else behaviours[0]
        return await behaviour(request)

    def paths(self) -> list[str]:
        """Return the paths that were asked for, in order."""
        return [asked.path for asked in self.asked]


@asynccontextmanager
async def misbehaving(port: int = 0) -> AsyncGenerator[Site]:
    """Run such a server; `port` is for bringing one back where it was."""
    site = Site()
    app = web.Application(client_max_size=64_000_000)
    app.router.add_route("*", "/{path:.*}", site.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        host, port = runner.addresses[0][:2]
        site.url = f"http://{host}:{port}"
        yield site
    finally:
        await runner.cleanup()


def nobody_there() -> str:
    """Return an address of this machine at which nothing answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


# --- behaviours ------------------------------------------------------------------------------


def answers(document: object, status: int = 200, **headers: str) -> Behaviour:
    """Answer with `document` as JSON; `Retry_After="3"` becomes a header."""
    return says(json.dumps(document).encode(), status, Content_Type="application/json", **headers)


def says(body: bytes, status: int = 200, **headers: str) -> Behaviour:
    """Answer with `body` just as it is."""

    async def behave(_: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, body=body, headers=named)

    return behave


def fails(status: int = 500, **headers: str) -> Behaviour:
    """Answer with an error page."""
    return says(b"<h1>Oh no</h1>", status, Content_Type="text/html", **headers)


def too_many(retry_after: str | None = None) -> Behaviour:
    """Answer that there were too many requests."""
    return fails(429) if retry_after is None else fails(429, Retry_After=retry_after)


def wrong_type(body: bytes = b"<h1>Welcome</h1>") -> Behaviour:
    """Answer with a web page, and all is well."""
    return says(body, Content_Type="text/html")


def invalid_json() -> Behaviour:
    """Answer with something that calls itself JSON."""
    return says(b'{"data": [1, 2,', Content_Type="application/json")


def redirects(to: str, status: int = 302) -> Behaviour:
    """Send to another address."""
    return says(b"", status, Location=to)


def gzip_bomb(megabytes: int = 64) -> Behaviour:
    """Answer with JSON that is small on the way and huge when unpacked."""
    bomb = gzip.compress(b'["' + b"a" * (megabytes * 1_000_000) + b'"]', 9)
    return says(bomb, Content_Type="application/json", Content_Encoding="gzip")


def gzipped(document: object) -> Behaviour:
    """Answer with packed JSON."""
    body = gzip.compress(json.dumps(document).encode())
    return says(body, Content_Type="application/json", Content_Encoding="gzip")


def slow(seconds: float, then: Behaviour) -> Behaviour:
    """Think for so long, then behave so."""

    async def behave(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return await then(request)

    return behave


def half(body: bytes, content_type: str = "application/json") -> Behaviour:
    """Promise `body`, send its first half, and hang up."""

    async def behave(request: web.Request) -> web.StreamResponse:
        return await _cut(request, body, len(body) // 2, 200, {"Content-Type": content_type})

    return behave


def trickles(body: bytes, seconds: float, content_type: str = "application/json") -> Behaviour:
    """Send `body` byte by byte, each after `seconds`."""

    async def behave(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": content_type})
        response.content_length = len(body)
        await response.prepare(request)
        for place in range(len(body)):
            await asyncio.sleep(seconds)
            await response.write(body[place : place + 1])
        return response

    return behave


def resets() -> Behaviour:
    """Reset the connection without a word."""

    async def behave(request: web.Request) -> web.StreamResponse:
        _hang_up(request, rudely=True)
        return web.Response()

    return behave


def file(
    body: bytes, *, etag: str | None = '"one"', ranges: bool = True, stops_after: int | None = None
) -> Behaviour:
    """Serve `body` as a file, from where the request wants it, if `ranges` are known here.

    A range with an `If-Range` that is not `etag` is answered with the whole. With `stops_after`
    the connection ends after so many bytes of the answer.
    """

    async def behave(request: web.Request) -> web.StreamResponse:
        headers = {"Content-Type": "application/octet-stream"}
        if etag is not None:
            headers["ETag"] = etag
        start = 0
        wanted = request.headers.get("Range", "")
        same = request.headers.get("If-Range", etag) == etag
        if ranges and same and wanted.startswith("bytes="):
            start = int(wanted.removeprefix("bytes=").partition("-")[0])
            if start >= len(body):
                return web.Response(
                    status=416, headers=headers | {"Content-Range": f"bytes */{len(body)}"}
                )
            headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
        status = 206 if "Content-Range" in headers else 200
        part = body[start:]
        if stops_after is not None:
            return await _cut(request, part, stops_after, status, headers)
        return web.Response(status=status, body=part, headers=headers)

    return behave


async def _cut(
    request: web.Request, body: bytes, after: int, status: int, headers: dict[str, str]
) -> web.StreamResponse:
    response = web.StreamResponse(status=status, headers=headers)
    response.content_length = len(body)
    await response.prepare(request)
    await response.write(body[:after])
    # what was written shall arrive before the end does
    await asyncio.sleep(0.05)
    _hang_up(request, rudely=False)
    return response


def _hang_up(request: web.Request, *, rudely: bool) -> None:
    assert request.transport is not None
    if rudely:
        connection: socket.socket = request.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()
