"""Baselines that know no taste: the mean of all scores, biases, and popularity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from core.evaluation.baselines.scorer import Scores

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.evaluation.protocol import Profiles
    from core.network.rating_matrix import RatingMatrix
    from core.network.training_data import TrainingData

_ROUNDS: Final = 10
_SHRINKAGE: Final = 5.0


@dataclass(frozen=True, slots=True)
class GlobalMean:
    """Predicts the same score for everything."""

    mean: float
    titles: int

    @classmethod
    def fit(cls, training: TrainingData) -> GlobalMean:
        """Average all scores."""
        return cls(float(training.ratings.score.mean()), training.ratings.titles)

    def score(self, profiles: Profiles) -> Scores:
        """See `Scorer.score`; the order is arbitrary."""
        rating = np.full((len(profiles), self.titles), self.mean, dtype=np.float32)
        return Scores(rating, rating)


@dataclass(frozen=True, slots=True)
class Popularity:
    """Ranks by how many people rated a title; `counts` float32[titles]."""

    counts: NDArray[np.float32]

    @classmethod
    def fit(cls, training: TrainingData) -> Popularity:
        """Count the ratings of each title."""
        return cls(training.ratings.counts().astype(np.float32))

    def score(self, profiles: Profiles) -> Scores:
        """See `Scorer.score`."""
        return Scores(np.repeat(self.counts[None, :], len(profiles), axis=0), None)


@dataclass(frozen=True, slots=True)
class Biases:
    """Mean, plus how a title, plus how a person deviates from it; `title` float32[titles]."""

    mean: float
    title: NDArray[np.float32]

    @classmethod
    def fit(cls, training: TrainingData) -> Biases:
        """Average deviations in turns, each drawn towards zero by five imagined ratings."""
        ratings = training.ratings
        mean = float(ratings.score.mean())
        biases = cls(mean, np.zeros(ratings.titles, dtype=np.float32))
        for _ in range(_ROUNDS):
            left = ratings.score - mean - biases.of_people(ratings)[ratings.user]
            total = np.bincount(ratings.title, weights=left, minlength=ratings.titles)
            title = total / (ratings.counts() + _SHRINKAGE)
            biases = cls(mean, title.astype(np.float32))
        return biases

    def of_people(self, ratings: RatingMatrix) -> NDArray[np.float32]:
        """Return how far each row's scores lie above what their titles usually get."""
        left = ratings.score - self.mean - self.title[ratings.title]
        total = np.bincount(ratings.user, weights=left, minlength=ratings.users)
        return (total / (ratings.lengths + _SHRINKAGE)).astype(np.float32)

    def residuals(self, ratings: RatingMatrix) -> NDArray[np.float32]:
        """Return what the biases leave unexplained of each rating, float32[ratings]."""
        person = self.of_people(ratings)[ratings.user]
        return (ratings.score - self.mean - self.title[ratings.title] - person).astype(np.float32)

    def of_rows(self, ratings: RatingMatrix) -> NDArray[np.float32]:
        """Return the biases' prediction of every title, float32[people, titles]."""
        return (self.mean + self.of_people(ratings)[:, None] + self.title).astype(np.float32)

    def score(self, profiles: Profiles) -> Scores:
        """See `Scorer.score`."""
        rating = self.of_rows(profiles.shown)
        return Scores(rating, rating)
