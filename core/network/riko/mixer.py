"""Joins what the paths say of a title into one predicted rating and one ranking score.

How far each path is to be trusted depends on how many ratings a person has given: with two, the
deep network and popularity know most, with fifty the links do. So every weight is a piecewise
linear function of the logarithm of that number, fitted on people no path was trained on (they only told when to stop).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

KNOTS: Final = (0, 1, 3, 7, 20, 60, 200, 800)
"""Profile sizes at which the weights are given; between them they are interpolated."""

_LOG_KNOTS: Final = np.log1p(np.array(KNOTS, dtype=np.float64))
# As many numbers as stay in the processor's cache between two steps.
_CELLS_AT_ONCE: Final = 40_000

RATING_FEATURES: Final = 10
RANKING_FEATURES: Final = 7
POPULARITY: Final = 4
"""The place of a title's log count among the ranking features."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the paths say of a batch of people.

    float32[people, titles]: `links` (presence and rating links), `presence` (the network's log
    probability), `residual` (the network's), `neighbours` (residual links). float32[people]:
    `user_bias` and `spread` of the scores. int64[people]: `counts` of ratings.
    """

    links: NDArray[np.float32]
    presence: NDArray[np.float32]
    residual: NDArray[np.float32]
    neighbours: NDArray[np.float32]
    user_bias: NDArray[np.float32]
    spread: NDArray[np.float32]
    counts: NDArray[np.int64]

    def of(self, people: slice) -> Parts:
        """Return the parts of only these people."""
        return Parts(*(getattr(self, item.name)[people] for item in fields(self)))


@dataclass(frozen=True, slots=True)
class TitleFigures:
    """What is known of each title without asking anybody: bias and log of its rating count.

    Both are float32[titles], or [people, titles] where people are asked about different titles.
    """

    bias: NDArray[np.float32]
    log_count: NDArray[np.float32]

    def at(self, titles: NDArray[np.intp]) -> TitleFigures:
        """Return the figures of only these titles."""
        return TitleFigures(self.bias[titles], self.log_count[titles])


@dataclass(frozen=True, slots=True)
class Mixer:
    """Weights float32[knots, features] of the predicted residual and of the ranking score."""

    rating: NDArray[np.float32]
    ranking: NDArray[np.float32]

    def residual(self, parts: Parts, figures: TitleFigures) -> NDArray[np.float32]:
        """Return predicted residuals float32[people, titles]: above the sum of the biases."""
        return _mix(rating_features(parts, figures), knot_weights(parts.counts) @ self.rating)

    def score(self, parts: Parts, figures: TitleFigures) -> NDArray[np.float32]:
        """Return ranking scores alone, float32[people, titles]; for few titles."""
        weights = knot_weights(parts.counts) @ self.ranking
        return _mix(ranking_features(parts, figures, self.residual(parts, figures)), weights)

    def residual_and_score(
        self, parts: Parts, figures: TitleFigures
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return predicted residuals and ranking scores, float32[people, titles] each.

        Of the scores only the order means anything.
        """
        residuals, scores = np.empty_like(parts.links), np.empty_like(parts.links)
        knots = knot_weights(parts.counts)
        of_rating, of_ranking = knots @ self.rating, knots @ self.ranking
        people_at_once = max(1, _CELLS_AT_ONCE // max(1, scores.shape[1]))
        for first in range(0, len(scores), people_at_once):
            people = slice(first, first + people_at_once)
            some = parts.of(people)
            residual = _mix(rating_features(some, figures), of_rating[people])
            residuals[people] = residual
            scores[people] = _mix(ranking_features(some, figures, residual), of_ranking[people])
        return residuals, scores


def rating_features(parts: Parts, figures: TitleFigures) -> list[NDArray[np.float32]]:
    """Return the features of the predicted residual, each fit to broadcast to [people, titles]."""
    one = np.ones((1, 1), dtype=np.float32)
    return [
        one,
        parts.user_bias[:, None],
        parts.spread[:, None],
        np.atleast_2d(figures.bias),
        np.atleast_2d(figures.log_count),
        parts.neighbours,
        parts.residual,
        np.clip(parts.links, -0.2, 1.0),
        np.log(np.maximum(parts.links, 0) + np.float32(0.05)),
        parts.presence * np.float32(0.1),
    ]


def ranking_features(
    parts: Parts, figures: TitleFigures, residual: NDArray[np.float32]
) -> list[NDArray[np.float32]]:
    """Return the features of the ranking score, each fit to broadcast to [people, titles]."""
    positive = np.maximum(parts.links, 0)
    return [
        parts.links,
        np.log(positive + np.float32(0.01)),
        np.log(positive + np.float32(0.1)),
        parts.presence,
        np.atleast_2d(figures.log_count),
        residual + np.atleast_2d(figures.bias),
        parts.neighbours,
    ]


def knot_weights(counts: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return how much each knot counts for profiles of these sizes: float32[people, knots]."""
    knots = _LOG_KNOTS
    x = np.minimum(np.log1p(counts.astype(np.float64)), knots[-1])
    left = np.minimum(np.searchsorted(knots, x, side="right") - 1, len(knots) - 2)
    share = (x - knots[left]) / (knots[left + 1] - knots[left])
    weights = np.zeros((len(x), len(knots)), dtype=np.float32)
    people = np.arange(len(x))
    weights[people, left], weights[people, left + 1] = 1 - share, share
    return weights


def _mix(features: list[NDArray[np.float32]], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the sum of `features`, weighed by each person's own `weights` [people, features]."""
    total = np.zeros((1, 1), dtype=np.float32)
    for number, feature in enumerate(features):
        total = total + feature * weights[:, number, None]
    return total.astype(np.float32, copy=False)
