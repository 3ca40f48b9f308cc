"""Made-up people with planted tastes, in the files that training and evaluation read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tests.tiny import FIRST_ID, TITLES

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = 600


@dataclass(frozen=True, slots=True)
class Files:
    """Where the made-up ratings and people are."""

    ratings: Path
    users: Path


def planted_files(folder: Path, *, people: int = PEOPLE, titles: int = TITLES) -> Files:
    """Write ratings by three kinds of people, each of whom watches and likes a third of titles.

    A few titles are watched by many. Person 0 has a single rating.
    """
    random = np.random.default_rng(7)
    rows: list[tuple[int, int, int, str]] = []
    popularity = 1.0 / (1 + np.arange(titles) % 20)
    sources = ("review_site", "big_caserec", "lists_2020")
    for person in range(people):
        kind = person % 3
        mine = np.arange(titles) % 3 == kind
        weight = popularity * np.where(mine, 6, 1)
        count = 1 if person == 0 else int(random.integers(2, 30))
        watched = random.choice(titles, size=count, replace=False, p=weight / weight.sum())
        mood = random.normal(0, 0.7)
        score = 6 + mood + np.where(mine[watched], 2.0, -1.5) + random.normal(0, 0.5, count)
        rows += [
            (person, FIRST_ID + title, value, sources[kind])
            for title, value in zip(
                watched.tolist(), score.round().clip(1, 10).astype(int).tolist(), strict=True
            )
        ]
    ratings = pd.DataFrame(rows, columns=["user_id", "anime_id", "score", "source"])
    ratings.to_parquet(folder / "ratings.parquet")
    who = np.arange(people)
    users = pd.DataFrame(
        {
            "user_id": who,
            "gender": ["Female" if person % 4 == 0 else None for person in range(people)],
            "age_band": ["16-19" if person % 5 == 0 else None for person in range(people)],
            "population": np.where(who % 3 == 2, "heavy", "named"),
        }
    )
    users.to_parquet(folder / "users.parquet")
    return Files(folder / "ratings.parquet", folder / "users.parquet")
