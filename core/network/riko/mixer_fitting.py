"""Fits the mixer on people that no path was trained on, cut to profiles of many sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import torch

from core.network.rating_matrix import LIKED_FROM, RatingMatrix
from core.network.riko.mixer import (
    KNOTS,
    RANKING_FEATURES,
    RATING_FEATURES,
    Mixer,
    knot_weights,
    ranking_features,
    rating_features,
)
from core.network.riko.profile_batch import ProfileBatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from core.network.riko.mixer import Parts, TitleFigures
    from core.network.riko.model import PathReader, Paths
    from core.network.training_data import TrainingData

_HIDDEN_SHARE: Final = 0.2
_SIZES: Final = (0, 1, 2, 3, 5, 8, 12, 20, 40, 100)
# A profile cut to a few ratings is an invented one; a whole one is worth more.
_CUT_WEIGHT: Final = 0.35
_AT_ONCE: Final = 256
_BEST_CANDIDATES: Final = 300
_OTHER_CANDIDATES: Final = 100
# How much a hidden title counts as a target of the ranking when it was rated but not liked.
_RATED_WEIGHT: Final = 0.3


@dataclass(frozen=True, slots=True)
class _Sample:
    """One person's ratings (places in the matrix), split into shown and hidden."""

    user: int
    shown: NDArray[np.int64]
    hidden: NDArray[np.int64]
    weight: float


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Some samples with what the paths say of their shown ratings."""

    samples: list[_Sample]
    parts: Parts
    batch: ProfileBatch


def fit_mixer(
    data: TrainingData,
    paths: Paths,
    reader: PathReader,
    users: NDArray[np.intp],
    *,
    seed: int,
    progress: Callable[[int, int], None],
) -> Mixer:
    """Fit both sets of weights on `users`; `progress` is called as (done, of)."""
    samples = list(_samples(data.ratings, users, np.random.default_rng(seed)))
    chunks = -(-len(samples) // _AT_ONCE)

    def read(first: int) -> Iterator[_Chunk]:
        for number in range(chunks):
            some = samples[number * _AT_ONCE : (number + 1) * _AT_ONCE]
            batch = _profiles(data, some)
            yield _Chunk(some, reader.read(batch), batch)
            progress(first + number + 1, 2 * chunks)

    rating = _fit_rating(data.ratings, paths, read(0))
    half = Mixer(rating, np.zeros((len(KNOTS), RANKING_FEATURES), dtype=np.float32))
    ranking = _fit_ranking(data.ratings, paths.figures, half, read(chunks), seed)
    return Mixer(rating, ranking)


def _samples(
    ratings: RatingMatrix, users: NDArray[np.intp], random: np.random.Generator
) -> Iterator[_Sample]:
    for user in users.tolist():
        first, count = int(ratings.start[user]), int(ratings.lengths[user])
        if count < 2:
            continue
        hidden = max(1, round(_HIDDEN_SHARE * count))
        left = count - hidden
        partial = max(1, int(left * random.uniform(0.2, 1)))
        for shown, weight in (
            (left, 1.0),
            (left, 1.0),
            (partial, 1.0),
            *((size, _CUT_WEIGHT) for size in _SIZES if size <= left),
        ):
            places = first + random.permutation(count)
            yield _Sample(user, places[hidden : hidden + shown], places[:hidden], weight)


def _profiles(data: TrainingData, samples: list[_Sample]) -> ProfileBatch:
    users = np.array([sample.user for sample in samples])
    places = np.concatenate([sample.shown for sample in samples])
    start = np.concatenate([[0], np.cumsum([len(sample.shown) for sample in samples])])
    rows = RatingMatrix(
        start.astype(np.int64),
        data.ratings.title[places],
        data.ratings.score[places],
        data.ratings.titles,
    )
    return ProfileBatch.of_rows(rows, data.gender[users], data.bracket[users])


def _fit_rating(
    ratings: RatingMatrix, paths: Paths, chunks: Iterator[_Chunk]
) -> NDArray[np.float32]:
    """Fit the residual's weights by ridge regression, neighbouring knots drawn together."""
    width = len(KNOTS) * RATING_FEATURES
    system, right = np.zeros((width, width)), np.zeros(width)
    biases = paths.biases
    for chunk in chunks:
        features = rating_features(chunk.parts, paths.figures)
        knots = knot_weights(chunk.parts.counts)
        shape = chunk.parts.links.shape
        for number, sample in enumerate(chunk.samples):
            titles = ratings.title[sample.hidden]
            own = np.stack([np.broadcast_to(f, shape)[number, titles] for f in features], axis=1)
            rows = (knots[number][None, :, None] * own[:, None, :]).reshape(len(titles), width)
            target = ratings.score[sample.hidden] - biases.mean - biases.title[titles]
            target = target - chunk.parts.user_bias[number]
            weighted = rows * (sample.weight * len(titles) ** -0.4)
            system += weighted.T @ rows
            right += weighted.T @ target
    steps = np.diff(np.eye(len(KNOTS)), axis=0)
    smooth = np.kron(steps.T @ steps, np.eye(RATING_FEATURES))
    solution = np.linalg.solve(system + 2.0 * np.eye(width) + 10.0 * smooth, right)
    return solution.reshape(len(KNOTS), RATING_FEATURES).astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Choice:
    """The titles one sample's ranking is fitted on, and how much each is worth."""

    features: NDArray[np.float32]
    worth: NDArray[np.float32]
    knots: NDArray[np.float32]
    weight: float


