"""Fits the sparse links from everybody's ratings.

Presence links start from EASE (Steck, 2019, "Embarrassingly shallow autoencoders for sparse
data"): its closed form picks the sources of each title, and a small ridge regression over only
those sources gives the weights, which ranks better than EASE with the small weights cut off.
Rating links are a ridge regression of a title's residual on the residuals of its neighbours,
over the people who rated it.
"""

# torch.linalg comes without types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from core.network.gram import Matrix, gram, matrix
from core.network.riko.biases import USER_SHRINKAGE
from core.network.riko.links import Links, LinkSet
from core.person import LIKED_FROM

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from torch import Tensor

    from core.network.rating_matrix import RatingMatrix
    from core.network.riko.biases import Biases


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """Constants of the linear paths, chosen on development users.

    `user_power` weighs a person of `n` ratings by `n ** -user_power`. `denoising` adds that share
    of a source's own diagonal to its ridge, which acts as dropout on the input (Steck, 2020).
    """

    presence_sources: int = 60
    rated_sources: int = 30
    residual_sources: int = 50
    liked_bonus: float = 1.0
    user_power: float = 0.5
    ease_ridge: float = 500.0
    presence_ridge: float = 30.0
    denoising: float = 0.3
    rated_ridge: float = 300.0
    residual_ridge: float = 80.0
    residual_user_power: float = 0.3
    correlation_shrinkage: float = 20.0


def fit_links(
    ratings: RatingMatrix,
    biases: Biases,
    settings: LinkSettings,
    progress: Callable[[str], None],
    device: str = "cpu",
) -> LinkSet:
    """Fit all links. Needs about seven float32 matrices of titles by titles of memory."""
    residual, _ = biases.residuals(
        ratings.user.astype(np.intp), ratings.title, ratings.score, ratings.users
    )
    centred = matrix(ratings, residual)
    progress("Linking titles that are watched together")
    presence, rated = _presence_links(ratings, centred, settings, device)
    progress("Linking titles that are rated alike")
    return LinkSet(presence, rated, _residual_links(ratings, centred, biases, settings, device))


def _presence_links(
    ratings: RatingMatrix, centred: Matrix, settings: LinkSettings, device: str
) -> tuple[Links, Links]:
    """Fit each title's presence, liked counting more, on presence and residuals of its sources."""
    weight = np.maximum(ratings.lengths, 5.0) ** -settings.user_power
    weight *= len(ratings.title) / (weight * ratings.lengths).sum()
    by_rating = weight.astype(np.float32)[ratings.user]
    present = matrix(ratings, np.ones_like(ratings.score))
    weighted = matrix(ratings, by_rating)
    weighted_centred = matrix(ratings, by_rating * centred.data)
    liked = (ratings.score >= LIKED_FROM).astype(np.float32) * settings.liked_bonus
    bonus = matrix(ratings, liked)

    together = gram(weighted, present, device)
    target = together + gram(weighted, bonus, device)
    sources = _top_rows(
        _ease(together, target, settings.ease_ridge),
        _at_most(settings.presence_sources, ratings.titles),
    )
    crossed = gram(weighted, centred, device)
    alike = gram(weighted_centred, centred, device)
    target_alike = crossed.T + gram(weighted_centred, bonus, device)
    strength = target_alike.abs() / torch.sqrt(alike.diagonal() + 200.0)[:, None]
    rated_sources = _top_rows(strength, _at_most(settings.rated_sources, ratings.titles))
    del strength

    ridge = settings.presence_ridge + settings.denoising * together.diagonal()
    k, k_rated = sources.shape[1], rated_sources.shape[1]
    fitted = torch.empty(ratings.titles, k + k_rated, device=device)
    for first in range(0, ratings.titles, 256):
        j = torch.arange(first, min(first + 256, ratings.titles), device=device)
        s, z = sources[j], rated_sources[j]
        between = crossed[s[:, :, None], z[:, None, :]]
        top = torch.cat([together[s[:, :, None], s[:, None, :]], between], dim=2)
        bottom = torch.cat([between.mT, alike[z[:, :, None], z[:, None, :]]], dim=2)
        diagonal = torch.cat([ridge[s], torch.full_like(ridge[z], settings.rated_ridge)], dim=1)
        right = torch.cat([target[s, j[:, None]], target_alike[z, j[:, None]]], dim=1)
        system = torch.cat([top, bottom], dim=1) + torch.diag_embed(diagonal)
        solved: Tensor = torch.linalg.solve(system, right)
        fitted[j] = solved
    return _links(sources, fitted[:, :k]), _links(rated_sources, fitted[:, k:])


