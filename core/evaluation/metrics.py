"""What a ranked list is worth to one person; all of it vectorised over people.

Relevance is yes or no. A person from whom nothing relevant was hidden has no figure (NaN).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.network.rating_matrix import RatingMatrix


def found(lists: NDArray[np.int32], relevant: RatingMatrix) -> NDArray[np.bool_]:
    """Mark the places of `lists` int32[users, k] that hold a relevant title, bool[users, k].

    `relevant` has one row a user. Negative title numbers are empty places.
    """
    titles = np.int64(relevant.titles)
    wanted = relevant.user * titles + relevant.title
    listed = np.arange(len(lists), dtype=np.int64)[:, None] * titles + lists
    return np.isin(listed, wanted) & (lists >= 0)


def ndcg(hits: NDArray[np.bool_], relevant: NDArray[np.int64], k: int) -> NDArray[np.float64]:
    """Return the normalised discounted cumulative gain of the first `k` places, float64[users].

    `hits` bool[users, >= k] are the places, best first, that hold one of the person's `relevant`
    int64[users] titles. Järvelin & Kekäläinen (2002) with discount log2(place + 1).
    """
    discount = 1.0 / np.log2(np.arange(2, k + 2))
    ideal = np.concatenate([[np.nan], np.cumsum(discount)])[np.minimum(relevant, k)]
    return (hits[:, :k] @ discount) / ideal


def recall(hits: NDArray[np.bool_], relevant: NDArray[np.int64], k: int) -> NDArray[np.float64]:
    """Return the share of relevant titles in the first `k` places, float64[users].

    The denominator is `min(k, relevant)`: a full list of relevant titles is worth 1.
    """
    possible = np.minimum(relevant, k).astype(np.float64)
    possible[relevant == 0] = np.nan
    return hits[:, :k].sum(axis=1) / possible


def hit(hits: NDArray[np.bool_], relevant: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return 1 where any place holds a relevant title, else 0, float64[users]."""
    return np.where(relevant > 0, hits.any(axis=1).astype(np.float64), np.nan)


def coverage(lists: NDArray[np.int32], titles: int) -> float:
    """Return which share of `titles` stands in at least one list; negative numbers are empty."""
    listed = np.unique(lists)
    return float((listed >= 0).sum() / titles)
