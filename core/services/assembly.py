"""Opening everything the bot asks, in order, putting a new catalogue in place, closing it again.

What is made over one catalogue is a generation; `Services` is one. A reload makes the next around
what lasts: database, worker, posters, and what services remember of people. Whoever has asked the
old generation is answered by it to the end.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.catalogue.catalogue import Catalogue
from core.catalogue.crawl.jikan import LIMITS, Jikan
from core.catalogue.poster_addresses import PosterAddresses
from core.catalogue.posters import PosterStore
from core.inference.worker import InferenceWorker
from core.lists.ask_anilist import AniList
from core.outside.pace import Pace
from core.recommender.engine import Engine
from core.recommender.loading import load_data, with_catalogue
from core.recommender.shelf import Shelf
from core.services.about import AboutService
from core.services.crawling import CrawlReport, crawl
from core.services.digests import DigestService
from core.services.dismissals import DismissalService
from core.services.history import HistoryService
from core.services.imports.service import ImportService
from core.services.imports.waiting import WaitingLists
from core.services.leaving import LeavingService
from core.services.locations import Locations
from core.services.parties import PartyService
from core.services.privacy import PrivacyService
from core.services.profiles import ProfileService
from core.services.ratings import RatingService
from core.services.recommendations import RecommendationService
from core.services.recommends import Recommender
from core.services.server_lists import ServerLists
from core.services.servers import ServerService
from core.services.shared_titles import SharedTitles
from core.services.tastes import TasteService
from core.services.titles import TitleService
from core.services.together import TogetherService
from core.services.toplists import TopService
from core.services.twins import TwinService
from core.services.wishes.service import WishService
from core.storage.database import Database
from core.storage.home import data_folder

if TYPE_CHECKING:
    from pathlib import Path

    from core.catalogue.crawl.crawl import Budget
    from core.recommender.loading import Data

__all__ = ["Facts", "Locations", "Services", "open_services"]

POSTERS = "posters"
"""The folder in the data folder that posters are kept in."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the services found, for the start-up log."""

    titles: int
    """How many can be recommended, newcomers included."""
    catalogue: Path
    bundle: Path
    device: str
    database: Path


@dataclass(frozen=True, slots=True)
class Lasting:
    """What outlives a catalogue; `opened` closes it."""

    locations: Locations
    database: Database
    worker: InferenceWorker
    posters: PosterStore
    anilist: AniList
    lists: WaitingLists
    pace: Pace
    """How fast Jikan is asked, by whatever part of this Riko."""
    opened: AsyncExitStack


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Services:
    """Everything a command can ask for, over one catalogue."""

    profiles: ProfileService
    titles: TitleService
    ratings: RatingService
    dismissals: DismissalService
    recommendations: RecommendationService
    history: HistoryService
    top: TopService
    server_lists: ServerLists
    tastes: TasteService
    together: TogetherService
    parties: PartyService
    twins: TwinService
    wishes: WishService
    privacy: PrivacyService
    imports: ImportService
    servers: ServerService
    digests: DigestService
    leaving: LeavingService
    about: AboutService
    posters: PosterStore
    facts: Facts
    _data: Data = field(repr=False)
    _lasting: Lasting = field(repr=False)

    async def reloaded(self) -> Services:
        """Return services over the catalogue as its file is now.

        These go on to work, but the next ones are what everybody asks from then on. What is
        remembered of people is shared by both. Raises `CatalogueError`; nothing has changed then.
        """
        return await asyncio.to_thread(self._reload)

    async def crawl(self, budget: Budget) -> CrawlReport:
        """Ask Jikan for what is new and write it to the catalogue's file; see `crawl`.

        Nothing is shown before it is `reloaded`. Raises `DataBusyError` or `CatalogueError`.
        """
        return await crawl(self._lasting.locations, budget, pace=self._lasting.pace)

    async def close(self) -> None:
        """Stop the worker, then close the database. Closing again, or another's, does nothing."""
        await self._lasting.opened.aclose()

    def _reload(self) -> Services:
        files = self._lasting.locations
        data = with_catalogue(self._data.bundle, files.chosen_catalogue, folder=files.data)
        return _generation(self._lasting, data, self)


