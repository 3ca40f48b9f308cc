"""A crowd uses the real bot in a simulated Discord: how long people wait, and how late the loop is.

Everybody does what people do at a keyboard: type a title letter by letter, rate it, ask for lists
now and then, read. What Discord's network adds is not in the figures; the simulation's own work on
the loop is. How much that is, the same crowd tells with a bot that only answers.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.app import create_bot
from bot.bench.crowd import Crowd
from bot.bench.loop_time import measured_loop
from bot.bench.resident import resident_memory
from bot.bench.stand_in import create_stand_in
from bot.bench.start import shipped_settings
from core.bench.figures import (
    COUNT,
    MEGABYTES,
    MILLISECONDS,
    PERCENT,
    Budget,
    Curve,
    Figure,
    Found,
    Spread,
)
from core.bench.growth import PEOPLE
from core.bench.made_up import keep_posters, whole_catalogue
from core.catalogue.write import write_catalogue
from core.network.bundle import load_bundle
from core.services.assembly import POSTERS
from core.starter import BUNDLE

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable
    from pathlib import Path

    import discord
    import simcord

    from bot.bench.loop_time import LoopTime
    from core.bench.effort import Effort
    from core.catalogue.title import Title

RECOMMEND: Final = "/recommend"
RATE: Final = "/rate"
AUTOCOMPLETE: Final = "autocomplete"

_KEY_PRESS_SECONDS: Final = 0.2
_READING_SECONDS: Final = (2.0, 6.0)
_LETTERS: Final = 6
_FIRST_RATINGS: Final = 5
_LISTS_EVERY: Final = 3
_HEARTBEAT_SECONDS: Final = 0.005
_BETWEEN_BURSTS: Final = 11.0
"""Nobody may ask for lists more often than three times in ten seconds."""


class _World:
    """The bot, a server, and what its members have waited for."""

    def __init__(self, bot: discord.Client, people: int) -> None:
        self.env = Crowd(bot)
        users = [self.env.create_user(f"person{number}") for number in range(people)]
        guild = self.env.create_guild("Anime club")
        self.channel = guild.create_text_channel("anime")
        self.people = [guild.add_member(user) for user in users]
        self.waits: defaultdict[str, list[float]] = defaultdict(list)
        self.failures = 0

    async def timed(self, what: str, asked: Awaitable[object]) -> None:
        """Note how long an answer takes, in milliseconds, or that there was none."""
        began = time.perf_counter()
        try:
            await asked
        except TimeoutError:
            self.failures += 1
        self.waits[what].append((time.perf_counter() - began) * 1e3)

    async def rate(self, person: simcord.MemberActor, title: Title, score: int) -> None:
        """Rate a title whose suggestion was chosen."""
        await self.timed(
            RATE, person.slash(self.channel, "rate", title=str(title.anime_id), score=score)
        )

    async def recommend(self, person: simcord.MemberActor) -> None:
        """Ask for the two lists."""
        await self.timed(RECOMMEND, person.slash(self.channel, "recommend"))

    async def stay(
        self, person: simcord.MemberActor, titles: list[Title], seconds: float, seed: int
    ) -> None:
        """Use the bot until `seconds` are over."""
        chance = random.Random(seed)  # noqa: S311 - nothing secret
        end = time.monotonic() + seconds
        await asyncio.sleep(chance.uniform(0, _READING_SECONDS[1]))
        visit = 0
        while time.monotonic() < end:
            title = chance.choice(titles)
            for letter in range(1, min(_LETTERS, len(title.title)) + 1):
                typed = title.title[:letter]
                await self.timed(
                    AUTOCOMPLETE, person.autocomplete(self.channel, "rate", "title", typed)
                )
                await asyncio.sleep(_KEY_PRESS_SECONDS)
            await self.rate(person, title, chance.randint(1, 10))
            visit += 1
            if visit % _LISTS_EVERY == seed % _LISTS_EVERY:
                await self.recommend(person)
            await asyncio.sleep(chance.uniform(*_READING_SECONDS))

    async def press_at_once(self, people: int) -> list[float]:
        """Let so many ask for lists in the same moment; return how long each waited."""
        self.waits[RECOMMEND].clear()
        await asyncio.gather(*(self.recommend(person) for person in self.people[:people]))
        return list(self.waits[RECOMMEND])


def measure(effort: Effort, folder: Path) -> Found:
    """Return waits, the loop's lateness, errors and memory with kept posters, and bursts."""
    return asyncio.run(_measure(effort, folder))


async def _measure(effort: Effort, folder: Path) -> Found:
    bundle = load_bundle(BUNDLE)
    catalogue = whole_catalogue(bundle, effort.catalogue)
    file = folder / "catalogue.parquet"
    write_catalogue(catalogue, file)
    known = set(bundle.titles.ids.tolist())
    keep_posters(folder / POSTERS, (t for t in catalogue.titles if t.anime_id in known))
    titles = [t for t in catalogue.titles if t.anime_id in known and not t.adult]
    async with _world(create_stand_in(), effort.crowd) as world:
        found = _without_riko(world, await _watch(world, titles, effort))
    async with _world(create_bot(shipped_settings(folder, file)), effort.crowd) as world:
        await _meet(world, titles)
        found += await _crowd(world, titles, effort)
        found.append(await _bursts(world, effort))
    return found


