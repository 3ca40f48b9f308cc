"""Learns clusters from title vectors, and opposites from people who disliked something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse
from scipy.cluster.vq import kmeans2

from core.clusters.clusters import NO_CLUSTER, Clusters, nearest_clusters

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLUSTERS: Final = 220
SMALLEST: Final = 5
"""No cluster has fewer titles than this, so that a pool is never a handful of obscure ones."""
LIKED_FROM: Final = 8
DISLIKED_BELOW: Final = 6
# Expected likes are counted as this many more, so that a chance meeting makes no opposite.
_SHRINKAGE: Final = 100.0
_ROUNDS: Final = 40
_MOVES: Final = 10


def learn_clusters(
    vectors: NDArray[np.float32],
    log_count: NDArray[np.float32],
    user: NDArray[np.int32],
    title: NDArray[np.int32],
    score: NDArray[np.float32],
    *,
    count: int = CLUSTERS,
    seed: int = 0,
) -> Clusters:
    """Group titles by taste and find each group's opposite.

    `vectors` float32[titles, d] say how alike titles are; what of them follows `log_count`
    float32[titles] is taken out, or clusters would be layers of popularity. The three rating
    arrays are one entry a rating.
    """
    directions = _unit(_without_popularity(vectors, log_count))
    count = max(1, min(count, len(directions) // SMALLEST))
    cluster = _k_means(directions, count, seed)
    of_cluster = _opposites(cluster, count, user, title, score)
    return Clusters(cluster, of_cluster[cluster], nearest_clusters(directions, cluster, count))


def _without_popularity(
    vectors: NDArray[np.float32], log_count: NDArray[np.float32]
) -> NDArray[np.float32]:
    centred = vectors - vectors.mean(axis=0)
    popularity = log_count - log_count.mean()
    slope = popularity @ centred / max(float(popularity @ popularity), 1e-12)
    return (centred - popularity[:, None] * slope).astype(np.float32)


def _k_means(directions: NDArray[np.float32], count: int, seed: int) -> NDArray[np.int32]:
    """Cluster by k-means; clusters that end too small take the titles nearest to them."""
    random = np.random.default_rng(seed)
    centres, labels = kmeans2(directions, count, iter=_ROUNDS, minit="++", rng=random)
    cluster = labels.astype(np.int32)
    similarity = directions @ _unit(centres.astype(np.float32)).T
    for _ in range(_MOVES):
        sizes = np.bincount(cluster, minlength=count)
        small = np.flatnonzero(sizes < SMALLEST)
        if not len(small):
            break
        for number in small.tolist():
            for candidate in np.argsort(-similarity[:, number]).tolist():
                if sizes[number] >= SMALLEST:
                    break
                if cluster[candidate] != number and sizes[cluster[candidate]] > SMALLEST:
                    sizes[cluster[candidate]] -= 1
                    cluster[candidate] = number
                    sizes[number] += 1
    return cluster


def _opposites(
    cluster: NDArray[np.int32],
    count: int,
    user: NDArray[np.int32],
    title: NDArray[np.int32],
    score: NDArray[np.float32],
) -> NDArray[np.int32]:
    """Return, for each cluster, the one that people who disliked its titles like most.

    Most means above what their number of likes and the cluster's share of all likes let expect;
    a cluster nobody disliked has `NO_CLUSTER`.
    """
    people = int(user.max(initial=-1)) + 1
    likes = _by_cluster(user, cluster[title], score >= LIKED_FROM, people, count)
    dislikes = _by_cluster(user, cluster[title], score < DISLIKED_BELOW, people, count)
    dislikes.data = np.ones_like(dislikes.data)
    met = np.asarray((dislikes.T @ likes).todense(), dtype=np.float64)
    total = np.asarray(likes.sum(axis=1)).ravel()
    share = np.asarray(likes.sum(axis=0)).ravel() / max(float(total.sum()), 1.0)
    expected = (dislikes.T @ total)[:, None] * share[None]
    lift = (met + _SHRINKAGE * share) / (expected + _SHRINKAGE * share + 1e-12)
    np.fill_diagonal(lift, -np.inf)
    opposite = lift.argmax(axis=1).astype(np.int32)
    nobody = np.asarray(dislikes.sum(axis=0)).ravel() == 0
    opposite[nobody | (count < 2)] = NO_CLUSTER
    return opposite


def _by_cluster(
    user: NDArray[np.int32],
    number: NDArray[np.int32],
    keep: NDArray[np.bool_],
    people: int,
    count: int,
) -> sparse.csr_matrix:
    ones = np.ones(int(keep.sum()), dtype=np.float32)
    return sparse.csr_matrix((ones, (user[keep], number[keep])), shape=(people, count))


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
