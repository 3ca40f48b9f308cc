"""A connection that goes to its thread once a statement.

The driver keeps each connection in a thread, and SQLAlchemy takes four trips there for a
statement: to make a cursor, execute, fetch, and close. Each trip waits for a turn of the event loop
on the way back, and writers wait for one another meanwhile. Here the thread does all four at once.
"""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import aiosqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_CHUNK = 64
_Description = tuple[tuple[Any, ...], ...]


class OneTripCursor:
    """What SQLAlchemy asks of a cursor; it holds the rows of its last statement."""

    def __init__(self, run: Callable[..., Any]) -> None:
        self._run = run
        self._rows: list[tuple[Any, ...]] = []
        self.description: _Description | None = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        """Return itself: there is nothing to open."""
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Run one statement and keep all its rows. Raises what `sqlite3` raises."""
        await self._keep("execute", sql, parameters)

    async def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> None:
        """Run one statement for each of `parameters`. Raises what `sqlite3` raises."""
        await self._keep("executemany", sql, parameters)

    async def fetchall(self) -> list[tuple[Any, ...]]:
        """Return the rows that are left."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Do nothing: the thread has closed its cursor."""

    async def _keep(self, method: str, sql: str, parameters: Sequence[Any]) -> None:
        self.description, self.rowcount, self.lastrowid, self._rows = await self._run(
            method, sql, parameters
        )


class OneTripConnection(aiosqlite.Connection):
    """The driver's connection, with cursors that go to its thread once a statement."""

    def cursor(self) -> OneTripCursor:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return a new cursor."""
        return OneTripCursor(partial(self._execute, self._in_thread))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]

    def _in_thread(self, method: str, sql: str, parameters: Sequence[Any]) -> tuple[Any, ...]:
        cursor = self._conn.cursor()
        try:
            getattr(cursor, method)(sql, parameters)
            rows = cursor.fetchall() if cursor.description else []
            return cursor.description, cursor.rowcount, cursor.lastrowid, rows
        finally:
            cursor.close()


async def connect(path: Path) -> OneTripConnection:
    """Return an open connection to the file `path`. Raises what `sqlite3` raises."""
    connection = OneTripConnection(partial(sqlite3.connect, str(path)), _CHUNK)
    # a bot that ends without closing must not wait for it
    connection._thread.daemon = True  # pyright: ignore[reportPrivateUsage]
    await connection
    return connection
