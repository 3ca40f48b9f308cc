"""Where ratings from elsewhere stand among those a person gave in Riko: in the order of time."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from core.services.stored_ratings import StoredRating


@dataclass(frozen=True, slots=True)
class Places:
    """Which ordinals new ratings get, in the order they were given in, and which others change.

    `moved` are new ordinals by old ones. All new ordinals are larger than any there was, so that
    they can be written one after the other.
    """

    places: tuple[int, ...]
    moved: Mapping[int, int]


def find_places(
    moments: Sequence[datetime | None], ratings: Sequence[StoredRating], taken: Sequence[int]
) -> Places:
    """Return places for new ratings among `ratings`, which stand in their order.

    `moments` are when the new ones were given, in order, those of which nobody knows it (none)
    first: these stand before all there are. Every other stands behind the last rating that is not
    newer. `taken` are all ordinals, in order, that a rating has or undoing may give back; what may
    be given back keeps its place among the others.
    """
    behind: dict[int | None, list[int]] = {}
    anchor: int | None = None
    anchors = _anchors(ratings)
    at = 0
    for index, moment in enumerate(moments):
        # from new rating to new rating the anchor can only move on
        while moment is not None and at < len(anchors) and anchors[at].rated_at <= moment:
            anchor = anchors[at].ordinal
            at += 1
        behind.setdefault(anchor, []).append(index)
    places = [0] * len(moments)
    moved: dict[int, int] = {}
    number = taken[-1] if taken else 0

    def put(indices: Sequence[int]) -> None:
        nonlocal number
        for index in indices:
            number += 1
            places[index] = number

    first = None if None in behind else min((a for a in behind if a is not None), default=None)
    put(behind.get(None, ()))
    start = 0 if first is None else bisect_left(taken, first)
    for ordinal in taken[start:] if behind else ():
        if ordinal != first:
            number += 1
            moved[ordinal] = number
        put(behind.get(ordinal, ()))
    return Places(tuple(places), moved)


def _anchors(ratings: Sequence[StoredRating]) -> list[StoredRating]:
    """Return the ratings behind which something new can stand, each newer than the one before.

    Times need not rise with the order, as undated ratings stand first but are new.
    """
    anchors: list[StoredRating] = []
    for rating in ratings:
        while anchors and anchors[-1].rated_at >= rating.rated_at:
            anchors.pop()
        anchors.append(rating)
    return anchors
