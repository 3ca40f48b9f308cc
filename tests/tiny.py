"""A real but tiny recommender: a catalogue of 60 titles and a seed-shaped network over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from core.catalogue.catalogue import Catalogue
from core.catalogue.title import Title
from core.clusters.clusters import Clusters, nearest_clusters
from core.network.bundle import Manifest, TitleTable, save_bundle
from core.network.seed.autoencoder import AutoEncoder, AutoencoderShape
from core.network.seed.predictor import RIKONET, network_entry
from core.network.seed.user_vector import AGE_COLUMNS, GENDER_COLUMN

if TYPE_CHECKING:
    from pathlib import Path

TITLES = 60
FIRST_ID = 101
ADULT_IDS = frozenset({FIRST_ID + 7, FIRST_ID + 31})
_GENRES = ("Shounen", "Supernatural", "Romance", "Slice of Life", "Comedy")


def tiny_catalogue() -> Catalogue:
    """Titles 101 to 160, called “Tiny One” and so on; two of them adult."""
    return Catalogue(
        Title(
            anime_id=FIRST_ID + i,
            title=f"Chiisana {i}",
            title_english=f"Tiny {i}" if i % 3 else None,
            title_japanese=f"小さな{i}",
            type="TV" if i % 4 else "Movie",
            year=1990 + i % 30,
            episodes=12,
            genres=("Hentai",) if FIRST_ID + i in ADULT_IDS else _GENRES[: 1 + i % 5],
            adult=FIRST_ID + i in ADULT_IDS,
        )
        for i in range(TITLES)
    )


def tiny_bundle(path: Path, *, seed: int = 0, titles: int = TITLES, clusters: int = 6) -> Path:
    """Write a bundle with random weights to the folder `path` and return it."""
    generator = torch.Generator().manual_seed(seed)
    random = np.random.default_rng(seed)
    columns = [GENDER_COLUMN, *AGE_COLUMNS, *(str(FIRST_ID + i) for i in range(titles))]
    shape = AutoencoderShape((len(columns), 16, 8), last_layer_activation=False)
    network = AutoEncoder(shape)
    network.initialise(generator)
    with torch.no_grad():
        # Around 6 and more, so that few predictions end at the ReLU's zero.
        network.decoder_bias[-1].fill_(6)
    cluster = np.arange(titles, dtype=np.int32) % clusters
    table = TitleTable(
        ids=np.arange(FIRST_ID, FIRST_ID + titles, dtype=np.int32),
        counts=random.integers(1, 5000, titles),
        means=random.uniform(4, 9, titles).astype(np.float32),
        clusters=Clusters(
            cluster,
            (cluster + 1) % clusters,
            nearest_clusters(random.normal(size=(titles, 4)).astype(np.float32), cluster, clusters),
        ),
    )
    manifest = Manifest(kind=RIKONET, network=network_entry(shape, columns))
    save_bundle(path, manifest, table, dict(network.state_dict()))
    return path
