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
_CELLS_AT_ONCE: Final = 20_000

# How features are scaled and kept within bounds.
_LINKS_WITHIN: Final = (-0.2, 1.0)
_LOW, _MIDDLE, _HIGH = np.float32(0.01), np.float32(0.05), np.float32(0.1)
_PRESENCE_SCALE: Final = np.float32(0.1)

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

    def of(self, people: slice) -> TitleFigures:
        """Return the figures for only these people."""
        if self.bias.ndim == 1:
            return self
        return TitleFigures(self.bias[people], self.log_count[people])


@dataclass(frozen=True, slots=True)
class Mixer:
    """Weights float32[knots, features] of the predicted residual and of the ranking score."""

    rating: NDArray[np.float32]
    ranking: NDArray[np.float32]

    def residual(self, parts: Parts, figures: TitleFigures) -> NDArray[np.float32]:
        """Return predicted residuals float32[people, titles]: above the sum of the biases."""
        return self.residual_and_score(parts, figures)[0]

    def residual_and_score(
        self, parts: Parts, figures: TitleFigures
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return predicted residuals and ranking scores, float32[people, titles] each.

        They are the sums of `rating_features` and `ranking_features`, weighed, but for roundings.
        Of the scores only the order means anything.
        """
        residuals, scores = np.empty_like(parts.links), np.empty_like(parts.links)
        weights = self._joint_weights(parts)
        people_at_once = max(1, _CELLS_AT_ONCE // max(1, scores.shape[1]))
        for first in range(0, len(scores), people_at_once):
            people = slice(first, first + people_at_once)
            both = weights[people] @ _joint_features(parts.of(people), figures.of(people))
            residuals[people], scores[people] = both[:, 0], both[:, 1]
        return residuals, scores

    def _joint_weights(self, parts: Parts) -> NDArray[np.float32]:
        """Return the weights of `_joint_features` in both sums, float32[people, 2, features].

        The predicted residual, a feature of the ranking, is taken apart into its own features.
        """
        knots = knot_weights(parts.counts)
        none = np.zeros(len(knots), dtype=np.float32)
        one, user, spread, bias, count, neighbours, residual, clipped, log, presence = (
            knots @ self.rating
        ).T
        same = one + user * parts.user_bias + spread * parts.spread
        presence = presence * _PRESENCE_SCALE
        rating = np.stack(
            [none, clipped, none, log, none, presence, residual, neighbours, bias, count, same]
        )
        links, low_log, high_log, presence, count, predicted, neighbours = (knots @ self.ranking).T
        ranking = predicted * rating + np.stack(
            [
                links,
                none,
                low_log,
                none,
                high_log,
                presence,
                none,
                neighbours,
                predicted,
                count,
                none,
            ]
        )
        return np.ascontiguousarray(np.stack([rating, ranking]).transpose(2, 0, 1))


def _joint_features(parts: Parts, figures: TitleFigures) -> NDArray[np.float32]:
    """Return what both sums are made of, float32[people, features, titles].

    One product with them is quicker than adding up feature by feature: 5 instead of 7 ms for 64
    people.
    """
    people, titles = parts.links.shape
    features = np.empty((people, 11, titles), dtype=np.float32)
    positive = np.maximum(parts.links, 0)
    features[:, 0] = parts.links
    np.clip(parts.links, *_LINKS_WITHIN, out=features[:, 1])
    for place, offset in enumerate((_LOW, _MIDDLE, _HIGH), start=2):
        np.log(positive + offset, out=features[:, place])
    features[:, 5] = parts.presence
    features[:, 6] = parts.residual
    features[:, 7] = parts.neighbours
    features[:, 8] = figures.bias
    features[:, 9] = figures.log_count
    features[:, 10] = 1
    return features


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
        np.clip(parts.links, *_LINKS_WITHIN),
        np.log(np.maximum(parts.links, 0) + _MIDDLE),
        parts.presence * _PRESENCE_SCALE,
    ]


def ranking_features(
    parts: Parts, figures: TitleFigures, residual: NDArray[np.float32]
) -> list[NDArray[np.float32]]:
    """Return the features of the ranking score, each fit to broadcast to [people, titles]."""
    positive = np.maximum(parts.links, 0)
    return [
        parts.links,
        np.log(positive + _LOW),
        np.log(positive + _HIGH),
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
