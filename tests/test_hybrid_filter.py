from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.clusters.clusters import NO_CLUSTER, Clusters, nearest_clusters
from core.recommender.hybrid_filter import best, pointing, split

if TYPE_CHECKING:
    from collections.abc import Iterator


@st.composite
def situations(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, list[tuple[int, int]], Clusters]:
    titles = draw(st.integers(1, 60))
    count = draw(st.integers(1, 6))
    number = st.integers(NO_CLUSTER, count - 1)
    row = st.lists(number, min_size=titles, max_size=titles)
    cluster = np.array(draw(row), dtype=np.int32)
    opposite = np.array(draw(row), dtype=np.int32)
    # Few different values, so that ties are common.
    scores = draw(st.lists(st.integers(0, 5), min_size=titles, max_size=titles))
    allowed = draw(st.lists(st.booleans(), min_size=titles, max_size=titles))
    latest = draw(st.lists(st.tuples(st.integers(0, titles - 1), st.integers(1, 10)), max_size=3))
    vectors = np.random.default_rng(titles).normal(size=(titles, 3)).astype(np.float32)
    near = nearest_clusters(vectors, cluster, count) if draw(st.booleans()) else None
    if near is None:
        near = np.zeros((count, 0), dtype=np.int16)
    return (
        np.array(scores, dtype=np.float32),
        np.array(allowed),
        latest,
        Clusters(cluster, opposite, near),
    )


@given(situations(), st.integers(1, 12))
def test_the_two_lists(
    situation: tuple[np.ndarray, np.ndarray, list[tuple[int, int]], Clusters], size: int
) -> None:
    scores, allowed, latest, clusters = situation
    lists = split(scores, allowed, latest, clusters, size=size)
    similar, may_like = lists.similar.tolist(), lists.may_like.tolist()
    shown = similar + may_like
    assert len(set(shown)) == len(shown)
    assert all(allowed[i] for i in shown)
    # Nothing is held back while a list is short.
    assert len(shown) == min(2 * size, int(allowed.sum()))
    assert len(similar) <= size
    assert len(may_like) <= size

    # Without the filling, both lists are what a plain loop over the sorted titles gives.
    numbers = {
        int(clusters.cluster[i] if score >= 6 else clusters.opposite[i]) for i, score in latest
    } - {NO_CLUSTER}
    order = sorted(np.flatnonzero(allowed).tolist(), key=lambda i: (-scores[i], -i))
    inside = [i for i in order if int(clusters.cluster[i]) in numbers][:size]
    outside = [i for i in order if int(clusters.cluster[i]) not in numbers][:size]
    assert similar[: len(inside)] == inside
    assert may_like[: len(outside)] == outside


def test_a_short_similar_list_is_filled_from_the_nearest_cluster() -> None:
    cluster = np.repeat(np.arange(4, dtype=np.int32), 20)
    near = np.array([[2, 1, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]], dtype=np.int16)
    clusters = Clusters(cluster, cluster, near)
    allowed = np.ones(80, dtype=np.bool_)
    allowed[:17] = False
    scores = np.arange(80, dtype=np.float32)
    lists = split(scores, allowed, [(0, 9)], clusters)
    assert lists.similar.tolist() == [19, 18, 17, *range(59, 52, -1)]
    assert lists.may_like.tolist() == list(range(79, 69, -1))


def test_an_empty_opposite_cluster_has_no_neighbours_worth_filling_from() -> None:
    cluster = np.repeat(np.arange(3, dtype=np.int32), 20)
    opposite = np.full(60, 3, dtype=np.int32)
    near = np.array([[1, 2], [0, 2], [1, 0], [0, 1]], dtype=np.int16)
    clusters = Clusters(cluster, opposite, near)
    scores = np.arange(60, dtype=np.float32)
    allowed = np.ones(60, dtype=np.bool_)

    # Cluster 3 has no title: what stands as its nearest, cluster 0, must not decide anything.
    alone = split(scores, allowed, [(0, 2)], clusters)
    assert alone.may_like.tolist() == list(range(59, 49, -1))
    assert alone.similar.tolist() == list(range(49, 39, -1))

    # Beside one with titles it does not pull towards its neighbours either.
    allowed[44:60] = False
    beside = split(scores, allowed, [(0, 2), (40, 9)], clusters)
    assert beside.similar.tolist() == [43, 42, 41, 40, *range(29, 23, -1)]


class Walk(list[tuple[int, int]]):
    """Ratings that count how many of them are looked at from the end."""

    looked = 0

    def __reversed__(self) -> Iterator[tuple[int, int]]:
        for pair in super().__reversed__():
            self.looked += 1
            yield pair


@given(situations(), st.integers(0, 5))
def test_pointing_takes_the_latest_that_point_somewhere(
    situation: tuple[np.ndarray, np.ndarray, list[tuple[int, int]], Clusters], latest: int
) -> None:
    _, _, rated, clusters = situation
    able = [pair for pair in rated if clusters.chosen([pair], 6)]
    assert pointing(rated, clusters, latest, 6) == able[max(len(able) - latest, 0) :]


def test_pointing_stops_when_it_has_enough() -> None:
    cluster = np.zeros(9, dtype=np.int32)
    clusters = Clusters(cluster, cluster, np.zeros((1, 0), dtype=np.int16))
    rated = Walk((index, 9) for index in range(9))
    assert pointing(rated, clusters, 3, 6) == [(6, 9), (7, 9), (8, 9)]
    assert rated.looked == 3


def test_a_dislike_points_to_the_opposite_and_a_like_to_the_own_cluster() -> None:
    cluster = np.array([0, 0, 1, 1, 2], dtype=np.int32)
    opposite = np.array([1, 1, 2, 2, NO_CLUSTER], dtype=np.int32)
    clusters = Clusters(cluster, opposite, np.zeros((3, 0), dtype=np.int16))
    assert clusters.chosen([(0, 6)], 6) == [0]
    assert clusters.chosen([(0, 5)], 6) == [1]
    assert clusters.chosen([(4, 5)], 6) == []
    assert clusters.chosen([(0, 9), (1, 9), (2, 1), (4, 9)], 6) == [0, 2]


@given(
    st.lists(st.integers(-3, 3), min_size=1, max_size=50),
    st.integers(0, 60),
    st.integers(0, 2**32 - 1),
)
def test_best_is_a_sort_with_later_first_on_ties(values: list[int], size: int, seed: int) -> None:
    scores = np.array(values, dtype=np.float32)
    allowed = np.random.default_rng(seed).random(len(values)) < 0.7
    expected = sorted(np.flatnonzero(allowed).tolist(), key=lambda i: (-scores[i], -i))[:size]
    assert best(scores, allowed, size).tolist() == expected


@given(
    st.integers(1, 3_000),
    st.sampled_from([1, 3, 10, 100]),
    st.integers(2, 9),
    st.integers(0, 2**32 - 1),
)
def test_the_best_of_many_are_a_sort_too(count: int, size: int, different: int, seed: int) -> None:
    """Few different values, so that ties are common."""
    chance = np.random.default_rng(seed)
    scores = chance.integers(0, different, count).astype(np.float32)
    allowed = chance.random(count) < 0.9
    expected = sorted(np.flatnonzero(allowed).tolist(), key=lambda i: (-scores[i], -i))[:size]
    assert best(scores, allowed, size).tolist() == expected
