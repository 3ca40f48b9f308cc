"""SQLite's failures, in sentences that name the file and say what to do."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import exc

from core.errors import (
    DatabaseBusyError,
    DatabaseError,
    DatabaseFullError,
    DatabaseReadOnlyError,
)

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

_OUR_FAULT = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError)
"""A broken constraint or a misused connection is a bug of ours and keeps its traceback."""


@contextmanager
def database_failures(path: Path) -> Generator[None]:
    """Turn what SQLite, the pool and the file system raise about `path` into `DatabaseError`s.

    Broken constraints pass unchanged.
    """
    try:
        yield
    except exc.TimeoutError as error:
        raise busy(path) from error
    except exc.DBAPIError as error:
        if not isinstance(error.orig, sqlite3.Error) or isinstance(error.orig, _OUR_FAULT):
            raise
        raise _explain(path, error.orig) from error
    except _OUR_FAULT:
        raise
    except sqlite3.Error as error:
        raise _explain(path, error) from error
    except UnicodeDecodeError as error:
        # SQLite quotes a damaged schema in its message, and Python cannot read what is quoted
        raise _damaged(path) from error
    except OSError as error:
        raise _explain_file(path, error) from error


def busy(path: Path) -> DatabaseBusyError:
    """Return the failure of somebody who waited too long for `path`."""
    return DatabaseBusyError(
        f"{path} is busy; try again in a moment, and stop other programs that use it."
    )


def _explain(path: Path, error: sqlite3.Error) -> DatabaseError:
    match getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF:
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return _read_only(path)
        case sqlite3.SQLITE_FULL:
            return _full(path)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED | sqlite3.SQLITE_PROTOCOL:
            return busy(path)
        case sqlite3.SQLITE_NOTADB:
            return DatabaseError(
                f"{path} is not a SQLite database; name another file, "
                "or bring a copy back with `riko db restore`."
            )
        case sqlite3.SQLITE_CORRUPT:
            return _damaged(path)
        case sqlite3.SQLITE_CANTOPEN:
            return _explain_unopened(path)
        case _:
            return DatabaseError(f"{path}: {error}; `riko db check` says more.")


def _explain_unopened(path: Path) -> DatabaseError:
    if path.is_dir():
        return DatabaseError(f"{path} is a folder; the database must be a file inside it.")
    if not path.parent.is_dir():
        return DatabaseError(f"{path} cannot be opened, because its folder does not exist.")
    # SQLite says "cannot open" also when it may not make the -wal file beside the database
    if not _allowed(path.parent, os.W_OK) or (path.exists() and not _allowed(path, os.W_OK)):
        return _read_only(path)
    return DatabaseError(f"{path} cannot be opened; `riko db check` says more.")


def _explain_file(path: Path, error: OSError) -> DatabaseError:
    match error.errno:
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return _read_only(path)
        case errno.ENOSPC | errno.EDQUOT:
            return _full(path)
        case errno.ENOTDIR | errno.EEXIST:
            return DatabaseError(
                f"{path} cannot be made, because a part of its path is a file, not a folder."
            )
        case _:
            return DatabaseError(f"{path}: {error.strerror or error}.")


def _damaged(path: Path) -> DatabaseError:
    return DatabaseError(f"{path} is damaged; bring a copy back with `riko db restore`.")


def _read_only(path: Path) -> DatabaseReadOnlyError:
    return DatabaseReadOnlyError(
        f"{path} may not be written; let the user who runs Riko write the file and its folder."
    )


def _full(path: Path) -> DatabaseFullError:
    return DatabaseFullError(
        f"The disk that holds {path} is full; nothing was saved. Free some space and try again."
    )


def _allowed(path: Path, mode: int) -> bool:
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)
