"""What services keep in memory of people, so that a key press does not ask the database."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

ValueT = TypeVar("ValueT")

PEOPLE: Final = 2_000
"""Of how many people something is kept; beyond that, whoever came longest ago is read anew."""


class Memory(Generic[ValueT]):
    """One value a person, by user id; the least recently used is dropped. For one event loop."""

    def __init__(self, size: int = PEOPLE) -> None:
        self._size = size
        self._values: OrderedDict[int, ValueT] = OrderedDict()
        self._reading: dict[int, object] = {}

    def get(self, user_id: int) -> ValueT | None:
        """Return what is kept of `user_id`, none if nothing is."""
        if user_id in self._values:
            self._values.move_to_end(user_id)
        return self._values.get(user_id)

    def put(self, user_id: int, value: ValueT) -> None:
        """Keep `value`, which was just written."""
        self._reading.pop(user_id, None)
        self._keep(user_id, value)

    def forget(self, user_id: int) -> None:
        """Drop what is kept, also what is being read at this moment."""
        self._reading.pop(user_id, None)
        self._values.pop(user_id, None)

    async def get_or_read(self, user_id: int, read: Callable[[], Awaitable[ValueT]]) -> ValueT:
        """Return what is kept of `user_id`, else what `read` returns, which is kept then.

        It is not kept if it was written or forgotten meanwhile: it may be the older.
        """
        kept = self.get(user_id)
        if kept is not None:
            return kept
        mark = self._reading.setdefault(user_id, object())
        try:
            value = await read()
        except BaseException:
            if self._reading.get(user_id) is mark:
                del self._reading[user_id]
            raise
        if self._reading.get(user_id) is mark:
            del self._reading[user_id]
            self._keep(user_id, value)
        return value

    def _keep(self, user_id: int, value: ValueT) -> None:
        self._values[user_id] = value
        self._values.move_to_end(user_id)
        if len(self._values) > self._size:
            self._values.popitem(last=False)
