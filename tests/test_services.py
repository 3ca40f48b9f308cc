from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from core.catalogue.catalogue import Catalogue
from core.catalogue.title import Title
from core.catalogue.write import write_catalogue
from core.errors import (
    BundleError,
    CatalogueError,
    DatabaseBusyError,
    DatabaseError,
    DatabaseReadOnlyError,
    InferenceError,
    InvalidAgeError,
    InvalidScoreError,
    RoundGoneError,
    TitleNotFoundError,
)
from core.inference.worker import InferenceWorker
from core.network.bundle import Bundle, load_bundle
from core.person import Gender
from core.recommender.engine import Engine
from core.services.assembly import Locations, Services, open_services
from core.services.profiles import Profile, ProfileService
from core.services.ratings import RatingService
from core.services.recommendations import ColdStart, RecommendationService, Round
from core.showing import ANYBODY, DIRECT_MESSAGES, EVERYTHING, Place, Showing
from core.storage import tables
from core.storage.database import Database
from tests.places import RESTRICTED
from tests.rows import count, on_connect
from tests.tiny import ADULT_IDS, FIRST_ID, TITLES, tiny_bundle, tiny_catalogue

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from pathlib import Path

KNOWN = frozenset(range(FIRST_ID, FIRST_ID + TITLES))
UNKNOWN_TO_BUNDLE = Title(anime_id=9001, title="Too New")
ADULT = min(ADULT_IDS)


class Watch:
    """A clock that is set by hand and moves a second with each look."""

    def __init__(self) -> None:
        self.now = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue([*tiny_catalogue().titles, UNKNOWN_TO_BUNDLE])


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return load_bundle(tiny_bundle(tmp_path_factory.mktemp("services") / "tiny"))


@pytest.fixture
def profiles(database: Database, watch: Watch) -> ProfileService:
    return ProfileService(database, watch)


@pytest.fixture
def ratings(database: Database, catalogue: Catalogue, watch: Watch) -> RatingService:
    return RatingService(database, catalogue, KNOWN, watch)


@pytest_asyncio.fixture
async def worker(bundle: Bundle, catalogue: Catalogue) -> AsyncGenerator[InferenceWorker]:
    running = InferenceWorker(lambda device: Engine(bundle, catalogue, device), "cpu")
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
def recommendations(
    database: Database,
    catalogue: Catalogue,
    bundle: Bundle,
    worker: InferenceWorker,
    watch: Watch,
) -> RecommendationService:
    return RecommendationService(database, catalogue, bundle.titles, worker, watch)


async def new_round(
    service: RecommendationService, user_id: int = 7, place: Place = DIRECT_MESSAGES
) -> Round:
    found = await service.recommend(user_id, place)
    assert isinstance(found, Round)
    return found


async def stored_round(service: RecommendationService, user_id: int = 7) -> int:
    round_id = (await new_round(service, user_id)).round_id
    assert round_id is not None
    return round_id


def shown_ids(lists: Round) -> set[int]:
    return {listed.title.anime_id for listed in (*lists.similar, *lists.may_like)}


# --- profiles ------------------------------------------------------------------------------------


async def test_a_stranger_has_an_empty_profile_and_no_row(
    profiles: ProfileService, database: Database
) -> None:
    assert await profiles.view(7) == Profile(7, None, None, 0)
    assert await profiles.save(7) == Profile(7, None, None, 0)
    assert await count(database, tables.User) == 0


async def test_what_is_not_given_stays_and_none_forgets(profiles: ProfileService) -> None:
    assert await profiles.save(7, age=25, gender=Gender.FEMALE) == Profile(7, 25, Gender.FEMALE, 0)
    assert await profiles.save(7, age=30) == Profile(7, 30, Gender.FEMALE, 0)
    assert await profiles.save(7, gender=Gender.ANOTHER) == Profile(7, 30, Gender.ANOTHER, 0)
    assert await profiles.save(7, age=None) == Profile(7, None, Gender.ANOTHER, 0)
    assert await profiles.save(7, gender=None) == Profile(7, None, None, 0)
    assert await profiles.view(8) == Profile(8, None, None, 0)


async def test_an_age_grows_with_the_year(profiles: ProfileService, watch: Watch) -> None:
    await profiles.save(7, age=18)
    assert (await profiles.view(7)).age == 18
    watch.now = datetime(2027, 1, 1, tzinfo=UTC)
    assert (await profiles.view(7)).age == 19
    watch.now = datetime(2036, 6, 1, tzinfo=UTC)
    assert (await profiles.view(7)).age == 28


