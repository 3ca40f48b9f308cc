"""Copies of the database, each a whole and self-contained file beside it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from core.errors import DatabaseError
from core.storage.private import make_private_file

if TYPE_CHECKING:
    from pathlib import Path

KEPT_COPIES: Final = 3


def copy_before(path: Path, event: str) -> Path:
    """Copy the database at `path` beside itself before `event` (a revision); return the copy.

    Of all such copies the newest three stay.
    """
    copy = copy_to(path, path_before(path, event))
    copies = path.parent.glob(f"{path.name}.before-*.bak")
    for old in sorted(copies, key=_when, reverse=True)[KEPT_COPIES:]:
        old.unlink()
    return copy


def copy_to(path: Path, copy: Path) -> Path:
    """Copy the database at `path` to the file `copy`, whole or not at all; return `copy`.

    Others may go on using the database meanwhile. Raises `DatabaseError` when `copy` exists, and
    whatever SQLite and the file system raise.
    """
    if copy.exists():
        raise DatabaseError(f"{copy} exists already; name a file that does not.")
    unfinished = copy.with_name(f"{copy.name}.part")
    unfinished.unlink(missing_ok=True)
    make_private_file(unfinished)
    try:
        with closing(open_to_read(path)) as source, closing(open_alone(unfinished)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # else it would need a second file
        unfinished.replace(copy)
    finally:
        unfinished.unlink(missing_ok=True)
    return copy


def path_now(path: Path) -> Path:
    """Return where a copy of the database at `path` that is made now belongs."""
    return path.with_name(f"{path.name}.{_now()}.bak")


def path_before(path: Path, event: str) -> Path:
    """Return where a copy of the database at `path` from right before `event` belongs."""
    return path.with_name(f"{path.name}.before-{event}-{_now()}.bak")


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open the existing database at `path` without the right to change it."""
    return sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)


def open_alone(path: Path) -> sqlite3.Connection:
    """Open `path`; the first lock that is taken shuts everybody else out until it is closed."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA locking_mode = EXCLUSIVE")
    return database


def _now() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"


def _when(copy: Path) -> str:
    return copy.name.rpartition("-")[2]
