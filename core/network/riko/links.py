"""Sparse links between titles: the shallow, linear path beside the deep network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Links:
    """For each title (target) the few titles (sources) that speak for it, and how strongly.

    `source` int32[titles, k], `weight` float32[titles, k].
    """

    source: NDArray[np.int32]
    weight: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LinkSet:
    """`presence` and `rated` links speak for a title being on the list, `residual` for its score.

    `presence` links carry a 1 for each rated title, the others its residual.
    """

    presence: Links
    rated: Links
    residual: Links


class LinkTable:
    """Links ordered for answering: by source for all titles at once, by target for a few."""

    def __init__(self, links: Links) -> None:
        titles, k = links.source.shape
        flat = links.source.ravel()
        order = np.argsort(flat, kind="stable")
        self._links = links
        self._titles = titles
        self._target = (order // k).astype(np.int32)
        self._weight = links.weight.ravel()[order]
        lengths = np.bincount(flat, minlength=titles)
        self._start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)

    def to_all(
        self,
        row: NDArray[np.intp],
        title: NDArray[np.int32],
        value: NDArray[np.float32],
        rows: int,
    ) -> NDArray[np.float32]:
        """Return float32[rows, titles]: each rating's `value` carried along its title's links.

        `row` intp[ratings] numbers the person of each rating from 0 to `rows - 1`.
        """
        first = self._start[title]
        length = self._start[title + 1] - first
        end = np.cumsum(length)
        total = int(end[-1]) if len(end) else 0
        place = np.arange(total, dtype=np.int64) + np.repeat(first - end + length, length)
        cell = np.repeat(row.astype(np.int64) * self._titles, length) + self._target[place]
        carried = self._weight[place] * np.repeat(value, length)
        sums = np.zeros(rows * self._titles, dtype=np.float32)
        np.add.at(sums, cell, carried)
        return sums.reshape(rows, self._titles)

    def between(
        self, place: NDArray[np.int32], titles: NDArray[np.intp], ratings: int
    ) -> NDArray[np.float32]:
        """Return float32[ratings, n]: how strongly each rating speaks for its person's titles.

        `titles` intp[people, n]; `place` int32[people, all titles] is the number of each rating
        in the flat batch of `ratings`, -1 where a person has not rated a title.
        """
        first = np.arange(len(titles))[:, None, None] * self._titles
        rating = place.ravel()[(self._links.source[titles] + first).ravel()]
        found = np.flatnonzero(rating >= 0)
        n, k = titles.shape[1], self._links.source.shape[1]
        cell, link = found // k, found % k
        weight = self._links.weight[titles.ravel()[cell], link]
        sums = np.bincount(rating[found] * n + cell % n, weights=weight, minlength=ratings * n)
        return sums.astype(np.float32).reshape(ratings, n)
