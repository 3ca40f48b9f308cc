"""What a command asks of the services, from SQLite and back: ratings, lists, profile."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from core import starter
from core.recommender.filters import Filters
from core.services.assembly import Services, open_services
from core.services.locations import Locations
from core.showing import DIRECT_MESSAGES

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from pytest_benchmark.fixture import BenchmarkFixture

TITLES = (1, 5, 6, 20, 21, 30)


class Opened:
    """The services on a loop of their own, which a benchmark runs a step at a time."""

    def __init__(self, home: Path) -> None:
        self.loop = asyncio.new_event_loop()
        locations = Locations(home, home / "riko.db", starter.BUNDLE, None, "cpu")
        self.services: Services = self.loop.run_until_complete(open_services(locations))
        for score, title in enumerate(TITLES, 4):
            self.loop.run_until_complete(self.services.ratings.rate(7, title, score))

    def close(self) -> None:
        self.loop.run_until_complete(self.services.close())
        self.loop.close()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Generator[Opened]:
    it = Opened(tmp_path_factory.mktemp("home"))
    yield it
    it.close()


def test_two_lists(benchmark: BenchmarkFixture, opened: Opened) -> None:
    found = benchmark(
        lambda: opened.loop.run_until_complete(
            opened.services.recommendations.recommend(7, DIRECT_MESSAGES, filters=Filters())
        )
    )
    assert len(found.similar) == len(found.may_like) == 10


def test_a_rating(benchmark: BenchmarkFixture, opened: Opened) -> None:
    change = benchmark(
        lambda: opened.loop.run_until_complete(opened.services.ratings.rate(8, TITLES[0], 7))
    )
    assert change.score == 7


def test_a_profile(benchmark: BenchmarkFixture, opened: Opened) -> None:
    profile = benchmark(lambda: opened.loop.run_until_complete(opened.services.profiles.view(7)))
    assert profile.user_id == 7