async def open_services(locations: Locations) -> Services:
    """Load catalogue and bundle, upgrade and open the database, start the worker.

    Raises `CatalogueError`, `BundleError` or `DatabaseError`, `DatabaseBusyError` when another
    Riko uses the same data folder; what was opened is closed then.
    """
    async with AsyncExitStack() as opened:
        opened.enter_context(data_folder(locations.home))
        database = Database(locations.database_url)
        opened.push_async_callback(database.close)
        upgrade = await database.upgrade()
        if upgrade.copy is not None:
            log.info("Database upgraded to %s; before: %s", upgrade.after, upgrade.copy)
        data = await asyncio.to_thread(
            load_data, locations.bundle, locations.chosen_catalogue, folder=locations.data
        )
        # every question brings its own catalogue, so the worker keeps none alive
        bundle, none = data.bundle, Catalogue(())
        worker = InferenceWorker(lambda device: Engine(bundle, none, device), locations.device)
        opened.push_async_callback(worker.stop)
        await worker.start()
        pace = Pace(*LIMITS)
        posters = await _open_posters(locations, pace, opened)
        anilist = AniList(locations.anilist)
        opened.push_async_callback(anilist.close)
        lasting = Lasting(
            locations, database, worker, posters, anilist, WaitingLists(), pace, opened.pop_all()
        )
    try:
        return await asyncio.to_thread(_generation, lasting, data)
    except BaseException:
        await lasting.opened.aclose()
        raise


async def _open_posters(locations: Locations, pace: Pace, opened: AsyncExitStack) -> PosterStore:
    """Return the store of posters; it asks for addresses only where crawls are allowed."""
    folder = locations.home / POSTERS
    if locations.crawls:
        addresses = PosterAddresses(locations.data.poster_addresses, Jikan(locations.jikan, pace))
        await asyncio.to_thread(addresses.load)
        opened.push_async_callback(addresses.close)
        posters = PosterStore(folder, addresses=addresses)
    else:
        posters = PosterStore(folder)
    opened.push_async_callback(posters.close)
    return posters


def _generation(lasting: Lasting, data: Data, before: Services | None = None) -> Services:
    """Return the services over the catalogue of `data`; takes seconds, so run it on a thread."""
    database, bundle, catalogue = lasting.database, data.bundle, data.catalogue
    known = frozenset(bundle.titles.ids.tolist())
    shelf = Shelf(bundle.titles, catalogue, newcomers=True, franchises=True)
    recommender = Recommender(lasting.worker, shelf)
    index = data.title_index()
    recommendations = RecommendationService(
        database, catalogue, bundle.titles, recommender, shelf=shelf
    )
    if before is None:
        profiles = ProfileService(database)
        ratings = RatingService(database, catalogue, known)
        top = TopService(database, recommendations.ranking)
        servers = ServerService(database)
    else:
        profiles = before.profiles
        ratings = before.ratings.over(catalogue)
        top = before.top.over(recommendations.ranking)
        servers = before.servers
    server_lists = ServerLists(
        database,
        catalogue,
        recommendations.ranking,
        recommendations.filtered,
        bundle.titles.popularity,
    )
    shared = SharedTitles(catalogue, bundle.titles, recommender, recommendations.filtered)
    privacy = PrivacyService(database, catalogue, (profiles, ratings, top, lasting.lists))
    return Services(
        profiles=profiles,
        titles=TitleService(catalogue, index),
        ratings=ratings,
        dismissals=DismissalService(database, catalogue),
        recommendations=recommendations,
        history=HistoryService(database, catalogue),
        top=top,
        server_lists=server_lists,
        tastes=TasteService(database, catalogue, bundle.titles, recommender),
        together=TogetherService(database, catalogue, shared),
        parties=PartyService(database, catalogue, recommender, shared),
        twins=TwinService(database, catalogue, bundle.titles),
        wishes=WishService(
            database,
            catalogue,
            recommendations.ranking,
            index,
            recommender,
            recommendations.filtered,
            known,
            newcomers=shelf.newcomers,
        ),
        privacy=privacy,
        imports=ImportService(
            database, catalogue, privacy, ratings, lasting.lists, lasting.anilist
        ),
        servers=servers,
        digests=DigestService(server_lists),
        leaving=LeavingService(database, servers, top),
        # what crawls bring is not shown where another catalogue is named
        about=AboutService(
            data, crawls=lasting.locations.crawls and lasting.locations.catalogue is None
        ),
        posters=lasting.posters,
        facts=Facts(
            titles=data.ranked + len(shelf.newcomers),
            catalogue=data.catalogue_path,
            bundle=bundle.path,
            device=lasting.worker.device,
            database=database.path,
        ),
        _data=data,
        _lasting=lasting,
    )
