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
    how likely the person is to watch and like them; only its order means anything. `presence` are
    the log probabilities that a title is on the person's list, where the network tells them.
    """

    rating: NDArray[np.float32]
    blend: NDArray[np.float32]
    presence: NDArray[np.float32] | None = None

    def of(self, rows: Sequence[int]) -> Prediction:
        """Return the predictions of only these tastes."""
        presence = None if self.presence is None else self.presence[rows]
        return Prediction(self.rating[rows], self.blend[rows], presence)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Asks what each of `ratings` does: `taste` is read with one after the other left out.

    `ratings` are `(anime_id, score)` pairs of `taste` whose titles the bundle knows, `titles` the
    rows of those titles whose scores are to be compared. Raises `ValueError` without a rating.
    """

    taste: Taste
    ratings: Sequence[tuple[int, int]]
    titles: NDArray[np.intp]

    def __post_init__(self) -> None:
        """Hold what the class promises."""
        if not self.ratings:
            raise ValueError("there is no rating to leave out")


class Predictor(Protocol):
    """A network on a device, ready to answer."""

    def predict(self, tastes: Sequence[Taste]) -> Prediction:
        """Return predictions for `tastes`; titles unknown to the bundle are left out."""
        ...

    def effects(
        self, questions: Sequence[LeftOut], whole: Prediction, *, exact: bool = False
    ) -> list[NDArray[np.float32]]:
        """Return how far each rating raises the blend of each title: float32[ratings, titles].

        Row i of `whole` is what `predict` says of the taste of `questions[i]`. A profile with one
        rating left out is weighed as if it had all, so that only the rating counts. Unless
        `exact`, a network may save work where the strongest effect of a title hardly changes.
        """
        ...
