"""A list somebody keeps elsewhere, in Riko's own terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from core.errors import LongListError

MOST_ENTRIES: Final = 30_000
"""Entries of one list: more than there are titles."""
LONGEST_TITLE: Final = 200
"""Characters of a title's name; more is cut off."""
LARGEST_ID: Final = 2**31 - 1


class Source(StrEnum):
    """Where a list comes from."""

    MYANIMELIST = "myanimelist"
    ANILIST = "anilist"


class Status(StrEnum):
    """How far somebody is with a title."""

    WATCHING = "watching"
    COMPLETED = "completed"
    ON_HOLD = "on_hold"
    DROPPED = "dropped"
    PLANNED = "planned"


class Scale(StrEnum):
    """In which way a list gives scores; none of them has a score of 0."""

    TEN = "ten"
    TEN_DECIMAL = "ten_decimal"
    HUNDRED = "hundred"
    FIVE_STARS = "five_stars"
    THREE_SMILEYS = "three_smileys"


@dataclass(frozen=True, slots=True)
class ForeignEntry:
    """One title of a list.

    `anime_id` is its MyAnimeList number, `anilist_id` AniList's, none where the list has none.
    `score` is 1 to 10 already, none where there is none. `moment` is when it was watched or scored,
    as far as the list says. `adult` is only ever true where the list says so.
    """

    anime_id: int | None
    title: str
    score: int | None
    status: Status
    moment: datetime | None = None
    adult: bool = False
    anilist_id: int | None = None


@dataclass(frozen=True, slots=True)
class ForeignList:
    """A list in the order of its file, each MyAnimeList number once."""

    source: Source
    scale: Scale
    entries: tuple[ForeignEntry, ...]

    @property
    def has_numbers_of_anilist_only(self) -> bool:
        """Whether nothing has a MyAnimeList number, and something AniList's."""
        return all(entry.anime_id is None for entry in self.entries) and any(
            entry.anilist_id for entry in self.entries
        )


_HIGHEST: Final = {
    Scale.TEN: 10,
    Scale.TEN_DECIMAL: 10,
    Scale.HUNDRED: 100,
    Scale.FIVE_STARS: 5,
    Scale.THREE_SMILEYS: 3,
}
_SMILEYS: Final = {1: 4, 2: 6, 3: 9}
"""AniList counts its three faces as 35, 60 and 85 of 100."""

ENOUGH: Final = 10
"""So many scores, none of them above 5, are hardly out of 10."""


def convert_score(value: float, scale: Scale) -> int | None:
    """Return a score on `scale` as one of 1 to 10, halves rounded up; none for 0.

    Raises `ValueError` for what is no score on that scale.
    """
    if value == 0:
        return None
    if not 0 < value <= _HIGHEST[scale]:
        raise ValueError("no score on that scale")
    match scale:
        case Scale.HUNDRED:
            ten = value / 10
        case Scale.FIVE_STARS:
            ten = value * 2
        case Scale.THREE_SMILEYS:
            ten = _SMILEYS[max(1, round(value))]
        case Scale.TEN | Scale.TEN_DECIMAL:
            ten = value
    return max(1, int(ten + 0.5))


def convert_scores(values: list[float], scale: Scale) -> list[int | None]:
    """Return scores on `scale` like `convert_score`, a stray one above it as the highest.

    Raises `ValueError` for what is no score on any scale.
    """
    if max(values, default=0) > 100:
        raise ValueError("no score on any scale")
    return [convert_score(min(value, _HIGHEST[scale]), scale) for value in values]


def guess_scale(values: list[float]) -> Scale:
    """Return the scale of 10 or 100 that scores are on, for a file that does not say.

    Out of 100 are those of which at least half are above 10: a few may be mistakes.
    """
    given = [value for value in values if value]
    if given and sum(value > 10 for value in given) * 2 >= len(given):
        return Scale.HUNDRED
    whole = all(value.is_integer() for value in values)
    return Scale.TEN if whole else Scale.TEN_DECIMAL


def guess_any_scale(values: list[float]) -> Scale:
    """Return the scale that scores are likely on, where stars and smileys are to be thought of."""
    given = [value for value in values if value]
    if len(given) >= ENOUGH and max(given) <= 5:
        return Scale.FIVE_STARS if max(given) > 3 else Scale.THREE_SMILEYS
    return guess_scale(given)


def moment_of(
    year: int | None, month: int | None = None, day: int | None = None
) -> datetime | None:
    """Return the first moment of a day, in UTC; of what is not known, the first counts.

    None without a year, and for a day that no calendar has.
    """
    if not year:
        return None
    try:
        return datetime(year, month or 1, day or 1, tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def moment_of_seconds(seconds: int) -> datetime | None:
    """Return the moment that many seconds after 1970 began; none for 0 and what no list says."""
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < 2**33 else None


def check_length(entries: int) -> None:
    """Raise `LongListError` for more entries than a list can have."""
    if entries > MOST_ENTRIES:
        raise LongListError(MOST_ENTRIES)


def each_once(entries: list[ForeignEntry]) -> tuple[ForeignEntry, ...]:
    """Return `entries` with each MyAnimeList number once: the last one with a score, else the last.

    Custom lists name a title several times. AniList's number tells apart what has no other; what
    has neither is not merged, as several titles may have one name.
    """
    kept: dict[object, ForeignEntry] = {}
    for entry in entries:
        own = ("AniList", entry.anilist_id) if entry.anilist_id else object()
        key = entry.anime_id or own
        before = kept.pop(key, None)
        kept[key] = before if before and before.score and not entry.score else entry
    return tuple(kept.values())
