"""Predictions of Riko's own network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from core.network.bundle import MANIFEST, WEIGHTS
from core.network.demographics import BRACKETS, GENDERS
from core.network.predictor import Prediction
from core.network.riko.leave_one_out import LeaveOneOut
from core.network.riko.model import PathReader, RikoModel
from core.network.riko.profile_batch import ProfileBatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from core.network.bundle import Bundle, JsonValue
    from core.network.predictor import LeftOut
    from core.network.riko.mixer import Parts
    from core.person import Taste

RIKO: Final = "riko"
"""The `kind` of bundles with Riko's own network."""

_WIDEST: Final = 1 << 16

# Points of rating for each unit of log probability that age and gender add to a title. At 0.1 the
# difference between women and men follows that of who watches a title (rank correlation 0.57
# instead of 0.41), and the error on held-out people without ratings stays as it is.
_PULL: Final = 0.1
_PULL_ENDS: Final = 3

# Of people with up to this many ratings each one moves the code so far that the expansion of the
# normaliser names another reason for up to one title in a hundred; the exact one is cheap there.
_FEW: Final = 7


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
        batch = ProfileBatch.of_tastes(tastes, self._index_of)
        parts = self._paths.read(batch)
        rating, blend = self._mixer.residual_and_score(parts, self._figures)
        rating += parts.user_bias[:, None] + self._usual
        self._pull_towards_own_kind(rating, batch, parts)
        return Prediction(rating, blend, parts.presence)

    def effects(
        self, questions: Sequence[LeftOut], whole: Prediction, *, exact: bool = False
    ) -> list[NDArray[np.float32]]:
        """Return what ratings do; see `Predictor.effects`.

        What is not exact is the log probability of a title being on the list of somebody with
        more than a few ratings.
        """
        if not questions or whole.presence is None:
            return []
        asked = LeaveOneOut.of(questions, self._index_of)
        few = asked.batch.counts <= _FEW
        parts = self._paths.read_left_out(asked, whole.presence, few | exact)
        variants = asked.left_out.shape[1]
        figures = self._figures.at(np.repeat(asked.titles, variants, axis=0))
        _, scores = self._mixer.residual_and_score(parts, figures)
        scores = scores.reshape(len(questions), variants, -1)
        effects = scores[:, :1] - scores[:, 1:]
        return [
            of_person[: len(question.ratings), : len(question.titles)]
            for question, of_person in zip(questions, effects, strict=True)
        ]

    def _pull_towards_own_kind(
        self, rating: NDArray[np.float32], batch: ProfileBatch, parts: Parts
    ) -> None:
        """Raise the ratings of what people of the same age and gender watch more than others do.

        Hardly anybody in the training data says who they are, so that the rating head alone
        learns little from it, while what people watch says much. Fades with the first ratings.
        """
        told = (batch.gender < len(GENDERS)) | (batch.bracket < len(BRACKETS))
        people = np.flatnonzero(told & (batch.counts < _PULL_ENDS))
        if not len(people):
            return
        usual = self._paths.presence(batch.anonymous(people))
        strength = _PULL * (1 - batch.counts[people] / _PULL_ENDS)
        rating[people] += strength[:, None].astype(np.float32) * (parts.presence[people] - usual)
