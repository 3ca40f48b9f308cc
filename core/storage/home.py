"""The data folder, which one running Riko has for itself."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from core.errors import DatabaseBusyError
from core.storage.failures import database_failures
from core.storage.private import make_private_file, make_private_folder

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

LOCK: Final = "riko.lock"


@contextmanager
def data_folder(home: Path) -> Generator[None]:
    """Make the folder `home` if it is missing, and hold it until left.

    Raises `DatabaseBusyError` when another Riko holds it, another `DatabaseError` when it cannot
    be written.
    """
    file = home / LOCK
    with database_failures(file):
        make_private_folder(home)
        make_private_file(file)
        # SQLite's lock works on every system and ends with the process, however that ends
        lock = sqlite3.connect(file, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        with database_failures(file):
            _take(lock, home)
        yield
    finally:
        lock.close()


def _take(lock: sqlite3.Connection, home: Path) -> None:
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        raise DatabaseBusyError(
            f"Another Riko is using {home}; stop it first, or give this one another data folder."
        ) from None
