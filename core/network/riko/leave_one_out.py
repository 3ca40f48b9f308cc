"""What the paths say of a few titles while one rating after the other is left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.network.riko.profile_batch import ProfileBatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from core.network.predictor import LeftOut
    from core.network.riko.links import LinkTable


@dataclass(frozen=True, slots=True)
class LeaveOneOut:
    """People, each with as many variants of their profile and as many titles as any other.

    `left_out` intp[people, variants] is the place in `batch` of what a variant is without, -1 for
    nothing; `titles` intp[people, n]. `place` int32[people, all titles] is the place of each rating,
    -1 where a person has not rated a title. Of what fills a row up, the answers are not used.
    """

    batch: ProfileBatch
    left_out: NDArray[np.intp]
    titles: NDArray[np.intp]
    place: NDArray[np.int32]

    @classmethod
    def of(cls, questions: Sequence[LeftOut], index_of: dict[int, int]) -> LeaveOneOut:
        """Lay out `questions`; the first variant of each person is the whole profile."""
        batch = ProfileBatch.of_tastes([question.taste for question in questions], index_of)
        people = len(questions)
        place = np.full((people, len(index_of)), -1, dtype=np.int32)
        place[batch.row, batch.title] = np.arange(len(batch.title))
        left_out = np.full((people, 1 + max(len(q.ratings) for q in questions)), -1, dtype=np.intp)
        titles = np.zeros((people, max(len(q.titles) for q in questions)), dtype=np.intp)
        for person, question in enumerate(questions):
            rated = [index_of[anime_id] for anime_id, _ in question.ratings]
            left_out[person, 1 : 1 + len(rated)] = place[person, rated]
            titles[person, : len(question.titles)] = question.titles
        return cls(batch, left_out, titles, place)

    def variants(self) -> ProfileBatch:
        """Return all variants of all people as profiles of their own, [people * variants]."""
        people, variants = self.left_out.shape
        return self.batch.leaving_out(
            np.repeat(np.arange(people, dtype=np.intp), variants), self.left_out.ravel()
        )

    def of_links(
        self, table: LinkTable, values: NDArray[np.float32], user_bias: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return what ratings carry to the titles, float32[people, variants, n].

        A rating carries its value of `values` float32[ratings] less the `user_bias` float32[people,
        variants] of the variant. As that is linear, a variant is the whole less one rating.
        """
        weight = table.between(self.place, self.titles, len(self.batch.title))
        return (
            self._sums(weight * values[:, None]) - user_bias[:, :, None] * self._sums(weight)
        ).astype(np.float32)

    def _sums(self, of_rating: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return sums of float32[ratings, n] over each variant's ratings."""
        # nobody is without a rating: there is one to leave out
        whole = np.add.reduceat(of_rating, np.cumsum(self.batch.counts) - self.batch.counts)
        # the last row is what no rating carries: place -1
        or_nothing = np.concatenate([of_rating, np.zeros_like(whole[:1])])
        return whole[:, None] - or_nothing[self.left_out]
