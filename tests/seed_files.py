"""Files in the seed's layouts, with made-up titles and random weights."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from core.network.seed.autoencoder import AutoEncoder, AutoencoderShape
from core.network.seed.importing import SeedFiles
from core.network.seed.user_vector import AGE_COLUMNS, GENDER_COLUMN

if TYPE_CHECKING:
    from pathlib import Path

DEMOGRAPHICS = (GENDER_COLUMN, *AGE_COLUMNS)


@dataclass(frozen=True)
class Seed:
    """The files of a made-up seed, and what is in them."""

    files: SeedFiles
    shape: AutoencoderShape
    ids: list[int]
    cluster: dict[int, int]
    opposite: dict[int, int]
    adult: frozenset[int]


def write_seed_files(
    folder: Path, hidden: tuple[int, ...], *, titles: int, clusters: int, seed: int = 0
) -> Seed:
    """Write checkpoint, header, clusters, catalogue and genres into `folder`."""
    random = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    ids = [int(i) for i in random.permutation(np.arange(1, 3 * titles))[:titles]]
    shape = AutoencoderShape((len(DEMOGRAPHICS) + titles, *hidden), last_layer_activation=False)
    network = AutoEncoder(shape)
    network.initialise(torch.Generator().manual_seed(seed))
    torch.save(network.state_dict(), folder / "autoEncoder.pth")

    cluster = {i: int(c) for i, c in zip(ids, random.integers(0, clusters, titles), strict=True)}
    # One cluster number more than any title has: some opposites are empty, as in the seed's file.
    opposite = {
        i: int(c) for i, c in zip(ids, random.integers(0, clusters + 1, titles), strict=True)
    }
    adult = frozenset(ids[::10])
    _write(folder / "inputFormater.csv", [[*DEMOGRAPHICS, *ids]])
    _write(
        folder / "clusters.csv",
        [
            ["anime_id", "title", "alpha", "omega", "zeta"],
            *([i, f"Title {i}", cluster[i], 0, opposite[i]] for i in ids),
        ],
    )
    _write(
        folder / "anime_cleaned.csv",
        [
            ["anime_id", "title", "title_english", "image_url", "rating", "score", "scored_by", "genre"],
            *(
                [i, f"Title {i}", "", "", "Rx - Hentai" if i in adult else "PG-13", 7.5, 1000 + i, "Comedy"]
                for i in ids
            ),
        ],
    )  # fmt: skip
    _write(
        folder / "anime_genres.csv",
        [["", "anime_id", "Comedy", "Shounen"], *([n, i, 1, i % 2] for n, i in enumerate(ids))],
    )
    files = SeedFiles(
        folder / "autoEncoder.pth",
        folder / "inputFormater.csv",
        folder / "clusters.csv",
        folder / "anime_cleaned.csv",
        folder / "anime_genres.csv",
    )
    return Seed(files, shape, ids, cluster, opposite, adult)


def _write(path: Path, rows: list[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