def _fit_ranking(
    ratings: RatingMatrix,
    figures: TitleFigures,
    mixer: Mixer,
    chunks: Iterator[_Chunk],
    seed: int,
) -> NDArray[np.float32]:
    """Fit the ranking's weights as a softmax over candidates: liked hidden titles should win."""
    random = np.random.default_rng(seed)
    choices: list[_Choice] = []
    for chunk in chunks:
        residual = mixer.residual(chunk.parts, figures)
        features = ranking_features(chunk.parts, figures, residual)
        knots = knot_weights(chunk.parts.counts)
        shape = chunk.parts.links.shape
        for number, sample in enumerate(chunk.samples):
            liked = ratings.score[sample.hidden] >= LIKED_FROM
            if not liked.any():
                continue
            worth = np.zeros(shape[1], dtype=np.float32)
            worth[ratings.title[sample.hidden]] = np.where(liked, 1.0, _RATED_WEIGHT)
            candidates = _candidates(chunk.parts, number, ratings.title[sample.hidden], random)
            candidates = np.setdiff1d(candidates, ratings.title[sample.shown].astype(np.intp))
            own = np.stack(
                [np.broadcast_to(f, shape)[number, candidates] for f in features], axis=1
            )
            share = worth[candidates] / worth[candidates].sum()
            certainty = min(1.0, int(liked.sum()) / 3) ** 0.5
            choices.append(_Choice(own, share, knots[number], sample.weight * certainty))
    return _descend(choices)


def _candidates(
    parts: Parts, number: int, hidden: NDArray[np.int32], random: np.random.Generator
) -> NDArray[np.intp]:
    titles = parts.links.shape[1]
    best = min(_BEST_CANDIDATES, titles - 1)
    return np.unique(
        np.concatenate(
            [
                np.argpartition(-parts.presence[number], best)[:best],
                np.argpartition(-parts.links[number], best)[:best],
                random.choice(titles, min(_OTHER_CANDIDATES, titles), replace=False),
                hidden.astype(np.intp),
            ]
        )
    )


def _descend(choices: list[_Choice]) -> NDArray[np.float32]:
    width = max(len(choice.worth) for choice in choices)
    features = torch.zeros(len(choices), width, RANKING_FEATURES)
    worth = torch.zeros(len(choices), width)
    absent = torch.ones(len(choices), width, dtype=torch.bool)
    for row, choice in enumerate(choices):
        n = len(choice.worth)
        features[row, :n] = torch.as_tensor(choice.features)
        worth[row, :n] = torch.as_tensor(choice.worth)
        absent[row, :n] = False
    knots = torch.as_tensor(np.stack([choice.knots for choice in choices]))
    weight = torch.tensor([choice.weight for choice in choices])

    weights = torch.zeros(len(KNOTS), RANKING_FEATURES)
    # Start near what is known to work: links, presence and a little of the rating.
    weights[:, 1], weights[:, 3], weights[:, 5] = 0.5, 0.5, 0.3
    weights.requires_grad_()
    optimiser = torch.optim.Adam([weights], lr=0.03)
    for step in range(250):
        optimiser.param_groups[0]["lr"] = 0.03 if step < 170 else 0.008
        scores = torch.einsum("bcf,bf->bc", features, knots @ weights)
        log_share = torch.log_softmax(scores.masked_fill(absent, -1e9), dim=1)
        surprise = -((log_share * worth).sum(dim=1) * weight).sum() / weight.sum()
        size = weights.square().sum()
        roughness = (weights[1:] - weights[:-1]).square().sum()
        loss = surprise + 1e-3 * size + 1e-2 * roughness
        optimiser.zero_grad()
        loss.backward()  # pyright: ignore[reportUnknownMemberType]
        optimiser.step()  # pyright: ignore[reportUnknownMemberType]
    return weights.detach().numpy()
