"""The HTTP session that all of Riko's requests go through."""

from __future__ import annotations

from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import aiohttp
from yarl import URL

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

USER_AGENT: Final = "Riko (self-hosted anime recommendations)"
CHUNK: Final = 65_536
"""How many bytes are taken from an answer at a time."""
CONNECT_SECONDS: Final = 4.0
READ_SECONDS: Final = 6.0
IDLE_SECONDS: Final = 60.0
"""How long a connection stays open for the next request; paces and pauses are up to a minute."""

_MOST_REDIRECTS: Final = 3
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
"""The statuses of an answer that sends elsewhere."""
_WITH_WHAT_WAS_SENT: Final = frozenset({307, 308})
"""Those that mean the whole request and not only the address."""
_SLOW_DOWN: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


def open_session(
    accept: str, *, packing: str = "identity", read_seconds: float = READ_SECONDS
) -> aiohttp.ClientSession:
    """Return a session that keeps no cookies and never unpacks an answer by itself.

    A small answer may unpack to gigabytes, so whoever allows a `packing` (as `Accept-Encoding`
    calls it) unpacks with a limit. There is a time-out for each step, none for the whole.
    """
    return aiohttp.ClientSession(
        headers={"User-Agent": USER_AGENT, "Accept": accept, "Accept-Encoding": packing},
        auto_decompress=False,
        connector=aiohttp.TCPConnector(keepalive_timeout=IDLE_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(
            total=None, sock_connect=CONNECT_SECONDS, sock_read=read_seconds
        ),
    )


def may_recover(status: int) -> bool:
    """Return whether an answer of this status says that the host may do better later."""
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _SLOW_DOWN


@asynccontextmanager
async def answered(
    session: aiohttp.ClientSession,
    address: URL,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    document: object = None,
) -> AsyncGenerator[aiohttp.ClientResponse]:
    """Ask for `address`, with `document` as JSON if there is one, and give the answer.

    Redirects are followed, a few of them and to where `redirected` lets them. Raises `ValueError`,
    saying why, for others and for what is no address, and what aiohttp raises.
    """
    for _ in range(1 + _MOST_REDIRECTS):
        async with session.request(
            method, address, headers=headers, json=document, allow_redirects=False
        ) as response:
            if response.status not in _REDIRECTS:
                yield response
                return
            if method != "GET" and response.status not in _WITH_WHAT_WAS_SENT:
                raise ValueError("it sends to another address what was sent to it")
            address = redirected(address, response.headers.get("Location", ""))
    raise ValueError("it sends from one address to the next")


def redirected(address: URL, location: str) -> URL:
    """Return where an answer of `address` with this `Location` sends to.

    Raises `ValueError`, saying why, unless that is the same host or one reached by https.
    """
    try:
        there = address.join(URL(location))
        same = there.is_absolute() and there.origin() == address.origin()
    except ValueError:
        raise ValueError("it sends to an address that is none") from None
    if there.scheme != "https" and not same:
        raise ValueError("it sends to another host without encryption")
    return there
