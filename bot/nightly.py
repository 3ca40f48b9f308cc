"""Asking for new titles every night, while the bot answers."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from core.errors import RikoError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from core.services.crawling import CrawlReport

NIGHT: Final = 4
"""The hour, by the host's clock, at which a crawl begins: hardly anybody asks for anything then."""
MOST_SECONDS: Final = 45 * 60.0
"""How long a crawl may take; the next goes on where it ended."""
AGAIN: Final = timedelta(hours=1)
"""After so long a crawl that failed is tried again."""

_log = logging.getLogger(__name__)


class Nightly:
    """Runs `crawl` every night and then `reload`, until it is stopped. One for each running bot.

    `clock` tells the time where the host is.
    """

    def __init__(
        self,
        crawl: Callable[[], Awaitable[CrawlReport]],
        reload: Callable[[], Awaitable[bool]],
        clock: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self._crawl = crawl
        self._reload = reload
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to wait for the night."""
        self._task = asyncio.create_task(self._run(), name="nightly crawl")

    async def stop(self) -> None:
        """End a crawl under way; what it brought is kept."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def crawl_now(self) -> bool:
        """Crawl, and show what came of it; return whether all went well. Logs what fails."""
        try:
            return await self._crawl_and_show()
        except RikoError as error:
            _log.warning("no crawl tonight: %s", error)
            return False
        except Exception:  # noqa: BLE001 - there is another night
            _log.exception("the crawl failed")
            return False

    async def _crawl_and_show(self) -> bool:
        report = await self._crawl()
        crawled, published = report.crawled, report.published
        _log.info(
            "crawl: %d requests, %d titles fetched, relations of %d; %d titles are new",
            crawled.requests,
            crawled.titles,
            crawled.relations,
            published.new,
        )
        if crawled.titles or crawled.relations:
            await self._reload()
        if crawled.failure is not None:
            _log.warning("the crawl was given up: %s", crawled.failure)
        return crawled.failure is None

    async def _run(self) -> None:
        wait = until_night(self._clock())
        while True:
            await asyncio.sleep(wait.total_seconds())
            good = await self.crawl_now()
            wait = until_night(self._clock()) if good else AGAIN


def until_night(now: datetime) -> timedelta:
    """Return how long it is until the next crawl is due; `now` is in the host's time zone."""
    night = now.replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    return (night if night > now else night + timedelta(days=1)) - now
