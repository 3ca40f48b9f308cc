"""The catalogue of the data folder, made of the seed's files and what is known besides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from core.catalogue.catalogue import Catalogue
from core.catalogue.load import load_catalogue
from core.catalogue.origin import SEED, STARTER, Origin
from core.catalogue.seed_files import GENRES, TITLES
from core.catalogue.unite import unite
from core.catalogue.write import write_catalogue
from core.errors import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.catalogue.folder import DataFolder


@dataclass(frozen=True, slots=True)
class MadeCatalogue:
    """What was written: `titles` in all, `seeds` of them the seed's, and the seed's bad rows."""

    titles: int
    seeds: int
    refused: Mapping[str, int]
    mended: Mapping[str, int]


def make_catalogue(folder: DataFolder, starter: Catalogue) -> MadeCatalogue:
    """Write the catalogue of `folder` from the seed's files there and the `starter`.

    A catalogue that is there and knows more than these two (a crawl's) keeps its titles as they
    are; the seed's fill in what is missing. Raises `CatalogueError`.
    """
    loaded = load_catalogue(folder.seed / TITLES, folder.seed / GENRES)
    before, sources = _crawled(folder)
    newer = Catalogue(before.titles)
    merged = Catalogue(
        (*newer.titles, *(t for t in loaded.catalogue.titles if t.anime_id not in newer))
    )
    united = unite(merged, starter)
    origin = Origin(datetime.now(UTC), tuple(dict.fromkeys((*sources, SEED, STARTER))))
    write_catalogue(united, folder.catalogue, origin)
    return MadeCatalogue(len(united), len(loaded.catalogue), loaded.refused, loaded.mended)


def _crawled(folder: DataFolder) -> tuple[Catalogue, tuple[str, ...]]:
    """Return the catalogue that is there and its sources, if it is of more than seed and starter."""
    try:
        there = load_catalogue(folder.catalogue)
    except CatalogueError:
        # missing, or damaged and made anew now
        return Catalogue(()), ()
    sources = there.origin.sources if there.origin else ()
    return (there.catalogue, sources) if set(sources) - {SEED, STARTER} else (Catalogue(()), ())
