"""How every connection to SQLite is set up, and how its transactions begin."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    import aiosqlite
    from sqlalchemy import Connection
    from sqlalchemy.engine import AdaptedConnection
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

BUSY_SECONDS: Final = 5.0
"""How long one waits for another's write before giving up."""

HASTY_SECONDS: Final = 1.0
"""The same for what is not worth keeping a person waiting for."""


def _ms(seconds: float) -> int:
    return int(seconds * 1000)


_PRAGMAS: Final = (
    f"PRAGMA busy_timeout = {_ms(BUSY_SECONDS)}",
    "PRAGMA journal_mode = WAL",  # readers and the writer do not wait for each other
    # With NORMAL, WAL survives a kill but may forget the last commits when the power fails.
    # Riko says "saved" after a commit, so such a commit waits for the disk.
    "PRAGMA synchronous = FULL",
    # what is deleted is overwritten: else it would stand in the file until its place is needed
    "PRAGMA secure_delete = ON",
)


def prepare_connection(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:  # noqa: ARG001
    """Set up a new connection of the running bot (a listener for `connect`)."""
    _prepare(connection, (*_PRAGMAS, "PRAGMA foreign_keys = ON"))


def prepare_migration(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:  # noqa: ARG001
    """Set up the connection of a migration (a listener for `connect`).

    Foreign keys stay off: rebuilding a table drops it, and that would delete, by cascade, all
    that references it. The migration checks them itself at the end. Triggers name such a table, too:
    the new one takes the old one's name while they are left alone.
    """
    _prepare(connection, (*_PRAGMAS, "PRAGMA legacy_alter_table = ON"))


def begin_as_told(connection: Connection) -> None:
    """Begin a transaction as the execution options say (a listener for `begin`).

    By default it reads from a snapshot and locks nothing. With `begin="IMMEDIATE"` it takes the
    write lock first: a transaction that reads, then finds that somebody wrote meanwhile, could
    never be committed. Then `durable` says whether its commit waits for the disk, and how long the
    transaction waits for others.
    """
    options = connection.get_execution_options()
    script = f"BEGIN {options.get('begin', 'DEFERRED')}"
    if "durable" in options:
        level, seconds = ("FULL", BUSY_SECONDS) if options["durable"] else ("NORMAL", HASTY_SECONDS)
        script = f"PRAGMA synchronous = {level}; PRAGMA busy_timeout = {_ms(seconds)}; {script}"
    # The driver has a thread for each connection, and every cursor costs four trips to it. This
    # costs one.
    driver = cast("AdaptedConnection", connection.connection.dbapi_connection)
    driver.run_async(partial(_run_script, script))


def begin_migration(connection: Connection) -> None:
    """Take the write lock before a migration looks at anything (a listener for `begin`)."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


async def _run_script(script: str, driver: aiosqlite.Connection) -> None:
    await driver.executescript(script)


def _prepare(connection: DBAPIConnection, pragmas: tuple[str, ...]) -> None:
    # the driver would begin transactions by itself, late and only before some statements
    connection.isolation_level = None
    try:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()
    except BaseException:
        # the pool does not know this connection yet, so nobody else would close it
        connection.close()
        raise
