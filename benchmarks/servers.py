"""How quick the servers' answers are at size, in a database made for it.

`python -m benchmarks.servers --servers 1000 --users 100000 --ratings 5000000`
"""

from __future__ import annotations

import asyncio
import gc
import json
import sqlite3
import tempfile
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import numpy as np
import typer

from core.bench.figures import MILLISECONDS, SECONDS, Budget, Figure, Spread
from core.bench.made_up import whole_catalogue
from core.cli.bench import show_figures
from core.cli.console import err
from core.inference.worker import InferenceWorker
from core.network.bundle import load_bundle
from core.recommender.cold_start import TopRanking, votes_of
from core.recommender.engine import Engine
from core.recommender.filters import NONE, Filters
from core.services.filtered import FilteredTitles
from core.services.parties import MOST_PEOPLE, PartyService
from core.services.ratings import RatingService
from core.services.server_lists import ServerLists, TopKind
from core.services.shared_titles import SharedTitles
from core.services.toplists import TopService
from core.services.twins import TwinService
from core.showing import ANYBODY, DIRECT_MESSAGES
from core.starter import BUNDLE
from core.storage.counting import recount
from core.storage.database import Database
from core.storage.schema import upgrade
from core.storage.week import week_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator

    from core.catalogue.catalogue import Catalogue
    from core.network.bundle import Bundle
    from core.services.parties import PartyList

