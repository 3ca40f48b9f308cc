"""Not more requests than a web service allows."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Pace:
    """Lets requests through one after another, never more than each limit allows.

    A limit `(3, 1.0)` allows three requests within any second. `clock` (seconds) and `sleep` are
    the real ones except in tests. For one event loop; those who wait are served in their order.
    """

    def __init__(
        self,
        *limits: tuple[int, float],
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._sleep = sleep
        self._begun: deque[float] = deque(maxlen=max((count for count, _ in limits), default=1))
        self._held_until = 0.0
        self._gate = asyncio.Lock()

    async def turn(self) -> None:
        """Return when the next request may begin."""
        async with self._gate:
            # again, as the service may ask for a pause while somebody waits
            while (wait := self._next() - self._clock()) > 0:
                await self._sleep(wait)
            self._begun.append(self._clock())

    def hold(self, seconds: float) -> None:
        """Let no request begin for so long."""
        self._held_until = max(self._held_until, self._clock() + seconds)

    def _next(self) -> float:
        """Return the moment from which on all limits allow a request."""
        free = [
            self._begun[-count] + seconds
            for count, seconds in self._limits
            if len(self._begun) >= count
        ]
        return max(self._held_until, *free) if free else self._held_until
