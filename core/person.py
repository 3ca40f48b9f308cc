"""Who asks: age, gender and ordered ratings, the only things the network reads of a person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from core.errors import InvalidAgeError, InvalidGenderError, InvalidScoreError

if TYPE_CHECKING:
    from collections.abc import Iterable

MINIMUM_AGE = 13
"""Discord's own minimum age; nobody younger may use the bot."""
MAXIMUM_AGE = 120
ADULT_AGE = 18
LOWEST_SCORE = 1
HIGHEST_SCORE = 10
LIKED_FROM = 8
"""A score from which a title counts as liked, in training and in the evaluation."""


class Gender(StrEnum):
    """What a person may say of their gender; not saying is `None`, never a member."""

    MALE = "male"
    FEMALE = "female"
    ANOTHER = "another"


class TitleLanguage(StrEnum):
    """In which language a person wants to read the names of titles."""

    ENGLISH = "english"
    ROMAJI = "romaji"
    JAPANESE = "japanese"


class AgeBracket(StrEnum):
    """The four brackets of the seed's input columns `Category2` to `Category5`, in order."""

    UNDER_11 = "<11"
    FROM_11 = "11-15"
    FROM_16 = "16-19"
    FROM_20 = "20+"

    @classmethod
    def of(cls, age: int) -> AgeBracket:
        """Return the bracket `age` (years) falls into."""
        if age < 11:
            return cls.UNDER_11
        if age < 16:
            return cls.FROM_11
        return cls.FROM_16 if age < 20 else cls.FROM_20


@dataclass(frozen=True, slots=True)
class Taste:
    """What the recommender may know of one person.

    `ratings` are `(anime_id, score)` pairs, oldest first, each title once: rating a title again
    moves it to the end. Raises `ValueError` when a title stands twice.
    """

    age: int | None = None
    gender: Gender | None = None
    ratings: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        """Hold what the class promises."""
        if len({anime_id for anime_id, _ in self.ratings}) != len(self.ratings):
            raise ValueError("a title is rated twice; Taste.of keeps the latest of each")

    def without(self, anime_id: int) -> Taste:
        """Return the same taste as if `anime_id` had not been rated."""
        return replace(self, ratings=tuple(pair for pair in self.ratings if pair[0] != anime_id))

    @classmethod
    def of(
        cls,
        ratings: Iterable[tuple[int, int]],
        age: int | None = None,
        gender: Gender | None = None,
    ) -> Taste:
        """Return the taste behind `ratings`, oldest first, where a later one of a title counts."""
        latest: dict[int, int] = {}
        for anime_id, score in ratings:
            latest.pop(anime_id, None)
            latest[anime_id] = score
        return cls(age, gender, tuple(latest.items()))


def check_score(value: object) -> int:
    """Return `value` as a score. Raises `InvalidScoreError` unless it is 1 to 10, whole."""
    score = _whole(value)
    if score is None or not LOWEST_SCORE <= score <= HIGHEST_SCORE:
        raise InvalidScoreError(value)
    return score


def check_age(value: object, minimum: int = MINIMUM_AGE) -> int:
    """Return `value` as an age in years. Raises `InvalidAgeError` outside `minimum` to 120."""
    age = _whole(value)
    if age is None or not minimum <= age <= MAXIMUM_AGE:
        raise InvalidAgeError(value, minimum, MAXIMUM_AGE)
    return age


def check_gender(value: object) -> Gender:
    """Return `value` as a `Gender`, case folded. Raises `InvalidGenderError`."""
    try:
        return Gender(str(value).strip().casefold())
    except ValueError:
        raise InvalidGenderError(value) from None


def _whole(value: object) -> int | None:
    """Read a whole number from an int, an integral float, or digits; else `None`."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    text = str(value).strip()
    # isdecimal, because full-width digits count, which people with a Japanese keyboard do type;
    # "²", which int refuses, does not.
    return int(text) if text.isdecimal() and len(text) <= 4 else None
