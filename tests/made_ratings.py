"""Made-up rating files with two camps of taste, small enough to train on in a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = 300
TITLES = 90
FIRST_ID = 1001


def write_ratings(folder: Path, *, seed: int = 0) -> tuple[Path, Path, Path]:
    """Write ratings, users and a catalogue; people of one camp watch and like one half more."""
    random = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    rows: list[tuple[int, int, int]] = []
    for person in range(PEOPLE):
        camp = person % 2
        liking = np.where(np.arange(TITLES) % 2 == camp, 4.0, 1.0)
        popularity = 1.0 / (1 + np.arange(TITLES) / 20)
        chance = liking * popularity
        size = int(random.integers(2, 30))
        for title in random.choice(TITLES, size, replace=False, p=chance / chance.sum()):
            mean = 8.5 if title % 2 == camp else 5.0
            score = int(np.clip(round(random.normal(mean, 1.2)), 1, 10))
            rows.append((person, FIRST_ID + int(title), score))
    ratings = pd.DataFrame(rows, columns=["user_id", "anime_id", "score"])
    users = pd.DataFrame(
        {
            "user_id": range(PEOPLE),
            "gender": ["Male" if p % 4 == 0 else "Female" if p % 4 == 1 else None for p in range(PEOPLE)],
            "age_band": ["20+" if p % 3 == 0 else None for p in range(PEOPLE)],
            "population": ["made"] * PEOPLE,
        }
    )  # fmt: skip
    catalogue = pd.DataFrame(
        {
            "anime_id": range(FIRST_ID, FIRST_ID + TITLES),
            "title": [f"Made {i}" for i in range(TITLES)],
            "genres": ["Hentai" if i == TITLES - 1 else "Comedy|Shounen" for i in range(TITLES)],
        }
    )
    paths = (folder / "ratings.parquet", folder / "users.parquet", folder / "catalogue.parquet")
    for path, table in zip(paths, (ratings, users, catalogue), strict=True):
        table.to_parquet(path)
    return paths
