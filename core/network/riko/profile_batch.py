"""Several people's ratings as the flat arrays that embedding sums read."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from core.network.demographics import BRACKETS, GENDERS
from core.person import AgeBracket

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from core.network.rating_matrix import RatingMatrix
    from core.person import Taste


@dataclass(frozen=True, slots=True)
class ProfileBatch:
    """Ratings of `size` people one after the other.

    `row` intp[ratings] (which person), `title` int32[ratings], `score` float32[ratings];
    `gender` and `bracket` int64[size] are places in `GENDERS` and `BRACKETS`, one past the end
    meaning “not given”.
    """

    size: int
    row: NDArray[np.intp]
    title: NDArray[np.int32]
    score: NDArray[np.float32]
    gender: NDArray[np.int64]
    bracket: NDArray[np.int64]

    @classmethod
    def of_tastes(cls, tastes: Sequence[Taste], index_of: dict[int, int]) -> ProfileBatch:
        """Flatten `tastes`; ratings of titles that are not in `index_of` are left out."""
        known = [
            [
                (index_of[anime_id], score)
                for anime_id, score in taste.ratings
                if anime_id in index_of
            ]
            for taste in tastes
        ]
        counts = [len(ratings) for ratings in known]
        flat = np.array(list(chain(*known)), dtype=np.int32).reshape(-1, 2)
        return cls(
            size=len(tastes),
            row=np.repeat(np.arange(len(tastes), dtype=np.intp), counts),
            title=np.ascontiguousarray(flat[:, 0]),
            score=flat[:, 1].astype(np.float32),
            gender=np.array(
                [len(GENDERS) if t.gender is None else GENDERS.index(t.gender) for t in tastes],
                dtype=np.int64,
            ),
            bracket=np.array(
                [
                    len(BRACKETS) if t.age is None else BRACKETS.index(AgeBracket.of(t.age))
                    for t in tastes
                ],
                dtype=np.int64,
            ),
        )

    @classmethod
    def of_rows(
        cls, ratings: RatingMatrix, gender: NDArray[np.int8], bracket: NDArray[np.int8]
    ) -> ProfileBatch:
        """Flatten the rows of a matrix; `NOT_GIVEN` becomes one past the end."""
        return cls(
            size=ratings.users,
            row=ratings.user.astype(np.intp),
            title=ratings.title,
            score=ratings.score,
            gender=np.where(gender < 0, len(GENDERS), gender).astype(np.int64),
            bracket=np.where(bracket < 0, len(BRACKETS), bracket).astype(np.int64),
        )

    @property
    def counts(self) -> NDArray[np.int64]:
        """Ratings a person, int64[size]."""
        return np.bincount(self.row, minlength=self.size).astype(np.int64)

    def leaving_out(self, rows: NDArray[np.intp], ratings: NDArray[np.intp]) -> ProfileBatch:
        """Return the profile of person `rows[i]` without the rating at place `ratings[i]`.

        Both are intp[size of the answer]; nothing is left out where the place is -1.
        """
        counts = self.counts
        first = np.cumsum(counts) - counts
        length = counts[rows]
        end = np.cumsum(length)
        row = np.repeat(np.arange(len(rows)), length)
        place = np.arange(len(row)) + (first[rows] - end + length)[row]
        keep = place != ratings[row]
        place = place[keep]
        return ProfileBatch(
            size=len(rows),
            row=row[keep],
            title=self.title[place],
            score=self.score[place],
            gender=self.gender[rows],
            bracket=self.bracket[rows],
        )

    def anonymous(self, people: NDArray[np.intp]) -> ProfileBatch:
        """Return the ratings of only `people`, in ascending order, without age and gender."""
        number = np.full(self.size, -1, dtype=np.intp)
        number[people] = np.arange(len(people))
        keep = number[self.row] >= 0
        return ProfileBatch(
            size=len(people),
            row=number[self.row[keep]],
            title=self.title[keep],
            score=self.score[keep],
            gender=np.full(len(people), len(GENDERS), dtype=np.int64),
            bracket=np.full(len(people), len(BRACKETS), dtype=np.int64),
        )