@pytest.mark.parametrize("age", [7, 12, 121, 300, -1])
async def test_impossible_ages_save_nothing(
    profiles: ProfileService, database: Database, age: int
) -> None:
    with pytest.raises(InvalidAgeError):
        await profiles.save(7, age=age, gender=Gender.MALE)
    assert await count(database, tables.User) == 0


@pytest.mark.parametrize(
    ("age", "restricted", "allowed"),
    [
        (None, False, False),
        (None, True, True),
        (13, True, False),
        (17, True, False),
        (18, True, False),  # may still be 17: only the year of birth is known
        (19, True, True),
        (19, False, False),
        (60, False, False),
    ],
)
def test_who_may_see_adult_titles(age: int | None, restricted: bool, allowed: bool) -> None:
    profile, hidden = Profile(7, age, None, 0), frozenset({"Horror"})
    assert profile.shown_in(Place(restricted, hidden)) == Showing(allowed, hidden)


# --- ratings -------------------------------------------------------------------------------------


async def test_a_rating_is_saved_and_can_be_changed(
    ratings: RatingService, profiles: ProfileService
) -> None:
    first = await ratings.rate(7, 101, 9)
    assert (first.title.anime_id, first.score, first.previous, first.rating_count) == (
        101,
        9,
        None,
        1,
    )
    assert (first.known, first.known_count) == (True, 1)
    again = await ratings.rate(7, 101, 4)
    assert (again.score, again.previous, again.rating_count) == (4, 9, 1)
    assert (await ratings.rate(7, 102, 6)).rating_count == 2
    assert await ratings.scores(7) == {101: 4, 102: 6}
    assert await ratings.scores(8) == {}
    assert (await profiles.view(7)).rating_count == 2


async def test_only_titles_the_network_knows_count_as_known(ratings: RatingService) -> None:
    new = await ratings.rate(7, UNKNOWN_TO_BUNDLE.anime_id, 9)
    assert (new.known, new.known_count, new.rating_count) == (False, 0, 1)
    known = await ratings.rate(7, 101, 9)
    assert (known.known, known.known_count, known.rating_count) == (True, 1, 2)


async def test_rating_again_makes_a_title_the_latest(ratings: RatingService, watch: Watch) -> None:
    for anime_id in (101, 102, 103):
        await ratings.rate(7, anime_id, 5)
    await ratings.rate(7, 101, 5)
    given = await ratings.of(7)
    assert [rated.title.anime_id for rated in given] == [101, 103, 102]
    assert given[0].rated_at == watch.now
    assert await ratings.of(8) == ()


@pytest.mark.parametrize("score", [0, 11, -3, 10**30])
async def test_impossible_scores_save_nothing(
    ratings: RatingService, database: Database, score: int
) -> None:
    with pytest.raises(InvalidScoreError):
        await ratings.rate(7, 101, score)
    assert await count(database, tables.User) == 0


@pytest.mark.parametrize("anime_id", [0, -1, 5, 10**30])
async def test_unknown_titles_save_nothing(
    ratings: RatingService, database: Database, anime_id: int
) -> None:
    with pytest.raises(TitleNotFoundError):
        await ratings.rate(7, anime_id, 5)
    assert await count(database, tables.User) == 0


_PEOPLE = iter(range(1, 10**9))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    given_scores=st.lists(
        st.tuples(st.integers(FIRST_ID, FIRST_ID + 5), st.integers(1, 10)), max_size=12
    )
)
async def test_ratings_are_an_ordered_dictionary(
    ratings: RatingService, given_scores: list[tuple[int, int]]
) -> None:
    person = next(_PEOPLE)
    expected: dict[int, int] = {}
    for anime_id, score in given_scores:
        change = await ratings.rate(person, anime_id, score)
        assert change.previous == expected.pop(anime_id, None)
        expected[anime_id] = score
        assert change.rating_count == len(expected)
    given = [(rated.title.anime_id, rated.score) for rated in await ratings.of(person)]
    assert given == list(reversed(expected.items()))


