"""The one place of the catalogue that touches pyarrow, which has no types of its own."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq

from core.catalogue.table import refuse_repeats
from core.errors import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence
    from pathlib import Path

# Lists stay lists, so that no separator can split a name.
_SCHEMA: Final = pa.schema(
    {
        "anime_id": pa.int32(),
        "title": pa.string(),
        "title_english": pa.string(),
        "title_japanese": pa.string(),
        "title_synonyms": pa.list_(pa.string()),
        "type": pa.string(),
        "year": pa.int32(),
        "episodes": pa.int64(),
        "genres": pa.list_(pa.string()),
        "rating": pa.string(),
        "source": pa.string(),
        "status": pa.string(),
        "studios": pa.list_(pa.string()),
        "score": pa.float64(),
        "scored_by": pa.int64(),
        "members": pa.int64(),
        "image_url": pa.string(),
        "franchise": pa.string(),
        "franchise_order": pa.int64(),
        "adult": pa.bool_(),
    }
)


def read_columns(
    path: Path, wanted: Container[str]
) -> tuple[tuple[str, ...], dict[str, list[object]], int, dict[str, str]]:
    """Return all columns' names of `path`, the cells of those `wanted`, row count and metadata.

    Raises `CatalogueError` when the file is no whole parquet file or has two columns of a wanted
    name, `OSError` when it cannot be opened.
    """
    with path.open("rb") as file:
        try:
            parquet = pq.ParquetFile(file)
            names = tuple(str(name) for name in parquet.schema_arrow.names)
            refuse_repeats(path, names, wanted)
            table = parquet.read(columns=[name for name in names if name in wanted])
            columns = {
                str(name): _read_cells(table[name].to_pylist(), table[name].type == pa.float32())
                for name in table.column_names
            }
        except (pa.ArrowException, OSError, EOFError):
            raise CatalogueError(f"{path} is a damaged or incomplete parquet file.") from None
    metadata = {
        key.decode("utf-8", "replace"): value.decode("utf-8", "replace")
        for key, value in (parquet.schema_arrow.metadata or {}).items()
    }
    return names, columns, int(table.num_rows), metadata


def write_columns(
    columns: Mapping[str, Sequence[object]], path: Path, metadata: Mapping[str, str]
) -> None:
    """Write a catalogue's columns and metadata. Raises `OSError` when that cannot be done."""
    schema = _SCHEMA.with_metadata(dict(metadata))
    pq.write_table(pa.table(dict(columns), schema=schema), path)


def _read_cells(cells: list[object], single_precision: bool) -> list[object]:
    if not single_precision:
        return cells
    # the decimal such a number was written as: 8.38, not 8.380000114
    return [float(f"{cell:.7g}") if isinstance(cell, float) else cell for cell in cells]
