"""Runs a program until it is told to stop, and lets it stop in order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Coroutine

_log = logging.getLogger(__name__)


def run_until_stopped(work: Coroutine[None, None, None]) -> None:
    """Run `work` in a new event loop until it ends or Ctrl-C or SIGTERM cancels it.

    The first signal cancels `work`, which then closes what it opened; a second one kills. Whatever
    `work` raises is raised.
    """
    asyncio.run(_stop_on_signal(work))


async def _stop_on_signal(work: Coroutine[None, None, None]) -> None:
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    stopping = False

    def stop(number: signal.Signals) -> None:
        nonlocal stopping
        stopping = True
        _log.info("stopping (%s)", number.name)
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(each)
            signal.signal(each, signal.SIG_DFL)
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        # Windows has no such handlers: there Ctrl-C cancels by way of asyncio.run itself
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop, number)
    try:
        await task
    except asyncio.CancelledError:
        if not stopping:
            raise
