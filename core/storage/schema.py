"""Bringing a database to the newest schema, or refusing it."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, NullPool, create_engine, event, inspect

import migrations
from core.errors import DatabaseError, NewerDatabaseError
from core.storage.connection import begin_migration, prepare_migration
from core.storage.copies import copy_before
from core.storage.failures import database_failures
from core.storage.private import make_private_file, make_private_folder

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_ONE_AT_A_TIME: Final = threading.Lock()
"""Alembic keeps the running migration in module globals."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What an upgrade did: revisions before (none: a new database) and after, and the copy."""

    before: str | None
    after: str
    copy: Path | None


def upgrade(path: Path) -> Upgrade:
    """Bring the database file at `path` to the newest schema; make it, and its folder, if missing.

    Everything happens in one transaction. Before an existing database changes, a copy is kept
    beside it. Raises `NewerDatabaseError` when a newer Riko made the file, `DatabaseError` when
    it is no database of Riko's, and the other subclasses of that when it cannot be used.
    """
    with database_failures(path), _ONE_AT_A_TIME:
        make_private_folder(path.parent)
        make_private_file(path)
        engine = migration_engine(path)
        with engine.begin() as connection:
            return _upgrade(path, connection)


def _upgrade(path: Path, connection: Connection) -> Upgrade:
    config = alembic_config(connection)
    newest = newest_revision()
    before = checked_revision(path, connection)
    if before == newest:
        return Upgrade(before, newest, None)
    copy = None if before is None else copy_before(path, newest)
    command.upgrade(config, "head")
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise DatabaseError(
            f"{path} has rows that belong to nobody, so it was not changed; "
            "`riko db check` lists them."
        )
    return Upgrade(before, newest, copy)


def checked_revision(path: Path, connection: Connection) -> str | None:
    """Return the revision of the database at `path`, none when it has no tables.

    Raises `NewerDatabaseError` or `DatabaseError` when this Riko cannot use it.
    """
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        if set(inspect(connection).get_table_names()) - {"alembic_version"}:
            raise DatabaseError(
                f"{path} belongs to another program; name another file with RIKO_DATABASE_URL."
            )
        return None
    if revision not in {script.revision for script in _scripts().walk_revisions()}:
        raise NewerDatabaseError(
            f"{path} was made by a newer Riko (revision {revision}); update Riko, "
            "or name another file with RIKO_DATABASE_URL."
        )
    return revision


def newest_revision() -> str:
    """Return the revision that this Riko works with."""
    newest = _scripts().get_current_head()
    if newest is None:
        raise DatabaseError("The migrations are missing; install Riko again.")
    return newest


def migration_engine(path: Path) -> Engine:
    """Return an engine for the file at `path` whose transactions take the write lock at once."""
    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)
    event.listen(engine, "connect", prepare_migration)
    event.listen(engine, "begin", begin_migration)
    return engine


def alembic_config(connection: Connection) -> Config:
    """Return what alembic needs to run our migrations on `connection`, without any file."""
    config = _config(_folder())
    config.attributes["connection"] = connection
    return config


def _config(folder: str) -> Config:
    config = Config()
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _folder() -> str:
    return str(Path(migrations.__path__[0]))


def _scripts() -> ScriptDirectory:
    return _scripts_in(_folder())


@cache  # alembic reads every migration each time
def _scripts_in(folder: str) -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(folder))
