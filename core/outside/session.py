"""The HTTP session that all of Riko's requests go through."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

import aiohttp
from yarl import URL

USER_AGENT: Final = "Riko (self-hosted anime recommendations)"
CHUNK: Final = 65_536
"""How many bytes are taken from an answer at a time."""
MOST_REDIRECTS: Final = 3
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
"""The statuses of an answer that sends elsewhere."""
CONNECT_SECONDS: Final = 4.0
READ_SECONDS: Final = 6.0
IDLE_SECONDS: Final = 60.0
"""How long a connection stays open for the next request; paces and pauses are up to a minute."""

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