TITLES: Final = 20_896
"""As many as the seed's catalogue has."""
SERVERS_A_PERSON: Final = 1.5
"""In how many servers somebody uses Riko on average."""
CROWDED: Final = 0.8
"""Server `n` has members by `1 / n**CROWDED`: of a thousand, the largest has a fifteenth."""
DAYS: Final = 730
"""How long ago the oldest ratings are; a list has a past only with ratings of before last week."""
ROUNDS: Final = 40


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is."""

    servers: int
    users: int
    ratings: int


@dataclass(frozen=True, slots=True)
class Opened:
    """The services over the database; `largest` and `middle` are the ids of servers."""

    database: Database
    catalogue: Catalogue
    bundle: Bundle
    lists: ServerLists
    top: TopService
    ratings: RatingService
    largest: int
    middle: int
    members: tuple[int, ...]
    """Some members of the largest server."""


def make(path: Path, bundle: Bundle, size: Size) -> list[Figure]:
    """Write the database by the migrations' schema, without triggers, then count once."""
    chance = np.random.default_rng(1)
    started = time.perf_counter()
    upgrade(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as to:
        to.executescript("PRAGMA synchronous = OFF; PRAGMA cache_size = -500000;")
        triggers = to.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = triggers.fetchall()
        for name, _ in triggers:
            to.execute(f"DROP TRIGGER {name}")
        to.execute("BEGIN")
        now = datetime.now(UTC).replace(tzinfo=None)
        when = now.isoformat(" ", "microseconds")
        to.executemany(
            # everybody allows everything: nothing is quicker because somebody does not count
            "INSERT INTO users (id, created_at, shareable, twins) VALUES (?, ?, 1, 1)",
            ((user_id, when) for user_id in range(1, size.users + 1)),
        )
        days = [(now - timedelta(days=day)).isoformat(" ", "microseconds") for day in range(DAYS)]
        for piece in _ratings(chance, bundle, size):
            to.executemany(
                "INSERT INTO ratings (user_id, anime_id, score, rated_at, ordinal) "
                "VALUES (?, ?, ?, ?, ?)",
                (
                    (user_id, anime_id, score, days[day], place)
                    for user_id, anime_id, score, day, place in piece
                ),
            )
        to.executemany(
            f"INSERT OR IGNORE INTO members VALUES (?, ?, '{when}')",  # noqa: S608
            _members(chance, size),
        )
        for _, sql in triggers:
            to.execute(sql)
        to.execute("COMMIT")
    written = time.perf_counter() - started
    started = time.perf_counter()
    recount(path, datetime.now(UTC))
    counted = time.perf_counter() - started
    return [
        Figure("writing the database", SECONDS, Spread.of([written])),
        Figure("riko db rebuild", SECONDS, Spread.of([counted])),
    ]


def _ratings(
    chance: np.random.Generator, bundle: Bundle, size: Size
) -> Iterator[Iterable[tuple[int, int, int, int, int]]]:
    """Yield rows in the order of the table: who, which title, score, days ago, place."""
    ids = np.sort(bundle.titles.ids.astype(np.int64))
    share = bundle.titles.counts[np.argsort(bundle.titles.ids)].astype(np.float64)
    edges = np.cumsum(share / share.sum())
    liked = chance.normal(7.3, 0.8, len(ids))
    activity = chance.lognormal(0, 1, size.users)
    # what is drawn twice counts once, so more are drawn
    wanted = np.maximum(1, np.round(activity / activity.sum() * size.ratings * 1.08)).astype(int)
    for begin in range(0, size.users, 10_000):
        drawn = wanted[begin : begin + 10_000]
        who = np.repeat(np.arange(begin + 1, begin + 1 + len(drawn)), drawn)
        title = np.minimum(np.searchsorted(edges, chance.random(len(who))), len(ids) - 1)
        key = np.unique(who * len(ids) + title)
        who, title = key // len(ids), key % len(ids)
        scores = np.clip(np.round(chance.normal(liked[title], 1.5)), 1, 10).astype(int)
        first = np.searchsorted(who, who)
        place = np.arange(len(who)) - first + 1
        days = chance.integers(DAYS, size=len(who))
        columns = (who, ids[title], scores, days, place)
        yield zip(*(column.tolist() for column in columns), strict=True)


def _members(chance: np.random.Generator, size: Size) -> Iterator[tuple[int, int]]:
    share = 1 / np.arange(1, size.servers + 1) ** CROWDED
    count = int(size.users * SERVERS_A_PERSON)
    guilds = 1 + chance.choice(size.servers, count, p=share / share.sum())
    people = np.concatenate(
        [np.arange(1, size.users + 1), chance.integers(1, size.users + 1, count - size.users)]
    )
    order = np.lexsort((people, guilds))
    yield from zip(guilds[order].tolist(), people[order].tolist(), strict=True)


async def timed(
    name: str, budget: Budget | None, ask: Callable[[int], Awaitable[object]], rounds: int = ROUNDS
) -> Figure:
    """Return how long `ask` takes, which is called with the number of the round."""
    await ask(0)
    waits: list[float] = []
    for number in range(1, rounds + 1):
        started = time.perf_counter()
        await ask(number)
        waits.append((time.perf_counter() - started) * 1000)
    return Figure(name, MILLISECONDS, Spread.of(waits), budget)


async def lists(opened: Opened) -> list[Figure]:
    """Measure what servers' members think."""

    def top(guild_id: int, kind: TopKind, genre: str | None) -> Callable[[int], Awaitable[object]]:
        return lambda number: opened.lists.top(
            guild_id,
            kind,
            genre,
            user_id=opened.members[number],
            personal=True,
            place=DIRECT_MESSAGES,
        )

    quick = Budget(50)
    last_week = week_of(datetime.now(UTC)) - 1
    largest = opened.largest
    return [
        await timed("best loved, largest server", quick, top(largest, TopKind.BEST, None)),
        await timed(
            "best loved, largest server, a genre", quick, top(largest, TopKind.BEST, "Cars")
        ),
        await timed("most divisive, largest server", quick, top(largest, TopKind.DIVISIVE, None)),
        await timed("hidden gems, largest server", quick, top(largest, TopKind.GEMS, None)),
        await timed("best loved, middle server", quick, top(opened.middle, TopKind.BEST, None)),
        await timed(
            "new in the top list, largest server",
            None,
            lambda _: opened.lists.newly_in_top(largest, last_week, ANYBODY),
        ),
        await timed(
            "most rated, largest server",
            None,
            lambda _: opened.lists.most_rated(largest, last_week, ANYBODY),
        ),
        await timed(
            "a title's mean, largest server",
            None,
            lambda _: opened.lists.mean(largest, 1),
        ),
    ]


async def writes(opened: Opened) -> list[Figure]:
    """Measure what keeps the counts right while it writes."""
    # new in each run: what a kept file has already would be written without any trigger
    chance = np.random.default_rng()
    titles = chance.choice(opened.bundle.titles.ids, ROUNDS + 1, replace=False).tolist()
    server = int(chance.integers(10_000_000, 2**60))

    async def see(number: int) -> None:
        opened.top.forget(opened.members[number])
        await opened.top.saw_member(server, opened.members[number])

    return [
        await timed(
            "a rating, with its triggers",
            None,
            lambda number: opened.ratings.rate(
                opened.members[number], titles[number], 1 + number % 10
            ),
        ),
        await timed("somebody new in a server", None, see),
    ]


async def together(opened: Opened) -> list[Figure]:
    """Measure what several members are told of each other."""
    catalogue, bundle = opened.catalogue, opened.bundle
    worker = InferenceWorker(lambda device: Engine(bundle, catalogue, device))
    await worker.start()
    filtered = FilteredTitles(catalogue)
    shared = SharedTitles(catalogue, bundle.titles, worker, filtered)
    parties = PartyService(opened.database, catalogue, worker, shared)
    twins = TwinService(opened.database, catalogue, bundle.titles)

    def party(filters: Filters) -> Callable[[int], Awaitable[PartyList]]:
        async def make(number: int) -> PartyList:
            first = number % (len(opened.members) - MOST_PEOPLE)
            user_id, *others = opened.members[first : first + MOST_PEOPLE]
            made = await parties.make(
                user_id,
                others,
                guild_id=opened.largest,
                channel_id=1,
                filters=filters,
                place=DIRECT_MESSAGES,
            )
            assert made.counted == MOST_PEOPLE
            return made

        return make

    made = await party(NONE)(0)
    assert made.party_id is not None
    party_id = made.party_id
    try:
        return [
            await timed("a party of ten", Budget(100), party(NONE)),
            await timed("a party of ten, a genre", Budget(100), party(Filters(genre="Comedy"))),
            await timed(
                "a party to one of ten",
                None,
                lambda number: parties.own_view(
                    party_id, opened.members[number % MOST_PEOPLE], place=DIRECT_MESSAGES
                ),
            ),
            await timed(
                "taste twins, largest server",
                None,
                lambda number: twins.find(
                    opened.members[number], opened.largest, place=DIRECT_MESSAGES
                ),
            ),
            await timed(
                "taste twins, middle server",
                None,
                lambda number: twins.find(
                    opened.members[number], opened.middle, place=DIRECT_MESSAGES
                ),
            ),
        ]
    finally:
        await worker.stop()


MEASURES: Final[tuple[Callable[[Opened], Awaitable[list[Figure]]], ...]] = (
    lists,
    together,
    writes,
)
"""What is measured, in this order; more goes here."""


async def measure(path: Path, bundle: Bundle) -> list[Figure]:
    """Return the figures of all `MEASURES`."""
    with closing(sqlite3.connect(path)) as database:
        sizes = database.execute(
            "SELECT guild_id FROM members GROUP BY guild_id ORDER BY count(*) DESC"
        ).fetchall()
        members = database.execute(
            "SELECT user_id FROM members WHERE guild_id = ? LIMIT ?", (sizes[0][0], ROUNDS + 1)
        ).fetchall()
    catalogue = whole_catalogue(bundle, TITLES)
    ranking = TopRanking(catalogue, votes_of(bundle.titles))
    # as the bot does once it is up: a collection of all of that takes 0.2 s, and measures nothing
    gc.collect()
    gc.freeze()
    database = Database(path)
    try:
        opened = Opened(
            database,
            catalogue,
            bundle,
            ServerLists(
                database, catalogue, ranking, FilteredTitles(catalogue), bundle.titles.popularity
            ),
            TopService(database, ranking),
            RatingService(database, catalogue, frozenset(bundle.titles.ids.tolist())),
            largest=sizes[0][0],
            middle=sizes[len(sizes) // 2][0],
            members=tuple(user_id for (user_id,) in members),
        )
        return [figure for each in MEASURES for figure in await each(opened)]
    finally:
        await database.close()


def main(
    servers: Annotated[int, typer.Option(min=1)] = 1000,
    users: Annotated[int, typer.Option(min=ROUNDS)] = 100_000,
    ratings: Annotated[int, typer.Option(min=1)] = 5_000_000,
    file: Annotated[Path | None, typer.Option(help="Keep the database here, or use it.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", metavar="FILE")] = None,
) -> None:
    """Make a database of that size and measure what servers' members are answered."""
    size = Size(servers, users, ratings)
    bundle = load_bundle(BUNDLE)
    with tempfile.TemporaryDirectory() as folder, err.status("Measuring"):
        path = file or Path(folder) / "servers.db"
        found = [] if path.exists() else make(path, bundle, size)
        found += asyncio.run(measure(path, bundle))
    show_figures(f"{servers:,} servers, {users:,} people, {ratings:,} ratings", found)
    if json_file is not None:
        text = json.dumps({**asdict(size), "figures": [asdict(each) for each in found]}, indent=1)
        json_file.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
