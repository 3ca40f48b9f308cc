"""Bringing a copy of the database back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from core.errors import DatabaseBusyError, DatabaseError
from core.storage.copies import copy_to, open_alone, open_to_read, path_before
from core.storage.examine import examine
from core.storage.failures import database_failures
from core.storage.private import make_private_file, make_private_folder

if TYPE_CHECKING:
    from pathlib import Path


def restore(path: Path, copy: Path) -> Path | None:
    """Make the database at `path` equal to the file `copy`.

    Return where the database that was there is kept, none if there was none: a copy, or, when it
    is damaged, the file itself. Raises `DatabaseError` when `copy` is damaged, empty or none of
    Riko's, `NewerDatabaseError` when a newer Riko made it, `DatabaseBusyError` when Riko runs.
    """
    if copy.resolve() == path.resolve():
        raise DatabaseError(f"{copy} is the database itself; name a copy of it.")
    if not copy.is_file():
        raise DatabaseError(f"There is no file {copy}; name a copy made by `riko db backup`.")
    condition = examine(copy)
    if condition.problems:
        raise DatabaseError(f"{copy} is damaged ({condition.problems[0]}); name another copy.")
    if condition.revision is None:
        raise DatabaseError(f"{copy} is empty; name another copy.")
    with database_failures(path):
        make_private_folder(path.parent)
        try:
            kept = _keep(path) if path.exists() else None
            make_private_file(path)
            with closing(open_to_read(copy)) as source, closing(open_alone(path)) as database:
                database.execute("BEGIN EXCLUSIVE")
                database.execute("COMMIT")
                source.backup(database)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise DatabaseBusyError(f"{path} is in use; stop Riko first.") from error
            raise
        return kept


def _keep(path: Path) -> Path:
    kept = path_before(path, "restore")
    try:
        return copy_to(path, kept)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise
    except UnicodeDecodeError:
        pass  # so damaged that Python cannot read what SQLite says about it
    path.replace(kept)
    for ending in ("-wal", "-shm"):
        # left behind, it would be taken for a part of the database that is restored
        companion = path.with_name(path.name + ending)
        if companion.exists():
            companion.replace(kept.with_name(kept.name + ending))
    return kept
