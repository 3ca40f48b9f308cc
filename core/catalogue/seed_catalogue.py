"""The catalogue of the data folder, made of the seed's files and what is known besides."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    are, and its date; the seed's are added to them. Raises `CatalogueError`.
    """
    loaded = load_catalogue(folder.seed / TITLES, folder.seed / GENRES)
    crawled, origin = _crawled(folder)
    older = (title for title in loaded.catalogue.titles if title.anime_id not in crawled)
    united = unite(Catalogue((*crawled.titles, *older)), starter)
    sources = tuple(dict.fromkeys((*origin.sources, SEED, STARTER)))
    write_catalogue(united, folder.catalogue, replace(origin, sources=sources))
    return MadeCatalogue(len(united), len(loaded.catalogue), loaded.refused, loaded.mended)


def _crawled(folder: DataFolder) -> tuple[Catalogue, Origin]:
    """Return the catalogue that is there if it knows more than seed and starter, else an empty one."""
    try:
        there = load_catalogue(folder.catalogue)
    except CatalogueError:
        # missing, or damaged and made anew now
        there = None
    if there is not None and there.origin and set(there.origin.sources) - {SEED, STARTER}:
        return there.catalogue, there.origin
    return Catalogue(()), Origin(datetime.now(UTC), ())
