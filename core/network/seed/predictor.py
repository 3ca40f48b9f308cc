"""Predictions of a seed-shaped network: the AutoEncoder over one row of ratings."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import torch

from core.network.bundle import MANIFEST, WEIGHTS
from core.network.predictor import Prediction
from core.network.seed.autoencoder import AutoencoderShape
from core.network.seed.precision import Precision
from core.network.seed.runners import build_runner
from core.network.seed.user_vector import AGE_COLUMNS, GENDER_COLUMN, InputLayout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from core.network.bundle import Bundle, JsonValue, Manifest
    from core.network.predictor import LeftOut
    from core.person import Taste

RIKONET: Final = "rikonet"
"""The `kind` of bundles with a seed-shaped network."""

# Ordering by predicted rating alone digs up titles hardly anyone watches, the seed's largest
# fault. A title's popularity, in standard deviations of its logarithm, speaks against that.
_POPULARITY_WEIGHT: Final = 1.0


@dataclass(frozen=True, slots=True)
class NetworkEntry:
    """What the manifest says of a network: shape, demographic columns, precision of the weights."""

    shape: AutoencoderShape
    demographics: dict[str, int]
    precision: Precision


def network_entry(
    shape: AutoencoderShape, columns: Sequence[str], precision: Precision = Precision.FLOAT32
) -> dict[str, JsonValue]:
    """Return the manifest's `network` entry for a seed-shaped network.

    `columns` are the names of all input columns in order: title ids and demographic ones.
    """
    demographic = {name: i for i, name in enumerate(columns) if not name.isdecimal()}
    return cast(
        "dict[str, JsonValue]",
        asdict(shape)
        | {
            "layer_sizes": list(shape.layer_sizes),
            "demographics": demographic,
            "precision": precision.value,
        },
    )


def read_network_entry(manifest: Manifest) -> NetworkEntry:
    """Read what `network_entry` wrote. Raises `ValueError`, `KeyError` or `TypeError`.

    Bundles from before there was a choice do not name a precision: they hold float32.
    """
    entry = manifest.network
    sizes = cast("list[int]", entry["layer_sizes"])
    shape = AutoencoderShape(
        layer_sizes=tuple(int(size) for size in sizes),
        activation=str(entry["activation"]),
        tied=bool(entry["tied"]),
        dropout=float(cast("float", entry["dropout"])),
        last_layer_activation=bool(entry["last_layer_activation"]),
    )
    demographics = cast("dict[str, int]", entry["demographics"])
    precision = Precision(str(entry.get("precision", Precision.FLOAT32)))
    if precision is Precision.FLOAT16:
        raise ValueError("no bundle holds float16")
    columns = {str(name): int(column) for name, column in demographics.items()}
    return NetworkEntry(shape, columns, precision)


class SeedPredictor:
    """A `Predictor` over a seed-shaped network. Holds no state between calls.

    Raises `BundleError` when the bundle's weights do not fit its manifest.
    """

    def __init__(self, bundle: Bundle, device: str) -> None:
        try:
            entry = read_network_entry(bundle.manifest)
            width = entry.shape.layer_sizes[0]
            self._layout = _layout(width, entry.demographics, len(bundle.titles.ids))
        except (ValueError, KeyError, TypeError, OverflowError) as error:
            raise bundle.problem(MANIFEST, f"its network entry is damaged ({error})") from error
        try:
            self._run = build_runner(entry.shape, bundle.weights, entry.precision, device)
        except ValueError as error:
            raise bundle.problem(WEIGHTS, f"it does not fit the manifest: {error}") from error
        self._index_of = bundle.titles.index_of
        self._popularity = _standardised(np.log1p(bundle.titles.counts.astype(np.float64)))

    def predict(self, tastes: Sequence[Taste]) -> Prediction:
        """Return predictions; see `Predictor.predict`."""
        rows = torch.as_tensor(self._layout.encode(tastes, self._index_of))
        with torch.inference_mode():
            output = self._run(rows).numpy()
        rating = np.ascontiguousarray(output[:, self._layout.title_columns])
        spread = np.maximum(rating.std(axis=1, keepdims=True), 1e-6)
        blend = (rating - rating.mean(axis=1, keepdims=True)) / spread
        blend += _POPULARITY_WEIGHT * self._popularity
        return Prediction(rating, blend)

    def effects(
        self,
        questions: Sequence[LeftOut],
        whole: Prediction,
        *,
        exact: bool = False,  # noqa: ARG002 - always is
    ) -> list[NDArray[np.float32]]:
        """Return what ratings do; see `Predictor.effects`."""
        effects: list[NDArray[np.float32]] = []
        for question, blend in zip(questions, whole.blend, strict=True):
            left_out = [question.taste.without(anime_id) for anime_id, _ in question.ratings]
            without = self.predict(left_out).blend[:, question.titles]
            effects.append(blend[question.titles] - without)
        return effects


def _layout(width: int, demographics: dict[str, int], titles: int) -> InputLayout:
    known = {GENDER_COLUMN, *AGE_COLUMNS}
    if unknown := set(demographics) - known:
        raise ValueError(f"unknown column {min(unknown)}")
    taken = set(demographics.values())
    columns = np.array([i for i in range(width) if i not in taken], dtype=np.int32)
    if len(columns) != titles:
        raise ValueError(f"{width} inputs leave {len(columns)} titles, the table has {titles}")
    ages = {
        bracket: demographics[name] for name, bracket in AGE_COLUMNS.items() if name in demographics
    }
    return InputLayout(width, demographics.get(GENDER_COLUMN), ages, columns)


def _standardised(values: NDArray[np.float64]) -> NDArray[np.float32]:
    spread = float(values.std())
    return ((values - values.mean()) / (spread or 1.0)).astype(np.float32)
