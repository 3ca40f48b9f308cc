"""Bringing the catalogue up to date from MyAnimeList: one crawl at a time for each data folder."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core import starter
from core.catalogue.crawl.crawl import Budget, Crawl, Crawled, Step
from core.catalogue.crawl.jikan import Jikan
from core.catalogue.crawl.journal import Journal, Said
from core.catalogue.crawl.publish import Published, publish
from core.catalogue.load import LoadedCatalogue, load_catalogue
from core.errors import CatalogueError
from core.services.clock import utc_now

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from core.outside.pace import Pace
    from core.services.clock import Clock
    from core.services.locations import Locations

__all__ = ["Budget", "CrawlReport", "Step", "crawl"]

PUBLISH_SECONDS: Final = 600.0
"""A crawl that goes on for hours is published so often meanwhile."""


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """What a crawl did and what it changed in the catalogue."""

    crawled: Crawled
    published: Published


async def crawl(
    locations: Locations,
    budget: Budget,
    *,
    progress: Callable[[Step], None] = lambda _: None,
    pace: Pace | None = None,
    clock: Clock = utc_now,
) -> CrawlReport:
    """Ask Jikan within `budget` and write the catalogue in the data folder anew.

    What was brought is published also when the crawl is cancelled, given up or fails; why it was
    given up stands in the report. Raises `DataBusyError` when another crawl or `riko data` holds it,
    `CatalogueError` when a file there cannot be read or written.
    """
    with locations.data.held():
        journal = await asyncio.to_thread(Journal, locations.data.journal)
        before = await asyncio.to_thread(_catalogue_now, locations)
        async with aclosing(Jikan(locations.jikan, pace)) as jikan:
            crawling = Crawl(
                jikan, journal, before.catalogue.titles, budget, progress=progress, clock=clock
            )
            try:
                async with _published_now_and_then(locations, journal, before):
                    crawled = await crawling.run()
            except BaseException:
                # the file is written in a thread to its end even if this is cancelled once more
                await asyncio.shield(asyncio.to_thread(_publish, locations, journal.said, before))
                raise
        published = await asyncio.to_thread(_publish, locations, journal.said, before)
        await asyncio.to_thread(journal.compact)
    return CrawlReport(crawled, published)


@asynccontextmanager
async def _published_now_and_then(
    locations: Locations, journal: Journal, before: LoadedCatalogue
) -> AsyncGenerator[None]:
    """Publish every `PUBLISH_SECONDS` until left."""

    async def publish_often() -> None:
        while True:
            await asyncio.sleep(PUBLISH_SECONDS)
            said = journal.said.copy()
            publishing.append(
                asyncio.ensure_future(asyncio.to_thread(_publish, locations, said, before))
            )
            await asyncio.shield(publishing[-1])

    # cancelling does not stop a thread, and a late one would put its older file over a newer
    publishing: list[asyncio.Future[Published]] = []
    task = asyncio.create_task(publish_often(), name="publish")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, *publishing[-1:], return_exceptions=True)


def _publish(locations: Locations, said: Said, before: LoadedCatalogue) -> Published:
    if not said.pages and not said.rows and not said.relations:
        return Published(titles=len(before.catalogue))
    sources = before.origin.sources if before.origin else ()
    known_better = load_catalogue(starter.CATALOGUE).catalogue
    return publish(said, before.catalogue, known_better, sources, locations.data.catalogue)


def _catalogue_now(locations: Locations) -> LoadedCatalogue:
    """Return the catalogue that is to be brought up to date, without RIKO_CATALOGUE's.

    A damaged one in the data folder is made anew from the journal, which lost nothing.
    """
    from core.network.bundle import CATALOGUE  # torch takes its time

    for path in (locations.data.catalogue, locations.bundle / CATALOGUE):
        if path.exists():
            try:
                return load_catalogue(path)
            except CatalogueError:
                continue
    return load_catalogue(starter.CATALOGUE)
