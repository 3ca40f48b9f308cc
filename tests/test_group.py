from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.recommender.group import group_scores


@st.composite
def members(draw: st.DrawFn) -> np.ndarray:
    """Scores of one to six people for two to twenty titles, on a scale of each one's own."""
    people, titles = draw(st.integers(1, 6)), draw(st.integers(2, 20))
    values = st.lists(st.integers(-50, 50), min_size=titles, max_size=titles)
    return np.array([draw(values) for _ in range(people)], dtype=np.float32)


@given(members(), st.floats(0.1, 10), st.floats(-10, 10), st.integers(0, 5))
def test_nobodys_scale_matters(
    scores: np.ndarray, factor: float, shift: float, member: int
) -> None:
    louder = scores.copy()
    louder[member % len(scores)] = louder[member % len(scores)] * factor + shift
    np.testing.assert_allclose(group_scores(louder), group_scores(scores), atol=1e-3)


@given(members())
def test_what_nobody_likes_less_is_never_ranked_lower(scores: np.ndarray) -> None:
    together = group_scores(scores)
    assert np.isfinite(together).all()
    not_less = (scores[:, :, None] >= scores[:, None, :]).all(axis=0)
    assert (together[:, None] - together[None, :])[not_less].min() >= -1e-5


def test_one_persons_misery_outweighs_a_slightly_better_average() -> None:
    # The first title delights two and disgusts one, the second is fine for all.
    scores = np.array([[2.2, 1.0, -1, -2], [2.2, 1.0, -1, -2], [-2.0, 1.4, 1, -1]], np.float32)
    together = group_scores(scores)
    assert together[1] > together[0]


def test_a_member_who_has_no_preference_changes_no_order() -> None:
    scores = np.array([[3.0, 1, 2, -1], [5, 5, 5, 5]], dtype=np.float32)
    assert np.argsort(group_scores(scores)).tolist() == [3, 1, 2, 0]
