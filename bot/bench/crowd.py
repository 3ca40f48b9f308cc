"""Many people who use the real bot at the same time in a simulated Discord.

simcord lets one person act at a time and then waits until the bot has nothing left to do. In a
crowd everybody acts when they like and waits for their own answer only. What the simulated Discord
would keep for ever (requests, messages, pictures) is thrown away, so that the memory measured is
the bot's.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

import simcord
from simcord import _dpy_internals
from simcord.backend.models.interaction import ResponseKind
from simcord.http import router

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from contextvars import Context

    import discord
    from simcord.backend.models.interaction import Interaction

ANSWER_SECONDS: Final = 20.0
_TICK: Final = 0.05
_KEPT_MESSAGES: Final = 300


class _Asked:
    """An interaction that waits for its answer."""

    def __init__(self, record: Interaction) -> None:
        self.record = record
        self.answered = asyncio.Event()
        self._at_work = 0

    def follow(self, task: asyncio.Task[Any]) -> None:
        """Note that `task` works on the answer."""
        self._at_work += 1
        task.add_done_callback(self._done)

    def look(self) -> None:
        """See whether there is something to read by now, more than “thinking…”."""
        kind = self.record.response_kind
        # the press of a button may change its message several times: the last one counts
        if kind is ResponseKind.DEFERRED_UPDATE and self._at_work:
            return
        if kind not in {None, ResponseKind.DEFERRED}:
            self.answered.set()

    def _done(self, _: asyncio.Task[Any]) -> None:
        self._at_work -= 1
        self.look()


_asked: ContextVar[_Asked | None] = ContextVar("asked", default=None)


class Crowd(simcord.Env):
    """A simulated Discord that a crowd uses inside `let_in()`, and one person outside it."""

    def __init__(self, bot: discord.Client) -> None:
        super().__init__(bot, settle_timeout=60)
        self._open = False
        self._by_token: dict[str, _Asked] = {}

    @asynccontextmanager
    async def let_in(self) -> AsyncGenerator[None]:
        """Let everybody act at once until the end of the block; the clock runs meanwhile."""
        dispatch = router.dispatch

        def noticed(backend: Any, method: str, path: str, **rest: Any) -> Any:  # noqa: ANN401 - simcord's own
            try:
                return dispatch(backend, method, path, **rest)
            finally:
                self._notice(path)

        def followed(coroutine: Any, **how: Any) -> asyncio.Task[Any]:  # noqa: ANN401 - asyncio's own
            task = create_task(coroutine, **how)
            # whatever is begun on behalf of an interaction inherits its context
            if (asked := _asked.get()) is not None:
                asked.follow(task)
            return task

        loop = asyncio.get_running_loop()
        create_task = loop.create_task
        loop.create_task = followed  # pyright: ignore[reportAttributeAccessIssue]
        router.dispatch = noticed
        self._open = True
        clock = asyncio.create_task(self._run_clock())
        try:
            yield
        finally:
            clock.cancel()
            with suppress(asyncio.CancelledError):
                await clock
            self._open = False
            router.dispatch = dispatch
            loop.create_task = create_task

    def _notice(self, path: str) -> None:
        for part in path.split("/"):
            if (asked := self._by_token.get(part)) is not None:
                asked.look()

    async def _run_clock(self) -> None:
        """Move the simulated clock along with the real one, and forget what is old."""
        now = time.monotonic()
        while True:
            await asyncio.sleep(_TICK)
            self.backend.clock.advance(time.monotonic() - now)
            now = time.monotonic()
            self._forget()

    def _forget(self) -> None:
        backend = self.backend
        backend.http_requests.clear()
        backend.transcript.clear()
        backend.cdn._blobs.clear()  # pyright: ignore[reportPrivateUsage]
        waiting = self._work.callbacks
        waiting[:] = [each for each in waiting if each.handle and not each.handle.cancelled()]
        for messages in backend.messages.values():
            for message_id in list(messages)[:-_KEPT_MESSAGES]:
                del messages[message_id]
        for record in [r for r in backend.interactions.values() if r.token not in self._by_token][
            :-_KEPT_MESSAGES
        ]:
            del backend.interactions[record.id]
            del backend.interaction_tokens[record.token]

    def _schedule_timer(
        self,
        record: Any,  # noqa: ANN401 - simcord's own
        callback: Any,  # noqa: ANN401
        args: tuple[Any, ...],
        schedule_context: Context | None,
    ) -> None:
        """Let a timer of the bot run by the real clock: simcord's would wait for everybody."""
        if not self._open:
            super()._schedule_timer(record, callback, args, schedule_context)
            return

        def fire() -> None:
            if record.handle is not None and not record.handle.cancelled():
                record.handle._run()

        clock = _dpy_internals.real_monotonic
        assert self._runtime is not None  # noqa: S101 - the bot is attached
        assert clock is not None  # noqa: S101 - since then
        # not call_later, which would come back here by the replaced call_at
        when = clock() + max(0.0, record.when - self._virtual_time)
        record.real_handle = self._runtime.call_at(when, fire, context=schedule_context)

    def _begin_operation(self, label: str) -> None:
        if not self._open:
            super()._begin_operation(label)

    def _end_operation(self) -> None:
        if not self._open:
            super()._end_operation()

    def _notify_dispatch_observers(self, interaction: Interaction) -> None:
        super()._notify_dispatch_observers(interaction)
        if self._open:
            asked = _Asked(interaction)
            self._by_token[interaction.token] = asked
            _asked.set(asked)

    async def _settle_internal(self, **how: Any) -> None:  # noqa: ANN401 - simcord's own
        """Wait for the answer to what this task asked, in a crowd; to a message there is none."""
        if not self._open:
            await super()._settle_internal(**how)
            return
        asked = _asked.get()
        if asked is None:
            return
        _asked.set(None)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await asked.answered.wait()
        finally:
            # what the bot sends after the first answer still finds its interaction
            del self._by_token[asked.record.token]
