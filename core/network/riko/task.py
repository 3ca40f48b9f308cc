"""Training of Riko's network: hide a part of each profile and predict it from the rest."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from scipy import sparse
from torch import nn

from core.network.gram import matrix
from core.network.riko.network import Centred, RikoNetwork, inputs_of
from core.network.riko.profile_batch import ProfileBatch
from core.person import LIKED_FROM

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from core.network.rating_matrix import RatingMatrix
    from core.network.riko.biases import Biases
    from core.network.training_data import TrainingData


@dataclass(frozen=True, slots=True)
class TaskSettings:
    """Constants of the training, chosen on development users.

    `small_share` of the people with fewer than three ratings take part in an epoch, while those
    with `heavy_from` or more take part twice, each time with another part hidden.
    `keep_demographics` is how often a known age and gender are shown to the network.
    """

    width: int = 240
    dropout: float = 0.2
    learning_rate: float = 3e-3
    weight_decay: float = 1e-5
    liked_bonus: float = 1.0
    keep_demographics: float = 0.6
    small_share: float = 0.15
    heavy_from: int = 300
    embedding_scale: float = 0.1


class RikoTask:
    """A `Task`: multinomial loss of presence plus squared error of residuals, on what is hidden."""

    def __init__(
        self,
        data: TrainingData,
        biases: Biases,
        training_users: NDArray[np.intp],
        validation_users: NDArray[np.intp],
        settings: TaskSettings,
        *,
        seed: int = 0,
        device: str = "cpu",
    ) -> None:
        self._data = data
        self._biases = biases
        self._settings = settings
        self._device = torch.device(device)
        self._users = training_users
        torch.manual_seed(seed)  # pyright: ignore[reportUnknownMemberType]
        network = RikoNetwork(data.ratings.titles, settings.width, settings.dropout)
        _initialise(network, data.ratings.rows(training_users), settings.embedding_scale, seed)
        self.network = network.to(self._device)
        large = list(network.title_matrices)
        others = [p for p in network.parameters() if all(p is not q for q in large)]
        self.optimiser = torch.optim.AdamW(
            [
                {"params": large, "weight_decay": settings.weight_decay},
                {"params": others, "weight_decay": 0.0},
            ],
            lr=settings.learning_rate,
            betas=(0.9, 0.99),
        )
        random = np.random.default_rng(seed)
        usable = validation_users[data.ratings.lengths[validation_users] >= 2]
        shown, hidden = _hide(data.ratings.rows(usable), np.full(len(usable), 0.8), random)
        self._validation = (usable, shown, hidden)

    def epoch_users(self, generator: torch.Generator) -> NDArray[np.intp]:
        """Return who takes part in an epoch, shuffled."""
        lengths = self._data.ratings.lengths[self._users]
        random = _numpy_generator(generator)
        small = self._users[lengths < 3]
        some = random.choice(small, int(len(small) * self._settings.small_share), replace=False)
        heavy = self._users[lengths >= self._settings.heavy_from]
        everybody = np.concatenate([self._users[lengths >= 3], heavy, some])
        return random.permutation(everybody)

    def step(self, users: NDArray[np.intp], generator: torch.Generator, done: float) -> float:
        """Take one optimisation step and return its loss; see `Task.step`."""
        for group in self.optimiser.param_groups:
            group["lr"] = self._settings.learning_rate * _rate(done)
        random = _numpy_generator(generator)
        rows = self._data.ratings.rows(users)
        shown, hidden = _hide(rows, _shown_shares(rows.lengths, random), random)
        keep = random.random(len(users)) < self._settings.keep_demographics
        loss = self._loss(users, shown, hidden, keep)
        self.optimiser.zero_grad()
        loss.backward()  # pyright: ignore[reportUnknownMemberType]
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimiser.step()  # pyright: ignore[reportUnknownMemberType]
        return float(loss.detach())

    def validation_loss(self) -> float:
        """Return the same loss on a fixed hidden fifth of the validation users' ratings."""
        users, shown, hidden = self._validation
        total = 0.0
        with torch.inference_mode():
            for first in range(0, len(users), 256):
                some = np.arange(first, min(first + 256, len(users)))
                part = shown.rows(some), hidden.rows(some)
                keep = np.ones(len(some), dtype=np.bool_)
                total += float(self._loss(users[some], *part, keep)) * len(some)
        return total / max(len(users), 1)

    def _loss(
        self,
        users: NDArray[np.intp],
        shown: RatingMatrix,
        hidden: RatingMatrix,
        keep_demographics: NDArray[np.bool_],
    ) -> Tensor:
        gender = np.where(keep_demographics, self._data.gender[users], -1).astype(np.int8)
        bracket = np.where(keep_demographics, self._data.bracket[users], -1).astype(np.int8)
        batch = ProfileBatch.of_rows(shown, gender, bracket)
        centred = Centred.of(batch, self._biases)
        inputs = inputs_of(batch, centred).to(self._device)
        # Mixed precision where it pays; the losses below are summed in full.
        with torch.autocast("cuda", torch.bfloat16, enabled=self._device.type == "cuda"):
            presence_code, residual_code = self.network.codes(inputs)
            logits = self.network.presence_logits(presence_code).float()
        residual_code = residual_code.float()

        row = torch.as_tensor(hidden.user.astype(np.int64)).to(self._device)
        title = torch.as_tensor(hidden.title.astype(np.int64)).to(self._device)
        expected = self._biases.mean + self._biases.title[hidden.title]
        user_bias = torch.as_tensor(centred.user_bias).to(self._device)
        target = torch.as_tensor(hidden.score - expected).to(self._device) - user_bias[row]
        liked = torch.as_tensor((hidden.score >= LIKED_FROM).astype(np.float32))
        weight = (1 + self._settings.liked_bonus * liked).to(self._device)

        # A person counts by the root of what is hidden of them: between “every person alike”
        # and “every rating alike”.
        count = torch.bincount(row, minlength=len(users)).float()
        importance = count.sqrt() / count.sqrt().mean().clamp(min=1e-6)
        total = torch.zeros_like(count).index_add_(0, row, weight).clamp(min=1e-6)
        surprise = torch.logsumexp(logits, dim=1)[row] - logits[row, title]
        presence = (surprise * weight * (importance / total)[row]).sum() / len(users)
        error = self.network.residuals_at(residual_code, row, title) - target
        residual = (error.square() * (importance / count.clamp(min=1))[row]).sum() / len(users)
        return presence + residual