@asynccontextmanager
async def _world(bot: discord.Client, people: int) -> AsyncGenerator[_World]:
    """Start `bot` and let everybody in until the end of the block."""
    world = _World(bot, people)
    await world.env.start()
    try:
        with world.env.time_context():
            async with world.env.let_in():
                yield world
    finally:
        await world.env.shutdown()
        await bot.close()


async def _meet(world: _World, titles: list[Title]) -> None:
    """Give everybody their first ratings and lists, so that all is warm."""
    for number, person in enumerate(world.people):
        for score in range(_FIRST_RATINGS):
            await world.rate(person, titles[(number * 7 + score) % len(titles)], 5 + score)
    for person in world.people:
        await world.recommend(person)
    world.waits.clear()
    world.env.backend.clock.advance(_BETWEEN_BURSTS)


@dataclass(frozen=True, slots=True)
class _Watched:
    """What was seen of the loop while a crowd used it: lateness in ms, callbacks, time at work."""

    late: list[float]
    loop: LoopTime
    at_work: float
    """How much of the time, in per cent, the loop's thread kept a processor."""


async def _watch(world: _World, titles: list[Title], effort: Effort) -> _Watched:
    """Let everybody use the bot for a while."""
    late: list[float] = []
    heart = asyncio.create_task(_beat(late))
    began, worked = time.perf_counter(), time.thread_time()
    with measured_loop() as loop:
        await asyncio.gather(
            *(
                world.stay(person, titles, effort.seconds, number)
                for number, person in enumerate(world.people)
            )
        )
    share = (time.thread_time() - worked) / (time.perf_counter() - began)
    heart.cancel()
    return _Watched(late, loop, share * 100)


def _without_riko(world: _World, watched: _Watched) -> Found:
    """Return what the crowd waits for when the answers are ready: none of it is Riko's doing."""
    answers = "answered with a constant"
    found: Found = [
        Figure(f"{what}, {answers}", MILLISECONDS, Spread.of(world.waits[what]))
        for what in (RECOMMEND, RATE, AUTOCOMPLETE)
        if world.waits[what]
    ]
    return [
        *found,
        Figure(f"how late the event loop is, {answers}", MILLISECONDS, Spread.of(watched.late)),
        Figure(f"the event loop at work, {answers}", PERCENT, Spread.of([watched.at_work])),
    ]


async def _crowd(world: _World, titles: list[Title], effort: Effort) -> Found:
    before = resident_memory()
    watched = await _watch(world, titles, effort)
    after = resident_memory()
    crowd = f"{effort.crowd} people at once"
    found: Found = [
        Figure(f"{what} end to end, {crowd}", MILLISECONDS, Spread.of(world.waits[what]), budget)
        for what, budget in (
            (RECOMMEND, Budget(150, "p99")),
            (RATE, Budget(150, "p99")),
            (AUTOCOMPLETE, Budget(150, "p99")),
        )
        if world.waits[what]
    ]
    own = [each.seconds * 1e3 for each in watched.loop.bot]
    errors = float(len(world.env.errors) + world.failures)
    found += [
        Figure(
            "how late the event loop is", MILLISECONDS, Spread.of(watched.late), Budget(20, "most")
        ),
        Figure("one callback of the bot", MILLISECONDS, Spread.of(own), Budget(20, "most")),
        Figure("the event loop at work", PERCENT, Spread.of([watched.at_work])),
        Figure(f"answers given, {crowd}", COUNT, Spread.of([sum(map(len, world.waits.values()))])),
        Figure(f"errors, {crowd}", COUNT, Spread.of([errors]), Budget(0, "most")),
    ]
    for name, value in (("before", before), ("after", after)):
        if value is not None:
            name = f"resident memory {name} the crowd, simulation included"
            found.append(Figure(name, MEGABYTES, Spread.of([value])))
    return found


async def _beat(late: list[float]) -> None:
    """Sleep again and again, and note by how many milliseconds too long it took."""
    while True:
        began = time.perf_counter()
        await asyncio.sleep(_HEARTBEAT_SECONDS)
        late.append((time.perf_counter() - began - _HEARTBEAT_SECONDS) * 1e3)


async def _bursts(world: _World, effort: Effort) -> Curve:
    points: list[tuple[int, Spread]] = []
    for count in effort.people:
        if count > len(world.people):
            break
        waits: list[float] = []
        for _ in range(effort.slow_rounds):
            world.env.backend.clock.advance(_BETWEEN_BURSTS)
            waits += await world.press_at_once(count)
        points.append((count, Spread.of(waits)))
    return Curve("/recommend end to end, pressed in the same moment", PEOPLE, tuple(points))
