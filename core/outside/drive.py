"""Large files on Google Drive, which asks to confirm that nobody has looked for viruses in them."""

from __future__ import annotations

import asyncio
import re
from html.parser import HTMLParser
from typing import Final

import aiohttp
from yarl import URL

from core.errors import BrokenAnswerError, RefusedError, UnreachableError
from core.outside.session import answered, open_session, redirected

ADDRESS: Final = "https://drive.usercontent.google.com/download"
_ID: Final = re.compile(r"[A-Za-z0-9_-]{10,100}")
_LONGEST_PAGE: Final = 1_000_000
_READ_SECONDS: Final = 30.0
_SECONDS: Final = 90.0
"""For all of it; a page that trickles would never be there."""


def is_drive_id(text: str) -> bool:
    """Return whether `text` can be the id of a file on Drive."""
    return _ID.fullmatch(text) is not None


async def confirmed(file_id: str, at: str = ADDRESS) -> str:
    """Return the address at which the file itself lies.

    Drive answers with the file, or with a page whose form leads to it. Raises `UnreachableError`,
    `RefusedError`, or `BrokenAnswerError` where the page has no such form, as when too many have
    fetched the file today.
    """
    address = URL(at).with_query(id=file_id, export="download", confirm="t")
    host = address.host or ""
    try:
        async with (
            asyncio.timeout(_SECONDS),
            open_session("*/*", read_seconds=_READ_SECONDS) as session,
            answered(session, address) as response,
        ):
            if response.status != 200:
                raise RefusedError(host, response.status)
            if response.content_type != "text/html":
                return str(response.url)
            page = bytearray()
            # read() gives what has arrived, not the whole page
            async for piece in response.content.iter_chunked(_LONGEST_PAGE):
                page += piece
                if len(page) >= _LONGEST_PAGE:
                    break
            return str(_confirmation(page.decode("utf-8", "replace"), response.url))
    except ValueError as error:
        raise BrokenAnswerError(host, str(error)) from error
    except (aiohttp.ClientError, OSError) as error:
        raise UnreachableError(host, str(error) or type(error).__name__) from error


def _confirmation(page: str, address: URL) -> URL:
    """Return where the form of `page` leads to. Raises `ValueError` if it has none."""
    form = _Form()
    form.feed(page)
    if form.action is None or "id" not in form.fields:
        raise ValueError(
            "Drive shows a page instead of the file; it may be private, or fetched too often today"
        )
    return redirected(address, form.action).with_query(form.fields)


class _Form(HTMLParser):
    """Collects the first form of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form" and self.action is None:
            self.action = given.get("action") or ""
        elif tag == "input" and self.action is not None and given.get("type") == "hidden":
            self.fields[given.get("name") or ""] = given.get("value") or ""