async def test_fifty_at_once_lose_and_double_nothing(
    database: Database, catalogue: Catalogue
) -> None:
    """The same person rates ten titles five times each, through two databases on one file."""
    other = Database(f"sqlite+aiosqlite:///{database.path}")
    services = [RatingService(opened, catalogue, KNOWN) for opened in (database, other)]
    calls = [(FIRST_ID + number % 10, 1 + number // 10 + number % 5) for number in range(50)]
    changes = await asyncio.gather(
        *(
            services[number % 2].rate(7, anime_id, score)
            for number, (anime_id, score) in enumerate(calls)
        )
    )
    await other.close()
    async with database.read() as session:
        rows = (await session.scalars(select(tables.Rating))).all()
    assert sorted(row.anime_id for row in rows) == list(range(FIRST_ID, FIRST_ID + 10))
    assert await count(database, tables.User) == 1
    # every call was told what the one before it, in whatever order, had saved
    for row in rows:
        of_title = [change for change in changes if change.title.anime_id == row.anime_id]
        seen = sorted([change.previous or 0 for change in of_title] + [row.score])
        assert seen == sorted([change.score for change in of_title] + [0])
    assert sorted(change.rating_count for change in changes if change.previous is None) == list(
        range(1, 11)
    )
    assert max(row.ordinal for row in rows) == 50


# --- recommendations -----------------------------------------------------------------------------


async def test_without_ratings_there_is_the_cold_start(
    recommendations: RecommendationService, ratings: RatingService, database: Database
) -> None:
    for place in (DIRECT_MESSAGES, RESTRICTED):
        start = await recommendations.recommend(7, place)
        assert isinstance(start, ColdStart)
        assert start.ratings_wanted == 5
        assert [top.genre for top in start.lists] == [
            "Shounen",
            "Supernatural",
            "Romance",
            "Slice of Life",
        ]
        assert all(len(top.entries) == 5 for top in start.lists)
    await ratings.rate(7, UNKNOWN_TO_BUNDLE.anime_id, 10)
    assert isinstance(await recommendations.recommend(7, place=DIRECT_MESSAGES), ColdStart)
    assert await count(database, tables.Round) == 0


async def test_the_lists_are_new_titles_with_reasons_and_are_stored(
    recommendations: RecommendationService, ratings: RatingService, database: Database
) -> None:
    given = {101: 9, 102: 3, 103: 7, UNKNOWN_TO_BUNDLE.anime_id: 10, 101 + 20: 8}
    for anime_id, score in given.items():
        await ratings.rate(7, anime_id, score)
    lists = await new_round(recommendations)
    assert lists.rating_count == 4  # the network does not know the fifth title
    assert len(lists.similar) == len(lists.may_like) == 10
    assert len(shown_ids(lists)) == 20
    assert not shown_ids(lists) & (given.keys() | ADULT_IDS)
    reasons = [listed.because for listed in (*lists.similar, *lists.may_like) if listed.because]
    assert reasons
    assert all(given[reason.title.anime_id] == reason.score for reason in reasons)
    assert all(1 <= (listed.predicted or 0) <= 10 for listed in lists.similar)
    assert lists.round_id is not None
    assert await recommendations.round(7, lists.round_id, place=DIRECT_MESSAGES) == lists
    assert await count(database, tables.RoundTitle) == 20


async def test_the_order_of_ratings_reaches_the_recommender(
    recommendations: RecommendationService, ratings: RatingService, bundle: Bundle
) -> None:
    """The latest three choose the clusters, so rating an old title again changes them."""
    clusters, index_of = bundle.titles.clusters, bundle.titles.index_of
    for anime_id in (101, 102, 103, 104):
        await ratings.rate(7, anime_id, 10)
    before = await new_round(recommendations)
    await ratings.rate(7, 101, 10)
    after = await new_round(recommendations)
    own = int(clusters.cluster[index_of[101]])
    similar = [
        {int(clusters.cluster[index_of[listed.title.anime_id]]) for listed in lists.similar}
        for lists in (before, after)
    ]
    assert own not in similar[0]
    assert own in similar[1]


@pytest.mark.parametrize(
    ("age", "restricted", "allowed"),
    [
        (None, False, False),
        (None, True, True),
        (17, True, False),
        (18, True, False),
        (30, True, True),
    ],
)
async def test_adult_titles_need_channel_and_age(
    recommendations: RecommendationService,
    ratings: RatingService,
    profiles: ProfileService,
    age: int | None,
    restricted: bool,
    allowed: bool,
) -> None:
    # all titles but the adult ones and a few are rated, so an adult one is listed if it may be
    for anime_id in sorted({*range(FIRST_ID, FIRST_ID + TITLES)} - ADULT_IDS)[:-5]:
        await ratings.rate(7, anime_id, 8)
    await profiles.save(7, age=age)
    lists = await new_round(recommendations, place=Place(restricted, frozenset()))
    assert (shown_ids(lists) >= ADULT_IDS) is allowed
    assert bool(ADULT_IDS & shown_ids(lists)) is allowed
    assert lists.round_id is not None
    again = await recommendations.round(7, lists.round_id, place=RESTRICTED)
    assert shown_ids(again) == shown_ids(lists)
    elsewhere = shown_ids(await recommendations.round(7, lists.round_id, place=DIRECT_MESSAGES))
    assert elsewhere
    assert not elsewhere & ADULT_IDS


async def test_an_adult_title_is_not_even_a_reason(
    recommendations: RecommendationService, ratings: RatingService
) -> None:
    await ratings.rate(7, ADULT, 10)
    lists = await new_round(recommendations)
    assert all(listed.because is None for listed in (*lists.similar, *lists.may_like))
    open_to_adults = await new_round(recommendations, place=RESTRICTED)
    reasons = {listed.because.title.anime_id for listed in open_to_adults.similar if listed.because}
    assert reasons == {ADULT}


async def test_predictions_need_a_known_title_and_a_known_rating(
    recommendations: RecommendationService, ratings: RatingService
) -> None:
    assert await recommendations.predict(7, 120) is None
    await ratings.rate(7, 101, 9)
    predicted = await recommendations.predict(7, 120)
    assert predicted is not None
    assert 1 <= predicted <= 10
    listed = {
        listed.title.anime_id: listed.predicted
        for listed in (await new_round(recommendations)).similar
    }
    some_id, same = next(iter(listed.items()))
    assert await recommendations.predict(7, some_id) == pytest.approx(same)
    assert await recommendations.predict(7, UNKNOWN_TO_BUNDLE.anime_id) is None


async def test_a_round_can_be_scored_again_and_again(
    recommendations: RecommendationService, ratings: RatingService
) -> None:
    await ratings.rate(7, 101, 9)
    await ratings.rate(8, 102, 9)
    mine, theirs = await stored_round(recommendations), await stored_round(recommendations, 8)
    my_second = await stored_round(recommendations)
    first = await recommendations.score_round(7, mine, 6)
    assert (first.round_number, first.score, first.previous) == (1, 6, None)
    again = await recommendations.score_round(7, mine, 9)
    assert (again.round_number, again.score, again.previous) == (1, 9, 6)
    assert (await recommendations.score_round(7, my_second, 2)).round_number == 2
    assert (await recommendations.score_round(8, theirs, 2)).round_number == 1


async def test_only_ones_own_rounds_can_be_scored_or_seen(
    recommendations: RecommendationService, ratings: RatingService, database: Database
) -> None:
    await ratings.rate(7, 101, 9)
    mine = await stored_round(recommendations)
    for user_id, round_id in ((8, mine), (7, mine + 1), (7, 0)):
        with pytest.raises(RoundGoneError):
            await recommendations.score_round(user_id, round_id, 5)
        with pytest.raises(RoundGoneError):
            await recommendations.round(user_id, round_id, place=DIRECT_MESSAGES)
    with pytest.raises(InvalidScoreError):
        await recommendations.score_round(7, mine, 11)
    async with database.read() as session:
        assert await session.scalar(select(tables.Round.score)) is None


async def test_nothing_is_stored_when_the_recommender_fails(
    recommendations: RecommendationService,
    ratings: RatingService,
    worker: InferenceWorker,
    database: Database,
) -> None:
    await ratings.rate(7, 101, 9)
    await worker.stop()
    with pytest.raises(InferenceError):
        await recommendations.recommend(7, place=DIRECT_MESSAGES)
    assert await count(database, tables.Round) == 0


async def test_lists_that_cannot_be_stored_are_shown_all_the_same(
    recommendations: RecommendationService,
    ratings: RatingService,
    database: Database,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await ratings.rate(123456789, 101, 9)
    await database.close()
    on_connect(database, "PRAGMA query_only = ON")
    lists = await new_round(recommendations, 123456789)
    assert lists.round_id is None
    assert len(lists.similar) == 10
    [record] = [r for r in caplog.records if r.name == "core.services.recommendations"]
    assert "123456789" in record.getMessage()
    with pytest.raises(DatabaseReadOnlyError):
        await ratings.rate(123456789, 102, 9)


async def test_a_person_deleted_meanwhile_gets_lists_that_are_not_stored(
    database: Database, catalogue: Catalogue, bundle: Bundle, worker: InferenceWorker
) -> None:
    class Forgetful:
        """Deletes the person between the two units of work, as `/privacy delete` may."""

        async def recommend(self, request):
            async with database.write() as session:
                await session.execute(delete(tables.User))
            return await worker.recommend(request)

    await RatingService(database, catalogue, KNOWN).rate(7, 101, 9)
    service = RecommendationService(database, catalogue, bundle.titles, Forgetful())
    assert (await new_round(service)).round_id is None
    assert await count(database, tables.Round) == 0


async def test_many_at_once_each_get_their_own_lists(
    recommendations: RecommendationService, ratings: RatingService, database: Database
) -> None:
    people = range(1, 31)
    for person in people:
        await ratings.rate(person, FIRST_ID + person, 1 + person % 10)
    found = await asyncio.gather(*(new_round(recommendations, person) for person in people))
    assert len({lists.round_id for lists in found}) == 30
    async with database.read() as session:
        rounds = await session.scalars(select(tables.Round))
        owners = {row.id: row.user_id for row in rounds}
        per_round = await session.scalars(
            select(func.count()).select_from(tables.RoundTitle).group_by(tables.RoundTitle.round_id)
        )
        assert set(per_round) == {20}
    for person, lists in zip(people, found, strict=True):
        assert lists.round_id is not None
        assert owners[lists.round_id] == person
        assert FIRST_ID + person not in shown_ids(lists)


# --- assembly ------------------------------------------------------------------------------------


@pytest.fixture
def locations(tmp_path: Path, database_url: str, catalogue: Catalogue, bundle: Bundle) -> Locations:
    write_catalogue(catalogue, tmp_path / "catalogue.parquet")
    return Locations(tmp_path, database_url, bundle.path, tmp_path / "catalogue.parquet", "cpu")


def own_threads() -> int:
    """Return how many threads there are beside those of the loop's own pool."""
    return sum(not thread.name.startswith("asyncio_") for thread in threading.enumerate())


def worker_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "riko-inference"]


async def test_everything_opens_works_and_closes_twice(locations: Locations) -> None:
    services: Services = await open_services(locations)
    try:
        title = services.titles.resolve("tiny 4", ANYBODY)
        assert title in services.titles.find("tiny 4", ANYBODY)
        await services.ratings.rate(7, title.anime_id, 9)
        assert isinstance(await services.recommendations.recommend(7, place=DIRECT_MESSAGES), Round)
        assert (await services.profiles.view(7)).rating_count == 1
        with pytest.raises(TitleNotFoundError):
            services.titles.resolve(str(ADULT), ANYBODY)
        assert services.titles.resolve(str(ADULT), EVERYTHING).adult
        assert services.titles.get(ADULT, EVERYTHING).adult
        for anime_id, showing in ((ADULT, ANYBODY), (5, EVERYTHING)):
            with pytest.raises(TitleNotFoundError):
                services.titles.get(anime_id, showing)
        assert services.facts.titles == TITLES
        assert services.facts.bundle == locations.bundle
        assert services.facts.catalogue == locations.catalogue
        assert services.facts.device == "cpu"
        assert services.facts.database == locations.home / "riko.db"
    finally:
        await services.close()
        await services.close()
    assert worker_threads() == []
    again = await open_services(locations)
    assert [rated.score for rated in await again.ratings.of(7)] == [9]
    await again.close()


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (lambda here: replace(here, bundle=here.home / "nowhere"), BundleError),
        (lambda here: replace(here, catalogue=here.home / "nowhere.csv"), CatalogueError),
        (lambda here: replace(here, database_url="postgresql://host/riko"), DatabaseError),
        (
            lambda here: replace(here, database_url=f"sqlite+aiosqlite:///{here.home}"),
            DatabaseError,
        ),
    ],
)
async def test_what_was_opened_is_closed_when_the_rest_fails(
    locations: Locations, wrong: Callable[[Locations], Locations], error: type[Exception]
) -> None:
    threads = own_threads()
    with pytest.raises(error):
        await open_services(wrong(locations))
    assert worker_threads() == []
    assert own_threads() == threads
    # nobody holds the database any more: it can be taken for oneself alone
    with closing(
        sqlite3.connect(locations.home / "riko.db", isolation_level=None, timeout=0)
    ) as alone:
        alone.execute("PRAGMA locking_mode = EXCLUSIVE")
        alone.execute("BEGIN EXCLUSIVE")


async def test_a_bundle_that_does_not_fit_its_network_closes_all(
    locations: Locations, tmp_path: Path
) -> None:
    damaged = tiny_bundle(tmp_path / "damaged")
    weights = damaged / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-8])
    with pytest.raises(BundleError, match=r"weights\.safetensors"):
        await open_services(replace(locations, bundle=damaged))
    assert worker_threads() == []


async def test_two_on_one_data_folder_are_refused(locations: Locations) -> None:
    services = await open_services(locations)
    try:
        with pytest.raises(DatabaseBusyError, match="Another Riko is using"):
            await open_services(replace(locations, database_url=locations.home / "other.db"))
    finally:
        await services.close()
