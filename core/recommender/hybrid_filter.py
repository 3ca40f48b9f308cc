"""The hybrid filter: which titles belong to Similar Anime, which to Anime You May Like.

After "RikoNet" (Soni et al., 2021): the clusters of the latest liked titles and the opposites of
the latest disliked ones make a pool; the best titles inside it are Similar Anime, the best outside
are Anime You May Like. Two things are ours: a list that would stay short is filled (Similar Anime
from the clusters nearest to the pool), and no title has to be among the best thousand.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from core.clusters.clusters import Clusters


@dataclass(frozen=True, slots=True)
class Split:
    """Title indices of the two lists, best first, without a common title."""

    similar: NDArray[np.intp]
    may_like: NDArray[np.intp]


def split(
    scores: NDArray[np.float32],
    allowed: NDArray[np.bool_],
    latest: Sequence[tuple[int, int]],
    clusters: Clusters,
    *,
    liked_from: int = 6,
    size: int = 10,
) -> Split:
    """Return the two lists of up to `size` titles each.

    `scores` float32[n] order the titles; only those in `allowed` bool[n] are listed. `latest` are
    the `(title index, score)` pairs of the ratings that choose the pool. Both lists are full as
    long as `allowed` has `2 * size` titles.
    """
    chosen = clusters.chosen(latest, liked_from)
    pool = clusters.members(chosen)
    outside = allowed.copy()
    outside[pool] = False
    similar = _best_of(scores, pool[allowed[pool]], size)
    may_like = best(scores, outside, size)

    free = allowed.copy()
    free[similar] = False
    free[may_like] = False
    if len(similar) < size:
        # A cluster without members lies nowhere: what stands as its neighbours means nothing.
        inhabited = set(clusters.cluster[pool].tolist())
        near = clusters.nearest([number for number in chosen if number in inhabited])
        similar = _fill(similar, scores, free, clusters, near, size)
        free[similar] = False
    if len(may_like) < size:
        may_like = np.concatenate([may_like, best(scores, free, size - len(may_like))])
    return Split(similar, may_like)


def pointing(
    rated: Sequence[tuple[int, int]], clusters: Clusters, latest: int, liked_from: int
) -> list[tuple[int, int]]:
    """Return the `latest` of the `(title index, score)` pairs, oldest first, that choose a pool.

    A title without a cluster (or, disliked, without an opposite) points nowhere: the next older
    one takes its place.
    """
    able = (pair for pair in reversed(rated) if clusters.chosen([pair], liked_from))
    return list(islice(able, latest))[::-1]


def best(scores: NDArray[np.float32], allowed: NDArray[np.bool_], size: int) -> NDArray[np.intp]:
    """Return the indices of the `size` highest of the `allowed` scores, highest first.

    Of equal scores the later index comes first, as when the seed reverses an ascending order.
    """
    return _best_of(scores, np.flatnonzero(allowed), size)


def _best_of(
    scores: NDArray[np.float32], candidates: NDArray[np.intp], size: int
) -> NDArray[np.intp]:
    """Return what `best` does, of the indices `candidates`, which ascend."""
    if size <= 0:
        return candidates[:0]
    values = scores[candidates]
    if len(candidates) > size:
        # Everything that ties with the last place stays in, so that ties are broken below alone.
        threshold = np.partition(values, len(values) - size)[len(values) - size]
        keep = values >= threshold
        candidates, values = candidates[keep], values[keep]
    order = np.argsort(values, kind="stable")[::-1]
    return candidates[order[:size]]


def _fill(
    similar: NDArray[np.intp],
    scores: NDArray[np.float32],
    free: NDArray[np.bool_],
    clusters: Clusters,
    nearest: Sequence[int],
    size: int,
) -> NDArray[np.intp]:
    """Lengthen `similar` by titles of the `nearest` clusters, then by the best that are left."""
    missing = size - len(similar)
    reach = np.zeros_like(free)
    found = 0
    for number in nearest:
        near = free & (clusters.cluster == number)
        reach |= near
        found += int(near.sum())
        # Twice what is missing leaves the scores something to choose from.
        if found >= 2 * missing:
            break
    more = best(scores, reach, missing)
    rest = free.copy()
    rest[more] = False
    return np.concatenate([similar, more, best(scores, rest, missing - len(more))])
