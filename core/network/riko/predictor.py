"""Predictions of Riko's own network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from core.network.bundle import MANIFEST, WEIGHTS
from core.network.predictor import Prediction
from core.network.riko.model import PathReader, RikoModel
from core.network.riko.profile_batch import ProfileBatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from core.network.bundle import Bundle, JsonValue
    from core.person import Taste

RIKO: Final = "riko"
"""The `kind` of bundles with Riko's own network."""


_WIDEST: Final = 1 << 16


def network_entry(width: int) -> dict[str, JsonValue]:
    """Return the manifest's `network` entry."""
    return {"width": width}


class RikoPredictor:
    """A `Predictor` over a `RikoModel`. Holds no state between calls.

    Raises `BundleError` when the bundle's weights do not fit its manifest.
    """

    def __init__(self, bundle: Bundle, device: str) -> None:
        width = bundle.manifest.network.get("width")
        if not isinstance(width, int) or not 1 <= width <= _WIDEST:
            raise bundle.problem(MANIFEST, "its network entry has no usable width")
        try:
            model = RikoModel.from_weights(bundle.weights, len(bundle.titles.ids), width)
        except (KeyError, ValueError, RuntimeError) as error:
            raise bundle.problem(WEIGHTS, f"it does not fit the manifest: {error}") from error
        self._index_of = bundle.titles.index_of
        self._paths = PathReader(model.paths, device)
        biases = model.paths.biases
        self._usual = (biases.title + biases.mean).astype(np.float32)
        self._figures = model.paths.figures
        self._mixer = model.mixer

    def predict(self, tastes: Sequence[Taste]) -> Prediction:
        """Return predictions; see `Predictor.predict`."""
        parts = self._paths.read(ProfileBatch.of_tastes(tastes, self._index_of))
        residual = self._mixer.residual(parts, self._figures)
        rating = residual + parts.user_bias[:, None] + self._usual
        return Prediction(rating, self._mixer.score(parts, self._figures, residual))

    def blend_at(self, tastes: Sequence[Taste], titles: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return ranking scores of only `titles`; see `Predictor.blend_at`."""
        batch = ProfileBatch.of_tastes(tastes, self._index_of)
        parts, figures = self._paths.read_at(batch, titles), self._figures.at(titles)
        return self._mixer.score(parts, figures, self._mixer.residual(parts, figures))
