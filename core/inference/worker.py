"""One thread that owns the network and answers everybody in micro-batches.

Requests come from asyncio; a batch is whatever waits when the thread is free, so that a lone
request never waits for company. The queue is bounded: who comes when it is full is told so at
once. Requests whose asker has gone (cancelled, timed out) are skipped.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, cast

import torch

from core.errors import BusyError, InferenceError
from core.inference.device import CPU, Available, DeviceChoice, devices_to_try
from core.recommender.request import GroupRequest, Request

if TYPE_CHECKING:
    from core.recommender.request import GroupLists, Lists

log = logging.getLogger(__name__)

CAPACITY: Final = 256
LARGEST_BATCH: Final = 64
STOP_SECONDS: Final = 20.0


class Answers(Protocol):
    """What the worker runs: `core.recommender.engine.Engine`."""

    def recommend(self, requests: Sequence[Request]) -> list[Lists]:
        """Return one answer a request, in order."""
        ...

    def recommend_for_group(self, request: GroupRequest) -> GroupLists:
        """Return what suits all members."""
        ...


Build = Callable[[str], Answers]
"""Makes the engine on the device of the given name; runs on the worker's thread."""


@dataclass(slots=True, eq=False)
class _Job:
    request: Request | GroupRequest
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
        available: Available | None = None,
    ) -> None:
        self._build = build
        self._choice = DeviceChoice(device)
        self._available = available
        self._capacity = capacity
        self._waiting: deque[_Job] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._devices: list[str] = []

    @property
    def device(self) -> str:
        """The name of the device the network runs on; empty before `start`."""
        return self._devices[0] if self._devices else ""

    async def start(self) -> None:
        """Build the engine on the thread and return once it can answer.

        Raises whatever building it on the last device raised, `BundleError` above all.
        """
        if self._thread is not None:
            raise RuntimeError("the worker is already running or still stopping")
        available = self._available or Available.here()
        self._devices = list(devices_to_try(self._choice, available))
        if self._choice is not DeviceChoice.AUTO and self._devices[0] != self._choice:
            log.warning("Device %s is not available; using %s", self._choice, self._devices[0])
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
            target=self._run, args=(report,), name="riko-inference", daemon=True
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

    async def recommend(self, request: Request) -> Lists:
        """Return the answer to `request`.

        Raises `BusyError` at once when too many wait, `InferenceError` when the worker is not
        running or failed on this request.
        """
        return cast("Lists", await self._ask(request))

    async def recommend_for_group(self, request: GroupRequest) -> GroupLists:
        """Return what suits all members. Raises what `recommend` raises."""
        return cast("GroupLists", await self._ask(request))

    async def _ask(self, request: Request | GroupRequest) -> Lists | GroupLists:
        if self._thread is None or self._stopping:
            raise InferenceError
        loop = asyncio.get_running_loop()
        job = _Job(request, loop.create_future(), loop)
        with self._changed:
            if len(self._waiting) >= self._capacity:
                # Whoever has gone must not keep others out.
                self._waiting = deque(job for job in self._waiting if not job.future.cancelled())
            if len(self._waiting) >= self._capacity:
                raise BusyError
            self._waiting.append(job)
            self._changed.notify()
        return await job.future

    def _run(self, report: Callable[[BaseException | None], None]) -> None:
        # One core stays free for the event loop; torch's threads would spin on all of them.
        torch.set_num_threads(max(1, min(torch.get_num_threads(), _cores() - 1)))
        try:
            engine: Answers | None = self._build_engine()
        except BaseException as error:  # noqa: BLE001 - it is handed to whoever waits in start()
            report(error)
            return
        report(None)
        while (batch := self._next_batch()) is not None:
            try:
                engine = self._answer(engine or self._build_engine(), batch)
            except BaseException:
                # Nothing may end this thread: people wait for it. What it knew may be spoilt.
                log.exception("The inference thread crashed; it starts anew")
                engine = None
                for job in batch:
                    job.finish(InferenceError())

    def _build_engine(self) -> Answers:
        while True:
            device = self._devices[0]
            try:
                return self._build(device)
            except RuntimeError as error:
                if device == CPU:
                    raise
                self._leave_device(error)

    def _leave_device(self, error: Exception) -> None:
        failed = self._devices.pop(0)
        log.warning("Device %s failed (%s); using %s", failed, error, self._devices[0])

    def _next_batch(self) -> list[_Job] | None:
        """Wait for a job, then take whatever else waits; `None` when it is time to stop."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._stopping)
            if self._stopping:
                return None
            batch: list[_Job] = []
            while self._waiting and len(batch) < LARGEST_BATCH:
                job = self._waiting.popleft()
                if not job.future.cancelled():
                    batch.append(job)
            return batch

    def _answer(self, engine: Answers, batch: list[_Job]) -> Answers:
        """Answer every job of `batch`; return the engine, a new one if the device was left."""
        if not batch:
            return engine
        try:
            answers = _answers(engine, [job.request for job in batch])
        except RuntimeError as error:  # also torch's out-of-memory error
            if self.device == CPU:
                self._answer_singly(engine, batch)
                return engine
            self._leave_device(error)
            return self._answer(self._build_engine(), batch)
        except Exception:  # noqa: BLE001 - one bad request must not take the others along
            self._answer_singly(engine, batch)
        else:
            for job, lists in zip(batch, answers, strict=True):
                job.finish(lists)
        return engine

    def _answer_singly(self, engine: Answers, batch: list[_Job]) -> None:
        for job in batch:
            try:
                job.finish(_answers(engine, [job.request])[0])
            except Exception:
                log.exception("A request could not be answered")
                job.finish(InferenceError())

    def _fail_waiting(self) -> None:
        with self._changed:
            jobs, self._waiting = self._waiting, deque()
        for job in jobs:
            job.finish(InferenceError())


def _answers(
    engine: Answers, requests: Sequence[Request | GroupRequest]
) -> list[Lists | GroupLists]:
    """Return one answer a request, in order; those of single people share one pass."""
    singles = iter(engine.recommend([r for r in requests if isinstance(r, Request)]))
    return [
        engine.recommend_for_group(request) if isinstance(request, GroupRequest) else next(singles)
        for request in requests
    ]


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
