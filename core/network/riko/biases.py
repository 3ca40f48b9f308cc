"""How high a title and a person usually score, before any taste comes in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.network.rating_matrix import RatingMatrix

USER_SHRINKAGE: Final = 8.0
TITLE_SHRINKAGE: Final = 4.0
_ROUNDS: Final = 12
# Beyond this many ratings a person counts no more: a few hundred people gave half of all ratings.
_FULL_WEIGHT_RATINGS: Final = 200


@dataclass(frozen=True, slots=True)
class Biases:
    """Overall mean score and each title's deviation from it, float32[titles]."""

    mean: float
    title: NDArray[np.float32]

    def residuals(
        self, row: NDArray[np.intp], title: NDArray[np.int32], score: NDArray[np.float32], rows: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return what titles and people do not explain of `score`, and each person's bias.

        `row` numbers the person of each rating from 0 to `rows - 1`. The bias float32[rows] is
        the mean deviation, drawn towards 0 when there are few ratings.
        """
        deviation = score - self.mean - self.title[title]
        count = np.bincount(row, minlength=rows)
        total = np.bincount(row, weights=deviation, minlength=rows)
        user = total / (count + USER_SHRINKAGE)
        return (deviation - user[row]).astype(np.float32), user.astype(np.float32)


def fit_biases(ratings: RatingMatrix) -> Biases:
    """Fit shrunk additive biases by alternating averages (Koren, 2009, section 2.1)."""
    user, title = ratings.user, ratings.title
    score = ratings.score.astype(np.float64)
    lengths = ratings.lengths
    weight = np.minimum(1.0, _FULL_WEIGHT_RATINGS / np.maximum(lengths, 1))[user]
    mean = float((score * weight).sum() / weight.sum())
    weight_of_title = np.bincount(title, weights=weight, minlength=ratings.titles)
    of_user = np.zeros(ratings.users)
    of_title = np.zeros(ratings.titles)
    for _ in range(_ROUNDS):
        left = weight * (score - mean - of_user[user])
        of_title = np.bincount(title, weights=left, minlength=ratings.titles)
        of_title /= weight_of_title + TITLE_SHRINKAGE
        left = score - mean - of_title[title]
        of_user = np.bincount(user, weights=left, minlength=ratings.users)
        of_user /= lengths + USER_SHRINKAGE
    return Biases(mean, of_title.astype(np.float32))
