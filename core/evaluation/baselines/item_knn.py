"""Item-based nearest neighbours on centred ratings (Sarwar et al., 2001)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from core.evaluation.baselines.averages import Biases
from core.evaluation.baselines.scorer import Scores
from core.network.gram import gram, matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.evaluation.protocol import Profiles
    from core.network.training_data import TrainingData

_NEIGHBOURS: Final = 30
_SHRINKAGE: Final = 20.0
# Added to the sum of similarities: a lone, faint neighbour should not speak with full voice.
_DAMPING: Final = 0.1


@dataclass(frozen=True, slots=True)
class ItemKnn:
    """Adds to the biases the person's own residuals on the nearest titles they rated.

    `similarity` float32[titles, titles], at least 0.
    """

    biases: Biases
    similarity: NDArray[np.float32]

    @classmethod
    def fit(cls, training: TrainingData) -> ItemKnn:
        """Correlate the residuals of each pair of titles over the people who rated both.

        A correlation over few people is drawn towards zero (Bell & Koren, 2007).
        """
        ratings = training.ratings
        biases = Biases.fit(training)
        residual = matrix(ratings, biases.residuals(ratings))
        present = matrix(ratings, np.ones_like(ratings.score))
        similarity = gram(residual, residual).numpy()
        squares = gram(matrix(ratings, residual.data**2), present).numpy()
        np.multiply(squares, squares.T.copy(), out=squares)
        similarity /= np.sqrt(squares, out=squares) + np.float32(1e-6)
        del squares
        both = gram(present, present).numpy()
        both /= both + np.float32(_SHRINKAGE)
        similarity *= both
        np.maximum(similarity, 0, out=similarity)
        np.fill_diagonal(similarity, 0)
        return cls(biases, similarity)

    def score(self, profiles: Profiles) -> Scores:
        """See `Scorer.score`."""
        shown = profiles.shown
        rating = self.biases.of_rows(shown)
        residual = self.biases.residuals(shown)
        for row in range(len(profiles)):
            place = slice(int(shown.start[row]), int(shown.start[row + 1]))
            near = self.similarity[shown.title[place]]
            if len(near) > _NEIGHBOURS:
                last = len(near) - _NEIGHBOURS
                near[near < np.partition(near, last, axis=0)[last]] = 0
            rating[row] += (residual[place] @ near) / (near.sum(axis=0) + _DAMPING)
        return Scores(rating, rating)
