"""Made-up titles, people and networks of any size, so that anyone can run the benchmark."""

from __future__ import annotations

import io
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import torch
from PIL import Image

from core import starter
from core.catalogue.catalogue import Catalogue
from core.catalogue.load import load_catalogue
from core.catalogue.poster_cache import PosterCache
from core.catalogue.poster_image import make_poster
from core.catalogue.title import Title
from core.clusters.clusters import Clusters
from core.network.bundle import Bundle, Manifest, TitleTable, load_bundle, save_bundle
from core.network.quantise import SCALE
from core.network.seed.autoencoder import AutoEncoder, AutoencoderShape
from core.network.seed.precision import Precision
from core.network.seed.predictor import RIKONET, network_entry
from core.network.seed.quantised import quantise_parameters
from core.network.seed.user_vector import AGE_COLUMNS, GENDER_COLUMN
from core.person import Gender, Taste

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from torch import Tensor

FIRST_ID: Final = 1_000_000
"""The id of the first made-up title: no real one has it."""

_SYLLABLES: Final = [
    "ka",
    "ki",
    "ku",
    "ke",
    "ko",
    "sa",
    "shi",
    "su",
    "se",
    "so",
    "ta",
    "chi",
    "tsu",
    "te",
    "to",
    "na",
    "ni",
    "nu",
    "ne",
    "no",
    "ha",
    "hi",
    "fu",
    "he",
    "ho",
    "ma",
    "mi",
    "mu",
    "me",
    "mo",
    "ya",
    "yu",
    "yo",
    "ra",
    "ri",
    "ru",
    "re",
    "ro",
    "wa",
    "ga",
    "gi",
    "gu",
    "ge",
    "go",
    "za",
    "ji",
    "zu",
    "da",
    "de",
    "do",
    "ba",
    "bi",
    "bu",
    "be",
    "bo",
    "kou",
    "shou",
    "juu",
    "ryuu",
]
_ENGLISH: Final = [
    "the",
    "of",
    "and",
    "in",
    "a",
    "to",
    "with",
    "love",
    "world",
    "girl",
    "boy",
    "dragon",
    "magic",
    "school",
    "hero",
    "sword",
    "story",
    "little",
    "star",
    "night",
    "dream",
    "blue",
    "red",
    "moon",
    "princess",
    "knight",
    "summer",
    "days",
    "life",
    "another",
    "academia",
    "club",
    "war",
    "ghost",
    "second",
    "season",
    "demon",
    "king",
    "journey",
    "city",
    "girls",
    "last",
    "final",
    "sky",
    "heart",
    "music",
    "idol",
    "cat",
    "fox",
    "garden",
]
_PARTICLES: Final = ("no", "wo", "ga", "ni", "wa", "to", "de")
_JAPANESE: Final = (
    "天地星空海花月火水木金土日風雪夢心愛恋魔法少女王姫剣竜物語のをがにはとカキクケコサシスセソ"
)
_ENDINGS: Final = ("", "", "", "", " Season 2", " 2nd Season", ": Part 2", " II", " Movie",
                   " Specials")  # fmt: skip
_POSTERS: Final = "https://posters.invalid"
_POSTER_SIZE: Final = (225, 320)
_CACHE_BYTES: Final = 1 << 30
_CLUSTERS: Final = 213