def _ease(together: Tensor, target: Tensor, ridge: float) -> Tensor:
    """Return the closed-form weights of EASE towards `target`, [sources, targets]."""
    damped = together.clone()
    damped.diagonal().add_(ridge)
    inverse: Tensor = torch.linalg.inv(damped)
    weights: Tensor = inverse @ target
    weights -= inverse * (weights.diagonal() / inverse.diagonal())[None]
    return weights


def _residual_links(
    ratings: RatingMatrix, centred: Matrix, biases: Biases, settings: LinkSettings, device: str
) -> Links:
    present = matrix(ratings, np.ones_like(ratings.score))
    squares = matrix(ratings, centred.data**2)
    common = gram(present, present, device)
    spread = gram(squares, present, device)
    correlation = gram(centred, centred, device) / torch.sqrt(spread * spread.T + 1e-6)
    certainty = common / (common + settings.correlation_shrinkage) * torch.sqrt(common)
    del spread, common
    strength = (correlation * certainty).abs()
    del correlation, certainty
    k = _at_most(settings.residual_sources, ratings.titles)
    sources = _top_rows(strength, k).cpu().numpy().astype(np.int32)
    del strength

    target = matrix(ratings, _left_out_residuals(ratings, biases)).tocsc()
    weight = np.maximum(ratings.lengths, 20.0) ** -settings.residual_user_power
    weight = (weight / weight.max()).astype(np.float32)
    fitted = np.zeros((ratings.titles, k), dtype=np.float32)
    place = np.full(ratings.titles, -1)
    for title in range(ratings.titles):
        people = target.indices[target.indptr[title] : target.indptr[title + 1]]
        wanted = target.data[target.indptr[title] : target.indptr[title + 1]]
        theirs = centred[people]
        place[sources[title]] = np.arange(k)
        column = place[theirs.indices]
        person = np.repeat(np.arange(len(people)), np.diff(theirs.indptr))
        inputs = np.zeros((len(people), k), dtype=np.float32)
        inputs[person[column >= 0], column[column >= 0]] = theirs.data[column >= 0]
        place[sources[title]] = -1
        weighted = inputs * weight[people, None]
        system = inputs.T @ weighted + settings.residual_ridge * np.eye(k, dtype=np.float32)
        fitted[title] = np.linalg.solve(system, weighted.T @ wanted)
    return Links(sources, fitted)


def _left_out_residuals(ratings: RatingMatrix, biases: Biases) -> NDArray[np.float32]:
    """Return each rating's residual under the person's bias taken without that rating.

    A bias that has seen the rating hides part of what is to be explained.
    """
    user = ratings.user
    deviation = ratings.score - biases.mean - biases.title[ratings.title]
    total = np.bincount(user, weights=deviation, minlength=ratings.users)
    others = (total[user] - deviation) / (ratings.lengths[user] - 1 + USER_SHRINKAGE)
    return (deviation - others).astype(np.float32)


def _top_rows(score: Tensor, k: int) -> Tensor:
    """Return, for each column of `score`, the `k` rows with the highest values: int64[columns, k].

    The diagonal, which is overwritten, is left out: a title is no support for itself.
    """
    score.fill_diagonal_(-torch.inf)
    columns = [
        torch.topk(score[:, first : first + 1024], k, dim=0).indices.T
        for first in range(0, score.shape[1], 1024)
    ]
    return torch.cat(columns)


def _links(sources: Tensor, weights: Tensor) -> Links:
    return Links(sources.cpu().numpy().astype(np.int32), weights.cpu().numpy().copy())


def _at_most(k: int, titles: int) -> int:
    return min(k, titles - 1)
