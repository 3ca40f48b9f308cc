"""The baselines of the table, in the order in which they are fitted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from core.clusters.clusters import Clusters
from core.clusters.seed import read_seed_clusters
from core.evaluation.baselines.averages import Biases, GlobalMean, Popularity
from core.evaluation.baselines.ease import Ease, EaseAndRating
from core.evaluation.baselines.factors import Factors
from core.evaluation.baselines.item_knn import ItemKnn
from core.evaluation.baselines.rikonet import SMALL_LAYERS, Rikonet
from core.network.seed.task import HIDDEN_LAYERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from core.evaluation.baselines.scorer import Scorer
    from core.network.training_data import TrainingData

EASE: Final = "EASE on presence"
ITEM_KNN: Final = "item-kNN, centred"
_SMALL_EPOCHS: Final = 10
_SMALL_MINUTES: Final = 20.0
_ENDLESS: Final = 1000


@dataclass(frozen=True, slots=True)
class Baseline:
    """A name and how to fit it.

    `fit` also gets those fitted before, of which `parts` are used. `clusters` makes the clusters
    for given title ids; without it the lists are filled by those of the bundle beside it.
    """

    name: str
    fit: Callable[[TrainingData, Mapping[str, Scorer]], Scorer]
    parts: Sequence[str] = ()
    clusters: Callable[[NDArray[np.int32]], Clusters] | None = None


def baselines(
    seed_clusters: Path | None = None, full_seed_minutes: float = 0.0
) -> tuple[Baseline, ...]:
    """Return all baselines.

    `seed_clusters` is the seed's `clusters.csv`, by which its own recipe then fills the lists.
    With `full_seed_minutes` that recipe is also trained in its full size for so long.
    """
    by_seed = None if seed_clusters is None else partial(_seed_clusters, seed_clusters)
    table = [
        Baseline("global mean", lambda training, _: GlobalMean.fit(training)),
        Baseline("user + item bias", lambda training, _: Biases.fit(training)),
        Baseline("popularity", lambda training, _: Popularity.fit(training)),
        Baseline("matrix factorisation, 64", lambda training, _: Factors.fit(training)),
        Baseline(ITEM_KNN, lambda training, _: ItemKnn.fit(training)),
        Baseline(EASE, lambda training, _: Ease.fit(training)),
        Baseline(
            "EASE + 0.5 × rating",
            lambda _, fitted: EaseAndRating(fitted[EASE], fitted[ITEM_KNN]),
            parts=(EASE, ITEM_KNN),
        ),
        Baseline(
            f"seed's recipe, {_named(SMALL_LAYERS)}",
            lambda training, _: Rikonet.fit(training, SMALL_LAYERS, _SMALL_EPOCHS, _SMALL_MINUTES),
            clusters=by_seed,
        ),
    ]
    if full_seed_minutes > 0:
        table.append(
            Baseline(
                f"seed's recipe, {_named(HIDDEN_LAYERS)}",
                lambda training, _: Rikonet.fit(
                    training, HIDDEN_LAYERS, _ENDLESS, full_seed_minutes
                ),
                clusters=by_seed,
            )
        )
    return tuple(table)


def _named(layers: Sequence[int]) -> str:
    return "-".join(map(str, layers))


def _seed_clusters(path: Path, ids: NDArray[np.int32]) -> Clusters:
    cluster, opposite = read_seed_clusters(path, ids)
    count = int(max(cluster.max(), opposite.max())) + 1
    return Clusters(cluster, opposite, np.zeros((count, 0), dtype=np.int16))
