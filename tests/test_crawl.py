"""The crawl: what is asked in which order, what is kept, and what becomes of it."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from core import starter
from core.catalogue.catalogue import Catalogue
from core.catalogue.crawl.answers import BROKEN_TITLE, NOT_APPROVED
from core.catalogue.crawl.crawl import PATIENCE, Budget
from core.catalogue.crawl.publish import FALSE_DATA
from core.catalogue.load import EMPTY_TITLE, UNKNOWN_GENRE, load_catalogue
from core.catalogue.origin import MYANIMELIST, SEED, Origin
from core.catalogue.title import Title
from core.catalogue.write import write_catalogue
from core.errors import BrokenAnswerError, DataBusyError, RefusedError, UnreachableError
from core.outside.pace import Pace
from core.services.crawling import CrawlReport, Step, crawl
from core.services.locations import Locations
from tests.jikan_world import MyAnimeList, anime, page
from tests.misbehaving import (
    answers,
    fails,
    gzip_bomb,
    half,
    invalid_json,
    misbehaving,
    nobody_there,
    redirects,
    resets,
    too_many,
    wrong_type,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from core.catalogue.catalogue import Catalogue as Titles
    from tests.misbehaving import Behaviour

NEW = 900_001
"""The first of the ids in these tests; no title of the starter has them."""
HERO = Title(
    1,
    "Eiyuu",
    title_english="Hero",
    synonyms=("The Hero",),
    members=10**7,
    franchise="Hero",
    franchise_order=1,
)
HERO_TWO = Title(2, "Eiyuu 2", members=10**6, franchise="Hero", franchise_order=2)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Clock:
    """A clock for dates, and one for the pace whose sleepers need not wait."""

    def __init__(self) -> None:
        self.now = NOON
        self.seconds = 0.0

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)

    def pace(self) -> Pace:
        return Pace((3, 1.0), (60, 60.0), clock=lambda: self.seconds, sleep=self.sleep)


class Place:
    """A data folder and a MyAnimeList to crawl."""

    def __init__(self, folder: Path, mal: MyAnimeList) -> None:
        self.where = Locations(
            folder, folder / "riko.db", folder / "bundle", None, "cpu", jikan=mal.site.url
        )
        self.mal = mal
        self.clock = Clock()

    async def crawl(self, **budget: Any) -> CrawlReport:
        self.mal.serve()
        return await self.crawl_broken(**budget)

    async def crawl_broken(self, **budget: Any) -> CrawlReport:
        return await crawl(
            self.where,
            Budget(**budget),
            pace=self.clock.pace(),
            clock=self.clock,  # pyright: ignore
        )

    def catalogue(self) -> Titles:
        return load_catalogue(self.where.data.catalogue).catalogue


@asynccontextmanager
async def place_at(folder: Path) -> AsyncGenerator[Place]:
    async with misbehaving() as site:
        mal = MyAnimeList(site, [anime(NEW + i) for i in range(5)], [anime(NEW + 9)])
        yield Place(folder, mal)


@pytest.fixture(autouse=True)
def _small_starter(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let the starter have two titles, so that there is little to ask for."""
    path = tmp_path / "starter.parquet"
    write_catalogue(Catalogue([HERO, HERO_TWO]), path)
    monkeypatch.setattr(starter, "CATALOGUE", path)


@pytest.fixture(name="place")
async def _place(tmp_path: Path) -> AsyncGenerator[Place]:
    async with place_at(tmp_path) as place:
        yield place


async def test_seasons_then_pages_then_relations_of_the_best_known(place: Place):
    place.mal.titles[3]["members"] = 10**5
    report = await place.crawl()
    pages = ["/seasons/now 1", "/seasons/upcoming 1", "/anime 1", "/anime 2", "/anime 3"]
    related = [HERO.anime_id, HERO_TWO.anime_id, *(NEW + i for i in (3, 0, 1, 2, 4, 9))]
    assert place.mal.asked() == [*pages, *(f"/anime/{i}/relations" for i in related)]
    crawled, published = report.crawled, report.published
    assert (crawled.requests, crawled.titles, crawled.relations) == (13, 6, 8)
    assert crawled.whole
    assert crawled.failure is None
    assert published.titles == 8
    assert published.new == 6
    assert place.clock.seconds >= 3.0, "three a second"


