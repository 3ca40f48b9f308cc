"""From a catalogue file to the catalogue: three layouts, bad rows refused and counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from core.catalogue import clean
from core.catalogue.catalogue import Catalogue
from core.catalogue.origin import Origin
from core.catalogue.table import Table, read_table
from core.catalogue.title import GENRES, LARGEST_ID, Title
from core.errors import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

UNREADABLE_ID: Final = "id is not a positive whole number"
DUPLICATE_ID: Final = "duplicate id"
EMPTY_TITLE: Final = "empty title"
BROKEN_SCORE: Final = "score is not a number from 0 to 10"
UNKNOWN_GENRE: Final = "genre is none of the 43"

_LARGEST_COUNT: Final = 2**62
# What one layout calls differently from the others: the name used here, then the seed's.
_SEED_NAMES: Final = {"genres": "genre", "studios": "studio", "year": "aired_from_year"}
COLUMNS: Final = (
    "anime_id", "title", "title_english", "title_japanese", "title_synonyms", "type", "year",
    "episodes", "genres", "rating", "source", "status", "studios", "score", "scored_by", "members",
    "image_url", "franchise", "franchise_order", "adult",
)  # fmt: skip
"""What is read of a row."""
_NO_FLAGS: Final[Mapping[int, frozenset[str]]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class LoadedCatalogue:
    """A catalogue and what its file held.

    `rows` counts all rows of the file; `refused` counts those left out, by reason, so that
    `rows == len(catalogue) + sum(refused.values())`. `mended` counts, by reason, values (scores,
    words of a genre list) that could not be used in rows that were kept. `origin` is when the file
    was made and from what, if it says so.
    """

    catalogue: Catalogue
    rows: int
    refused: Mapping[str, int]
    mended: Mapping[str, int]
    origin: Origin | None = None


def load_catalogue(path: Path, genres: Path | None = None) -> LoadedCatalogue:
    """Load the titles of `path`, a CSV or parquet file with at least `anime_id` and `title`.

    Columns may have the names of the seed's `anime_cleaned.csv` (`genre`, `studio`,
    `aired_from_year`). Genres are separated by `|` or commas; studios and synonyms by commas where
    the file's columns are the seed's, else by `|`; all may be lists already. `genres` is the seed's
    `anime_genres.csv`, whose flags are united with each row's own genres.

    Raises `CatalogueError`, naming the file, when either file cannot be read, lacks columns, or
    no row of `path` can be used.
    """
    table = read_table(path, {*COLUMNS, *_SEED_NAMES.values()})
    if not {"anime_id", "title"} <= set(table.names):
        raise CatalogueError(f"{path} is not a catalogue: it needs columns anime_id and title.")
    flags = _load_genre_flags(genres) if genres is not None else {}

    studios, synonyms = _separators(table.names)
    titles, refused, mended = sift(_rows(table), flags, studios=studios, synonyms=synonyms)
    refused.update(table.refused)
    if not titles:
        reasons = ", ".join(f"{count} × {reason}" for reason, count in refused.items())
        raise CatalogueError(f"{path} has no usable row ({reasons or 'it holds none'}).")
    return LoadedCatalogue(
        Catalogue(titles.values()),
        table.rows,
        MappingProxyType(dict(refused)),
        MappingProxyType(dict(mended)),
        Origin.from_metadata(table.metadata),
    )


def sift(
    rows: Iterable[Mapping[str, object]],
    flags: Mapping[int, frozenset[str]] = _NO_FLAGS,
    *,
    studios: str = "|",
    synonyms: str = "|",
) -> tuple[dict[int, Title], Counter[str], Counter[str]]:
    """Return the clean titles of `rows` by id, and by reason how much was refused and mended.

    A row has a value, maybe `None`, for every name of `COLUMNS`. `flags` are further genres by id;
    `studios` and `synonyms` are what separates those where they are no lists already.
    """
    refused: Counter[str] = Counter()
    mended: Counter[str] = Counter()
    titles: dict[int, Title] = {}
    for row in rows:
        anime_id = clean.whole_number(row["anime_id"], 1, LARGEST_ID)
        name = clean.clean_text(row["title"])
        if anime_id is None:
            refused[UNREADABLE_ID] += 1
        elif name is None:
            refused[EMPTY_TITLE] += 1
        elif anime_id in titles:
            refused[DUPLICATE_ID] += 1
        else:
            titles[anime_id] = _read_title(
                anime_id,
                name,
                row,
                flags.get(anime_id, frozenset()),
                mended,
                studios=studios,
                synonyms=synonyms,
            )
    return titles, refused, mended


def _separators(names: tuple[str, ...]) -> tuple[str, str]:
    """Return what separates studios and what separates synonyms.

    Both layouts call the synonyms alike, so those go by the first column that tells them apart.
    """
    seeds = {
        ours: ours not in names
        for ours, theirs in _SEED_NAMES.items()
        if ours in names or theirs in names
    }
    told = next(iter(seeds.values()), False)
    return "," if seeds.get("studios") else "|", "," if told else "|"


def _rows(table: Table) -> Iterator[dict[str, object]]:
    """Walk the rows as dicts with every name of `COLUMNS`, `None` where the file has none."""
    missing: list[object] = [None] * (table.rows - sum(table.refused.values()))
    columns = [
        table.columns.get(name, table.columns.get(_SEED_NAMES.get(name, name), missing))
        for name in COLUMNS
    ]
    for cells in zip(*columns, strict=True):
        yield dict(zip(COLUMNS, cells, strict=True))


def _read_title(
    anime_id: int,
    name: str,
    row: Mapping[str, object],
    flagged: frozenset[str],
    mended: Counter[str],
    *,
    studios: str,
    synonyms: str,
) -> Title:
    words = clean.split_genres(row["genres"])
    named = [genre for word in words if (genre := clean.genre_of(word)) is not None]
    # "Erotica" is none of the 43 either, but it is of use: it makes a title an adult one.
    useless = [w for w in words if clean.genre_of(w) is None and not clean.is_adult([w], None)]
    if useless:
        mended[UNKNOWN_GENRE] += len(useless)
    age_rating = clean.clean_text(row["rating"])
    try:
        score = clean.known_score(row["score"])
    except ValueError:
        # the title itself can still be found, rated and recommended
        score = None
        mended[BROKEN_SCORE] += 1
    return Title(
        anime_id=anime_id,
        title=name,
        title_english=clean.clean_text(row["title_english"]),
        title_japanese=clean.clean_text(row["title_japanese"]),
        synonyms=clean.split_list(row["title_synonyms"], synonyms),
        type=clean.clean_text(row["type"]),
        year=clean.whole_number(row["year"], 1900, 2100),
        # some sources write 0 episodes for "not known yet"
        episodes=clean.whole_number(row["episodes"], 1, _LARGEST_COUNT),
        genres=clean.in_order(flagged.union(named)),
        age_rating=age_rating,
        source=clean.source_word(row["source"]),
        status=clean.clean_text(row["status"]),
        studios=clean.split_list(row["studios"], studios),
        score=score,
        scored_by=clean.whole_number(row["scored_by"], 0, _LARGEST_COUNT),
        members=clean.whole_number(row["members"], 0, _LARGEST_COUNT),
        image_url=clean.poster_address(row["image_url"]),
        franchise=clean.clean_text(row["franchise"]),
        franchise_order=clean.whole_number(row["franchise_order"], 1, _LARGEST_COUNT),
        adult=clean.flag(row["adult"]) or clean.is_adult((*words, *flagged), age_rating),
    )


def _load_genre_flags(path: Path) -> dict[int, frozenset[str]]:
    """Read id -> genres from one flag column per genre."""
    table = read_table(path, {"anime_id", *GENRES})
    present = [genre for genre in GENRES if genre in table.columns]
    if "anime_id" not in table.columns or not present:
        raise CatalogueError(f"{path} needs a column anime_id and one column for each genre.")
    flags: dict[int, set[str]] = {}
    for place, cell in enumerate(table.columns["anime_id"]):
        anime_id = clean.whole_number(cell, 1, LARGEST_ID)
        if anime_id is not None:
            flags.setdefault(anime_id, set()).update(
                genre for genre in present if clean.flag(table.columns[genre][place])
            )
    return {anime_id: frozenset(genres) for anime_id, genres in flags.items()}
