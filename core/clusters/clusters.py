"""Clusters of titles and, for each title, the cluster that is its opposite."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

NO_CLUSTER: Final = -1

FloatT = TypeVar("FloatT", np.float32, np.float64)


@dataclass(frozen=True, slots=True)
class Clusters:
    """Cluster and opposite cluster of each title, and which clusters lie near each other.

    `cluster` and `opposite` are int32[titles] with numbers from 0, or `NO_CLUSTER`.
    `neighbours[c]` lists the other clusters nearest to `c`, nearest first:
    int16[clusters, k], where k may be 0 when nothing is known of distances.
    """

    cluster: NDArray[np.int32]
    opposite: NDArray[np.int32]
    neighbours: NDArray[np.int16]
    _by_cluster: NDArray[np.intp] = field(init=False, repr=False, compare=False)
    _start: NDArray[np.intp] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Raise `ValueError` if the arrays cannot belong together."""
        if self.cluster.shape != self.opposite.shape or self.cluster.ndim != 1:
            raise ValueError("cluster and opposite must be two rows of one length")
        if self.neighbours.ndim != 2:
            raise ValueError("neighbours must have one row a cluster")
        count = self.count
        for name, numbers in (("cluster", self.cluster), ("opposite", self.opposite)):
            if numbers.size and not NO_CLUSTER <= int(numbers.min()) <= int(numbers.max()) < count:
                raise ValueError(f"{name} numbers must lie between {NO_CLUSTER} and {count - 1}")
        near = self.neighbours
        if near.size and not 0 <= int(near.min()) <= int(near.max()) < count:
            raise ValueError(f"neighbours must lie between 0 and {count - 1}")
        by_cluster = np.argsort(self.cluster, kind="stable")
        start = np.searchsorted(self.cluster[by_cluster], np.arange(count + 1))
        object.__setattr__(self, "_by_cluster", by_cluster)
        object.__setattr__(self, "_start", start)

    @property
    def count(self) -> int:
        """How many clusters there are; some may be empty."""
        return len(self.neighbours)

    def chosen(self, latest: Iterable[tuple[int, int]], liked_from: int) -> list[int]:
        """Return the clusters that a person's latest ratings point to, without repeats.

        `latest` are `(title index, score)` pairs. A score of `liked_from` or more points to the
        title's own cluster, a lower one to its opposite (the seed's hybrid filter).
        """
        numbers = (
            int(self.cluster[index] if score >= liked_from else self.opposite[index])
            for index, score in latest
        )
        return [number for number in dict.fromkeys(numbers) if number != NO_CLUSTER]

    def members(self, numbers: Iterable[int]) -> NDArray[np.intp]:
        """Return the indices of the titles of the clusters `numbers`, ascending."""
        inside = [self._by_cluster[self._start[n] : self._start[n + 1]] for n in numbers]
        return np.sort(np.concatenate(inside)) if inside else np.empty(0, dtype=np.intp)

    def nearest(self, numbers: list[int]) -> list[int]:
        """Return clusters near those in `numbers`, nearest first, `numbers` themselves left out.

        Ranks are merged: first everybody's nearest, then everybody's second nearest, and so on.
        """
        if not numbers:
            return []
        merged = dict.fromkeys(self.neighbours[numbers].T.ravel().tolist())
        return [number for number in merged if number not in numbers]


def nearest_clusters(
    vectors: NDArray[np.float32], cluster: NDArray[np.int32], count: int, keep: int = 20
) -> NDArray[np.int16]:
    """Return the `keep` nearest clusters of each, by cosine of the clusters' mean vectors.

    `vectors` is float32[titles, d]; the answer is int16[count, min(keep, count - 1)].
    """
    centres = np.zeros((count, vectors.shape[1]), dtype=np.float64)
    inside = cluster != NO_CLUSTER
    np.add.at(centres, cluster[inside], unit_rows(vectors[inside].astype(np.float64)))
    similarity = (centres := unit_rows(centres)) @ centres.T
    np.fill_diagonal(similarity, -np.inf)
    order = np.argsort(-similarity, axis=1, kind="stable")
    return order[:, : min(keep, max(count - 1, 0))].astype(np.int16)


def unit_rows(rows: NDArray[FloatT]) -> NDArray[FloatT]:
    """Return `rows` scaled to length 1; a row of zeros stays one."""
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
