"""Opening everything the bot asks, in order, and closing it again."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.catalogue.posters import PosterStore
from core.inference.worker import InferenceWorker
from core.recommender.engine import Engine
from core.recommender.loading import load_data
from core.services.dismissals import DismissalService
from core.services.history import HistoryService
from core.services.locations import Locations
from core.services.parties import PartyService
from core.services.privacy import PrivacyService
from core.services.profiles import ProfileService
from core.services.ratings import RatingService
from core.services.recommendations import RecommendationService
from core.services.server_lists import ServerLists
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

    from core.catalogue.search import TitleIndex
    from core.recommender.loading import Data

__all__ = ["Facts", "Locations", "Services", "open_services"]

POSTERS = "posters"
"""The folder in the data folder that posters are kept in."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the services found, for the start-up log."""

    titles: int
    """See `Data.ranked`."""
    catalogue: Path
    bundle: Path
    device: str
    database: Path


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a command can ask for."""

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
    posters: PosterStore
    facts: Facts
    _opened: AsyncExitStack = field(repr=False)

    async def close(self) -> None:
        """Stop the worker, then close the database. Closing again does nothing."""
        await self._opened.aclose()


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
        data, index = await asyncio.to_thread(_load, locations)
        bundle, catalogue = data.bundle, data.catalogue
        worker = InferenceWorker(lambda device: Engine(bundle, catalogue, device), locations.device)
        opened.push_async_callback(worker.stop)
        await worker.start()
        posters = PosterStore(locations.home / POSTERS)
        opened.push_async_callback(posters.close)
        known = frozenset(bundle.titles.ids.tolist())
        recommendations = await asyncio.to_thread(
            RecommendationService, database, catalogue, bundle.titles, worker
        )
        profiles = ProfileService(database)
        ratings = RatingService(database, catalogue, known)
        top = TopService(database, recommendations.ranking)
        server_lists = await asyncio.to_thread(
            ServerLists,
            database,
            catalogue,
            recommendations.ranking,
            recommendations.filtered,
            bundle.titles.popularity,
        )
        return Services(
            profiles=profiles,
            titles=TitleService(catalogue, index),
            ratings=ratings,
            dismissals=DismissalService(database, catalogue),
            recommendations=recommendations,
            history=HistoryService(database, catalogue),
            top=top,
            server_lists=server_lists,
            tastes=TasteService(database, catalogue, bundle.titles, worker),
            together=TogetherService(database, catalogue, bundle.titles, worker),
            parties=PartyService(
                database, catalogue, bundle.titles, worker, recommendations.filtered
            ),
            twins=TwinService(database, catalogue, bundle.titles),
            wishes=WishService(
                database,
                catalogue,
                recommendations.ranking,
                index,
                worker,
                recommendations.filtered,
                known,
            ),
            privacy=PrivacyService(database, catalogue, (profiles, ratings, top)),
            posters=posters,
            facts=Facts(
                titles=data.ranked,
                catalogue=data.catalogue_path,
                bundle=bundle.path,
                device=worker.device,
                database=database.path,
            ),
            _opened=opened.pop_all(),
        )


def _load(locations: Locations) -> tuple[Data, TitleIndex]:
    data = load_data(locations.bundle, locations.catalogue)
    return data, data.title_index()
