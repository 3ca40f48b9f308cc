from __future__ import annotations

import numpy as np
import pytest

from core.clusters.clusters import NO_CLUSTER
from core.clusters.learn import SMALLEST, learn_clusters

TASTES = 4
TITLES = 80


def made(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ratings of four camps; who belongs to a camp dislikes the titles of the one before it."""
    random = np.random.default_rng(seed)
    rows: list[tuple[int, int, float]] = []
    for user in range(600):
        camp = user % TASTES
        own = [t for t in range(TITLES) if t % TASTES == camp]
        hated = [t for t in range(TITLES) if t % TASTES == (camp - 1) % TASTES]
        rows += [(user, int(t), 9.0) for t in random.choice(own, 8, replace=False)]
        rows += [(user, int(t), 3.0) for t in random.choice(hated, 2, replace=False)]
    user, title, score = zip(*rows, strict=True)
    return np.array(user, np.int32), np.array(title, np.int32), np.array(score, np.float32)


def test_titles_liked_by_the_same_people_share_a_cluster_and_opposites_lead_to_a_liked_one() -> (
    None
):
    user, title, score = made()
    clusters = learn_clusters(user, title, score, TITLES, count=2 * TASTES)
    camp_of: dict[int, int] = {}
    pure = 0
    for number in range(clusters.count):
        members = np.flatnonzero(clusters.cluster == number)
        camps, sizes = np.unique(members % TASTES, return_counts=True)
        camp_of[number] = int(camps[sizes.argmax()])
        pure += int(sizes.max())
    assert pure / TITLES > 0.9
    # Who dislikes a title of camp c belongs to camp c + 1.
    right = [
        camp_of[int(opposite)] == (camp_of[int(own)] + 1) % TASTES
        for own, opposite in zip(clusters.cluster, clusters.opposite, strict=True)
    ]
    assert np.mean(right) > 0.9


@pytest.mark.parametrize("count", [1, 3, 50])
def test_no_cluster_is_tiny_and_numbers_have_no_gaps(count: int) -> None:
    user, title, score = made(1)
    clusters = learn_clusters(user, title, score, TITLES, count=count)
    sizes = np.bincount(clusters.cluster)
    assert sizes.min() >= SMALLEST
    assert clusters.count == len(sizes) <= count


def test_without_dislikes_there_are_no_opposites() -> None:
    user, title, _ = made()
    clusters = learn_clusters(user, title, np.full(len(user), 9, np.float32), TITLES, count=4)
    assert set(clusters.opposite.tolist()) == {NO_CLUSTER}


def test_learning_twice_gives_the_same_clusters() -> None:
    first, second = (learn_clusters(*made(), TITLES, count=8, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first.cluster, second.cluster)
    np.testing.assert_array_equal(first.opposite, second.opposite)
