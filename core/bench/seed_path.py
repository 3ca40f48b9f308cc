"""The way of the seed, written anew from its description, to be measured beside ours.

One request: a frame of one row is filled cell by cell, a loader with a worker process hands it
over, the whole network runs densely in float32, all titles are sorted, and Python lists are walked
for the clusters of the latest ratings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import torch
from torch.utils.data import DataLoader, Dataset

from core.bench.effort import once, timed
from core.bench.figures import MILLISECONDS, USERS_A_SECOND, Figure, Spread
from core.bench.floor import all_cores
from core.network.seed.autoencoder import AutoEncoder, AutoencoderShape

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from core.bench.effort import Effort
    from core.bench.figures import Found

SEED_PATH: Final = "the seed's path: one recommendation"
SEED_PATH_RATE: Final = "the seed's path: users a second"
DENSE: Final = "dense float32 forward, 1 person"
DENSE_32: Final = "dense float32 forward, 32 people"

_RATED: Final = 60
_BEST: Final = 1_000
_LATEST: Final = 3
_LIST: Final = 10
_CLUSTERS: Final = 213


class _Rows(Dataset["Tensor"]):
    def __init__(self, frame: pd.DataFrame) -> None:
        self._values = frame.to_numpy(dtype=np.float32)

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, place: int) -> Tensor:
        return torch.tensor(self._values[place])


class SeedPath:
    """The seed's network with random weights, and its way from ratings to two lists."""

    def __init__(self, layers: tuple[int, ...]) -> None:
        self.network = AutoEncoder(AutoencoderShape(layers, last_layer_activation=False))
        self.network.initialise(torch.Generator().manual_seed(0))
        # In training mode, as in evaluation ours would gather the columns that are used.
        self.network.train().requires_grad_(requires_grad=False)
        self._columns = [str(number) for number in range(layers[0])]
        self._cluster = [number % _CLUSTERS for number in range(layers[0])]

    def recommend(self, ratings: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
        """Return Similar Anime and Anime You May Like for `ratings` (column, score)."""
        frame = pd.DataFrame(0.0, index=[0], columns=self._columns)
        for column, score in ratings:
            frame.loc[0, str(column)] = float(score)
        loader = DataLoader(_Rows(frame), batch_size=1, num_workers=1)
        predicted = np.concatenate([self.network(batch).numpy() for batch in loader])[0]
        seen = [column for column, _ in ratings]
        best = [int(i) for i in np.argsort(predicted)[::-1] if int(i) not in seen][:_BEST]
        pool: list[int] = []
        for column, score in ratings[-_LATEST:]:
            own = self._cluster[column]
            pool.append(own if score >= 6 else (own + 1) % _CLUSTERS)
        similar = [i for i in best if self._cluster[i] in pool]
        others = [i for i in best if i not in similar]
        return similar[:_LIST], others[:_LIST]


def measure(effort: Effort, folder: Path) -> Found:  # noqa: ARG001 - as all parts
    """Return one request the seed's way, and the dense pass alone for one and 32 people."""
    torch.set_num_threads(all_cores())
    seed = SeedPath(effort.layers)
    chance = np.random.default_rng(1)
    columns = chance.choice(effort.layers[0], min(_RATED, effort.layers[0] // 2), replace=False)
    ratings = [(int(column), int(chance.integers(1, 11))) for column in columns]
    seed.recommend(ratings)
    ways = [once(lambda: seed.recommend(ratings)) for _ in range(effort.slow_rounds)]
    rounds = max(3, effort.rounds // 5)
    one, many = torch.rand(1, effort.layers[0]), torch.rand(32, effort.layers[0])
    return [
        Figure(SEED_PATH, MILLISECONDS, Spread.of(ways)),
        Figure(SEED_PATH_RATE, USERS_A_SECOND, Spread.of([1e3 / way for way in ways])),
        Figure(DENSE, MILLISECONDS, Spread.of(timed(lambda: seed.network(one), rounds))),
        Figure(DENSE_32, MILLISECONDS, Spread.of(timed(lambda: seed.network(many), rounds))),
    ]
