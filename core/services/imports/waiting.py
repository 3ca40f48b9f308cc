"""Lists from elsewhere that people have looked at and may still take in, in memory only."""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from string import ascii_lowercase
from typing import TYPE_CHECKING, Final

from core.errors import ListGoneError
from core.services.clock import utc_now

if TYPE_CHECKING:
    from collections.abc import Generator
    from datetime import datetime

    from core.lists.foreign import Scale, Source
    from core.services.clock import Clock
    from core.services.imports.plan import Listed

WAITING: Final = timedelta(minutes=15)
"""How long a list waits; Discord forgets the buttons of its message as soon."""
MOST_WAITING: Final = 300_000
"""Titles of all waiting lists together, some 40 MB; the oldest list makes room."""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A title that the catalogue lacks; `name` is none where the list says that it is adult."""

    name: str | None
    anime_id: int | None


@dataclass(frozen=True, slots=True)
class WaitingList:
    """A list whose titles stand in the order of time; those of which nobody knows when first.

    `planned` is how many titles were left out, as nobody has watched them.
    """

    token: str
    made_at: datetime
    source: Source
    scale: Scale
    titles: tuple[Listed, ...]
    unmatched: tuple[Unmatched, ...]
    planned: int
    taken: bool = False

    @property
    def size(self) -> int:
        """How many titles are kept."""
        return len(self.titles) + len(self.unmatched)


def new_token() -> str:
    """Return what a button can name a list by: letters, which nobody takes for a number."""
    return "".join(secrets.choice(ascii_lowercase) for _ in range(12))


class WaitingLists:
    """The newest list of each person, for a quarter of an hour. For one event loop."""

    def __init__(self, clock: Clock = utc_now) -> None:
        self._clock = clock
        self._lists: OrderedDict[int, WaitingList] = OrderedDict()

    def put(self, user_id: int, waiting: WaitingList) -> None:
        """Keep a list; an older one of the person goes."""
        self._lists.pop(user_id, None)
        self._lists[user_id] = waiting
        while sum(each.size for each in self._lists.values()) > MOST_WAITING:
            self._lists.popitem(last=False)
        asyncio.get_running_loop().call_later(
            WAITING.total_seconds(), self._drop, user_id, waiting.token
        )

    def get(self, user_id: int, token: str) -> WaitingList:
        """Return a list. Raises `ListGoneError` if it waits no longer or is being taken in."""
        waiting = self._lists.get(user_id)
        if (
            waiting is None
            or waiting.token != token
            or waiting.taken
            or waiting.made_at + WAITING < self._clock()
        ):
            raise ListGoneError
        return waiting

    @contextmanager
    def taking(self, user_id: int, token: str) -> Generator[WaitingList]:
        """Give a list to whoever takes it in: to one at a time, and until that went well.

        Raises `ListGoneError` like `get`.
        """
        waiting = self.get(user_id, token)
        self._lists[user_id] = replace(waiting, taken=True)
        try:
            yield waiting
        except BaseException:
            # unless it was forgotten meanwhile
            if user_id in self._lists and self._lists[user_id].token == token:
                self._lists[user_id] = waiting
            raise
        self._drop(user_id, token)

    def forget(self, user_id: int) -> None:
        """Drop the list of `user_id`."""
        self._lists.pop(user_id, None)

    def _drop(self, user_id: int, token: str) -> None:
        if user_id in self._lists and self._lists[user_id].token == token:
            del self._lists[user_id]
