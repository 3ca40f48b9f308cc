"""The seed's own recipe, trained on the same people and ranked by predicted rating."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import torch

from core.evaluation.answers import tastes
from core.evaluation.baselines.scorer import Scores
from core.network.seed.task import RikonetTask
from core.network.seed.user_vector import InputLayout
from core.network.trainer import EpochReport, Schedule, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from core.evaluation.protocol import Profiles
    from core.network.seed.autoencoder import AutoEncoder
    from core.network.training_data import TrainingData

SMALL_LAYERS: Final = (512, 256)
# The seed was trained on people with lists; most of the shared data's wrote one review.
_LEAST_RATINGS: Final = 5
_VALIDATION_SHARE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Rikonet:
    """A trained seed-shaped autoencoder."""

    network: AutoEncoder
    layout: InputLayout
    ids: NDArray[np.int32]

    @classmethod
    def fit(
        cls,
        training: TrainingData,
        hidden_layers: Sequence[int],
        epochs: int,
        max_minutes: float,
    ) -> Rikonet:
        """Train with the seed's loss and optimiser; no new epoch begins after `max_minutes`."""
        people = np.flatnonzero(training.ratings.lengths >= _LEAST_RATINGS)
        order = np.random.default_rng(0).permutation(people)
        validation = max(1, round(_VALIDATION_SHARE * len(order)))
        task = RikonetTask(
            training, order[validation:], order[:validation], hidden_layers=hidden_layers
        )
        schedule = Schedule(epochs=epochs, max_minutes=max_minutes)
        with tempfile.TemporaryDirectory() as folder:
            fit(task, schedule, Path(folder) / "checkpoint", "baseline", _Silent())
        layout, ids = InputLayout.parse(task.columns)
        return cls(task.network, layout, ids)

    def score(self, profiles: Profiles) -> Scores:
        """See `Scorer.score`."""
        index_of = {anime_id: index for index, anime_id in enumerate(self.ids.tolist())}
        rows = torch.as_tensor(self.layout.encode(tastes(profiles, self.ids), index_of))
        with torch.inference_mode():
            output = self.network(rows).numpy()
        rating = np.ascontiguousarray(output[:, self.layout.title_columns], dtype=np.float32)
        return Scores(rating, rating)


class _Silent:
    """A `Reporter` that says nothing: a baseline is one step of the whole evaluation."""

    def stage(self, text: str) -> None:
        """See `Reporter`."""

    def progress(self, text: str, done: int, total: int) -> None:
        """See `Reporter`."""

    def epoch(self, report: EpochReport) -> None:
        """See `Reporter`."""
