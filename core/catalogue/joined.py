"""Many short texts joined into one, in which a search is a few fast passes that may stop early."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class JoinedForms:
    """The forms of all owners, a line each, owners in their order; immutable."""

    __slots__ = ("_starts", "text")

    def __init__(self, forms: Sequence[Sequence[str]]) -> None:
        entries = ["".join(f"\n{form}" for form in of_owner) for of_owner in forms]
        self.text = "".join(entries) + "\n"
        self._starts = [0, *accumulate(map(len, entries))]

    def owner(self, place: int) -> int:
        """Return whose form is at `place` of the text."""
        return bisect_right(self._starts, place) - 1

    def names(self, owner: int) -> str:
        """Return all forms of `owner`, with a space before each."""
        return self.text[self._starts[owner] : self._starts[owner + 1]].replace("\n", " ")

    def places(self, needle: str) -> Iterator[int]:
        """Walk the places of `needle` in the text."""
        at = self.text.find(needle)
        while at >= 0:
            yield at
            at = self.text.find(needle, at + 1)

    def owners(self, needle: str) -> Iterator[int]:
        """Walk the owners whose forms hold `needle`, each once, in their order."""
        at = self.text.find(needle)
        while at >= 0:
            owner = self.owner(at)
            yield owner
            at = self.text.find(needle, self._starts[owner + 1])
