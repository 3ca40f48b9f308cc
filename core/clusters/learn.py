"""Learns clusters from who watched what, and opposites from people who disliked something."""

# scipy's stubs leave the factors of svds open
# pyright: reportUnknownVariableType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse
from scipy.cluster.vq import kmeans2
from scipy.sparse.linalg import svds

from core.clusters.clusters import NO_CLUSTER, Clusters, nearest_clusters, unit_rows
from core.person import LIKED_FROM

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLUSTERS: Final = 230
"""How many clusters are looked for; a few end too small and are dissolved."""
SMALLEST: Final = 5
"""No cluster has fewer titles than this, so that a pool is never a handful of obscure ones."""
DISLIKED_BELOW: Final = 6

_DIMENSIONS: Final = 64
# People with fewer ratings say little of which titles go together.
_LEAST_RATINGS: Final = 5
# A popular title's column is damped by this power of its count: less, and clusters are layers of
# popularity; more, and obscure titles drown the rest.
_DAMPING: Final = 0.3
_ROUNDS: Final = 40
# Shares of likes, in people: what has been met this seldom proves no opposite.
_SHRINKAGE: Final = 0.5


def learn_clusters(
    user: NDArray[np.int32],
    title: NDArray[np.int32],
    score: NDArray[np.float32],
    titles: int,
    *,
    count: int = CLUSTERS,
    seed: int = 0,
) -> Clusters:
    """Group titles by taste and find each group's opposite.

    The arrays have one entry a rating; `titles` is how many titles there are. Titles are grouped
    by k-means on the singular vectors of who watched what, each person counting alike and popular
    titles damped. The centres are found from the best-known third, since the vectors of obscure
    titles are mostly noise and would make clusters of their own.
    """
    vectors = title_vectors(user, title, titles, seed)
    counts = np.bincount(title, minlength=titles)
    known = counts >= np.quantile(counts, 2 / 3)
    count = max(1, min(count, titles // (2 * SMALLEST), int(known.sum())))
    cluster = _k_means(vectors, known, count, seed)
    count = int(cluster.max()) + 1
    opposite = _opposites(cluster, count, user, title, score)
    return Clusters(cluster, opposite[cluster], nearest_clusters(vectors, cluster, count))


def title_vectors(
    user: NDArray[np.int32], title: NDArray[np.int32], titles: int, seed: int
) -> NDArray[np.float32]:
    """Return unit vectors float32[titles, up to 63] that lie close for titles watched together.

    The strongest direction is left out: it says only how well a title is known.
    """
    people = int(user.max(initial=0)) + 1
    length = np.bincount(user, minlength=people)
    weight = np.where(length >= _LEAST_RATINGS, 1.0 / np.maximum(length, 1), 0.0)
    present = sparse.csr_matrix((weight[user], (user, title)), shape=(people, titles))
    damping = (np.bincount(title, minlength=titles) + 5.0) ** -_DAMPING
    rank = max(2, min(_DIMENSIONS, min(present.shape) // 10))
    product = present @ sparse.diags(damping)
    _, size, right = svds(product, rank, rng=np.random.default_rng(seed))
    order = np.argsort(-size)[1:]
    vectors = np.asarray(right, dtype=np.float32)[order].T * np.sqrt(size[order])
    return unit_rows(vectors.astype(np.float32))


def _k_means(
    vectors: NDArray[np.float32], known: NDArray[np.bool_], count: int, seed: int
) -> NDArray[np.int32]:
    """Return the nearest centre of each title; centres with too few titles are given up."""
    random = np.random.default_rng(seed)
    centres, _ = kmeans2(vectors[known], count, iter=_ROUNDS, minit="++", rng=random)
    similarity = vectors @ unit_rows(centres.astype(np.float32)).T
    alive = np.ones(count, dtype=np.bool_)
    while True:
        cluster = np.where(alive, similarity, -np.inf).argmax(axis=1)
        sizes = np.bincount(cluster, minlength=count)
        small = alive & (sizes < SMALLEST)
        if not small.any() or alive.sum() == 1:
            return np.unique(cluster, return_inverse=True)[1].astype(np.int32)
        alive[np.flatnonzero(small)[sizes[small].argmin()]] = False


def _opposites(
    cluster: NDArray[np.int32],
    count: int,
    user: NDArray[np.int32],
    title: NDArray[np.int32],
    score: NDArray[np.float32],
) -> NDArray[np.int32]:
    """Return, for each cluster, the one that people who disliked its titles like most.

    Measured as the share of their likes that lies there, over the share that everybody who
    dislikes anything has there, times the root of that share: without it the answer is always
    some tiny cluster. A cluster nobody disliked has `NO_CLUSTER`.
    """
    people = int(user.max(initial=-1)) + 1
    likes = _shares(user, cluster[title], score >= LIKED_FROM, people, count)
    dislikes = _shares(user, cluster[title], score < DISLIKED_BELOW, people, count)
    both = np.asarray(likes.sum(axis=1) > 0).ravel() & np.asarray(dislikes.sum(axis=1) > 0).ravel()
    if not both.any() or count < 2:
        return np.full(count, NO_CLUSTER, dtype=np.int32)
    likes, dislikes = likes[both], dislikes[both]
    met = (dislikes.T @ likes).toarray()
    usual = np.asarray(likes.sum(axis=0)).ravel() / both.sum()
    expected = met.sum(axis=1, keepdims=True) * usual
    strength = (met + _SHRINKAGE) / (expected + _SHRINKAGE) * np.sqrt(usual)
    np.fill_diagonal(strength, -np.inf)
    nobody = np.asarray(dislikes.sum(axis=0)).ravel() == 0
    return np.where(nobody, NO_CLUSTER, strength.argmax(axis=1)).astype(np.int32)


def _shares(
    user: NDArray[np.int32],
    number: NDArray[np.int32],
    keep: NDArray[np.bool_],
    people: int,
    count: int,
) -> sparse.csr_matrix:
    """Return which share of a person's kept ratings lies in each cluster, [people, count]."""
    total = np.bincount(user[keep], minlength=people)
    share = 1.0 / np.maximum(total, 1)[user[keep]]
    return sparse.csr_matrix((share, (user[keep], number[keep])), shape=(people, count))
