"""What every baseline offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.evaluation.protocol import Profiles


@dataclass(frozen=True, slots=True)
class Scores:
    """Numbers for a batch of people, float32[people, titles].

    `ranking` orders titles; `rating` is the predicted rating, or `None` if there is no such thing.
    """

    ranking: NDArray[np.float32]
    rating: NDArray[np.float32] | None


class Scorer(Protocol):
    """A fitted baseline. It is asked for a few hundred people at a time."""

    def score(self, profiles: Profiles) -> Scores:
        """Return scores of all titles for each of `profiles`."""
        ...
