"""The names nearest to a mistyped one: letter pairs pick candidates, edit distance ranks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from rapidfuzz import fuzz

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_SHORTEST_QUERY: Final = 3
_CANDIDATES: Final = 100
# A candidate shares at least one in so many of the query's letter pairs.
_ENOUGH_SHARED: Final = 4
# A name that only begins with, or only contains, what was typed is a little less near.
_BEGINS: Final = 0.95
_CONTAINS: Final = 0.85
_CODE_BITS: Final = 21


class TypoIndex:
    """Finds the spellings nearest to a folded query; immutable, safe from any thread.

    `spellings[i]` are the folded names of owner `i`, the more popular owner first.
    """

    __slots__ = ("_owners", "_pair_codes", "_pair_counts", "_postings", "_spellings", "_starts")

    def __init__(self, spellings: Sequence[Sequence[str]]) -> None:
        self._spellings = [spelling for names in spellings for spelling in names]
        self._owners = [owner for owner, names in enumerate(spellings) for _ in names]
        codes, spelling_of = _letter_pairs(self._spellings)
        # one posting per pair and spelling, ordered by pair: a compressed sparse matrix
        order = np.lexsort((spelling_of, codes))
        codes, spelling_of = codes[order], spelling_of[order]
        first = np.ones(len(codes), dtype=np.bool_)
        first[1:] = (codes[1:] != codes[:-1]) | (spelling_of[1:] != spelling_of[:-1])
        self._postings: NDArray[np.int32] = spelling_of[first]
        self._pair_codes, starts = np.unique(codes[first], return_index=True)
        self._starts = np.append(starts, len(self._postings))
        self._pair_counts: NDArray[np.float32] = np.bincount(
            self._postings, minlength=len(self._spellings)
        ).astype(np.float32)

    def nearest(self, query: str, cutoff: float) -> list[tuple[int, float]]:
        """Return owners whose nearest spelling reaches `cutoff` of 100, nearest first.

        Among equally near ones the more popular comes first. A query under three characters has
        none: everything is near to it.
        """
        if len(query) < _SHORTEST_QUERY or not self._spellings:
            return []
        best: dict[int, float] = {}
        for place in self._candidates(query):
            owner = self._owners[place]
            enough = max(cutoff, best.get(owner, 0.0))
            score = _nearness(query, self._spellings[place], enough)
            if score >= enough:
                best[owner] = score
        return sorted(best.items(), key=lambda found: (-found[1], found[0]))

    def _candidates(self, query: str) -> list[int]:
        """Return the places of the spellings that share most letter pairs with `query`."""
        codes = np.unique(_letter_pairs([query])[0])
        # without the last code, so that every answer is a place
        places = np.searchsorted(self._pair_codes[:-1], codes)
        known = places[self._pair_codes[places] == codes]
        if not len(known):
            return []
        runs = [self._postings[self._starts[at] : self._starts[at + 1]] for at in known]
        shared = np.bincount(np.concatenate(runs), minlength=len(self._spellings))
        places = np.flatnonzero(shared * _ENOUGH_SHARED >= len(codes))
        shared = shared[places]
        # whole names that look like the query, and longer ones that hold most of it
        alike = shared / (len(codes) + self._pair_counts[places])
        holding = shared - places / len(self._spellings)
        chosen = np.union1d(places[_largest(alike)], places[_largest(holding)])
        return [int(place) for place in chosen]


def _largest(values: NDArray[np.floating]) -> NDArray[np.intp]:
    if len(values) <= _CANDIDATES:
        return np.arange(len(values))
    return np.argpartition(values, -_CANDIDATES)[-_CANDIDATES:]


def _nearness(query: str, spelling: str, enough: float) -> float:
    """Return from 0 to 100 how near `spelling` is to `query`, typed whole or only in part.

    Anything below `enough` may be returned as 0, which is told sooner.
    """
    best = fuzz.ratio(query, spelling, score_cutoff=enough)
    if len(spelling) > len(query):
        begins = fuzz.ratio(query, spelling[: len(query)], score_cutoff=enough / _BEGINS)
        best = max(best, begins * _BEGINS)
        if (enough := max(enough, best)) < 100 * _CONTAINS:
            contains = fuzz.partial_ratio(query, spelling, score_cutoff=enough / _CONTAINS)
            best = max(best, contains * _CONTAINS)
    return best


def _letter_pairs(spellings: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the code of each pair of neighbouring letters, and the place of its spelling.

    The space before each spelling is a letter too, so that beginnings weigh more.
    """
    text = "".join(f"\n{spelling}" for spelling in spellings)
    letters = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    breaks = letters == ord("\n")
    spelling_of = (np.cumsum(breaks) - 1).astype(np.int32)
    letters[breaks] = ord(" ")
    codes = (letters[:-1] << _CODE_BITS) | letters[1:]
    within = ~breaks[1:]
    return codes[within], spelling_of[1:][within]
