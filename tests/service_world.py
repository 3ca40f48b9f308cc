"""All services over a real database and a tiny real recommender, with a clock set by hand."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import event

from core.catalogue.catalogue import Catalogue
from core.catalogue.title import Title
from core.inference.worker import InferenceWorker
from core.network.bundle import load_bundle
from core.recommender.engine import Engine
from core.recommender.filters import NONE, Filters
from core.services.dismissals import DismissalService
from core.services.history import HistoryService
from core.services.leaving import LeavingService
from core.services.parties import PartyService
from core.services.privacy import PrivacyService
from core.services.profiles import ProfileService
from core.services.ratings import RatingService
from core.services.recommendations import RecommendationService, Round
from core.services.server_lists import ServerLists
from core.services.servers import ServerService
from core.services.shared_titles import SharedTitles
from core.services.tastes import TasteService
from core.services.together import TogetherService
from core.services.toplists import TopService
from core.services.twins import TwinService
from core.showing import DIRECT_MESSAGES, Place
from tests.tiny import ADULT_IDS, FIRST_ID, TITLES, tiny_bundle, tiny_catalogue

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from core.storage.database import Database

ME, OTHER = 7, 8
ADULT = min(ADULT_IDS)
TOO_NEW = Title(anime_id=9001, title="Too New")
KNOWN = frozenset(range(FIRST_ID, FIRST_ID + TITLES))


@dataclass
class Watch:
    """A clock that is set by hand and moves a second with each look."""

    now: datetime = field(default_factory=lambda: datetime(2026, 3, 1, 12, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class ServiceWorld:
    """Everything the bot can ask for, on one database."""

    database: Database
    catalogue: Catalogue
    watch: Watch
    profiles: ProfileService
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
    privacy: PrivacyService
    servers: ServerService
    leaving: LeavingService

    async def rate(self, *scores: tuple[int, int], user_id: int = ME) -> None:
        """Rate titles in this order."""
        for anime_id, score in scores:
            await self.ratings.rate(user_id, anime_id, score)

    async def new_round(
        self, user_id: int = ME, place: Place = DIRECT_MESSAGES, filters: Filters = NONE
    ) -> Round:
        """Return new lists, which must be lists and be stored."""
        found = await self.recommendations.recommend(user_id, place, filters=filters)
        assert isinstance(found, Round)
        return found

    def statements(self) -> list[str]:
        """Return a list that fills with the SQL that is run from now on."""
        seen: list[str] = []

        def note(_conn, _cursor, statement, *_rest) -> None:
            seen.append(statement)

        for engine in self.database.engines:
            event.listen(engine, "before_cursor_execute", note)
        return seen


@asynccontextmanager
async def open_world(database: Database, folder: Path) -> AsyncGenerator[ServiceWorld]:
    """Give all services; the worker stops afterwards."""
    catalogue = Catalogue([*tiny_catalogue().titles, TOO_NEW])
    path = folder / "bundle"
    bundle = load_bundle(path if path.exists() else tiny_bundle(path))
    worker = InferenceWorker(lambda device: Engine(bundle, catalogue, device), "cpu")
    await worker.start()
    watch = Watch()
    database.clock = lambda: watch.now
    recommendations = RecommendationService(database, catalogue, bundle.titles, worker, watch)
    profiles = ProfileService(database, watch)
    ratings = RatingService(database, catalogue, KNOWN, watch)
    top = TopService(database, recommendations.ranking, watch)
    servers = ServerService(database, watch)
    shared = SharedTitles(catalogue, bundle.titles, worker, recommendations.filtered)
    try:
        yield ServiceWorld(
            database=database,
            catalogue=catalogue,
            watch=watch,
            profiles=profiles,
            ratings=ratings,
            dismissals=DismissalService(database, catalogue, watch),
            recommendations=recommendations,
            history=HistoryService(database, catalogue, watch),
            top=top,
            server_lists=ServerLists(
                database,
                catalogue,
                recommendations.ranking,
                recommendations.filtered,
                bundle.titles.popularity,
                watch,
            ),
            tastes=TasteService(database, catalogue, bundle.titles, worker, watch),
            together=TogetherService(database, catalogue, shared, watch),
            parties=PartyService(database, catalogue, worker, shared, watch),
            twins=TwinService(database, catalogue, bundle.titles, watch),
            privacy=PrivacyService(database, catalogue, (profiles, ratings, top), watch),
            servers=servers,
            leaving=LeavingService(database, servers, top),
        )
    finally:
        await worker.stop()


def ids(round_: Round) -> list[int]:
    """Return the ids of both lists."""
    return [listed.title.anime_id for listed in (*round_.similar, *round_.may_like)]
