"""The one way to the database: a session per unit of work, committed in one place."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import event, update
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from core.storage import schema
from core.storage.connection import (
    BUSY_SECONDS,
    HASTY_SECONDS,
    begin_as_told,
    prepare_connection,
)
from core.storage.failures import busy, database_failures
from core.storage.location import DRIVER, database_path
from core.storage.one_trip import connect
from core.storage.tables import Clock
from core.storage.units import ResultT, Unit, UnitThreads
from core.storage.week import week_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

CONNECTIONS = 5
"""Python runs one thread at a time, so more connections only wait for each other."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Database:
    """A SQLite file. Make one per process; opening is lazy, `close` ends it.

    Raises `DatabaseError` at once when `url` is not of a file Riko can use. All methods raise
    the subclasses of `DatabaseError`, each with a sentence that names the file. `clock` tells in
    which week something is written; it is told to the database, whose triggers need it.
    """

    def __init__(self, url: str | Path, clock: Callable[[], datetime] = _utc_now) -> None:
        self.path = database_path(url)
        self.clock = clock
        self._week = 0
        self.engine: AsyncEngine = create_async_engine(
            URL.create(DRIVER, database=str(self.path)),
            async_creator=partial(connect, self.path),
            pool_size=CONNECTIONS,
            max_overflow=0,
            pool_use_lifo=True,
            pool_timeout=BUSY_SECONDS,
            # the traceback of an unforeseen failure must not carry ratings into the log
            hide_parameters=True,
        )
        event.listen(self.engine.sync_engine, "connect", prepare_connection)
        event.listen(self.engine.sync_engine, "begin", begin_as_told)
        self._units = UnitThreads(self.path)
        self._reads = async_sessionmaker(self.engine, expire_on_commit=False)
        self._writes = {
            durable: async_sessionmaker(
                self.engine.execution_options(begin="IMMEDIATE", durable=durable),
                expire_on_commit=False,
            )
            for durable in (True, False)
        }
        self._turn = asyncio.Lock()

    @property
    def engines(self) -> tuple[Engine, ...]:
        """What statements run on, for whoever listens to them."""
        return self.engine.sync_engine, self._units.engine

    async def upgrade(self) -> schema.Upgrade:
        """Make the tables, or bring them up to date after copying the file beside itself."""
        return await asyncio.to_thread(schema.upgrade, self.path)

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncSession]:
        """Give a session that sees one unchanging state of the database; nothing it does stays."""
        with database_failures(self.path):
            async with self._reads() as session:
                yield session

    @asynccontextmanager
    async def write(self, *, durable: bool = True) -> AsyncGenerator[AsyncSession]:
        """Give a session whose work is committed at the end, all of it, or none on any error.

        Writers take turns from the first statement on, so what one reads is still so when it
        writes. When the block is left without an error, the work is on the disk. What nobody is
        told is saved need not be `durable`: it survives a kill, but the last of it not a power
        failure; nobody waits for the disk, and for other writers only a second.
        """
        async with self._my_turn(BUSY_SECONDS if durable else HASTY_SECONDS):
            week = week_of(self.clock())
            with database_failures(self.path):
                async with self._writes[durable].begin() as session:
                    await self._tell_week(session, week)
                    yield session
            self._week = week

    async def read_in_thread(self, unit: Unit[ResultT]) -> ResultT:
        """Return what `unit` makes of a session like that of `read`, in one trip to a thread.

        `unit` may await its session and nothing else: see `core.storage.units`. For what many
        people wait for; what else it raises is raised here.
        """
        with database_failures(self.path):
            return await self._units.read(unit)

    async def write_in_thread(self, unit: Unit[ResultT], *, durable: bool = True) -> ResultT:
        """Return what `unit` makes of a session like that of `write`, in one trip to a thread.

        As with `read_in_thread`. Who is cancelled meanwhile learns it after the unit's end.
        """
        async with self._my_turn(BUSY_SECONDS if durable else HASTY_SECONDS):
            week = week_of(self.clock())

            async def with_week(session: AsyncSession) -> ResultT:
                await self._tell_week(session, week)
                return await unit(session)

            with database_failures(self.path):
                result = await self._units.write(with_week, durable=durable)
            self._week = week
            return result

    async def _tell_week(self, session: AsyncSession, week: int) -> None:
        """Tell the triggers that it is `week`, once when it begins.

        It never goes back, not even when the host's clock does; `core.storage.counting.recount`
        sets it right after a clock that ran ahead.
        """
        if week != self._week:
            await session.execute(
                update(Clock).where(Clock.id == 1, Clock.this_week < week).values(this_week=week)
            )

    async def purge(self) -> bool:
        """Empty the write-ahead log, which still holds what was deleted; return whether it is.

        Somebody who is reading just then prevents it. The log is emptied later then, at the latest
        when Riko stops.
        """
        async with self._my_turn(HASTY_SECONDS):
            with database_failures(self.path):
                return await asyncio.to_thread(self._empty_log)

    def _empty_log(self) -> bool:
        # not by the pool's connections: theirs are in transactions, which allow no checkpoint
        with closing(sqlite3.connect(self.path, timeout=HASTY_SECONDS)) as connection:
            (prevented, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not prevented

    async def close(self) -> None:
        """Close every connection. Closing again does nothing."""
        await self._units.close()
        await self.engine.dispose()

    @asynccontextmanager
    async def _my_turn(self, seconds: float) -> AsyncGenerator[None]:
        # SQLite lets waiting writers poll, and the unlucky one starves; a lock is first come,
        # first served. BEGIN IMMEDIATE still guards against other processes.
        try:
            async with asyncio.timeout(seconds):
                await self._turn.acquire()
        except TimeoutError:
            raise busy(self.path) from None
        try:
            yield
        finally:
            self._turn.release()
