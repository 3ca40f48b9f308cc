"""Training of the seed's own network, `--preset rikonet`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import torch

from core.network.demographics import BRACKETS, GENDERS, NOT_GIVEN
from core.network.seed.autoencoder import AutoEncoder, AutoencoderShape
from core.network.seed.user_vector import AGE_COLUMNS, GENDER_COLUMN, InputLayout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from torch import Tensor

    from core.network.training_data import TrainingData

HIDDEN_LAYERS: Final = (8192, 2048, 512, 256)
"""The seed's."""

_DEMOGRAPHICS: Final = (GENDER_COLUMN, *AGE_COLUMNS)
_MOMENTUM: Final = 0.9
_HIDDEN_SHARE: Final = 0.2


class RikonetTask:
    """The seed's recipe: masked squared error on the ratings themselves, SGD with momentum.

    Validation hides a fifth of the ratings of held-out people and returns the RMSE on them.
    """

    def __init__(
        self,
        data: TrainingData,
        training_users: NDArray[np.intp],
        held_out_users: NDArray[np.intp],
        *,
        hidden_layers: Sequence[int] = HIDDEN_LAYERS,
        learning_rate: float = 1e-3,
        seed: int = 0,
        device: str = "cpu",
    ) -> None:
        self._data = data
        self._device = torch.device(device)
        self._layout, _ = InputLayout.parse(self.columns)
        self.shape = AutoencoderShape(
            (self._layout.width, *hidden_layers), last_layer_activation=False
        )
        network = AutoEncoder(self.shape)
        network.initialise(torch.Generator().manual_seed(seed))
        with torch.no_grad():
            # Ratings lie around 7: an output ReLU that starts around 0 would die for many titles.
            network.decoder_bias[-1].fill_(float(data.ratings.rows(training_users).score.mean()))
        self.network = network.to(self._device)
        self.optimiser = torch.optim.SGD(
            self.network.parameters(), lr=learning_rate, momentum=_MOMENTUM
        )
        self._users = training_users
        self._held_out = held_out_users
        shown = np.random.default_rng(seed).random(len(data.ratings.title)) >= _HIDDEN_SHARE
        self._shown, self._hidden = data.ratings.only(shown), data.ratings.only(~shown)

    @property
    def columns(self) -> list[str]:
        """The names of the input columns, in order."""
        return [*_DEMOGRAPHICS, *map(str, self._data.ids.tolist())]

    def epoch_users(self, generator: torch.Generator) -> NDArray[np.intp]:
        """Return everybody, shuffled."""
        return self._users[torch.randperm(len(self._users), generator=generator).numpy()]

    def step(self, users: NDArray[np.intp], generator: torch.Generator, done: float) -> float:  # noqa: ARG002
        """Take one step on the squared error over all ratings of `users`; see `Task.step`."""
        scores, rated = self._data.ratings.rows(users).dense()
        output = self.network(self._input(users, scores))
        loss = _masked_mse(output[:, len(_DEMOGRAPHICS) :], self._to(scores), self._to(rated))
        self.optimiser.zero_grad()
        loss.backward()  # pyright: ignore[reportUnknownMemberType]
        self.optimiser.step()  # pyright: ignore[reportUnknownMemberType]
        return float(loss.detach())

    def validation_loss(self) -> float:
        """Return the RMSE on the hidden ratings of held-out people."""
        squares = count = 0.0
        with torch.inference_mode():
            for first in range(0, len(self._held_out), 256):
                users = self._held_out[first : first + 256]
                output = self.network(self._input(users, self._shown.rows(users).dense()[0]))
                scores, rated = self._hidden.rows(users).dense()
                n = int(rated.sum())
                mse = _masked_mse(
                    output[:, len(_DEMOGRAPHICS) :], self._to(scores), self._to(rated)
                )
                squares += float(mse) * n
                count += n
        return float(np.sqrt(squares / max(count, 1.0)))

    def _input(self, users: NDArray[np.intp], scores: NDArray[np.float32]) -> Tensor:
        rows = np.zeros((len(users), self._layout.width), dtype=np.float32)
        rows[:, self._layout.title_columns] = scores
        genders: list[int] = self._data.gender[users].tolist()
        brackets: list[int] = self._data.bracket[users].tolist()
        for row, gender, bracket in zip(rows, genders, brackets, strict=True):
            self._layout.write_person(
                row,
                None if gender == NOT_GIVEN else GENDERS[gender],
                None if bracket == NOT_GIVEN else BRACKETS[bracket],
            )
        return self._to(rows)

    def _to(self, array: NDArray[np.float32] | NDArray[np.bool_]) -> Tensor:
        return torch.as_tensor(array).to(self._device)


def _masked_mse(output: Tensor, scores: Tensor, rated: Tensor) -> Tensor:
    errors = (output - scores)[rated]
    return errors.square().mean() if errors.numel() else output.sum() * 0
