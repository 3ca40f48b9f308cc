"""Riko's deep autoencoder: reads age, gender and ratings, writes two numbers for every title.

Two channels per title go in (rated at all, and how far above expectation), after Sprout and the
denoising autoencoders of Liang et al. (2018, arXiv:1802.05814); two heads come out: how likely a
title is on the person's list, and how far above expectation they would rate it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from core.network.demographics import BRACKETS, GENDERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.network.riko.biases import Biases
    from core.network.riko.profile_batch import ProfileBatch

# Figures of a profile that the sums over its titles hide, each scaled to about 1: how many
# ratings, the person's bias, how widely their scores spread, and whether there are none.
_FIGURES: Final = 4
_RESIDUAL_SCALE: Final = 1.3
_RESIDUAL_LIMIT: Final = 4.0
# The usual variance of residuals, counted as this many ratings where a profile has few.
_SPREAD_PRIOR: Final = 5
_USUAL_VARIANCE: Final = 1.4
_USUAL_SPREAD: Final = 1.2


@dataclass(frozen=True, slots=True)
class Centred:
    """What the biases leave of a batch of profiles, worked out once for all that read it.

    `residual` float32[ratings]; `user_bias` float32[size], `spread` float64[size] (the shrunk
    standard deviation of each profile's residuals), `counts` int64[size].
    """

    residual: NDArray[np.float32]
    user_bias: NDArray[np.float32]
    spread: NDArray[np.float64]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, batch: ProfileBatch, biases: Biases) -> Centred:
        """Centre the ratings of `batch`."""
        residual, user_bias = biases.residuals(batch.row, batch.title, batch.score, batch.size)
        counts = batch.counts
        squares = np.bincount(batch.row, weights=residual**2, minlength=batch.size)
        prior = _SPREAD_PRIOR * _USUAL_VARIANCE
        spread = np.sqrt((squares + prior) / (counts + _SPREAD_PRIOR))
        return cls(residual, user_bias, spread, counts)


@dataclass(frozen=True, slots=True)
class Inputs:
    """A batch of profiles as the tensors that the network reads."""

    title: Tensor
    start: Tensor
    presence: Tensor
    residual: Tensor
    gender: Tensor
    bracket: Tensor
    figures: Tensor

    def to(self, device: torch.device) -> Inputs:
        """Return the same on `device`."""
        tensors: list[Tensor] = [getattr(self, item.name) for item in fields(self)]
        return Inputs(*(tensor.to(device) for tensor in tensors))


def inputs_of(batch: ProfileBatch, centred: Centred) -> Inputs:
    """Return what the network reads of `batch`; both channels are scaled by ratings ** -0.5."""
    counts = centred.counts
    scale = np.maximum(counts, 1)[batch.row] ** -0.5
    figures = np.stack(
        [
            np.log1p(counts) / 3,
            centred.user_bias,
            centred.spread - _USUAL_SPREAD,
            counts == 0,
        ],
        axis=1,
    )
    clipped = np.clip(centred.residual, -_RESIDUAL_LIMIT, _RESIDUAL_LIMIT) / _RESIDUAL_SCALE
    start = np.concatenate([[0], np.cumsum(counts)[:-1]])
    return Inputs(
        title=torch.as_tensor(batch.title.astype(np.int64)),
        start=torch.as_tensor(start.astype(np.int64)),
        presence=torch.as_tensor(scale.astype(np.float32)),
        residual=torch.as_tensor((clipped * scale).astype(np.float32)),
        gender=torch.as_tensor(batch.gender),
        bracket=torch.as_tensor(batch.bracket),
        figures=torch.as_tensor(figures.astype(np.float32)),
    )


class RikoNetwork(nn.Module):
    """Embedding sums, one residual block, two heads; `width` units throughout."""

    def __init__(self, titles: int, width: int, dropout: float = 0.2) -> None:
        super().__init__()
        self.presence_in = nn.Parameter(torch.empty(titles, width))
        self.residual_in = nn.Parameter(torch.empty(titles, width))
        self.bracket = nn.Embedding(len(BRACKETS) + 1, width)
        self.gender = nn.Embedding(len(GENDERS) + 1, width)
        self.figures = nn.Linear(_FIGURES, width)
        self.input_norm = nn.LayerNorm(width)
        self.hidden = nn.Linear(width, width)
        self.hidden_norm = nn.LayerNorm(width)
        self.presence_head = nn.Linear(width, width)
        self.residual_head = nn.Linear(width, width)
        self.presence_out = nn.Parameter(torch.empty(titles, width))
        self.residual_out = nn.Parameter(torch.empty(titles, width))
        self.presence_bias = nn.Parameter(torch.zeros(titles))
        self.residual_bias = nn.Parameter(torch.zeros(titles))
        self.dropout = nn.Dropout(dropout)

    @property
    def width(self) -> int:
        """Units of every layer."""
        return self.hidden.in_features

    @property
    def title_matrices(self) -> tuple[nn.Parameter, ...]:
        """The four large matrices, [titles, width] each."""
        return self.presence_in, self.residual_in, self.presence_out, self.residual_out

    def lay_out_for_reading(self) -> None:
        """Prepare what only reading needs.

        Both output matrices are stored column by column; their values and shapes stay.

        A product with one code then runs along the memory instead of across it: 0.25 instead of
        1 ms for 9,754 titles.
        """
        for matrix in (self.presence_out, self.residual_out):
            matrix.data = matrix.data.t().contiguous().t()
        # Each title counts as much as for somebody of whom only the biases are known.
        usual = torch.softmax(self.presence_bias.data, dim=0)
        centred = self.presence_out.data - usual @ self.presence_out.data
        self._presence_covariance = centred.t() @ (centred * usual[:, None])

    def codes(self, inputs: Inputs) -> tuple[Tensor, Tensor]:
        """Return the codes that the presence and the residual head multiply, [size, width]."""
        x = (
            _bag(self.presence_in, inputs, inputs.presence)
            + _bag(self.residual_in, inputs, inputs.residual)
            + self.bracket(inputs.bracket)
            + self.gender(inputs.gender)
            + self.figures(inputs.figures)
        )
        x = self.dropout(functional.silu(self.input_norm(x)))
        x = self.dropout(x + functional.silu(self.hidden_norm(self.hidden(x))))
        return self.presence_head(x), self.residual_head(x)

    def presence_logits(self, code: Tensor) -> Tensor:
        """Return logits float[size, titles] of a title being on the person's list."""
        return functional.linear(code, self.presence_out, self.presence_bias)

    def residuals(self, code: Tensor) -> Tensor:
        """Return predicted residuals float[size, titles], in points of the 1–10 scale."""
        return functional.linear(code, self.residual_out, self.residual_bias)

    def residuals_of(self, code: Tensor, titles: Tensor) -> Tensor:
        """Return residuals float[people, m, n] of each person's own `titles` int64[people, n].

        `code` is float[people, m, width].
        """
        return _products(code, self.residual_out, titles) + self.residual_bias[titles][:, None]

    def log_presence_of(
        self, step: Tensor, titles: Tensor, whole: Tensor, *, exact: Tensor
    ) -> Tensor:
        """Return log probabilities float[people, m, n] near known ones.

        Codes differ by `step` float[people, m, width] from those that have the log probabilities
        `whole` float[people, all titles]; `titles` int64[people, n]. A softmax's normaliser is
        expanded to second order (its derivatives are mean and covariance of the output rows),
        with one covariance for everybody, except where `exact` bool[people, m].
        """
        mean = whole.exp() @ self.presence_out
        curved = (step @ self._presence_covariance * step).sum(dim=2) / 2
        normaliser = (step @ mean[:, :, None])[:, :, 0] + curved
        if exact.any():
            logits = (step[exact] @ self.presence_out.t()).add_(whole[exact.nonzero()[:, 0]])
            normaliser[exact] = torch.logsumexp(logits, dim=1)
        products = _products(step, self.presence_out, titles)
        return whole.gather(1, titles)[:, None] + products - normaliser[:, :, None]

    def residuals_at(self, code: Tensor, row: Tensor, title: Tensor) -> Tensor:
        """Return predicted residuals of single cells, float[cells]."""
        products = (code[row] * self.residual_out[title]).sum(dim=1)
        return products + self.residual_bias[title]


def _products(code: Tensor, matrix: Tensor, titles: Tensor) -> Tensor:
    """Return products float[people, m, n] of codes and the rows of each person's own titles.

    `code` is float[people, m, width], `titles` int64[people, n]. The rows are picked along the
    columns, as `lay_out_for_reading` stores them, in less than half the time.
    """
    people, n = titles.shape
    columns = matrix.t().index_select(1, titles.flatten())
    return code @ columns.view(-1, people, n).transpose(0, 1)


def _bag(table: Tensor, inputs: Inputs, weights: Tensor) -> Tensor:
    return functional.embedding_bag(
        inputs.title, table, inputs.start, mode="sum", per_sample_weights=weights
    )