def _rate(done: float) -> float:
    """Return the share of the full learning rate: a short rise, then half a cosine down."""
    return min(1.0, 0.01 + done / 0.02) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))


def _shown_shares(lengths: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.float64]:
    """Draw which share of each profile to show: mostly a third to nine tenths, often very few.

    Very small profiles are what new people have, so they must be met in training.
    """
    n = np.maximum(lengths, 1)
    kind = random.random(len(n))
    usual = random.uniform(0.35, 0.9, len(n))
    few = np.exp(random.uniform(0, np.log(n))) / n
    share = np.where(kind < 0.3, few, usual)
    return np.where((kind < 0.03) | (n < 2), 0.0, share)


def _hide(
    rows: RatingMatrix, share: NDArray[np.float64], random: np.random.Generator
) -> tuple[RatingMatrix, RatingMatrix]:
    """Split each row at random into a shown part of about `share` and the rest, at least one."""
    lengths = rows.lengths
    show = np.minimum((lengths * share).astype(np.int64), lengths - 1)
    show = np.where((share > 0) & (lengths > 1), np.maximum(show, 1), show)
    user = rows.user
    order = np.lexsort((random.random(len(user)), user))
    rank = np.empty(len(user), dtype=np.int64)
    rank[order] = np.arange(len(user)) - rows.start[user[order]]
    shown = rank < show[user]
    return rows.only(shown), rows.only(~shown)


def _initialise(network: RikoNetwork, ratings: RatingMatrix, scale: float, seed: int) -> None:
    """Start the title matrices at the singular vectors of who watched what, popularity damped.

    From there the network learns in a third of the epochs that random numbers would need.
    """
    width = network.width
    counts = ratings.counts()
    rows = ratings.rows(np.flatnonzero(ratings.lengths >= 3))
    present = matrix(rows, np.ones_like(rows.score))
    damped = (
        sparse.diags(rows.lengths**-0.5) @ present @ sparse.diags(np.maximum(counts, 5.0) ** -0.25)
    )
    rank = min(width, min(damped.shape) - 1)
    cells = damped.tocoo()
    places = torch.as_tensor(np.stack([cells.row, cells.col]))
    values = torch.as_tensor(cells.data.astype(np.float32))
    torch.manual_seed(seed)  # pyright: ignore[reportUnknownMemberType]
    _, sizes, right = torch.svd_lowrank(
        torch.sparse_coo_tensor(  # pyright: ignore[reportUnknownMemberType]
            places, values, damped.shape, check_invariants=True
        ),
        q=rank,
        niter=3,
    )
    vectors = np.zeros((ratings.titles, width), dtype=np.float32)
    vectors[:, :rank] = (right * sizes.sqrt()).numpy()
    start = torch.as_tensor(vectors / vectors.std() * scale)
    with torch.no_grad():
        network.presence_in.copy_(start)
        network.residual_in.copy_(start * 0.5)
        network.presence_out.copy_(start * 0.5)
        network.residual_out.copy_(start * 0.25)
        network.presence_head.weight.copy_(torch.eye(width))
        network.bracket.weight.normal_(0, 0.02)
        network.gender.weight.normal_(0, 0.02)
        share = (counts + 1) / (counts.sum() + ratings.titles)
        network.presence_bias.copy_(torch.as_tensor(np.log(share).astype(np.float32)))


def _numpy_generator(generator: torch.Generator) -> np.random.Generator:
    seed = int(torch.randint(2**62, (1,), generator=generator))
    return np.random.default_rng(seed)
