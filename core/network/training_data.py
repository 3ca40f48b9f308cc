"""Reads ratings and users for training, counting what cannot be used."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from core.errors import TrainingDataError
from core.network.demographics import BRACKETS, GENDERS, NOT_GIVEN
from core.network.rating_matrix import RatingMatrix
from core.person import HIGHEST_SCORE, LOWEST_SCORE, Gender

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

_GENDER_WORDS: Final = {
    "male": Gender.MALE,
    "female": Gender.FEMALE,
    "another": Gender.ANOTHER,
    "non-binary": Gender.ANOTHER,
}


@dataclass(frozen=True, slots=True)
class TrainingData:
    """Everybody's ratings over the titles worth learning, and what is known of the people.

    `ids` int32[titles] in ascending order; `gender` and `bracket` int8[users] are places in
    `GENDERS` and `BRACKETS`, or `NOT_GIVEN`. `population` says where a user's list was found, if
    the file does (else empty): populations differ, so held-out people are drawn from each.
    `refused` counts unusable rows by reason; `digest`
    changes when the ratings do.
    """

    ids: NDArray[np.int32]
    ratings: RatingMatrix
    user_ids: NDArray[np.int64]
    gender: NDArray[np.int8]
    bracket: NDArray[np.int8]
    population: tuple[str, ...]
    refused: dict[str, int]
    digest: str


def read_training_data(
    ratings: Path,
    users: Path | None = None,
    *,
    least_ratings: int = 5,
    leave_out: NDArray[np.int32] | None = None,
) -> TrainingData:
    """Read parquet files of ratings (`user_id`, `anime_id`, `score`) and users.

    `users` may have `gender` (male, female, non-binary) and `age_band` (`<11` to `20+`). Titles
    in `leave_out` or with fewer than `least_ratings` ratings are left out, and then people without
    any. Raises
    `TrainingDataError` naming the file when it cannot be used.
    """
    refused: Counter[str] = Counter()
    user_id, anime_id, score = _read_ratings(ratings, refused)
    order = np.argsort(user_id, kind="stable")
    user_id, anime_id, score = user_id[order], anime_id[order], score[order]
    keep = _last_of_each_pair(user_id, anime_id)
    refused["repeated pair of user and title"] += int((~keep).sum())
    user_id, anime_id, score = user_id[keep], anime_id[keep], score[keep]

    if leave_out is not None:
        keep = ~np.isin(anime_id, leave_out)
        refused["adult title"] += int((~keep).sum())
        user_id, anime_id, score = user_id[keep], anime_id[keep], score[keep]

    ids, title, count = np.unique(anime_id, return_inverse=True, return_counts=True)
    enough = count >= least_ratings
    if not enough.any():
        raise TrainingDataError(f"{ratings} has no title with {least_ratings} ratings or more.")
    number = np.where(enough, np.cumsum(enough) - 1, -1)[title]
    keep = number >= 0
    refused[f"title with fewer than {least_ratings} ratings"] += int((~keep).sum())
    people, start = np.unique(user_id[keep], return_index=True)
    matrix = RatingMatrix(
        start=np.append(start, keep.sum()).astype(np.int64),
        title=number[keep].astype(np.int32),
        score=score[keep].astype(np.float32),
        titles=int(enough.sum()),
    )
    known = _read_users(users, people)
    return TrainingData(
        ids=ids[enough].astype(np.int32),
        ratings=matrix,
        user_ids=people,
        gender=known.gender,
        bracket=known.bracket,
        population=known.population,
        refused={reason: n for reason, n in refused.items() if n},
        digest=_digest(
            people,
            matrix.start,
            ids[enough][matrix.title],
            matrix.score,
            known.gender,
            known.bracket,
        ),
    )


def _read_ratings(
    path: Path, refused: Counter[str]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int8]]:
    names = ["user_id", "anime_id", "score"]
    table = _read(path, names, names)
    try:
        user, title, score = (_numbers(table.pop(name)) for name in names)
    except (ValueError, TypeError) as error:
        raise TrainingDataError(f"{path} holds something else than numbers: {error}.") from error
    good_id = _whole(user) & _whole(title) & (user >= 0) & (title > 0) & (title < 2**31)
    good_score = _whole(score) & (score >= LOWEST_SCORE) & (score <= HIGHEST_SCORE)
    refused["id is not a positive whole number"] += int((~good_id).sum())
    refused["score is not a whole number from 1 to 10"] += int((good_id & ~good_score).sum())
    good = good_id & good_score
    if not good.any():
        raise TrainingDataError(f"{path} has no usable rating.")
    return (
        user[good].astype(np.int64),
        title[good].astype(np.int32),
        score[good].astype(np.int8),
    )


@dataclass(frozen=True, slots=True)
class _People:
    gender: NDArray[np.int8]
    bracket: NDArray[np.int8]
    population: tuple[str, ...]


def _read_users(path: Path | None, people: NDArray[np.int64]) -> _People:
    """Return what the file says of `people`; columns other than `user_id` may be missing."""
    table = pd.DataFrame({"user_id": []}) if path is None else _read(path, ["user_id"], None)
    if path is not None and not pd.api.types.is_integer_dtype(table["user_id"]):
        raise TrainingDataError(f"{path} has user ids that are not whole numbers.")
    by_id = table.drop_duplicates("user_id").set_index("user_id").reindex(people)

    def words(column: str) -> list[str]:
        if column not in by_id:
            return [""] * len(people)
        return ["" if pd.isna(word) else str(word).strip() for word in by_id[column].to_list()]

    def codes(column: str, numbers: Mapping[str, int]) -> NDArray[np.int8]:
        known = (numbers.get(word.casefold(), NOT_GIVEN) for word in words(column))
        return np.fromiter(known, dtype=np.int8, count=len(people))

    return _People(
        gender=codes("gender", {word: GENDERS.index(g) for word, g in _GENDER_WORDS.items()}),
        bracket=codes("age_band", {bracket.value: i for i, bracket in enumerate(BRACKETS)}),
        population=tuple(words("population")),
    )


def _read(path: Path, needed: list[str], columns: list[str] | None) -> pd.DataFrame:
    """Read `columns` (`None` for all) of a parquet file that must have those `needed`."""
    try:
        table = pd.read_parquet(path, columns=columns)
    except FileNotFoundError:
        raise TrainingDataError(f"{path} does not exist.") from None
    except (OSError, ValueError, KeyError) as error:
        raise TrainingDataError(
            f"{path} is not a readable parquet file with the columns {', '.join(needed)}."
        ) from error
    if missing := [name for name in needed if name not in table]:
        raise TrainingDataError(f"{path} lacks the column {missing[0]}.")
    return table


def _numbers(column: pd.Series[Any]) -> NDArray[np.float64] | NDArray[np.int64]:
    """Return a column as int64 if it is one (ids of 64 bits are no floats), else as float64."""
    if pd.api.types.is_integer_dtype(column) and not column.hasnans:
        return column.to_numpy(np.int64)
    return column.to_numpy(np.float64, na_value=np.nan)


def _whole(values: NDArray[np.float64] | NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.isfinite(values) & (values == np.floor(values))


def _last_of_each_pair(user: NDArray[np.int64], title: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Mark the last row of each pair, as rating a title again replaces the older score."""
    table = pd.DataFrame({"user": user, "title": title})
    return ~table.duplicated(keep="last").to_numpy(np.bool_)


def _digest(*arrays: NDArray[np.generic]) -> str:
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:16]
