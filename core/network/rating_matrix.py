"""Many people's ratings, kept sparse: a dense matrix of users and titles would not fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class RatingMatrix:
    """Ratings by user (rows) and title (columns) in compressed sparse rows.

    `start` int64[users + 1], `title` int32[ratings] (column numbers), `score` float32[ratings]
    (1–10). Row `u` is `title[start[u]:start[u + 1]]`, in the order the ratings came in.
    """

    start: NDArray[np.int64]
    title: NDArray[np.int32]
    score: NDArray[np.float32]
    titles: int

    @property
    def users(self) -> int:
        """How many rows there are."""
        return len(self.start) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Ratings a user, int64[users]."""
        return np.diff(self.start)

    @property
    def user(self) -> NDArray[np.int32]:
        """The row of each rating, int32[ratings]."""
        return np.repeat(np.arange(self.users, dtype=np.int32), self.lengths)

    def rows(self, users: NDArray[np.intp]) -> RatingMatrix:
        """Return the matrix of only these rows, in this order."""
        lengths = self.lengths[users]
        start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        # Position within the row plus the row's old start, for all ratings at once.
        offset = np.repeat(self.start[users] - start[:-1], lengths)
        places = np.arange(int(start[-1]), dtype=np.int64) + offset
        return RatingMatrix(start, self.title[places], self.score[places], self.titles)

    def only(self, keep: NDArray[np.bool_]) -> RatingMatrix:
        """Return the matrix with only the ratings marked in `keep` bool[ratings]; rows stay."""
        kept = np.concatenate([[0], np.cumsum(keep)])
        start = kept[self.start].astype(np.int64)
        return RatingMatrix(start, self.title[keep], self.score[keep], self.titles)

    def dense(self) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Return scores (0 where not rated) and what is rated, both [users, titles]."""
        scores = np.zeros((self.users, self.titles), dtype=np.float32)
        rated = np.zeros((self.users, self.titles), dtype=np.bool_)
        scores[self.user, self.title] = self.score
        rated[self.user, self.title] = True
        return scores, rated

    def counts(self) -> NDArray[np.int64]:
        """Ratings a title, int64[titles]."""
        return np.bincount(self.title, minlength=self.titles).astype(np.int64)

    def means(self) -> NDArray[np.float32]:
        """Mean score a title, float32[titles]; NaN where nobody rated it."""
        total = np.bincount(self.title, weights=self.score, minlength=self.titles)
        with np.errstate(invalid="ignore"):
            return (total / self.counts()).astype(np.float32)
