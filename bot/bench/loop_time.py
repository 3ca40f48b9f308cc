"""How long the callbacks of an event loop keep it from everybody else.

Measured is the processor's time of the loop's own thread, not the clock's: so neither other
programs nor the network's thread count, and a busy machine finds what a quiet one finds. What
waits without working (a sleep, a read from a slow disk) takes no processor's time; Python's audit
events tell of such calls.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
import traceback
from array import array
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import simcord
from simcord._dpy_internals import (
    _original_callback,  # pyright: ignore[reportPrivateUsage]
)
from simcord.http import router

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

_SIMULATION: Final = str(Path(simcord.__file__).parent)
_SIMULATED_HTTP: Final = str(Path(router.__file__).parent)
_OWN: Final = str(Path(__file__).parent)
_WAITING: Final = frozenset(
    {"open", "os.listdir", "os.scandir", "sqlite3.connect", "subprocess.Popen",
     "socket.connect", "socket.getaddrinfo"}
)  # fmt: skip
_FRAMES: Final = 8


@dataclass(frozen=True, slots=True)
class Callback:
    """One turn of the loop: whose it was, and for how many seconds of the processor's time."""

    name: str
    seconds: float


@dataclass(slots=True)
class Callbacks:
    """Many callbacks in a way that garbage collections need not look through.

    In a minute they are tens of thousands, and a full collection would take 20 ms longer.
    """

    _names: list[str] = field(default_factory=list[str])
    _seconds: array[float] = field(default_factory=lambda: array("d"))

    def add(self, name: str, seconds: float) -> None:
        """Note one callback."""
        self._names.append(name)
        self._seconds.append(seconds)

    def __iter__(self) -> Iterator[Callback]:
        """Walk them in their order."""
        return map(Callback, self._names, self._seconds)

    def __len__(self) -> int:
        """Return how many there were."""
        return len(self._names)


@dataclass(slots=True)
class LoopTime:
    """What was measured: the bot's own callbacks, the simulation's, and calls that wait.

    Time the simulated Discord spends inside a callback of the bot, as the other end of its
    requests, is the simulation's.
    """

    bot: Callbacks = field(default_factory=Callbacks)
    simulation: Callbacks = field(default_factory=Callbacks)
    waits: list[str] = field(default_factory=list[str])

    @property
    def longest(self) -> Callback:
        """The bot's longest callback."""
        return max(self.bot, key=lambda each: each.seconds, default=Callback("", 0.0))

    def slow(self, seconds: float) -> list[Callback]:
        """Return the bot's callbacks that took `seconds` or longer."""
        return [each for each in self.bot if each.seconds >= seconds]


@contextmanager
def measured_loop(ours: tuple[str, ...] = ()) -> Generator[LoopTime]:
    """Measure the callbacks of the running loop until the end of the block.

    Tasks whose code lies under the folders `ours` count as the simulation's: whoever drives it.
    """
    found = LoopTime()
    thread = threading.get_ident()
    harness = (_SIMULATION, _OWN, *ours)
    inside = 0.0  # seconds of the current callback that were the simulation's
    running = True

    def timed(function: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kwargs: object) -> object:
            nonlocal inside
            if threading.get_ident() != thread:
                return function(*args, **kwargs)
            before, began = inside, time.thread_time()
            try:
                return function(*args, **kwargs)
            finally:
                inside = before + time.thread_time() - began

        return call

    def run(handle: asyncio.Handle) -> None:
        nonlocal inside
        if threading.get_ident() != thread:
            run_handle(handle)
            return
        name, file = _whose(handle)
        inside, began = 0.0, time.thread_time()
        run_handle(handle)
        seconds = time.thread_time() - began
        if file.startswith(harness):
            found.simulation.add(name, seconds)
        else:
            found.bot.add(name, seconds - inside)

    def note(event: str, what: object) -> None:
        # no source lines: reading those opens files
        frames = traceback.StackSummary.extract(
            traceback.walk_stack(sys._getframe(2)),  # pyright: ignore[reportPrivateUsage]
            limit=_FRAMES,
            lookup_lines=False,
        )
        if not any(f.filename.startswith(_SIMULATED_HTTP) for f in frames):
            where = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in frames)
            found.waits.append(f"{event}({what}) at {where}")

    def listen(event: str, args: tuple[object, ...]) -> None:
        if running and event in _WAITING and threading.get_ident() == thread:
            note(event, args[0] if args else "")

    def noted_sleep(seconds: float) -> None:
        if threading.get_ident() == thread:
            note("time.sleep", seconds)
        sleep(seconds)

    run_handle = asyncio.Handle._run  # pyright: ignore[reportPrivateUsage, reportUnknownVariableType, reportUnknownMemberType, reportAttributeAccessIssue]
    dispatch, sleep = router.dispatch, time.sleep
    time.sleep = noted_sleep  # an audit event only from Python 3.13 on
    asyncio.Handle._run = run  # pyright: ignore[reportAttributeAccessIssue]
    router.dispatch = timed(dispatch)
    sys.addaudithook(listen)
    try:
        yield found
    finally:
        running = False  # an audit hook cannot be taken off
        asyncio.Handle._run = run_handle  # pyright: ignore[reportAttributeAccessIssue]
        router.dispatch, time.sleep = dispatch, sleep


def _whose(handle: asyncio.Handle) -> tuple[str, str]:
    """Return the name of what `handle` runs, and the file its code is in."""
    callback: object = _original_callback(getattr(handle, "_callback", None))
    owner: object = getattr(callback, "__self__", None)
    if isinstance(owner, asyncio.Task):
        coroutine = cast("asyncio.Task[object]", owner).get_coro()
        code: object = getattr(coroutine, "cr_code", None)
        name = f"{owner.get_name()} ({getattr(coroutine, '__qualname__', '?')})"
    else:
        code = getattr(callback, "__code__", None) or getattr(
            getattr(callback, "__func__", None), "__code__", None
        )
        name = str(getattr(callback, "__qualname__", callback))
    return name, str(getattr(code, "co_filename", ""))