async def test_every_field_finds_its_place(place: Place):
    await place.crawl(season_only=True)
    title = place.catalogue()[NEW + 9]
    assert title == Title(
        anime_id=NEW + 9,
        title=f"Sakuhin {NEW + 9}",
        title_english=f"Work {NEW + 9}",
        title_japanese=f"作品{NEW + 9}",
        synonyms=(f"W{NEW + 9}",),
        type="TV",
        year=2021,
        episodes=12,
        genres=("Adventure", "Mecha", "Shounen"),
        age_rating="PG-13 - Teens 13 or older",
        source="Light novel",
        status="Finished Airing",
        studios=("Studio Sora",),
        score=7.5,
        scored_by=1000,
        members=5000 - (NEW + 9) % 100,
        image_url=f"https://cdn.myanimelist.net/images/anime/1/{NEW + 9}l.jpg",
    )
    loaded = load_catalogue(place.where.data.catalogue)
    assert loaded.origin is not None
    assert loaded.origin.made == NOON
    assert MYANIMELIST in loaded.origin.sources
    assert loaded.origin.checked is None, "only the seasons were asked for"


async def test_the_next_crawl_asks_for_what_is_old_or_new_only(place: Place):
    await place.crawl()
    place.mal.asked()
    place.clock.now += timedelta(hours=1)
    assert (await place.crawl()).crawled.requests == 0
    place.clock.now += timedelta(days=1)
    place.mal.titles.append(anime(NEW + 6))
    place.mal.titles.append(anime(NEW + 7))
    report = await place.crawl()
    assert place.mal.asked() == [
        "/seasons/now 1", "/seasons/upcoming 1", "/anime 3", "/anime 4",
        f"/anime/{NEW + 6}/relations", f"/anime/{NEW + 7}/relations",
    ]  # fmt: skip
    assert report.published.new == 2
    place.clock.now += timedelta(days=31)
    place.mal.titles[0]["score"] = 9.1
    report = await place.crawl(older_than=timedelta(days=30))
    assert report.crawled.requests == 2 + 4 + 10
    assert report.published.new == 0
    assert report.published.changed == {"score": 1}


async def test_the_date_is_that_of_the_oldest_page_once_all_are_known(place: Place):
    def dates() -> tuple[datetime, datetime | None]:
        origin = load_catalogue(place.where.data.catalogue).origin
        assert origin is not None
        return origin.made, origin.checked

    await place.crawl(requests=4)
    assert dates() == (NOON, None)
    second, third = NOON + timedelta(hours=1), NOON + timedelta(days=9)
    place.clock.now = second
    await place.crawl()
    assert dates() == (second, NOON)
    place.clock.now = third
    await place.crawl()
    assert dates() == (third, NOON)


async def test_a_limit_ends_it_and_the_next_goes_on_there(place: Place):
    report = await place.crawl(requests=4)
    assert not report.crawled.whole
    assert report.crawled.requests == 4
    assert place.mal.asked()[-1] == "/anime 2"
    assert (await place.crawl(requests=2)).crawled.requests == 2
    assert place.mal.asked() == ["/anime 3", "/anime/1/relations"]
    assert (await place.crawl(seconds=0.0)).crawled.requests == 0


async def test_a_killed_crawl_loses_one_answer_at_most(place: Place):
    await place.crawl()
    lines = place.where.data.journal.read_bytes().splitlines(keepends=True)
    place.where.data.journal.write_bytes(b"".join(lines[:4]) + lines[4][:30])
    place.where.data.catalogue.unlink()
    place.mal.asked()
    await place.crawl()
    assert place.mal.asked()[0] == "/anime 3"
    assert {NEW + i for i in (0, 1, 2, 3, 4, 9)} <= set(place.catalogue())
    assert all(
        json.loads(line)
        for line in place.where.data.journal.read_bytes().splitlines()
        if line != lines[4][:30]
    )


async def test_a_cancelled_crawl_is_published(place: Place):
    place.mal.serve()
    stuck = asyncio.Event()

    async def forever(_: object) -> None:
        stuck.set()
        await asyncio.Event().wait()

    place.mal.site.at("/seasons/upcoming", forever)  # pyright: ignore
    task = asyncio.create_task(place.crawl_broken())
    await stuck.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert NEW + 9 in place.catalogue()


async def test_half_a_character_in_a_name_ends_no_crawl(place: Place):
    place.mal.season[:] = [anime(NEW + 9) | {"title_japanese": "\ud800 half"}]
    report = await place.crawl()
    assert report.crawled.whole
    assert NEW + 9 in place.catalogue()


async def test_a_crawl_that_fails_is_published(place: Place):
    def burst(step: Step) -> None:
        if step.kind == "upcoming":
            raise ValueError("burst")

    place.mal.serve()
    with pytest.raises(ValueError, match="burst"):
        await crawl(place.where, Budget(), progress=burst, pace=place.clock.pace())
    assert NEW + 9 in place.catalogue()


