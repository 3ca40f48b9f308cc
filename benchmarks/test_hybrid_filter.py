"""The hybrid filter alone, over the shipped bundle's titles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from core import starter
from core.network.bundle import load_bundle
from core.recommender.hybrid_filter import best, split

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture


@pytest.mark.parametrize("allowed_share", [1.0, 0.01], ids=["all titles", "few titles"])
def test_two_lists(benchmark: BenchmarkFixture, allowed_share: float) -> None:
    clusters = load_bundle(starter.BUNDLE).titles.clusters
    chance = np.random.default_rng(1)
    scores = chance.random(len(clusters.cluster), dtype=np.float32)
    allowed = chance.random(len(scores)) < allowed_share
    lists = benchmark(split, scores, allowed, [(1, 9), (2, 3), (3, 8)], clusters)
    assert len(lists.may_like) == 10


def test_a_hundred_best(benchmark: BenchmarkFixture) -> None:
    scores = np.random.default_rng(1).random(9_754, dtype=np.float32)
    assert len(benchmark(best, scores, np.ones(len(scores), dtype=np.bool_), 100)) == 100