def made_up_titles(ids: Iterable[int], seed: int = 1) -> Iterator[Title]:
    """Walk titles with names as long and as alike as real ones, from the best known down."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(4000)]
    for place, anime_id in enumerate(ids):
        romaji = chance.choices(words, k=chance.randint(1, 5))
        if len(romaji) > 2:
            romaji[1] = chance.choice(_PARTICLES)
        english = chance.choices([*_ENGLISH, *words[:400]], k=chance.randint(2, 6))
        ending = chance.choice(_ENDINGS)
        yield Title(
            anime_id,
            " ".join(romaji).title() + ending,
            " ".join(english).title() + ending if place % 2 else None,
            "".join(chance.choices(_JAPANESE, k=chance.randint(3, 14))),
            synonyms=tuple("".join(chance.choices(words, k=2)) for _ in range(place % 3)),
            members=2_000_000 // (place + 1),
            adult=place % 14 == 0,
        )


def made_up_catalogue(count: int) -> Catalogue:
    """Return a catalogue of `count` made-up titles."""
    return Catalogue(made_up_titles(range(FIRST_ID, FIRST_ID + count)))


def whole_catalogue(bundle: Bundle, count: int) -> Catalogue:
    """Return the starter's titles, and made-up ones for all others that `bundle` knows.

    Further made-up ones make it `count` titles. All have a poster's address.
    """
    known = load_catalogue(starter.CATALOGUE).catalogue
    others = [i for i in bundle.titles.ids.tolist() if i not in known]
    missing = max(0, count - len(known) - len(others))
    made_up = made_up_titles([*others, *range(FIRST_ID, FIRST_ID + missing)])
    titles = [*known.titles, *made_up][: max(count, len(known))]
    return Catalogue(replace(t, image_url=f"{_POSTERS}/{t.anime_id}.jpg") for t in titles)


def keep_posters(folder: Path, titles: Iterable[Title]) -> None:
    """Put a poster of each title into the cache in `folder`, as if it had been fetched before."""
    noise = np.random.default_rng(1).integers(0, 255, (40, 28, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).resize(_POSTER_SIZE).save(out, "JPEG")
    poster = make_poster(out.getvalue())
    cache = PosterCache(folder, _CACHE_BYTES)
    for title in titles:
        if title.image_url is not None and not title.adult:
            cache.write(title.image_url, poster)


def made_up_tastes(bundle: Bundle, people: int, ratings: int, seed: int = 1) -> list[Taste]:
    """Return people who rate as popularity has it."""
    chance = np.random.default_rng(seed)
    share = bundle.titles.counts / bundle.titles.counts.sum()
    return [
        Taste(
            25,
            Gender.FEMALE,
            tuple(
                zip(
                    chance.choice(bundle.titles.ids, ratings, replace=False, p=share).tolist(),
                    chance.integers(4, 11, ratings).tolist(),
                    strict=True,
                )
            ),
        )
        for _ in range(people)
    ]


def seed_bundle(folder: Path, layers: Sequence[int], precision: Precision) -> Bundle:
    """Write and load a bundle with a tied network of the seed's kind and random weights."""
    shape = AutoencoderShape(tuple(layers), last_layer_activation=False)
    count = layers[0] - len(AGE_COLUMNS) - 1
    network = AutoEncoder(shape)
    network.initialise(torch.Generator().manual_seed(0))
    network.decoder_bias[-1].data.fill_(7)
    weights = {name: tensor.detach() for name, tensor in network.state_dict().items()}
    titles = _title_table(count)
    columns = [GENDER_COLUMN, *AGE_COLUMNS, *map(str, titles.ids.tolist())]
    manifest = Manifest(kind=RIKONET, network=network_entry(shape, columns, precision))
    stored = quantise_parameters(weights) if precision is Precision.INT8 else weights
    save_bundle(folder, manifest, titles, stored)
    return load_bundle(folder)


def riko_bundle(folder: Path, count: int) -> Bundle:
    """Write and load a bundle like the starter's, with random weights for `count` titles.

    Whatever the starter has a row a title of is drawn anew from its own numbers.
    """
    pattern = load_bundle(starter.BUNDLE)
    rows = torch.randint(
        len(pattern.titles.ids), (count,), generator=torch.Generator().manual_seed(0)
    )

    def grown(name: str, tensor: Tensor) -> Tensor:
        if tensor.shape[:1] != (len(pattern.titles.ids),):
            return tensor
        if name.endswith(".source"):
            # the numbers of titles are stored in 16 bits without a sign
            sources = np.random.default_rng(0).integers(
                0, min(count, 1 << 16), (count, tensor.shape[1])
            )
            return torch.as_tensor(sources.astype(np.uint16).view(np.int16))
        return tensor[rows]

    weights = {name: grown(name, tensor) for name, tensor in pattern.weights.items()}
    assert all(name.removesuffix(SCALE) in weights for name in weights)  # noqa: S101
    save_bundle(folder, replace(pattern.manifest, files={}), _title_table(count), weights)
    return load_bundle(folder)


def _title_table(count: int) -> TitleTable:
    chance = np.random.default_rng(0)
    clusters = min(_CLUSTERS, count)
    cluster = (np.arange(count) % clusters).astype(np.int32)
    near = np.stack([chance.permutation(clusters)[:20] for _ in range(clusters)])
    return TitleTable(
        ids=np.arange(FIRST_ID, FIRST_ID + count, dtype=np.int32),
        counts=2_000_000 // np.arange(1, count + 1, dtype=np.int64),
        means=np.full(count, 7, dtype=np.float32),
        clusters=Clusters(cluster, (cluster + 1) % clusters, near.astype(np.int16)),
    )
