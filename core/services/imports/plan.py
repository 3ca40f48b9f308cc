"""What taking in a list from elsewhere would change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping
    from datetime import datetime

DROPPED_SCORE: Final = 4
"""What a title counts as that was dropped without a score: a weak dislike."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A title of the catalogue as a list has it; `score` (1–10) and `moment` may be unknown."""

    anime_id: int
    score: int | None
    dropped: bool
    moment: datetime | None


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person chose of the titles of a list that have no score.

    With `dropped` those that were dropped count as `DROPPED_SCORE`. With `seen` the others are
    dismissed as seen, so that they are not recommended.
    """

    dropped: bool = True
    seen: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The titles of a list by what they mean for a person's own ratings.

    `new` have a score and are not rated here; `same` are rated alike, `conflicts` otherwise.
    `dropped` and `seen` have no score, here neither.
    """

    new: tuple[Listed, ...]
    same: tuple[Listed, ...]
    conflicts: tuple[Listed, ...]
    dropped: tuple[Listed, ...]
    seen: tuple[Listed, ...]


def make_plan(
    titles: Iterable[Listed], scores: Mapping[int, int], dismissed: Container[int]
) -> Plan:
    """Sort `titles` by the person's own scores and the titles they dismissed."""
    new: list[Listed] = []
    same: list[Listed] = []
    conflicts: list[Listed] = []
    dropped: list[Listed] = []
    seen: list[Listed] = []
    for title in titles:
        mine = scores.get(title.anime_id)
        if title.score is not None:
            kind = new if mine is None else same if mine == title.score else conflicts
            kind.append(title)
        elif mine is None and title.dropped:
            dropped.append(title)
        elif mine is None and title.anime_id not in dismissed:
            seen.append(title)
    return Plan(tuple(new), tuple(same), tuple(conflicts), tuple(dropped), tuple(seen))
