"""Which of a person's ratings speak for a title, and which against it.

Each rating is left out in turn, all in one batch, and what that changes is its effect (after
Sprout). Profiles with one left out are weighed like the whole one, so that only the rating counts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from core.recommender.request import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from core.network.predictor import Predictor
    from core.person import Taste

REASON_CANDIDATES: Final = 12
"""A reason is looked for among this many of the best-liked titles; each costs one more row."""

MOST_EXPLAINED: Final = 40
"""An explanation has at most this many ratings."""


def without(taste: Taste, anime_id: int) -> Taste:
    """Return `taste` as if `anime_id` had not been rated."""
    return replace(taste, ratings=tuple(pair for pair in taste.ratings if pair[0] != anime_id))


def strongest_reasons(
    predictor: Predictor,
    taste: Taste,
    known: Sequence[tuple[int, int]],
    titles: NDArray[np.intp],
    blend: NDArray[np.float32],
    liked_from: int,
) -> list[Reason | None]:
    """For each of `titles`, return the liked one without which its score would fall most.

    Having watched a title one disliked can speak for another, too, but nobody would call that a
    reason. `known` are the ratings of `taste` whose titles the bundle knows, `titles` rows of the
    bundle, `blend` float32[titles] their scores with the whole profile.
    """
    liked = [pair for pair in reversed(known) if pair[1] >= liked_from]
    # the sort is stable: of equal scores the latest come first
    ratings = sorted(liked, key=lambda pair: -pair[1])[:REASON_CANDIDATES]
    if not ratings or not len(titles):
        return [None] * len(titles)
    effects = _effects(predictor, taste, known, ratings, titles, blend)
    strongest: list[int] = effects.argmax(axis=0).tolist()
    return [
        Reason(*ratings[row], effect) if (effect := float(effects[row, column])) > 0 else None
        for column, row in enumerate(strongest)
    ]


def all_reasons(
    predictor: Predictor,
    taste: Taste,
    known: Sequence[tuple[int, int]],
    titles: NDArray[np.intp],
    blend: NDArray[np.float32],
) -> list[list[Reason]]:
    """For each of `titles`, return what every rating does, the strongest effect first.

    Of more than `MOST_EXPLAINED` ratings the latest, the worst and the best are taken. Arguments
    are those of `strongest_reasons`.
    """
    ratings = _most_telling(known)
    if not ratings or not len(titles):
        return [[] for _ in titles]
    effects = _effects(predictor, taste, known, ratings, titles, blend)
    explained: list[list[Reason]] = []
    for of_title in effects.T.tolist():
        reasons = [
            Reason(anime_id, score, effect)
            for (anime_id, score), effect in zip(ratings, of_title, strict=True)
        ]
        explained.append(sorted(reasons, key=lambda reason: -abs(reason.effect)))
    return explained


def _effects(
    predictor: Predictor,
    taste: Taste,
    known: Sequence[tuple[int, int]],
    ratings: Sequence[tuple[int, int]],
    titles: NDArray[np.intp],
    blend: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Return float32[ratings, titles]: how far each of `ratings` raised each title."""
    left_out = [without(taste, anime_id) for anime_id, _ in ratings]
    sizes = np.full(len(left_out), len(known), dtype=np.int64)
    return blend - predictor.blend_at(left_out, titles, sizes)


def _most_telling(known: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    latest = known[::-1]
    third = MOST_EXPLAINED // 3
    best_first = sorted(latest, key=lambda pair: -pair[1])
    worst_first = sorted(latest, key=lambda pair: pair[1])
    chosen = dict.fromkeys([*latest[:third], *worst_first[:third], *best_first])
    return list(chosen)[:MOST_EXPLAINED]
