"""Fits the mixer on people that no path was trained on, cut to profiles of many sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import torch

from core.errors import TrainingDataError
from core.network.rating_matrix import RatingMatrix
from core.network.riko.mixer import (
    KNOTS,
    POPULARITY,
    RANKING_FEATURES,
    RATING_FEATURES,
    Mixer,
    knot_weights,
    ranking_features,
    rating_features,
)
from core.network.riko.profile_batch import ProfileBatch
from core.person import LIKED_FROM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from core.network.riko.mixer import Parts, TitleFigures
    from core.network.riko.model import PathReader, Paths
    from core.network.training_data import TrainingData

_HIDDEN_SHARE: Final = 0.2
_SIZES: Final = (0, 1, 2, 3, 5, 10, 20)
# A profile cut to a few ratings is an invented one; a whole one is worth more.
_CUT_WEIGHT: Final = 0.35
_AT_ONCE: Final = 256
# A ranking is fitted on this many titles of each sample: the best of two paths, some of the
# hidden ones, and others at random.
_CANDIDATES: Final = 800
_BEST: Final = 250
_HIDDEN: Final = 200
# What a hidden title is worth that was rated but not liked; a liked one is worth 1.
_RATED_WORTH: Final = 0.2
_TARGETS: Final = 16
_TEMPERATURE: Final = 0.15
_STEPS: Final = 300
_STEP_SAMPLES: Final = 384
# Fitted weights favour well-known titles a little more than they need to: taking this much off
# the weight of popularity, fully from 20 ratings on, shows more titles and ranks no worse.
_POPULARITY_DISCOUNT: Final = 0.6
_DISCOUNT_SIZES: Final = (3, 20)


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
            yield _Chunk(some, reader.read(_profiles(data, some)))
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
            *(((left, 1.0),) * 3),
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
    """The titles one sample's ranking is fitted on, and what each is worth."""

    features: NDArray[np.float32]
    worth: NDArray[np.float32]
    knots: NDArray[np.float32]
    weight: float
    liked: int


def _fit_ranking(
    ratings: RatingMatrix,
    figures: TitleFigures,
    mixer: Mixer,
    chunks: Iterator[_Chunk],
    seed: int,
) -> NDArray[np.float32]:
    """Fit the ranking's weights so that liked hidden titles come first."""
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
            hidden, shown = ratings.title[sample.hidden], ratings.title[sample.shown]
            worth = np.zeros(shape[1], dtype=np.float32)
            worth[hidden] = np.where(liked, 1.0, _RATED_WORTH)
            candidates = _candidates(chunk.parts, number, hidden, shown, random)
            own = [np.broadcast_to(f, shape)[number, candidates] for f in features]
            certainty = min(1.0, int(liked.sum()) / 3) ** 0.5
            choices.append(
                _Choice(
                    np.stack(own, axis=1),
                    worth[candidates],
                    knots[number],
                    sample.weight * certainty,
                    min(10, int(liked.sum())),
                )
            )
    if not choices:
        raise TrainingDataError(
            f"Hardly anybody gave a score of {LIKED_FROM} or more, so nothing can be ranked by "
            "what people like. Are the scores from 1 to 10?"
        )
    padded = _padded(choices)
    weights = _descend_ndcg(padded, _fit_softmax(padded), seed)
    discount = np.interp(np.log1p(KNOTS), np.log1p(_DISCOUNT_SIZES), (0.0, _POPULARITY_DISCOUNT))
    weights[:, POPULARITY] -= discount.astype(np.float32)
    return weights


def _candidates(
    parts: Parts,
    number: int,
    hidden: NDArray[np.int32],
    shown: NDArray[np.int32],
    random: np.random.Generator,
) -> NDArray[np.intp]:
    """Return `_CANDIDATES` titles (or all there are), never a shown one."""
    titles = parts.links.shape[1]
    free = np.ones(titles, dtype=np.bool_)
    free[shown] = False
    best = min(_BEST, int(free.sum()) - 1)
    chosen = [random.permutation(hidden)[:_HIDDEN].astype(np.intp)]
    for path in (parts.presence, parts.links):
        scores = np.where(free, path[number], -np.inf)
        chosen.append(np.argpartition(-scores, best)[:best])
    taken = np.unique(np.concatenate(chosen))
    free[taken] = free[hidden] = False
    others = np.flatnonzero(free)
    missing = min(len(others), max(0, _CANDIDATES - len(taken)))
    return np.concatenate([taken, random.choice(others, missing, replace=False)])


