"""Which of a person's ratings speak for a title, and which against it.

Each rating is left out in turn, and what that changes is its effect (after Sprout). Profiles with
one left out are weighed like the whole one, so that only the rating counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.recommender.request import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

REASON_CANDIDATES: Final = 12
"""A reason is looked for among this many of the best-liked titles."""

MOST_EXPLAINED: Final = 40
"""An explanation has at most this many ratings."""


def best_liked(known: Sequence[tuple[int, int]], liked_from: int) -> list[tuple[int, int]]:
    """Return those of a person's ratings that may be named as a reason.

    Having watched a title one disliked can speak for another, too, but nobody would call that a
    reason. `known` are the ratings whose titles the bundle knows, oldest first.
    """
    liked = [pair for pair in reversed(known) if pair[1] >= liked_from]
    # the sort is stable: of equal scores the latest come first
    return sorted(liked, key=lambda pair: -pair[1])[:REASON_CANDIDATES]


def most_telling(known: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the ratings of an explanation: of too many the latest, the worst and the best."""
    latest = known[::-1]
    third = MOST_EXPLAINED // 3
    best_first = sorted(latest, key=lambda pair: -pair[1])
    worst_first = sorted(latest, key=lambda pair: pair[1])
    chosen = dict.fromkeys([*latest[:third], *worst_first[:third], *best_first])
    return list(chosen)[:MOST_EXPLAINED]


def strongest_reasons(
    ratings: Sequence[tuple[int, int]], effects: NDArray[np.float32]
) -> list[Reason | None]:
    """For each title, return the rating without which its score would fall most, if one would.

    `effects` float32[ratings, titles] are what a predictor says of `ratings`.
    """
    strongest: list[int] = effects.argmax(axis=0).tolist()
    highest: list[float] = effects.max(axis=0).tolist()
    return [
        Reason(*ratings[row], effect) if effect > 0 else None
        for row, effect in zip(strongest, highest, strict=True)
    ]


def all_reasons(
    ratings: Sequence[tuple[int, int]], effects: NDArray[np.float32]
) -> list[list[Reason]]:
    """For each title, return what every rating does, the strongest effect first.

    Arguments are those of `strongest_reasons`.
    """
    explained: list[list[Reason]] = []
    for of_title in effects.T.tolist():
        reasons = [
            Reason(anime_id, score, effect)
            for (anime_id, score), effect in zip(ratings, of_title, strict=True)
        ]
        explained.append(sorted(reasons, key=lambda reason: -abs(reason.effect)))
    return explained
