"""Looking a database over without changing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import NullPool, create_engine

from core.errors import DatabaseError
from core.storage.copies import open_to_read
from core.storage.failures import database_failures
from core.storage.schema import checked_revision

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Condition:
    """How a database is: its schema's revision (none: no tables yet), and what is wrong with it."""

    revision: str | None
    problems: tuple[str, ...]


def examine(path: Path) -> Condition:
    """Read the whole database at `path`; return its revision and SQLite's complaints, if any.

    Raises `DatabaseError` when there is no such file, it is no database of Riko's, or it cannot
    be read, `NewerDatabaseError` when a newer Riko made it.
    """
    with database_failures(path):
        if not path.exists():
            raise DatabaseError(f"There is no database at {path}; `riko db upgrade` makes one.")
        engine = create_engine("sqlite://", creator=lambda: open_to_read(path), poolclass=NullPool)
        with engine.connect() as connection:
            damage = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check")]
            if damage != ["ok"]:
                # its tables cannot be trusted to say what revision it is
                return Condition(None, tuple(damage))
            return Condition(
                checked_revision(path, connection),
                tuple(
                    f"row {row[1]} of {row[0]} belongs to a missing row of {row[2]}"
                    for row in connection.exec_driver_sql("PRAGMA foreign_key_check")
                ),
            )
