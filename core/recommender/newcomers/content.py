"""What is known of a title without anybody's rating, as one vector."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np

from core.clusters.clusters import unit_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from core.catalogue.title import Title

# How much each thing counts if two titles have it in common, found by hiding known titles.
_GENRES: Final = 1.0
_YEAR: Final = 0.5
_STUDIOS: Final = 0.5
_SOURCE: Final = 0.2
_TYPE: Final = 0.2
_AGE_RATING: Final = 0.2

MOST_ALIKE: Final = _GENRES + _YEAR + _STUDIOS + _SOURCE + _TYPE + _AGE_RATING
"""The product of the vectors of two titles that have everything in common."""

_MOST_STUDIOS: Final = 128
# Years are a row of bells, so that 2019 is near 2020 and a little less near 2023.
_BELLS: Final = np.arange(1960, 2041, 2)
_BELL_WIDTH: Final = 4.0


def content_vectors(titles: Sequence[Title]) -> NDArray[np.float32]:
    """Return float32[titles, d]; products of two rows say how alike the titles are, from 0.

    Rare genres count more than common ones (inverse document frequency).
    """
    genres = _flags([title.genres for title in titles])
    genres *= np.log(len(titles) / np.maximum(genres.sum(axis=0), 1))
    blocks = (
        (_GENRES, genres),
        (_YEAR, _years(titles)),
        (_STUDIOS, _flags([title.studios for title in titles], _MOST_STUDIOS)),
        (_SOURCE, _flags([_one(title.source) for title in titles])),
        (_TYPE, _flags([_one(title.type) for title in titles])),
        (_AGE_RATING, _flags([_one(title.age_rating) for title in titles])),
    )
    return np.concatenate([np.sqrt(weight) * unit_rows(block) for weight, block in blocks], axis=1)


def _one(word: str | None) -> tuple[str, ...]:
    # data sets spell sources in different cases
    return () if word is None else (word.casefold(),)


def _flags(words: Sequence[Iterable[str]], most: int | None = None) -> NDArray[np.float32]:
    """Return which title has which of the words, of too many the `most` common ones."""
    common = Counter(word for of_title in words for word in of_title).most_common(most)
    column = {word: place for place, (word, _) in enumerate(common)}
    flags = np.zeros((len(words), len(column)), dtype=np.float32)
    for row, of_title in enumerate(words):
        flags[row, [column[word] for word in of_title if word in column]] = 1
    return flags


def _years(titles: Sequence[Title]) -> NDArray[np.float32]:
    years = np.array([title.year or np.nan for title in titles], dtype=np.float32)
    bells = np.exp(-(((years[:, None] - _BELLS) / _BELL_WIDTH) ** 2) / 2)
    return np.nan_to_num(bells).astype(np.float32)
