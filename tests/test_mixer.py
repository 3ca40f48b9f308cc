"""What the mixer answers is what its weights were fitted on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.network.riko.mixer import (
    KNOTS,
    RANKING_FEATURES,
    RATING_FEATURES,
    Mixer,
    Parts,
    TitleFigures,
    knot_weights,
    ranking_features,
    rating_features,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray


@pytest.mark.parametrize("own_titles", [False, True])
def test_answers_are_the_sums_of_the_fitted_features(own_titles: bool) -> None:
    random = np.random.default_rng(3)
    people, titles = 5, 9_000  # enough that not all are weighed at once

    def some(*shape: int) -> NDArray[np.float32]:
        return random.normal(size=shape).astype(np.float32)

    of_titles = (people, titles) if own_titles else (titles,)
    figures = TitleFigures(some(*of_titles), some(*of_titles))
    counts = np.array([0, 1, 4, 60, 2_000])
    parts = Parts(
        links=some(people, titles),
        presence=some(people, titles),
        residual=some(people, titles),
        neighbours=some(people, titles),
        user_bias=some(people),
        spread=some(people),
        counts=counts,
    )
    mixer = Mixer(some(len(KNOTS), RATING_FEATURES), some(len(KNOTS), RANKING_FEATURES))

    residual, score = mixer.residual_and_score(parts, figures)

    knots = knot_weights(counts)

    def weighed(
        features: list[NDArray[np.float32]], weights: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        stacked = [np.broadcast_to(feature, (people, titles)) for feature in features]
        return np.einsum("fpt,pf->pt", np.stack(stacked), knots @ weights)

    expected = weighed(rating_features(parts, figures), mixer.rating)
    assert residual == pytest.approx(expected, abs=1e-4)
    expected = weighed(ranking_features(parts, figures, residual), mixer.ranking)
    assert score == pytest.approx(expected, abs=1e-4)
