"""Units of work that run in a thread of the database's from the first statement to the commit.

A session on the event loop goes to its connection's thread and back for every statement, and each
time it waits for its turn on the loop; with fifty people that is most of what a rating waits for,
and other writers wait as long. A unit goes there once.

A unit is an `async` function of a session, so that it shares its helpers with sessions on the loop.
Its session is bound to a connection without a loop: awaiting it never waits, and the thread runs
the unit to its end in one go. It must not await anything else.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import URL, create_engine, event
from sqlalchemy.ext.asyncio import AsyncSession

from core.storage.connection import begin_as_told, prepare_connection

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine, Executable, Result

THREADS: Final = 3
"""One may write and the others read; Python runs one at a time anyway."""

ResultT = TypeVar("ResultT")
Unit = Callable[[AsyncSession], Coroutine[Any, Any, ResultT]]


class _UnitSession(AsyncSession):
    """A session whose statements run in the thread that awaits them."""

    async def execute(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        statement: Executable,
        params: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
        **options: Any,  # noqa: ANN401 - SQLAlchemy's own
    ) -> Result[Any]:
        """Run one statement; `AsyncSession` asks cursors for what only drivers on a loop have."""
        return self.sync_session.execute(statement, params, **options)


class UnitThreads:
    """A few threads with a connection each to the file `path`; opened when they are needed."""

    def __init__(self, path: Path) -> None:
        self.engine = create_engine(
            URL.create("sqlite", database=str(path)),
            # a connection is used by one thread at a time, but not always by the same
            creator=partial(sqlite3.connect, str(path), check_same_thread=False),
            pool_size=THREADS,
            max_overflow=0,
            pool_use_lifo=True,
            hide_parameters=True,
        )
        event.listen(self.engine, "connect", prepare_connection)
        event.listen(self.engine, "begin", begin_as_told)
        self._writes = {
            durable: self.engine.execution_options(begin="IMMEDIATE", durable=durable)
            for durable in (True, False)
        }
        self._threads = _threads()

    async def read(self, unit: Unit[ResultT]) -> ResultT:
        """Return what `unit` returns; nothing it does stays. Raises what it or SQLite raises."""
        return await self._begin(self.engine, unit)

    async def write(self, unit: Unit[ResultT], *, durable: bool) -> ResultT:
        """Return what `unit` returns once its work is committed; on any error nothing is.

        A unit that was begun comes to its end even if nobody waits for it any more; this returns no
        earlier, so that whoever tidies up then does so after the commit.
        """
        running = self._begin(self._writes[durable], unit, commit=True)
        cancelled: asyncio.CancelledError | None = None
        while not running.done():
            try:
                await asyncio.wait([running])
            except asyncio.CancelledError as error:
                # who is stopped may be told so more than once
                cancelled = error
        if cancelled is not None:
            raise cancelled
        return running.result()

    async def close(self) -> None:
        """Wait for the units under way and close every connection."""
        threads, self._threads = self._threads, _threads()
        await asyncio.to_thread(threads.shutdown)
        self.engine.dispose()

    def _begin(
        self, engine: Engine, unit: Unit[ResultT], *, commit: bool = False
    ) -> asyncio.Future[ResultT]:
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(self._threads, _run, engine, unit, commit)


def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="database")


def _run(engine: Engine, unit: Unit[ResultT], commit: bool) -> ResultT:
    session = _UnitSession(expire_on_commit=False)
    session.sync_session.bind = engine
    with session.sync_session as inner:
        result = _to_the_end(unit(session))
        if commit:
            inner.commit()
    return result


def _to_the_end(coroutine: Coroutine[Any, Any, ResultT]) -> ResultT:
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value
    coroutine.close()
    raise RuntimeError("a unit of work may await nothing but its session")
