"""Biased matrix factorisation by alternating least squares (Koren, Bell & Volinsky, 2009).

Own lines because the libraries at hand either factorise presence, not ratings, or are not kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from core.evaluation.baselines.averages import Biases
from core.evaluation.baselines.scorer import Scores
from core.network.gram import Matrix, matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.evaluation.protocol import Profiles
    from core.network.training_data import TrainingData

_FACTORS: Final = 64
_SWEEPS: Final = 8
_RIDGE: Final = 20.0


@dataclass(frozen=True, slots=True)
class Factors:
    """Biases plus the product of a person's and a title's factors; `title` float32[titles, 64]."""

    biases: Biases
    title: NDArray[np.float32]

    @classmethod
    def fit(cls, training: TrainingData) -> Factors:
        """Fit factors to what the biases leave; people and titles in turns."""
        biases = Biases.fit(training)
        by_person = matrix(training.ratings, biases.residuals(training.ratings))
        by_title = by_person.T.tocsr()
        random = np.random.default_rng(0)
        title = random.normal(0, 0.1, (training.ratings.titles, _FACTORS)).astype(np.float32)
        for _ in range(_SWEEPS):
            title = _solve(by_title, _solve(by_person, title))
        return cls(biases, title)

    def score(self, profiles: Profiles) -> Scores:
        """See `Scorer.score`; a person's factors are solved for from their shown ratings."""
        residual = self.biases.residuals(profiles.shown)
        person = _solve(matrix(profiles.shown, residual), self.title)
        rating = self.biases.of_rows(profiles.shown)
        rating += person @ self.title.T
        return Scores(rating, rating)


def _solve(rows: Matrix, factors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return for each sparse row the ridge regression on `factors` float32[columns, k]."""
    k = factors.shape[1]
    ridge = _RIDGE * np.eye(k, dtype=np.float32)
    answer = np.zeros((rows.shape[0], k), dtype=np.float32)
    for row, (first, end) in enumerate(pairwise(rows.indptr)):
        some, values = factors[rows.indices[first:end]], rows.data[first:end]
        if len(some) < k:
            # The dual of the same regression is smaller for the many short rows.
            dual = np.linalg.solve(some @ some.T + ridge[: len(some), : len(some)], values)
            answer[row] = dual @ some
        else:
            answer[row] = np.linalg.solve(some.T @ some + ridge, values @ some)
    return answer
