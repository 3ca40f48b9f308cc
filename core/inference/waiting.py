"""Who waits for the network: what comes next, how long a newcomer would wait, who is too late.

Knows no threads and no clock: the worker passes the time in, in seconds of a monotonic clock.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

ItemT = TypeVar("ItemT")

BATCH_SECONDS: Final = 0.1
"""A batch is to take no longer, as far as can be foreseen."""
MOST_WAIT: Final = 2.0
"""Nobody is to wait longer in the line, in seconds; Discord waits for three."""

# Larger requests (groups, explanations) wait in a lane of their own.
_LIGHT_ROWS: Final = 16
# What is believed of the pace before anything was measured, and how quickly that is forgotten.
_FIRST_ROWS: Final = 64
_KEPT: Final = 0.8


@dataclass(frozen=True, slots=True)
class Entry(Generic[ItemT]):
    """Something that waits: its work in rows of the network, and since when it has waited."""

    item: ItemT
    rows: int
    since: float


class WaitingLine(Generic[ItemT]):
    """Two lanes, one for small requests and one for large ones, that share the time.

    Within a lane first come is first served. While both wait, each gets half of every batch, but
    at least its first one: somebody alone behind many groups waits for one batch, and the other
    way round. How much fits into a batch follows from how long the last ones took.
    """

    def __init__(self, most_wait: float = MOST_WAIT) -> None:
        self._most_wait = most_wait
        self._light: deque[Entry[ItemT]] = deque()
        self._heavy: deque[Entry[ItemT]] = deque()
        self._rows, self._seconds = float(_FIRST_ROWS), BATCH_SECONDS
        self._ends = 0.0

    def __len__(self) -> int:
        return len(self._light) + len(self._heavy)

    @property
    def pace(self) -> float:
        """Recent seconds a row."""
        return self._seconds / self._rows

    @property
    def _room(self) -> int:
        """How many rows fit into a batch."""
        return max(1, int(BATCH_SECONDS / self.pace))

    def measured(self, rows: int, seconds: float) -> None:
        """Learn that a batch of `rows` took so long; the latest batches count most."""
        self._rows = self._rows * _KEPT + rows
        self._seconds = self._seconds * _KEPT + seconds
        self._ends = 0.0

    def wait_of(self, rows: int, now: float) -> float:
        """Return about how many seconds something that comes now would wait."""
        own, other = self._lanes_of(rows)
        ahead = _sum_rows(own)
        # In each of the batches until then the other lane takes its half, or one large request.
        half = max(1, self._room // 2)
        batches = min(len(own), ahead // half) + 1
        largest = max((entry.rows for entry in other), default=0)
        beside = min(_sum_rows(other), batches * max(half, largest))
        return max(0.0, self._ends - now) + (ahead + beside) * self.pace

    def add(self, entry: Entry[ItemT]) -> None:
        """Put `entry` at the end of its lane."""
        self._lanes_of(entry.rows)[0].append(entry)

    def take(self, now: float) -> tuple[list[Entry[ItemT]], list[Entry[ItemT]]]:
        """Return the next batch, small requests first, and those that have waited too long."""
        late: list[Entry[ItemT]] = []
        for lane in (self._light, self._heavy):
            while lane and now - lane[0].since > self._most_wait:
                late.append(lane.popleft())
        batch = _take(self._light, self._room // 2 if self._heavy else self._room)
        batch += _take(self._heavy, self._room - _sum_rows(batch))
        self._ends = now + _sum_rows(batch) * self.pace
        return batch, late

    def remove(self, unwanted: Callable[[ItemT], bool]) -> None:
        """Let everybody go whom nobody waits for any more."""
        for lane in (self._light, self._heavy):
            stay = [entry for entry in lane if not unwanted(entry.item)]
            lane.clear()
            lane.extend(stay)

    def clear(self) -> list[ItemT]:
        """Return all that wait; nobody waits afterwards."""
        items = [entry.item for entry in (*self._light, *self._heavy)]
        self._light.clear()
        self._heavy.clear()
        return items

    def _lanes_of(self, rows: int) -> tuple[deque[Entry[ItemT]], deque[Entry[ItemT]]]:
        """Return the lane for so many rows, and the other one."""
        if rows <= _LIGHT_ROWS:
            return self._light, self._heavy
        return self._heavy, self._light


def _take(lane: deque[Entry[ItemT]], room: int) -> list[Entry[ItemT]]:
    """Take from the front what fits into `room` rows, but at least one."""
    taken: list[Entry[ItemT]] = []
    while lane and (not taken or room >= lane[0].rows):
        taken.append(lane.popleft())
        room -= taken[-1].rows
    return taken


def _sum_rows(entries: deque[Entry[ItemT]] | list[Entry[ItemT]]) -> int:
    return sum(entry.rows for entry in entries)
