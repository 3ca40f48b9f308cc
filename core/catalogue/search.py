"""Finding titles by what people type: an id, a link, or a name in any spelling."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from enum import IntEnum
from itertools import accumulate, islice
from typing import TYPE_CHECKING, Final

from core.catalogue.spelling import key, literal, own_names, spellings
from core.catalogue.typos import TypoIndex
from core.errors import TitleNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.title import Title

LONGEST_QUERY: Final = 200
"""Characters of a query that are looked at; the longest names are shorter."""

_LINK: Final = re.compile(
    r"\bmyanimelist\.net/anime(?:/|\.php\?id=)([0-9]{1,10})(?![0-9])", re.IGNORECASE
)
_ID: Final = re.compile(r"([0-9]{1,10})")
_DIGITS: Final = re.compile(r"[0-9]+")

_OFFERED_FROM: Final = 66.0
_SUGGESTED_FROM: Final = 55.0
_CLEAR_FROM: Final = 88.0
_SUGGESTIONS: Final = 3
# A part of a name says which title is meant from so many characters on; kana and kanji say more.
_CLEAR_LENGTH: Final = 3
_CLEAR_LENGTH_JAPANESE: Final = 2
# Up to so many places of a query one pass sorts by kind; for more, a pass for each kind, which
# stops as soon as enough are found, is quicker.
_MANY_PLACES: Final = 500
_MOST_WORD_PLACES: Final = 1000


class _Match(IntEnum):
    """How a name matches a query, best first."""

    EXACT = 1
    BEGINS = 2
    WORD_BEGINS = 3
    INSIDE = 4
    ALL_WORDS = 5


_KIND_BEHIND: Final = {"\n": _Match.BEGINS, " ": _Match.WORD_BEGINS}
"""What a match is by the character before it in the joined text."""


class TitleIndex:
    """All spellings of a catalogue's titles, folded and joined; immutable, safe from any thread.

    `popularity` (a count of ratings, say) orders titles that match equally well; titles it lacks
    follow, by MyAnimeList members.
    """

    __slots__ = ("_adult", "_exact", "_rank_of", "_starts", "_text", "_titles", "_typos")

    def __init__(self, catalogue: Catalogue, popularity: Mapping[int, int]) -> None:
        self._titles = sorted(
            catalogue.titles,
            key=lambda title: (
                -popularity.get(title.anime_id, 0),
                -(title.members or 0),
                title.anime_id,
            ),
        )
        # everywhere below, a title is its rank in this order
        self._rank_of = {title.anime_id: rank for rank, title in enumerate(self._titles)}
        self._adult = [title.adult for title in self._titles]
        self._exact: dict[str, list[int]] = {}
        for rank, title in enumerate(self._titles):
            for name in {_compact(key(name)) for name in own_names(title)}:
                self._exact.setdefault(name, []).append(rank)
        forms = [spellings(title) for title in self._titles]
        # One text in order of popularity: a search in it is a few fast passes that may stop early.
        entries = ["".join(f"\n{form}" for form in of_title) for of_title in forms]
        self._text = "".join(entries) + "\n"
        self._starts = [0, *accumulate(map(len, entries))]
        self._typos = TypoIndex(forms)

    def find(self, query: str, limit: int = 25, *, allow_adult: bool = False) -> tuple[Title, ...]:
        """Return at most `limit` titles that match `query`, best first.

        A link to MyAnimeList finds that title, a number the title of that id and those named so.
        Names rank by how they match: exact, beginning with the query, with a word that begins so,
        with the query inside, with all its words, and, where nothing matches well, nearly. Equal
        matches rank by popularity. An empty query finds the most popular titles; any text is
        allowed. Adult titles are found only with `allow_adult`.
        """
        ranks = self._found(_cut(query), limit, allow_adult)
        return tuple(self._titles[rank] for rank in ranks)

    def resolve(self, text: str, *, allow_adult: bool = False) -> Title:
        """Return the one title `text` means: an id, a link, or a name that is clear enough.

        Clear is an exact name, the beginning of a name or of words in it, or a name with a slip;
        the most popular of equal matches is meant. Raises `TitleNotFoundError` otherwise, with up
        to three names that come near.
        """
        typed = _cut(text)
        number = _read_id(typed)
        near: list[int] = []
        if number is not None:
            rank = self._identified(typed, number, allow_adult)
        elif len(text.strip()) > LONGEST_QUERY:
            # a whole page pasted in is nobody's name, however it begins
            rank = None
        elif (rank := self._clear_match(typed, allow_adult)) is None and typed:
            rank, near = self._nearest(typed, allow_adult)
            near = near or self._found(typed, _SUGGESTIONS, allow_adult)
        if rank is None:
            names = dict.fromkeys(self._titles[rank].display for rank in near)
            raise TitleNotFoundError(text, tuple(islice(names, _SUGGESTIONS)))
        return self._titles[rank]

    def _found(self, typed: str, limit: int, allow_adult: bool) -> list[int]:
        found: dict[int, None] = {}
        for rank in self._ranks(typed):
            if len(found) >= limit:
                break
            if allow_adult or not self._adult[rank]:
                found[rank] = None
        return list(found)

    def _first(self, ranks: Iterable[int], allow_adult: bool) -> int | None:
        return next((rank for rank in ranks if allow_adult or not self._adult[rank]), None)

    def _identified(self, typed: str, number: int, allow_adult: bool) -> int | None:
        """Return the title of id `number`; else, if only digits were typed, one named so."""
        ranks = [self._rank_of[number]] if number in self._rank_of else []
        if typed.isdecimal():
            # a number that is no id may still be a whole name ("86"), but never a part of one
            ranks += self._exact_ranks(typed)
        return self._first(ranks, allow_adult)

    def _ranks(self, typed: str) -> Iterator[int]:
        """Walk what `find` looks for, best first; a rank may come more than once."""
        if not typed:
            yield from range(len(self._titles))
            return
        number = _read_id(typed)
        if number is not None:
            if number in self._rank_of:
                yield self._rank_of[number]
            if not typed.isdecimal():
                return
        well = False
        for match, rank in self._matches(typed):
            well = well or match is not _Match.INSIDE or not typed.isascii()
            yield rank
        if not well:
            for rank, _ in self._typos.nearest(key(typed), _OFFERED_FROM):
                yield rank

    def _matches(self, typed: str) -> Iterator[tuple[_Match, int]]:
        """Walk the names that match `typed`, best first; a rank may come more than once."""
        folded = key(typed)
        if not folded:
            return
        for rank in self._exact_ranks(typed):
            yield _Match.EXACT, rank
        places = list(islice(self._places(folded), _MANY_PLACES + 1))
        if len(places) <= _MANY_PLACES:
            kinds = [_KIND_BEHIND.get(self._text[place - 1], _Match.INSIDE) for place in places]
            for kind in (_Match.BEGINS, _Match.WORD_BEGINS, _Match.INSIDE):
                for place, its_kind in zip(places, kinds, strict=True):
                    if its_kind is kind:
                        yield kind, bisect_right(self._starts, place) - 1
        else:
            for before, kind in (*_KIND_BEHIND.items(), ("", _Match.INSIDE)):
                for rank in self._scan(before + folded):
                    yield kind, rank
        words = folded.split()
        if len(words) > 1:
            for rank in self._scan_words(words):
                yield _Match.ALL_WORDS, rank

    def _exact_ranks(self, typed: str) -> list[int]:
        """Return titles whose own name is `typed`: letter for letter, then folded, then spaceless.

        Synonyms are left out: that of an obscure title is often the name of a famous one.
        """
        folded, spelled = key(typed), literal(typed)

        def order(rank: int) -> tuple[bool, bool, int]:
            names = own_names(self._titles[rank])
            return (
                all(literal(name) != spelled for name in names),
                all(key(name) != folded for name in names),
                rank,
            )

        return sorted(self._exact.get(_compact(folded), ()), key=order)

    def _places(self, needle: str) -> Iterator[int]:
        at = self._text.find(needle)
        while at >= 0:
            yield at
            at = self._text.find(needle, at + 1)

    def _scan(self, needle: str) -> Iterator[int]:
        """Walk the titles whose spellings hold `needle`, the most popular first."""
        at = self._text.find(needle)
        while at >= 0:
            rank = bisect_right(self._starts, at) - 1
            yield rank
            at = self._text.find(needle, self._starts[rank + 1])

    def _scan_words(self, words: list[str]) -> Iterator[int]:
        """Walk the titles in whose spellings each of `words` begins a word."""
        longest = max(words, key=len)
        for rank in islice(self._scan(longest), _MOST_WORD_PLACES):
            names = self._text[self._starts[rank] : self._starts[rank + 1]].replace("\n", " ")
            if all(f" {word}" in names for word in words):
                yield rank

    def _clear_match(self, typed: str, allow_adult: bool) -> int | None:
        folded = key(typed)
        if not folded:
            return None
        japanese = not folded.isascii()
        clear = len(folded) >= (_CLEAR_LENGTH_JAPANESE if japanese else _CLEAR_LENGTH)
        for match, rank in self._matches(typed):
            if self._adult[rank] and not allow_adult:
                continue
            if match is _Match.EXACT:
                return rank
            if not clear:
                break
            # Japanese has no spaces: there a part inside is as good as a word's beginning
            if match is not _Match.INSIDE or japanese:
                return rank
        # a synonym may be short ("DB")
        return self._first(self._scan(f"\n{folded}\n"), allow_adult)

    def _nearest(self, typed: str, allow_adult: bool) -> tuple[int | None, list[int]]:
        """Return the title whose name is `typed` but for a slip, if clear, and all near ones."""
        folded = key(typed)
        near = [
            (rank, score)
            for rank, score in self._typos.nearest(folded, _SUGGESTED_FROM)
            if allow_adult or not self._adult[rank]
        ]
        ranks = [rank for rank, _ in near]
        if not near or near[0][1] < _CLEAR_FROM or (len(near) > 1 and near[0][1] == near[1][1]):
            return None, ranks
        # another number is another season, not a slip
        numbers = [_DIGITS.findall(form) for form in spellings(self._titles[ranks[0]])]
        return (ranks[0] if _DIGITS.findall(folded) in numbers else None), ranks


def _cut(query: str) -> str:
    """Return the part of a query that is looked at, on one line, in plain digits and letters."""
    start = " ".join(query[: 5 * LONGEST_QUERY].split())[:LONGEST_QUERY]
    return unicodedata.normalize("NFKC", start)[:LONGEST_QUERY].strip()


def _read_id(typed: str) -> int | None:
    """Return the id that `typed` gives, as bare digits or as a link; else `None`."""
    match = _ID.fullmatch(typed) or _LINK.search(typed)
    return int(match[1]) if match is not None else None


def _compact(folded: str) -> str:
    return folded.replace(" ", "")
