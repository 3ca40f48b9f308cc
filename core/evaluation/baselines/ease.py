"""EASE, a linear model of which titles go together (Steck, 2019), alone and with a rating."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import torch

from core.evaluation.baselines.scorer import Scorer, Scores
from core.network.gram import gram, matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.evaluation.protocol import Profiles
    from core.network.training_data import TrainingData

_RIDGE: Final = 300.0
_RATING_WEIGHT: Final = 0.5


@dataclass(frozen=True, slots=True)
class Ease:
    """Adds up what each rated title says of the others; `weights` float32[titles, titles]."""

    weights: NDArray[np.float32]

    @classmethod
    def fit(cls, training: TrainingData) -> Ease:
        """Solve the ridge regression of every title on all others in closed form."""
        present = matrix(training.ratings, np.ones_like(training.ratings.score))
        together = gram(present, present)
        together.diagonal().add_(_RIDGE)
        # Cholesky needs a third of the time and of the memory of a general inverse.
        factor = cast(
            "torch.Tensor",
            torch.linalg.cholesky(together),  # pyright: ignore[reportUnknownMemberType]
        )
        del together
        weights = torch.cholesky_inverse(factor).numpy()
        del factor
        weights /= -np.diag(weights)
        np.fill_diagonal(weights, 0)
        return cls(weights)

    def score(self, profiles: Profiles) -> Scores:
        """See `Scorer.score`."""
        present = matrix(profiles.shown, np.ones_like(profiles.shown.score))
        return Scores(present @ self.weights, None)


@dataclass(frozen=True, slots=True)
class EaseAndRating:
    """EASE plus half the predicted rating of another baseline, both standardised per person."""

    ease: Scorer
    rating: Scorer

    def score(self, profiles: Profiles) -> Scores:
        """See `Scorer.score`."""
        rating = self.rating.score(profiles).rating
        if rating is None:
            raise TypeError("the second baseline predicts no rating")
        ranking = _standardised(self.ease.score(profiles).ranking)
        ranking += _RATING_WEIGHT * _standardised(rating)
        return Scores(ranking, rating)


def _standardised(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    spread = rows.std(axis=1, keepdims=True) + np.float32(1e-6)
    return (rows - rows.mean(axis=1, keepdims=True)) / spread