async def test_what_is_false_broken_or_missing_is_counted_by_rule(place: Place):
    place.mal.season[:] = [
        anime(NEW),
        anime(NEW + 1, approved=False),
        anime(NEW + 2, type=None, aired=None),
        anime(NEW + 3) | {"title": "  "},
        {"mal_id": "none"},
        anime(NEW + 4, genres=[{"name": "Award Winning"}], images=None, score=None, studios=None),
        anime(NEW + 7, images={"jpg": None}, studios=[{"name": None}, {"name": "Sora"}]),
    ]
    place.mal.size = 10
    report = await place.crawl(season_only=True)
    assert report.crawled.refused == {NOT_APPROVED: 1, BROKEN_TITLE: 1}
    assert report.published.refused == {FALSE_DATA: 1, EMPTY_TITLE: 1}
    assert report.published.mended == {UNKNOWN_GENRE: 1}
    assert {i for i in place.catalogue() if i >= NEW} == {NEW, NEW + 4, NEW + 7}
    assert place.catalogue()[NEW + 7].studios == ("Sora",)


async def test_an_adult_title_is_one_by_genre_or_rating(place: Place):
    place.mal.season[:] = [
        anime(NEW, explicit_genres=[{"name": "Erotica"}]),
        anime(NEW + 1, rating="Rx - Hentai"),
        anime(NEW + 2),
    ]
    place.mal.size = 10
    await place.crawl(season_only=True)
    assert [place.catalogue()[NEW + i].adult for i in range(3)] == [True, True, False]


async def test_what_is_known_better_stays_and_the_rest_is_renewed(place: Place):
    best = HERO
    old = Title(NEW, "Mukashi", year=1999, genres=("Samurai",), type="TV", adult=False, score=5.0)
    lone = replace(old, anime_id=NEW + 7, title="Hitori")
    write_catalogue(Catalogue([old, lone]), _made(place), Origin(NOON, (SEED,)))
    place.mal.season[:] = [
        anime(NEW, "Ima", score=None, title_english=None),
        anime(best.anime_id, best.title, title_english="Something Else"),
    ]
    report = await place.crawl(season_only=True)
    after = place.catalogue()
    assert after[NEW].title == "Ima"
    assert after[NEW].genres == ("Adventure", "Mecha", "Samurai", "Shounen")
    assert after[NEW].score == 5.0
    assert after[NEW + 7] == lone
    assert after[best.anime_id].title_english == best.title_english
    assert set(best.synonyms) <= set(after[best.anime_id].synonyms)
    assert (after[best.anime_id].franchise, after[best.anime_id].franchise_order) == (
        best.franchise,
        best.franchise_order,
    )
    assert after[best.anime_id].image_url is not None
    assert report.published.new == 0, "what the starter brings is not the crawl's"
    assert report.published.changed["title"] == 1
    assert "franchise" not in report.published.changed
    origin = load_catalogue(_made(place)).origin
    assert origin is not None
    assert origin.sources[:2] == (SEED, MYANIMELIST)


