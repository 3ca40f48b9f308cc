"""The engine with the shipped network: `python -m pytest benchmarks/test_engine.py`.

Run on as many threads as the worker has: one on a machine with two cores.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.catalogue.catalogue import Catalogue
from core.inference.worker import leave_a_core
from core.person import Taste
from core.recommender.engine import Engine
from core.recommender.loading import load_data
from core.recommender.request import GroupRequest, Request
from core.recommender.shelf import Shelf

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture


class Shipped:
    """The engine, and people who rate as popularity has it."""

    def __init__(self) -> None:
        leave_a_core()
        data = load_data()
        self.data = data
        self.engine = Engine(data.bundle, data.catalogue, "cpu")
        self.ids = data.bundle.titles.ids
        self.popular = data.bundle.titles.counts / data.bundle.titles.counts.sum()

    def with_newcomers(self, count: int) -> Engine:
        """Return the engine with the rules of franchises, and so many titles it has not learnt."""
        known = self.data.catalogue.titles
        new = (
            replace(
                known[number % len(known)],
                anime_id=10_000_000 + number,
                franchise=None,
                franchise_order=None,
            )
            for number in range(count)
        )
        titles = self.data.bundle.titles
        return self.engine.over(
            Shelf(titles, Catalogue([*known, *new]), newcomers=True, franchises=True)
        )

    def tastes(self, people: int, ratings: int) -> tuple[Taste, ...]:
        random = np.random.default_rng(1)
        return tuple(
            Taste(
                ratings=tuple(
                    (int(anime_id), int(random.integers(4, 11)))
                    for anime_id in random.choice(self.ids, ratings, replace=False, p=self.popular)
                )
            )
            for _ in range(people)
        )


@pytest.fixture(scope="module")
def shipped() -> Shipped:
    return Shipped()


@pytest.mark.parametrize("reasons", [False, True], ids=["plain", "reasons"])
@pytest.mark.parametrize("ratings", [5, 20, 100, 300])
def test_one_request(
    benchmark: BenchmarkFixture, shipped: Shipped, ratings: int, reasons: bool
) -> None:
    [taste] = shipped.tastes(1, ratings)
    [lists] = benchmark(shipped.engine.recommend, [Request(taste, with_reasons=reasons)])
    assert len(lists.similar) == len(lists.may_like) == 10


@pytest.mark.parametrize("reasons", [False, True], ids=["plain", "reasons"])
@pytest.mark.parametrize("people", [32, 64])
def test_many_requests_at_once(
    benchmark: BenchmarkFixture, shipped: Shipped, people: int, reasons: bool
) -> None:
    requests = [Request(taste, with_reasons=reasons) for taste in shipped.tastes(people, 20)]
    assert len(benchmark(shipped.engine.recommend, requests)) == people


@pytest.mark.parametrize("newcomers", [0, 12_000])
@pytest.mark.parametrize("people", [1, 32])
def test_as_the_bot_asks(
    benchmark: BenchmarkFixture, shipped: Shipped, people: int, newcomers: int
) -> None:
    engine = shipped.with_newcomers(newcomers)
    requests = [Request(taste, with_reasons=True) for taste in shipped.tastes(people, 20)]
    assert len(benchmark(engine.recommend, requests)) == people


@pytest.mark.parametrize("people", [10, 25])
def test_a_group(benchmark: BenchmarkFixture, shipped: Shipped, people: int) -> None:
    group = GroupRequest(shipped.tastes(people, 20))
    assert len(benchmark(shipped.engine.recommend_for_group, group).picks) == 10
