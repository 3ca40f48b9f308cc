"""One thread that owns the network and answers everybody in micro-batches.

Requests come from asyncio; a batch is what waits when the thread is free, as much of it as fits
into a tenth of a second, so that a lone request never waits for company and nobody waits for long.
Who comes when too many wait is told so at once; who has waited too long, too. Requests whose asker
has gone (cancelled, timed out) are skipped.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import torch
from threadpoolctl import threadpool_limits  # pyright: ignore[reportMissingTypeStubs]

from core.errors import BusyError, InferenceError
from core.inference.device import Available, DeviceChoice, devices_to_try
from core.inference.steady import SteadyEngine
from core.inference.timings import Histogram, Timings
from core.inference.waiting import MOST_WAIT, Entry, WaitingLine
from core.recommender.cost import rows_of
from core.recommender.request import GroupRequest, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.inference.steady import Build
    from core.recommender.request import GroupLists, Lists
    from core.recommender.shelf import Shelf

log = logging.getLogger(__name__)

CAPACITY: Final = 256
STOP_SECONDS: Final = 20.0


@dataclass(slots=True, eq=False)
class _Job:
    request: Request | GroupRequest
    shelf: Shelf | None
    future: asyncio.Future[Lists | GroupLists]
    loop: asyncio.AbstractEventLoop

    def finish(self, result: Lists | GroupLists | Exception) -> None:
        """Hand `result` to the waiting task from the worker's thread."""
        try:
            self.loop.call_soon_threadsafe(self._settle, result)
        except RuntimeError:
            log.debug("the event loop of a waiting request is closed")

    def _settle(self, result: Lists | GroupLists | Exception) -> None:
        if self.future.done():
            return
        if isinstance(result, Exception):
            self.future.set_exception(result)
        else:
            self.future.set_result(result)


