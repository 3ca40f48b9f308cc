"""Of a franchise, a person is offered the part that comes next for them, and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from core.catalogue.franchises import Part

FOLLOWED_FROM: Final = 5
"""Who gave the first part less than this is offered nothing of the franchise."""

_NONE: Final = -1


class FranchiseRules:
    """Takes out of what may be listed all but one title of each franchise.

    A part stays if the part before it is seen; of several that would stay, the first does. Of a
    franchise whose first part is refused, nothing stays.

    `rows` has the row of each title that can be listed at all. Where the part before cannot be
    listed, it is enough to have seen the one before that, and so on; if there is none, nothing has
    to be seen. Parts have places of their own, in the order in which they are given.
    """

    def __init__(self, parts: Iterable[Part], rows: Mapping[int, int]) -> None:
        parts = tuple(parts)
        self._ids = _array(part.anime_id for part in parts)
        self._place = {part.anime_id: place for place, part in enumerate(parts)}
        before = _array(
            _NONE if part.before is None else self._place[part.before] for part in parts
        )
        self._franchise = _array(part.franchise for part in parts)
        self._franchise_of_first = {part.first: part.franchise for part in parts}
        row = _array(rows.get(part.anime_id, _NONE) for part in parts)
        self._listable = np.flatnonzero(row != _NONE)
        self._row = row[self._listable]
        # each array leads one part further back, past those that cannot be listed
        self._before = [before]
        back = np.append(np.where(row == _NONE, before, np.arange(len(parts))), _NONE)
        for _ in parts:
            further = back[self._before[-1]]
            if np.array_equal(further, self._before[-1]):
                break
            self._before.append(further)

    def narrow(
        self, allowed: NDArray[np.bool_], seen: Iterable[int], refused: Iterable[int]
    ) -> None:
        """Set `allowed` bool[titles] to false for what the rules take out.

        `seen` are the ids of what the person has seen, `refused` of what they want no more of.
        """
        if not len(self._listable):
            return
        stays = allowed[self._row] & self._open(seen, refused)[self._listable]
        candidates = np.flatnonzero(stays)
        # parts of one franchise stand together, so the first of each differs from what is before it
        franchise = self._franchise[self._listable[candidates]]
        stays[candidates[np.diff(franchise, prepend=_NONE) == 0]] = False
        allowed[self._row] = stays

    def closed(self, seen: Iterable[int], refused: Iterable[int]) -> frozenset[int]:
        """Return the ids of the parts that are not for a person yet, or not at all; see `narrow`."""
        return frozenset(self._ids[~self._open(seen, refused)].tolist())

    def _open(self, seen: Iterable[int], refused: Iterable[int]) -> NDArray[np.bool_]:
        """Return bool[parts]: those whose predecessor is seen, in franchises that go on."""
        is_seen = np.zeros(len(self._ids) + 1, dtype=np.bool_)
        is_seen[_NONE] = True  # where nothing has to be seen before
        is_seen[[self._place[i] for i in seen if i in self._place]] = True
        firsts = self._franchise_of_first
        ended = np.zeros(len(firsts), dtype=np.bool_)
        ended[[firsts[i] for i in refused if i in firsts]] = True
        is_open = np.any([is_seen[before] for before in self._before], axis=0)
        return is_open & ~ended[self._franchise]


def _array(numbers: Iterable[int]) -> NDArray[np.intp]:
    return np.fromiter(numbers, dtype=np.intp)