async def test_relations_make_franchises(place: Place):
    place.mal.related = {
        NEW: [("Sequel", NEW + 1)],
        NEW + 2: [("Prequel", NEW + 1), ("Other", NEW)],
    }
    await place.crawl()
    after = place.catalogue()
    name = f"Sakuhin {NEW}"
    assert [(after[NEW + i].franchise, after[NEW + i].franchise_order) for i in range(4)] == [
        (name, 1), (name, 2), (name, 3), (None, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "behaviour",
    [
        fails(503), too_many("1"), half(b'{"data": []}'), wrong_type(), invalid_json(),
        resets(), gzip_bomb(10), redirects("/seasons/now"), answers({"data": 3}),
        answers([1, 2]), answers(page([{"new": "form"}])), fails(404),
    ],
    ids=range(12),
)  # fmt: skip
async def test_a_failing_answer_is_left_for_next_time(place: Place, behaviour: Behaviour):
    place.mal.serve()
    place.mal.site.at("/seasons/now", behaviour)
    report = await place.crawl_broken(season_only=True)
    assert report.crawled.failed == 1
    assert report.crawled.failure is None
    assert not report.crawled.whole
    assert NEW + 9 not in place.catalogue()
    report = await place.crawl(season_only=True)
    assert report.crawled.whole
    assert NEW + 9 in place.catalogue()


async def test_an_outage_ends_the_crawl_and_keeps_what_there_was(place: Place):
    await place.crawl(requests=4)
    before = place.where.data.catalogue.read_bytes()
    place.mal.break_down()
    report = await place.crawl_broken()
    assert report.crawled.failure is not None
    assert report.crawled.failed == 3
    assert set(place.catalogue()) >= {NEW, NEW + 1, NEW + 2, NEW + 3, NEW + 9}
    place.where = replace(place.where, jikan=nobody_there())
    report = await place.crawl_broken()
    assert isinstance(report.crawled.failure, UnreachableError)
    assert load_catalogue(place.where.data.catalogue).catalogue.keys() == place.catalogue().keys()
    assert len(before) > 0


async def test_titles_that_always_fail_keep_nobody_from_the_others(place: Place):
    place.mal.serve()
    for anime_id in (1, 2, NEW, NEW + 1):
        place.mal.site.at(f"/anime/{anime_id}/relations", fails(500))
    report = await place.crawl_broken()
    assert report.crawled.failure is None
    assert (report.crawled.failed, report.crawled.relations) == (4, 4)


async def test_what_failed_the_last_time_comes_last(place: Place):
    place.mal.serve()
    for anime_id in (1, NEW):
        place.mal.site.at(f"/anime/{anime_id}/relations", fails(500))
    await place.crawl_broken(requests=6)
    assert place.mal.asked()[-1] == "/anime/1/relations"
    await place.crawl_broken(requests=2)
    assert set(place.mal.asked()) == {"/anime/2/relations", f"/anime/{NEW}/relations"}
    place.clock.now += timedelta(hours=1)
    report = await place.crawl_broken()
    others = [f"/anime/{NEW + i}/relations" for i in (1, 2, 3, 4, 9)]
    both = ["/anime/1/relations", f"/anime/{NEW}/relations"]
    assert list(dict.fromkeys(place.mal.asked())) == [*others, *both]
    report = await place.crawl_broken()
    assert (report.crawled.failed, report.crawled.failure) == (2, None)
    place.mal.site.at("/anime/1/relations", answers({"data": []}))
    report = await place.crawl()
    assert (report.crawled.relations, report.crawled.whole) == (2, True)
    assert (await place.crawl_broken()).crawled.requests == 0


async def test_who_fails_at_everything_is_given_up(place: Place):
    await place.crawl(requests=5)
    place.mal.break_down(fails(500))
    for anime_id in (NEW, NEW + 1, NEW + 2, NEW + 3, NEW + 4, NEW + 9):
        place.mal.site.at(f"/anime/{anime_id}/relations", fails(500))
    report = await place.crawl_broken()
    assert isinstance(report.crawled.failure, RefusedError)
    assert report.crawled.failed == PATIENCE < 8


@pytest.mark.parametrize("requests", [1, 2])
@pytest.mark.parametrize("known", [0, 5, 9])
async def test_a_budget_spent_on_nothing_is_a_failure(place: Place, known: int, requests: int):
    if known:
        await place.crawl(requests=known)
    place.where = replace(place.where, jikan=nobody_there())
    report = await place.crawl_broken(requests=requests)
    assert isinstance(report.crawled.failure, UnreachableError)
    assert report.crawled.failed == requests


async def test_relations_that_are_withdrawn_make_no_franchise(place: Place):
    place.mal.related = {NEW: [("Sequel", NEW + 1)]}
    await place.crawl()
    assert place.catalogue()[NEW + 1].franchise_order == 2
    place.mal.related = {}
    place.clock.now += timedelta(days=31)
    await place.crawl()
    after = place.catalogue()
    assert {after[NEW + i].franchise for i in range(2)} == {None}
    assert (after[2].franchise, after[2].franchise_order) == ("Hero", 2), "a place by hand stays"


async def test_a_new_form_of_answers_is_said_in_a_sentence(place: Place):
    place.mal.serve()
    for path in ("/seasons/now", "/seasons/upcoming", "/anime"):
        place.mal.site.at(path, answers({"results": []}))
    failure = (await place.crawl_broken()).crawled.failure
    assert isinstance(failure, BrokenAnswerError)
    assert "“data” is not what this Riko expects" in str(failure)


async def test_a_title_that_is_gone_has_no_relations(place: Place):
    place.mal.serve()
    place.mal.site.at(f"/anime/{NEW}/relations", fails(404))
    report = await place.crawl_broken()
    assert report.crawled.whole
    assert report.crawled.relations == 8


async def test_two_crawls_do_not_meet(place: Place):
    place.mal.serve()
    first = asyncio.create_task(place.crawl_broken())
    while not place.mal.site.asked:  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    with pytest.raises(DataBusyError):
        await place.crawl_broken()
    assert (await first).crawled.whole


async def test_a_damaged_catalogue_is_made_anew(place: Place):
    await place.crawl()
    _made(place).write_bytes(b"PAR1 half")
    await place.crawl()
    assert {NEW, NEW + 9} <= set(place.catalogue())


async def test_the_journal_does_not_grow_for_ever(place: Place):
    await place.crawl()
    size = place.where.data.journal.stat().st_size
    for _ in range(6):
        place.clock.now += timedelta(days=40)
        await place.crawl()
    assert place.where.data.journal.stat().st_size < 4 * size
    place.mal.asked()
    assert (await place.crawl()).crawled.requests == 0


def _made(place: Place) -> Path:
    place.where.data.path.mkdir(parents=True, exist_ok=True)
    return place.where.data.catalogue
