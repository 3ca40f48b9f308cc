"""What every kind of network offers to the recommender."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from core.person import Taste


@dataclass(frozen=True, slots=True)
class Prediction:
    """Numbers for a batch of tastes, both float32[tastes, titles] in the bundle's title order.

    `rating` is the network's predicted rating, not yet clipped to 1–10. `blend` orders titles by
    how likely the person is to watch and like them; only its order means anything.
    """

    rating: NDArray[np.float32]
    blend: NDArray[np.float32]


class Predictor(Protocol):
    """A network on a device, ready to answer."""

    def predict(self, tastes: Sequence[Taste]) -> Prediction:
        """Return predictions for `tastes`; titles unknown to the bundle are left out."""
        ...

    def blend_at(
        self, tastes: Sequence[Taste], titles: NDArray[np.intp], sizes: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the blend of only `titles`, float32[tastes, titles].

        Profiles are weighed as if they had `sizes` int64[tastes] ratings; with their own sizes
        this is `predict(tastes).blend[:, titles]`. A profile with one rating left out can so be
        compared with the whole one.
        """
        ...
