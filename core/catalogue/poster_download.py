"""One picture from the web, with a limit on everything the other side could overdo."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

import aiohttp
from yarl import URL

from core.catalogue.poster_image import UnusablePosterError
from core.outside.session import CHUNK, answered, may_recover

MOST_BYTES: Final = 3_000_000
ACCEPTED: Final = "image/*"
_KINDS: Final = frozenset({"image/jpeg", "image/jpg", "image/png", "image/webp", "image/gif"})


class PosterHostError(Exception):
    """A host cannot be reached or does not do its work; it may do so later."""


async def download(session: aiohttp.ClientSession, address: str) -> bytes:
    """Return what `address` holds, `MOST_BYTES` at most.

    Raises `UnusablePosterError` when that is no picture or too much, `PosterHostError` when the
    host fails.
    """
    try:
        async with answered(session, URL(address)) as response:
            _check(response)
            data = bytearray()
            async for chunk in response.content.iter_chunked(CHUNK):
                data += chunk
                if len(data) > MOST_BYTES:
                    raise UnusablePosterError("too many bytes")
            return bytes(data)
    except ValueError as error:  # no good address, or it sends to one
        raise UnusablePosterError(str(error)) from error
    except (aiohttp.ClientError, OSError) as error:  # a time-out is an OSError
        raise PosterHostError(f"{type(error).__name__}: {error}") from error


def _check(response: aiohttp.ClientResponse) -> None:
    if may_recover(response.status):
        raise PosterHostError(f"status {response.status}")
    if response.status != HTTPStatus.OK:
        raise UnusablePosterError(f"status {response.status}")
    if response.content_type not in _KINDS:
        raise UnusablePosterError(f"content type {response.content_type}")
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise UnusablePosterError("packed content")
    if (response.content_length or 0) > MOST_BYTES:
        raise UnusablePosterError("too many bytes")
