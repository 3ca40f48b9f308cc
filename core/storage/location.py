"""From a database URL to the file it names."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from core.errors import DatabaseError

DRIVER = "sqlite+aiosqlite"


def database_path(url: str | Path) -> Path:
    """Return the absolute path of the file that `url` (`sqlite+aiosqlite:///path`) names or is.

    Raises `DatabaseError` for any other kind of database, for one in memory, and for options
    behind the path. The text leaves the URL out, since it may hold a password.
    """
    if isinstance(url, Path):
        return url.expanduser().absolute()
    wanted = f"Riko keeps its data in a SQLite file; write {DRIVER}:///path/to/riko.db"
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        raise DatabaseError(f"The database URL cannot be read. {wanted}.") from None
    if parts.drivername != DRIVER:
        raise DatabaseError(f"{parts.drivername} is not supported as a database yet. {wanted}.")
    if parts.host or parts.username or parts.query or parts.database in (None, "", ":memory:"):
        raise DatabaseError(f"The database URL does not name a file. {wanted}, without options.")
    return Path(parts.database).expanduser().absolute()
