"""Many short texts joined into one, in which a search looks only where it may find something."""

from __future__ import annotations

from bisect import bisect_right
from heapq import merge
from itertools import accumulate
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

_TRIPLE: Final = 3
_BUCKETS: Final = 1 << 16


class JoinedForms:
    """The forms of all owners, a line each, owners in their order; immutable.

    The places of every three letters in a row are kept: few of them have to be looked at for
    something longer. They lie in buckets by a number of 16 bits, which sorts them ten times as
    quickly as the letters themselves would; what shares a bucket by chance is looked at in vain.
    """

    __slots__ = ("_bucket_starts", "_places", "_starts", "text")

    def __init__(self, forms: Sequence[Sequence[str]]) -> None:
        entries = ["".join(f"\n{form}" for form in of_owner) for of_owner in forms]
        self.text = "".join(entries) + "\n"
        self._starts = [0, *accumulate(map(len, entries))]
        buckets = _buckets_of(self.text)
        self._places = np.argsort(buckets, kind="stable").astype(np.int32)
        counts = np.bincount(buckets, minlength=_BUCKETS)
        self._bucket_starts = np.concatenate(([0], np.cumsum(counts)))

    def owner(self, place: int) -> int:
        """Return whose form is at `place` of the text."""
        return bisect_right(self._starts, place) - 1

    def names(self, owner: int) -> str:
        """Return all forms of `owner`, with a space before each."""
        return self.text[self._starts[owner] : self._starts[owner + 1]].replace("\n", " ")

    def places(self, needle: str) -> Iterator[int]:
        """Walk the places of `needle` in the text."""
        if len(needle) >= _TRIPLE:
            yield from self._looked_up(needle)
            return
        at = self.text.find(needle)
        while at >= 0:
            yield at
            at = self.text.find(needle, at + 1)

    def owners(self, needle: str) -> Iterator[int]:
        """Walk the owners whose forms hold `needle`, each once, in their order."""
        return self._each_owner(self.places(needle))

    def owners_of_word(self, beginning: str) -> Iterator[int]:
        """Walk the owners of forms in which a word begins so, each once, in their order."""
        return self._each_owner(merge(self.places("\n" + beginning), self.places(" " + beginning)))

    def _each_owner(self, places: Iterable[int]) -> Iterator[int]:
        past = 0
        for place in places:
            if place >= past:
                owner = self.owner(place)
                yield owner
                past = self._starts[owner + 1]

    def _looked_up(self, needle: str) -> Iterator[int]:
        """Walk the places of `needle`, of three letters at least, where its rarest three are."""
        buckets = _buckets_of(needle)
        starts, ends = self._bucket_starts[buckets], self._bucket_starts[buckets + 1]
        rarest = int(np.argmin(ends - starts))
        places = self._places[starts[rarest] : ends[rarest]] - rarest
        text = self.text
        return (at for at in places[places >= 0].tolist() if text.startswith(needle, at))


def _buckets_of(text: str) -> NDArray[np.uint16]:
    """Return a number for each three letters in a row; small Latin letters never share one."""
    letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    mixed = letters[:-2] << 10 ^ letters[1:-1] << 5 ^ letters[2:]
    return mixed.astype(np.uint16)