@dataclass(frozen=True, slots=True)
class _Padded:
    """All choices side by side, padded; absent places are worth nothing and score nothing."""

    features: torch.Tensor
    worth: torch.Tensor
    absent: torch.Tensor
    knots: torch.Tensor
    weight: torch.Tensor
    liked: tuple[int, ...]

    def scores(self, weights: torch.Tensor, rows: torch.Tensor | slice) -> torch.Tensor:
        """Return the ranking scores of the choices `rows` under `weights`."""
        own = self.knots[rows] @ weights
        scores = torch.einsum("bcf,bf->bc", self.features[rows], own)
        return scores.masked_fill(self.absent[rows], -1e9)


def _padded(choices: list[_Choice]) -> _Padded:
    width = max(len(choice.worth) for choice in choices)
    features = torch.zeros(len(choices), width, RANKING_FEATURES)
    worth = torch.zeros(len(choices), width)
    absent = torch.ones(len(choices), width, dtype=torch.bool)
    for row, choice in enumerate(choices):
        n = len(choice.worth)
        features[row, :n] = torch.as_tensor(choice.features)
        worth[row, :n] = torch.as_tensor(choice.worth)
        absent[row, :n] = False
    return _Padded(
        features,
        worth,
        absent,
        torch.as_tensor(np.stack([choice.knots for choice in choices])),
        torch.tensor([choice.weight for choice in choices]),
        tuple(choice.liked for choice in choices),
    )


def _fit_softmax(data: _Padded) -> torch.Tensor:
    """Return the weights under which the worthy titles are likeliest: a convex start."""
    share = data.worth / data.worth.sum(dim=1, keepdim=True)
    weights = torch.zeros(len(KNOTS), RANKING_FEATURES, requires_grad=True)
    optimiser = torch.optim.LBFGS(
        [weights], max_iter=40, line_search_fn="strong_wolfe", history_size=20
    )

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        log_share = torch.log_softmax(data.scores(weights, slice(None)), dim=1)
        surprise = -((log_share * share).sum(dim=1) * data.weight).sum() / data.weight.sum()
        total = surprise + 1e-3 * weights.square().sum() + 1e-2 * _roughness(weights).sum()
        total.backward()  # pyright: ignore[reportUnknownMemberType]
        return total

    optimiser.step(loss)  # pyright: ignore[reportUnknownMemberType]
    start = weights.detach().clone()
    # The plain links rank best at the very top, which a softmax over all titles undervalues.
    start[:, 0] += 3.0
    return start


def _descend_ndcg(data: _Padded, start: torch.Tensor, seed: int) -> NDArray[np.float32]:
    """Raise a smooth NDCG@10: a title's rank is half plus the sum of sigmoids of score differences.

    After Qin, Liu & Li (2010), "A general approximation framework for direct optimization of
    information retrieval measures".
    """
    generator = torch.Generator().manual_seed(seed)
    jitter = torch.rand(data.worth.shape, generator=generator) * 0.01
    top = torch.topk(data.worth + jitter, min(_TARGETS, data.worth.shape[1]), dim=1)
    worth = torch.gather(data.worth, 1, top.indices)
    discounts = 1 / np.log2(np.arange(2, 12))
    ideal = torch.tensor([float(discounts[:liked].sum()) for liked in data.liked])
    # Who likes more titles than fit among the targets is made up for what is left out.
    kept = (worth >= 1).sum(dim=1).clamp(min=1)
    missed = ((data.worth >= 1).sum(dim=1) / kept).clamp(1, 2)

    weights = start.requires_grad_()
    optimiser = torch.optim.Adam([weights], lr=0.03, betas=(0.9, 0.98))
    for step in range(_STEPS):
        rate = 0.015 * (1 + np.cos(np.pi * step / _STEPS)) + 1e-4
        optimiser.param_groups[0]["lr"] = rate
        rows = torch.randperm(len(data.liked), generator=generator)[:_STEP_SAMPLES]
        scores = data.scores(weights, rows)
        targets = torch.gather(scores, 1, top.indices[rows])
        above = torch.sigmoid((scores[:, None, :] - targets[:, :, None]) / _TEMPERATURE)
        rank = 0.5 + above.sum(dim=2)
        # Beyond rank 10 the measure is blind; a soft edge keeps the gradient alive.
        gain = worth[rows] / torch.log2(1 + rank) * torch.sigmoid((12 - rank) / 3)
        ndcg = gain.sum(dim=1) / ideal[rows] * missed[rows]
        weight = data.weight[rows]
        loss = 0.03 * _roughness(weights).mean() - (ndcg * weight).sum() / weight.sum()
        optimiser.zero_grad()
        loss.backward()  # pyright: ignore[reportUnknownMemberType]
        optimiser.step()  # pyright: ignore[reportUnknownMemberType]
    return weights.detach().numpy().copy()


def _roughness(weights: torch.Tensor) -> torch.Tensor:
    """Return how much each weight changes from knot to knot, squared."""
    return (weights[1:] - weights[:-1]).square()
