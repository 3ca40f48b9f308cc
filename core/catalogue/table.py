"""Reading a CSV or parquet file as columns, whatever is wrong with it said in one sentence."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from core.errors import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence
    from pathlib import Path

WRONG_LENGTH: Final = "wrong number of columns"
_PARQUET_MAGIC: Final = b"PAR1"
# The csv module refuses a file for one cell of more than 131,072 characters; what is too long for
# its purpose is cut on cleaning.
_LONGEST_CELL: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Table:
    """The wanted columns of a file, all of one length.

    `names` are all columns the file has, `rows` all its rows, `refused` the count of those whose
    cells do not fit the header, which no column holds. `metadata` is what a parquet file says of
    itself.
    """

    names: tuple[str, ...]
    columns: Mapping[str, list[object]]
    rows: int
    refused: Mapping[str, int]
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])


def read_table(path: Path, wanted: Container[str]) -> Table:
    """Read those columns of `path` that are `wanted`; parquet is told by its first bytes.

    Raises `CatalogueError` when the file is missing, a folder, unreadable, damaged or not UTF-8,
    or has a wanted column twice.
    """
    try:
        with path.open("rb") as file:
            start = file.read(len(_PARQUET_MAGIC))
        if not start:
            raise CatalogueError(f"{path} is empty.")
        if start == _PARQUET_MAGIC or path.suffix.casefold() == ".parquet":
            # pyarrow takes 0.3 s and 40 MB, and most bots run on the starter's CSV file
            from core.catalogue.parquet import read_columns

            names, columns, rows, metadata = read_columns(path, wanted)
            return Table(names, columns, rows, {}, metadata)
        return _read_csv(path, wanted)
    except FileNotFoundError:
        raise CatalogueError(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise CatalogueError(f"{path} is a folder; give the file inside it.") from None
    except UnicodeDecodeError:
        raise CatalogueError(f"{path} is not UTF-8 text; save it as CSV in UTF-8.") from None
    except OSError as error:
        raise CatalogueError(f"{path} cannot be read ({error.strerror or error}).") from error


def refuse_repeats(path: Path, names: Sequence[str], wanted: Container[str]) -> None:
    """Raise `CatalogueError` if a wanted column stands twice, as nobody knows which is meant."""
    for name in dict.fromkeys(names):
        if name in wanted and names.count(name) > 1:
            raise CatalogueError(f"{path} has more than one column “{name}”; keep one of them.")


def _read_csv(path: Path, wanted: Container[str]) -> Table:
    csv.field_size_limit(_LONGEST_CELL)
    with path.open(encoding="utf-8-sig", newline="") as file:
        # Strict, because otherwise a quotation mark that is never closed swallows the rows after it
        # without a word.
        reader = csv.reader(file, strict=True)
        began = 1
        rows: list[list[str]] = []
        try:
            for row in reader:
                rows.append(row)
                began = reader.line_num + 1
        except csv.Error as error:
            raise CatalogueError(
                f"{path} is not a readable CSV file: the quotation marks from line {began} on do "
                f"not match ({error})."
            ) from None
    header = tuple(name.strip() for name in rows[0]) if rows else ()
    refuse_repeats(path, header, wanted)
    rows = [row for row in rows[1:] if row]
    fitting = [row for row in rows if len(row) == len(header)]
    columns: dict[str, list[object]] = {
        name: [row[place] for row in fitting] for place, name in enumerate(header) if name in wanted
    }
    refused = Counter({WRONG_LENGTH: len(rows) - len(fitting)})
    return Table(header, columns, len(rows), +refused)
