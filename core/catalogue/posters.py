"""Posters of titles, within a time that an answer can wait."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from core.catalogue.poster_cache import PosterCache
from core.catalogue.poster_download import ACCEPTED, PosterHostError, download
from core.catalogue.poster_image import UnusablePosterError, make_poster
from core.outside.session import open_session

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import aiohttp

    from core.catalogue.poster_addresses import PosterAddresses
    from core.catalogue.title import Title

_MOST_AT_ONCE_PER_HOST: Final = 8
_MOST_UNDER_WAY: Final = 60
"""So many downloads may wait or run; what is asked for beyond is left out."""
_DOWNLOAD_SECONDS: Final = 20.0
_FAILURES_IN_A_ROW: Final = 3
"""After so many a host is left alone for a while."""
_MOST_REMEMBERED: Final = 10_000

_log = logging.getLogger(__name__)


class PosterStore:
    """Fetches posters from where the catalogue says and keeps them in `folder`.

    `limit_bytes` is how much the folder may hold, `budget_seconds` how long `fetch` may wait for
    disk and web. `addresses` knows those that the catalogue does not name. A host that fails is
    left alone for `offline_seconds`, an address that gives no poster for `missing_seconds`. The
    adult titles' posters are neither fetched nor kept.
    """

    def __init__(
        self,
        folder: Path,
        *,
        addresses: PosterAddresses | None = None,
        limit_bytes: int = 200_000_000,
        budget_seconds: float = 2.0,
        offline_seconds: float = 300.0,
        missing_seconds: float = 86_400.0,
    ) -> None:
        self._cache = PosterCache(folder, limit_bytes)
        self._addresses = addresses
        self._budget = budget_seconds
        self._offline_seconds = offline_seconds
        self._missing_seconds = missing_seconds
        self._session: aiohttp.ClientSession | None = None
        # Its own thread, so that a row of big pictures never keeps others from theirs.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="posters")
        self._under_way: dict[str, asyncio.Task[bytes | None]] = {}
        self._gates: defaultdict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(_MOST_AT_ONCE_PER_HOST)
        )
        self._failures: Counter[str] = Counter()
        self._left_alone: dict[str, float] = {}
        self._closed = False

    async def fetch(self, titles: Sequence[Title]) -> dict[int, bytes]:
        """Return the posters, by anime id, that are kept or arrive within the budget.

        Each is a JPEG of `poster_image.POSTER_SIZE`. What arrives later is kept for next time.
        Never raises for what the web or the disk does.
        """
        deadline = time.monotonic() + self._budget
        addresses = {
            title.anime_id: at for title in titles if (at := self._address(title)) is not None
        }
        try:
            async with asyncio.timeout(self._budget):
                posters = await asyncio.to_thread(self._read, addresses)
        except TimeoutError:
            _log.warning("the folder of posters took too long to read")
            return {}
        downloads = {
            anime_id: task
            for anime_id, address in addresses.items()
            if anime_id not in posters and (task := self._start(address)) is not None
        }
        if downloads:
            left = max(0.0, deadline - time.monotonic())
            done, _ = await asyncio.wait(set(downloads.values()), timeout=left)
            for anime_id, task in downloads.items():
                poster = task.result() if task in done and not task.cancelled() else None
                if poster is not None:
                    posters[anime_id] = poster
        return posters

    async def close(self) -> None:
        """Stop the downloads under way; afterwards only kept posters are given."""
        self._closed = True
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)

    def _address(self, title: Title) -> str | None:
        """Return where the poster of `title` may be fetched."""
        if title.adult:
            return None
        address = title.image_url if self._addresses is None else self._addresses.of(title)
        web = address is not None and address.lower().startswith(("http://", "https://"))
        return address if web else None

    def _read(self, addresses: dict[int, str]) -> dict[int, bytes]:
        found = ((anime_id, self._cache.read(at)) for anime_id, at in addresses.items())
        return {anime_id: poster for anime_id, poster in found if poster is not None}

    def _start(self, address: str) -> asyncio.Task[bytes | None] | None:
        """Return the download of `address`, begun if need be; `None` where there will be none."""
        task = self._under_way.get(address)
        if task is not None:
            return task
        if (
            self._closed
            or len(self._under_way) >= _MOST_UNDER_WAY
            or self._is_left_alone(address)
            or self._is_left_alone(_host(address))
        ):
            return None
        task = asyncio.create_task(self._obtain(address), name=f"poster-{address}")
        self._under_way[address] = task
        task.add_done_callback(lambda _: self._under_way.pop(address, None))
        return task

    async def _obtain(self, address: str) -> bytes | None:
        host = _host(address)
        try:
            async with self._gates[host]:
                if self._is_left_alone(host):
                    return None
                if self._session is None:
                    self._session = open_session(ACCEPTED)
                async with asyncio.timeout(_DOWNLOAD_SECONDS):
                    data = await download(self._session, address)
            self._failures[host] = 0
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._thread, self._make_and_keep, address, data)
        except UnusablePosterError as error:
            self._failures[host] = 0
            self._leave_alone(address, self._missing_seconds)
            _log.info("no poster at %s: %s", address, error)
        except (PosterHostError, TimeoutError) as error:
            self._failures[host] += 1
            self._leave_alone(address, self._offline_seconds)
            if self._failures[host] >= _FAILURES_IN_A_ROW and not self._is_left_alone(host):
                self._failures[host] = 0
                self._leave_alone(host, self._offline_seconds)
                _log.warning(
                    "posters of %s are drawn for %.0f s: %s", host, self._offline_seconds, error
                )
        return None

    def _make_and_keep(self, address: str, data: bytes) -> bytes:
        poster = make_poster(data)
        self._cache.write(address, poster)
        return poster

    def _is_left_alone(self, what: str) -> bool:
        return self._left_alone.get(what, 0.0) > time.monotonic()

    def _leave_alone(self, what: str, seconds: float) -> None:
        """Remember for `seconds` that an address or host is of no use."""
        if len(self._left_alone) >= _MOST_REMEMBERED:
            self._left_alone.clear()
        self._left_alone[what] = time.monotonic() + seconds


def _host(address: str) -> str:
    """Return host and port of `address`."""
    try:
        return urlsplit(address).netloc
    except ValueError:  # half an IPv6 address; the download will say so
        return ""
