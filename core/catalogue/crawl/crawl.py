"""In which order Jikan is asked, until all is fresh or the budget is spent."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from core.catalogue.crawl.jikan import SEASONS
from core.catalogue.crawl.journal import ALL
from core.errors import OutsideError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

    from core.catalogue.crawl.answers import Page
    from core.catalogue.crawl.jikan import Jikan
    from core.catalogue.crawl.journal import Journal
    from core.catalogue.title import Title

SEASON_FRESH: Final = timedelta(hours=20)
"""A page of a season is asked for again after this time, so every night."""
PATIENCE: Final = 6
"""So many requests in a row that fail, each tried several times, and the crawl is given up.

One met by an outage counts twice. A title that failed the last time may well do so again, so it
does not count unless there is an outage.
"""


@dataclass(frozen=True, slots=True)
class Budget:
    """How far to go: pages and relations older than `older_than` are asked for again.

    `requests` and `seconds` end the crawl, `season_only` leaves out all but this and the next
    season. None: without end.
    """

    older_than: timedelta = timedelta(days=30)
    requests: int | None = None
    seconds: float | None = None
    season_only: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What has just been asked for: `done` of `total` of a kind (a list's name, or relations)."""

    kind: str
    done: int
    total: int


@dataclass(slots=True)
class Crawled:
    """What a crawl did: requests, those that failed, what it brought, titles refused by reason.

    `whole` is whether nothing was left to ask for, `failure` why it was given up, if it was.
    """

    requests: int = 0
    failed: int = 0
    titles: int = 0
    relations: int = 0
    refused: Counter[str] = field(default_factory=Counter[str])
    whole: bool = False
    failure: OutsideError | None = None


RELATIONS: Final = "relations"


class Crawl:
    """Asks `jikan` what `journal` does not know or knew long ago, and writes it down there.

    First come the seasons, then all titles page by page, then the relations of the titles of
    `catalogue` and journal, the best known first; those asked for in vain the last time come last.
    """

    def __init__(
        self,
        jikan: Jikan,
        journal: Journal,
        catalogue: Iterable[Title],
        budget: Budget,
        *,
        progress: Callable[[Step], None] = lambda _: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._jikan = jikan
        self._journal = journal
        self._members = {title.anime_id: title.members or 0 for title in catalogue}
        self._budget = budget
        self._progress = progress
        self._clock = clock
        self._ends = None if budget.seconds is None else time.monotonic() + budget.seconds
        self._began = jikan.requests
        self._in_a_row = 0
        self._failure: OutsideError | None = None
        self._no_page: OutsideError | None = None
        self._page_taken = False
        self.crawled = Crawled()

    async def run(self) -> Crawled:
        """Crawl, and return what came of it; what was brought is in the journal at any moment.

        Raises `CatalogueError` when the journal cannot be written.
        """
        crawled = self.crawled
        try:
            async for _ in self._requests():
                crawled.requests = self._jikan.requests - self._began
                if self._spent():
                    break
            else:
                crawled.whole = crawled.failed == 0
        except OutsideError as error:
            crawled.failure = error
        finally:
            crawled.requests = self._jikan.requests - self._began
        if not self._page_taken:
            # no list at all can be read, as when Jikan's answers have a new form; or nothing could
            # be had before the budget was spent
            crawled.failure = crawled.failure or self._no_page
            if not crawled.relations:
                crawled.failure = crawled.failure or self._failure
        return crawled

    def _spent(self) -> bool:
        most = self._budget.requests
        return (most is not None and self.crawled.requests >= most) or (
            self._ends is not None and time.monotonic() >= self._ends
        )

    async def _requests(self) -> AsyncIterator[None]:
        """Make one request after another; yield after each."""
        if self._spent():
            yield
        for season in SEASONS:
            async for _ in self._pages(season, partial(self._jikan.season, season), SEASON_FRESH):
                yield
        if self._budget.season_only:
            return
        async for _ in self._pages(ALL, self._jikan.titles, self._budget.older_than):
            yield
        wanted = self._without_relations()
        for done, anime_id in enumerate(wanted, 1):
            await self._try(
                partial(self._relate, anime_id),
                failed_before=anime_id in self._journal.said.in_vain,
            )
            self._progress(Step(RELATIONS, done, len(wanted)))
            yield

    async def _pages(
        self, of: str, ask: Callable[[int], Awaitable[Page]], fresh: timedelta
    ) -> AsyncIterator[None]:
        """Ask for the pages of a list that are not fresh; the last is where new titles come."""
        said, page = self._journal.said, 1
        while page <= (last := said.last.get(of, 1)):
            at = said.pages.get((of, page))
            if at is None or self._clock() - at > (SEASON_FRESH if page == last else fresh):
                await self._try(partial(self._take, of, page, ask))
                self._progress(Step(of, page, said.last.get(of, page)))
                yield
            page += 1

    async def _take(self, of: str, page: int, ask: Callable[[int], Awaitable[Page]]) -> None:
        try:
            found = await ask(page)
        except OutsideError as error:
            self._no_page = error
            raise
        self._page_taken = True
        last = max(found.last, page + 1 if found.more else page)
        await asyncio.to_thread(
            self._journal.titles, found.rows, (of, page, last), at=self._clock()
        )
        self.crawled.titles += len(found.rows)
        self.crawled.refused.update(found.refused)

    async def _relate(self, anime_id: int) -> None:
        try:
            relations = await self._jikan.relations(anime_id)
        except OutsideError as error:
            if not error.outage:
                await asyncio.to_thread(self._journal.in_vain, anime_id, at=self._clock())
            raise
        await asyncio.to_thread(self._journal.relations, anime_id, relations, at=self._clock())
        self.crawled.relations += 1

    async def _try(
        self, ask: Callable[[], Awaitable[None]], *, failed_before: bool = False
    ) -> None:
        """Ask; what fails is left for the next crawl. Raises a failure that lasts."""
        try:
            await ask()
        except OutsideError as error:
            self.crawled.failed += 1
            if failed_before and not error.outage:
                return
            self._failure = error
            self._in_a_row += 2 if error.outage else 1
            if self._in_a_row >= PATIENCE:
                raise
        else:
            self._in_a_row = 0

    def _without_relations(self) -> list[int]:
        """Return the titles whose relations are missing or old: missing ones first, by members.

        Behind all others come those asked for in vain, the one that has waited longest first.
        """
        said, now = self._journal.said, self._clock()
        members = dict(self._members)
        for anime_id, (_, row) in said.rows.items():
            count = row.get("members")
            members[anime_id] = count if isinstance(count, int) else members.get(anime_id, 0)
        related, never = said.relations, datetime.min.replace(tzinfo=UTC)
        wanted = [
            anime_id
            for anime_id in members
            if anime_id not in related or now - related[anime_id][0] > self._budget.older_than
        ]
        return sorted(
            wanted, key=lambda i: (said.in_vain.get(i, never), i in related, -members[i], i)
        )
