"""Where posters are of titles of which the catalogue does not say so: Jikan is asked, once."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, cast

from core.catalogue.clean import poster_address
from core.catalogue.json_lines import JsonLines
from core.errors import CatalogueError, OutsideError

if TYPE_CHECKING:
    from pathlib import Path

    from core.catalogue.crawl.jikan import Jikan
    from core.catalogue.title import Title

MOST_WAITING: Final = 60
"""So many titles may wait to be asked for; what is wanted beyond is asked for another time."""
ASKED_AGAIN: Final = timedelta(days=30)
"""A title that had no poster is asked for again after this time."""

_log = logging.getLogger(__name__)


class PosterAddresses:
    """Addresses that Jikan knows, kept in the file `path`, one JSON object a line.

    `jikan` is asked in the background, one title every `pause_seconds`; until then, and where there
    is no poster, there is no address. In an outage it is left alone for `offline_seconds`; where it
    fails at one title, that one is. For use from one event loop; `load` comes first.
    """

    def __init__(
        self,
        path: Path,
        jikan: Jikan,
        *,
        pause_seconds: float = 3.0,
        offline_seconds: float = 3600.0,
    ) -> None:
        self._lines = JsonLines(path)
        self._jikan = jikan
        self._pause = pause_seconds
        self._offline = offline_seconds
        self._known: dict[int, tuple[datetime, str | None]] = {}
        self._waiting: dict[int, None] = {}
        self._asking: asyncio.Task[None] | None = None
        self._left_alone_until = 0.0
        self._failed: dict[int, float] = {}

    def load(self) -> None:
        """Read what was kept; a line that says nothing usable is passed over."""
        try:
            for kept in self._lines.read():
                with suppress(ValueError, KeyError, TypeError):
                    at = datetime.fromisoformat(cast("str", kept["at"]))
                    known = (at.astimezone(UTC), poster_address(kept["address"]))
                    self._known[int(cast("int", kept["anime_id"]))] = known
        except CatalogueError as error:
            _log.warning("posters that were found are looked for again: %s", error)

    def of(self, title: Title) -> str | None:
        """Return where the poster of `title` is, as far as known; if not, it will be asked for."""
        if title.image_url is not None:
            return title.image_url
        known = self._known.get(title.anime_id)
        if known is not None and (known[1] or datetime.now(UTC) - known[0] < ASKED_AGAIN):
            return known[1]
        failed = self._failed.get(title.anime_id)
        if failed is not None and time.monotonic() - failed < self._offline:
            return None
        if len(self._waiting) < MOST_WAITING and time.monotonic() >= self._left_alone_until:
            self._waiting[title.anime_id] = None
            if self._asking is None or self._asking.done():
                self._asking = asyncio.create_task(self._ask(), name="poster addresses")
        return None

    async def close(self) -> None:
        """Ask no more."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)
        await self._jikan.aclose()

    async def _ask(self) -> None:
        """Ask for what waits, one after another."""
        while self._waiting:
            anime_id = next(iter(self._waiting))
            try:
                row = await self._jikan.title(anime_id)
            except OutsideError as error:
                if not error.outage:
                    _log.info("no poster of title %d for now: %s", anime_id, error)
                    self._failed[anime_id] = time.monotonic()
                    del self._waiting[anime_id]
                    await asyncio.sleep(self._pause)
                    continue
                _log.warning("posters are not asked for any more for a while: %s", error)
                self._left_alone_until = time.monotonic() + self._offline
                self._waiting.clear()
                return
            now = datetime.now(UTC)
            address = None if row is None else poster_address(row.get("image_url"))
            self._known[anime_id] = (now, address)
            del self._waiting[anime_id]
            line = {"anime_id": anime_id, "at": now.isoformat(), "address": address}
            try:
                await asyncio.to_thread(self._lines.append, line)
            except CatalogueError as error:
                # it is asked again after the next start, that is all
                _log.warning("where a poster is cannot be kept: %s", error)
            await asyncio.sleep(self._pause)
