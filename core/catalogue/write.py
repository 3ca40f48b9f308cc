"""Writing a catalogue as a parquet file, as lies in an imported bundle or the data folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from core.errors import CatalogueError

if TYPE_CHECKING:
    from pathlib import Path

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.origin import Origin


def write_catalogue(catalogue: Catalogue, path: Path, origin: Origin | None = None) -> None:
    """Write `catalogue` to `path` as parquet; `load_catalogue` reads equal titles back.

    Only names that a machine made are left out: they are kept in a file of their own. The file
    appears whole or not at all; an older one is replaced. Raises `CatalogueError` when it cannot be
    written.
    """
    # pyarrow takes its time and 20 MB, and the bot writes no catalogue before the first night
    from core.catalogue.parquet import write_columns

    titles = catalogue.titles
    columns = {
        "anime_id": [title.anime_id for title in titles],
        "title": [title.title for title in titles],
        "title_english": [title.title_english for title in titles],
        "title_japanese": [title.title_japanese for title in titles],
        "title_synonyms": [title.synonyms for title in titles],
        "type": [title.type for title in titles],
        "year": [title.year for title in titles],
        "episodes": [title.episodes for title in titles],
        "genres": [title.genres for title in titles],
        "rating": [title.age_rating for title in titles],
        "source": [title.source for title in titles],
        "status": [title.status for title in titles],
        "studios": [title.studios for title in titles],
        "score": [title.score for title in titles],
        "scored_by": [title.scored_by for title in titles],
        "members": [title.members for title in titles],
        "image_url": [title.image_url for title in titles],
        "franchise": [title.franchise for title in titles],
        "franchise_order": [title.franchise_order for title in titles],
        "adult": [title.adult for title in titles],
    }
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        write_columns(columns, unfinished, origin.to_metadata() if origin else {})
        # on the disk before it takes the old one's place, should the power go
        with unfinished.open("rb+") as written:
            os.fsync(written.fileno())
        unfinished.replace(path)
    except OSError as error:
        raise CatalogueError(f"{path} cannot be written ({error.strerror or error}).") from error
    finally:
        unfinished.unlink(missing_ok=True)
