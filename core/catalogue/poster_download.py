"""One picture from the web, with a limit on everything the other side could overdo."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

import aiohttp

from core.catalogue.poster_image import UnusablePosterError

MOST_BYTES: Final = 3_000_000
_MOST_REDIRECTS: Final = 3
_CHUNK: Final = 65_536
_KINDS: Final = frozenset({"image/jpeg", "image/jpg", "image/png", "image/webp", "image/gif"})
_SLOW_DOWN: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


class PosterHostError(Exception):
    """A host cannot be reached or does not do its work; it may do so later."""


def open_session() -> aiohttp.ClientSession:
    """Return a session that asks for bytes as they are and keeps no cookies."""
    return aiohttp.ClientSession(
        headers={"User-Agent": "Riko", "Accept": "image/*", "Accept-Encoding": "identity"},
        # A small answer that unpacks to gigabytes is never unpacked.
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=4, sock_read=6),
    )


async def download(session: aiohttp.ClientSession, address: str) -> bytes:
    """Return what `address` holds, `MOST_BYTES` at most.

    Raises `UnusablePosterError` when that is no picture or too much, `PosterHostError` when the
    host fails.
    """
    try:
        async with session.get(address, max_redirects=_MOST_REDIRECTS) as response:
            _check(response)
            data = bytearray()
            async for chunk in response.content.iter_chunked(_CHUNK):
                data += chunk
                if len(data) > MOST_BYTES:
                    raise UnusablePosterError("too many bytes")
            return bytes(data)
    except (aiohttp.TooManyRedirects, ValueError) as error:  # ValueError: no good address
        raise UnusablePosterError(str(error)) from error
    except (aiohttp.ClientError, OSError) as error:  # a time-out is an OSError
        raise PosterHostError(f"{type(error).__name__}: {error}") from error


def _check(response: aiohttp.ClientResponse) -> None:
    if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR or response.status in _SLOW_DOWN:
        raise PosterHostError(f"status {response.status}")
    if response.status != HTTPStatus.OK:
        raise UnusablePosterError(f"status {response.status}")
    if response.content_type not in _KINDS:
        raise UnusablePosterError(f"content type {response.content_type}")
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise UnusablePosterError("packed content")
    if (response.content_length or 0) > MOST_BYTES:
        raise UnusablePosterError("too many bytes")