class InferenceWorker:
    """Runs an engine on a thread of its own. Use from one event loop.

    When the device fails or runs out of memory, the engine is made anew on the next device and
    the batch is answered there. When the thread crashes, the requests at hand get
    `InferenceError` and it starts anew with a fresh engine.
    """

    def __init__(
        self,
        build: Build,
        device: str = DeviceChoice.AUTO,
        *,
        capacity: int = CAPACITY,
        most_wait: float = MOST_WAIT,
        available: Available | None = None,
    ) -> None:
        self._build = build
        self._choice = DeviceChoice(device)
        self._available = available
        self._capacity = capacity
        self._most_wait = most_wait
        self._waiting = WaitingLine[_Job](most_wait)
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._engine: SteadyEngine | None = None
        self._queue_times, self._compute_times = Histogram(), Histogram()
        self._refused = self._late = 0

    @property
    def device(self) -> str:
        """The name of the device the network runs on; empty before `start`."""
        return self._engine.device if self._engine else ""

    @property
    def timings(self) -> Timings:
        """How long requests have waited and taken so far."""
        return Timings(
            self._queue_times.summary(), self._compute_times.summary(), self._refused, self._late
        )

    async def start(self) -> None:
        """Build the engine on the thread and return once it can answer.

        Raises whatever building it on the last device raised, `BundleError` above all.
        """
        if self._thread is not None:
            raise RuntimeError("the worker is already running or still stopping")
        devices = devices_to_try(self._choice, self._available or Available.here())
        if self._choice is not DeviceChoice.AUTO and devices[0] != self._choice:
            log.warning("Device %s is not available; using %s", self._choice, devices[0])
        engine = self._engine = SteadyEngine(self._build, devices, log.warning)
        self._stopping = False
        loop = asyncio.get_running_loop()
        ready: asyncio.Future[None] = loop.create_future()

        def report(error: BaseException | None) -> None:
            def settle() -> None:
                if not ready.done():
                    if error is None:
                        ready.set_result(None)
                    else:
                        ready.set_exception(error)

            loop.call_soon_threadsafe(settle)

        self._thread = threading.Thread(
            target=self._run, args=(engine, report), name="riko-inference", daemon=True
        )
        self._thread.start()
        try:
            await ready
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Let the running batch finish, answer the rest with `InferenceError`, end the thread.

        Returns once the thread has ended, or after a while if the device never answers.
        """
        thread = self._thread
        if thread is None:
            return
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._fail_waiting()
        await asyncio.to_thread(thread.join, STOP_SECONDS)
        if thread.is_alive():
            log.error("The inference thread does not end; it is left behind")
        elif self._thread is thread:
            self._thread = None

    async def recommend(self, request: Request, shelf: Shelf | None = None) -> Lists:
        """Return the answer to `request`, over the catalogue of `shelf` or else the engine's own.

        Raises `BusyError` when it would wait, or has waited, for more than `most_wait` seconds,
        `InferenceError` when the worker is not running or failed on this request.
        """
        return cast("Lists", await self._ask(request, shelf))

    async def recommend_for_group(
        self, request: GroupRequest, shelf: Shelf | None = None
    ) -> GroupLists:
        """Return what suits all members. Raises what `recommend` raises."""
        return cast("GroupLists", await self._ask(request, shelf))

    async def _ask(
        self, request: Request | GroupRequest, shelf: Shelf | None
    ) -> Lists | GroupLists:
        if self._thread is None or self._stopping:
            raise InferenceError
        loop = asyncio.get_running_loop()
        job = _Job(request, shelf, loop.create_future(), loop)
        rows = rows_of(request)
        with self._changed:
            if self._refusal(rows) is not None:
                # Whoever has gone must not keep others out.
                self._waiting.remove(lambda job: job.future.cancelled())
            if (refusal := self._refusal(rows)) is not None:
                self._refused += 1
                raise refusal
            self._waiting.add(Entry(job, rows, time.perf_counter()))
            self._changed.notify()
        return await job.future

    def _refusal(self, rows: int) -> BusyError | None:
        wait = self._waiting.wait_of(rows, time.perf_counter())
        if wait > self._most_wait or len(self._waiting) >= self._capacity:
            return BusyError(wait)
        return None

    def _run(self, engine: SteadyEngine, report: Callable[[BaseException | None], None]) -> None:
        leave_a_core()
        try:
            engine.prepare()
        except BaseException as error:  # noqa: BLE001 - it is handed to whoever waits in start()
            report(error)
            return
        report(None)
        while (batch := self._next_batch()) is not None:
            began = time.perf_counter()
            try:
                self._answer(engine, batch, began)
            except BaseException:
                # Nothing may end this thread: people wait for it. What it knew may be spoilt.
                log.exception("The inference thread crashed; it starts anew")
                engine.start_anew()
                for entry in batch:
                    entry.item.finish(InferenceError())
            with self._changed:
                rows = sum(entry.rows for entry in batch)
                self._waiting.measured(rows, time.perf_counter() - began)

    def _next_batch(self) -> list[Entry[_Job]] | None:
        """Wait for a job, then take what else waits and fits; `None` when it is time to stop."""
        with self._changed:
            while True:
                self._changed.wait_for(lambda: len(self._waiting) or self._stopping)
                if self._stopping:
                    return None
                self._waiting.remove(lambda job: job.future.cancelled())
                batch, late = self._waiting.take(time.perf_counter())
                for entry in late:
                    self._late += 1
                    entry.item.finish(
                        BusyError(self._waiting.wait_of(entry.rows, time.perf_counter()))
                    )
                if batch:
                    return batch

    def _answer(self, engine: SteadyEngine, batch: list[Entry[_Job]], began: float) -> None:
        """Answer every job of `batch`; single people of one catalogue share a pass and come first.

        There is more than one catalogue only for the moment after a new one was put in place.
        """
        singles = [entry for entry in batch if isinstance(entry.item.request, Request)]
        for shelf in dict.fromkeys(entry.item.shelf for entry in singles):
            self._answer_together(engine, [e for e in singles if e.item.shelf is shelf], began)
        groups = [entry for entry in batch if isinstance(entry.item.request, GroupRequest)]
        self._answer_singly(engine, groups, began)

    def _answer_together(
        self, engine: SteadyEngine, entries: list[Entry[_Job]], began: float
    ) -> None:
        requests = [cast("Request", entry.item.request) for entry in entries]
        try:
            answers = engine.recommend(requests, entries[0].item.shelf)
        except Exception:  # noqa: BLE001 - one bad request must not take the others along
            self._answer_singly(engine, entries, began)
        else:
            for entry, lists in zip(entries, answers, strict=True):
                self._finish(entry, lists, began)

    def _answer_singly(
        self, engine: SteadyEngine, entries: list[Entry[_Job]], began: float
    ) -> None:
        for entry in entries:
            request, shelf = entry.item.request, entry.item.shelf
            try:
                answer = (
                    engine.recommend_for_group(request, shelf)
                    if isinstance(request, GroupRequest)
                    else engine.recommend([request], shelf)[0]
                )
            except Exception:
                log.exception("A request could not be answered")
                entry.item.finish(InferenceError())
            else:
                self._finish(entry, answer, began)

    def _finish(self, entry: Entry[_Job], answer: Lists | GroupLists, began: float) -> None:
        entry.item.finish(answer)
        self._queue_times.add(began - entry.since)
        self._compute_times.add(time.perf_counter() - began)

    def _fail_waiting(self) -> None:
        with self._changed:
            jobs = self._waiting.clear()
        for job in jobs:
            job.finish(InferenceError())


def leave_a_core() -> None:
    """Let torch and numpy's matrix products use all cores but one, the event loop's own.

    Their threads would otherwise spin on all of them.
    """
    threads = max(1, min(torch.get_num_threads(), _cores() - 1))
    torch.set_num_threads(threads)
    threadpool_limits(threads, user_api="blas")


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
