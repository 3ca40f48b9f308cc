"""The catalogue of the data folder, made of the seed's files and what is known besides."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, cast

from core.catalogue.catalogue import Catalogue
from core.catalogue.clean import whole_number
from core.catalogue.crawl.answers import read_relations
from core.catalogue.load import load_catalogue
from core.catalogue.origin import SEED, STARTER, Origin
from core.catalogue.relations import in_franchises
from core.catalogue.seed_files import GENRES, TITLES
from core.catalogue.table import read_table
from core.catalogue.title import LARGEST_ID
from core.catalogue.unite import unite
from core.catalogue.write import write_catalogue
from core.errors import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from core.catalogue.folder import DataFolder
    from core.catalogue.relations import Relations

_RELATED: Final = "related"
_LONGEST_CELL: Final = 100_000


@dataclass(frozen=True, slots=True)
class MadeCatalogue:
    """What was written: `titles` in all, `seeds` of them the seed's, and the seed's bad rows."""

    titles: int
    seeds: int
    refused: Mapping[str, int]
    mended: Mapping[str, int]


def make_catalogue(folder: DataFolder, starter: Catalogue) -> MadeCatalogue:
    """Write the catalogue of `folder` from the seed's files there and the `starter`.

    A catalogue that is there and knows more than these two (a crawl's) keeps its titles and
    franchises as they are, and its date; the seed's are added to them. Raises `CatalogueError`.
    """
    loaded = load_catalogue(folder.seed / TITLES, folder.seed / GENRES)
    crawled, origin = _crawled(folder)
    older = (title for title in loaded.catalogue.titles if title.anime_id not in crawled)
    relations = {
        anime_id: related
        for anime_id, related in _read_relations(folder.seed / TITLES).items()
        if anime_id not in crawled or crawled[anime_id].franchise is None
    }
    known_better = (*starter.titles, *crawled.titles)
    united = unite(Catalogue((*crawled.titles, *older)), starter)
    united = Catalogue(in_franchises(united.titles, relations, known_better))
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


def _read_relations(path: Path) -> dict[int, Relations]:
    """Return how the titles of the seed's file are related to others, as far as it says so."""
    columns = read_table(path, {"anime_id", _RELATED}).columns
    cells = zip(columns["anime_id"], columns.get(_RELATED, ()), strict=False)
    return {
        anime_id: related
        for number, cell in cells
        if (anime_id := whole_number(number, 1, LARGEST_ID)) and (related := _related(cell))
    }


def _related(cell: object) -> Relations:
    """Return what a cell says, nothing where it cannot be read.

    It holds a Python dictionary as `repr` writes it: by relation, the entries of other titles.
    """
    if not isinstance(cell, str) or len(cell) > _LONGEST_CELL:
        return ()
    try:
        found = cast("object", ast.literal_eval(cell))
        if not isinstance(found, dict):
            return ()
        entries = cast("dict[object, object]", found).items()
        return read_relations({"data": [{"relation": how, "entry": to} for how, to in entries]})
    # what literal_eval is said to raise; ValueError also for entries of another form
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return ()
