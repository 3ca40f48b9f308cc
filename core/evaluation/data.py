"""Reads what is measured on: ratings over a bundle's titles, and who the people are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import pandas as pd

from core.network.rating_matrix import RatingMatrix
from core.network.training_data import TrainingData, read_training_data

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

NO_POPULATION: Final = "other"
APART: Final = "caserec"
"""Sources of ratings with this in their name are reported apart from their population."""


@dataclass(frozen=True, slots=True)
class EvaluationData:
    """Everybody's ratings, and the group str[users] in which each person is reported."""

    training: TrainingData
    group: NDArray[np.str_]


def read_evaluation_data(ratings: Path, users: Path) -> EvaluationData:
    """Read the parquet files that training reads, with every title anybody rated.

    The columns `population` of `users` and `source` of `ratings` are optional and name the groups
    that are reported apart. Raises `TrainingDataError` naming the file that cannot be used.
    """
    training = read_training_data(ratings, users, least_ratings=1)
    population = np.array([name or NO_POPULATION for name in training.population])
    apart = np.isin(training.user_ids, _users_apart(ratings))
    return EvaluationData(
        training, np.where(apart, np.char.add(population, f" ({APART})"), population)
    )


def over_titles(data: TrainingData, ids: NDArray[np.int32]) -> TrainingData:
    """Return `data` with the titles `ids` (in this order, each once) as columns; rows stay."""
    order = np.argsort(ids)
    place = np.searchsorted(ids, data.ids, sorter=order).clip(max=len(ids) - 1)
    number = np.where(ids[order[place]] == data.ids, order[place], -1)
    title = number[data.ratings.title]
    kept = data.ratings.only(title >= 0)
    matrix = RatingMatrix(kept.start, title[title >= 0].astype(np.int32), kept.score, len(ids))
    return replace(data, ids=ids, ratings=matrix)


def only_users(data: TrainingData, users: NDArray[np.intp]) -> TrainingData:
    """Return `data` with only the rows `users`, in this order."""
    rows: list[int] = users.tolist()
    return replace(
        data,
        ratings=data.ratings.rows(users),
        user_ids=data.user_ids[users],
        gender=data.gender[users],
        bracket=data.bracket[users],
        population=tuple(data.population[user] for user in rows),
    )


def _users_apart(ratings: Path) -> NDArray[np.int64]:
    """Return the ids of people whose ratings come from a source that is reported apart."""
    try:
        table = pd.read_parquet(ratings, columns=["user_id", "source"])
    except (ValueError, KeyError):
        # The file was just read, so it is the column that is missing.
        return np.zeros(0, dtype=np.int64)
    sources = cast("list[object]", table["source"].unique().tolist())
    apart = [source for source in sources if isinstance(source, str) and APART in source]
    users = table.loc[table["source"].isin(apart), "user_id"].dropna().unique()
    return np.asarray(users).astype(np.int64)
