"""Who is called so: names and initials looked up as a whole, and how well each fits."""

from __future__ import annotations

import sys
from contextlib import suppress
from enum import Enum
from threading import Thread
from typing import TYPE_CHECKING, Final

from core.catalogue.initials import initials, initials_of_part
from core.catalogue.spelling import (
    compact,
    headings,
    key,
    literal,
    own_names,
    plain_season,
    spellings,
    without_brackets,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from core.catalogue.title import Title


# Only of titles as popular as this do people write initials; those of others are in the way.
_SHORTENED: Final = 6000


class Match(float, Enum):
    """How a name matches a query, best first.

    The value is what the match costs: one more is made up for by half the place in popularity.
    """

    LITERAL = 0.0
    SAME_WORDS = 2.0
    NAME = 2.25
    SYNONYM = 3.5
    HEADING = 3.75
    BEGINS = 4.0
    PART = 4.5
    WORD = 5.0
    INITIALS = 5.25
    WORD_BEGINS = 5.5
    INITIALS_OF_PART = 6.25
    ALL_WORDS = 6.5
    INSIDE = 8.0


_Table = dict[str, list[tuple[int, Match]]]


class WholeNames:
    """The names and initials of titles, compact; immutable, safe from any thread.

    A title is its place in `titles`; `synonyms[i]` are the names of title `i` beside its own.
    """

    __slots__ = ("_initials", "_titles", "beginnings", "forms", "names")

    forms: Sequence[tuple[str, ...]]
    """The folded forms of each title's names, its own names first, each once."""

    def __init__(self, titles: Sequence[Title], synonyms: Sequence[Sequence[str]]) -> None:
        self._titles = titles
        self.names: _Table = {}
        """Who is called so, by folded name without spaces and long vowels."""
        self._initials: _Table = {}
        all_forms: list[tuple[str, ...]] = []
        for rank, (title, others) in enumerate(zip(titles, synonyms, strict=True)):
            own = dict.fromkeys(own_names(title))
            forms: dict[str, None] = {}
            for name in dict.fromkeys((*own, *others)):
                spelled = spellings(name)
                forms.update(dict.fromkeys(spelled))
                bare = without_brackets(name)
                parts = headings(bare)
                if name in own:
                    self._add_name(rank, spelled, Match.NAME)
                    if bare != name:
                        self._add_name(rank, spellings(bare), Match.NAME)
                    match = Match.HEADING
                    for part in parts:
                        self._add_name(rank, spellings(part), match)
                        match = Match.PART
                else:
                    self._add_name(rank, spelled, Match.SYNONYM)
                if rank < _SHORTENED and bare.isascii() and " " in bare:
                    self._add_initials(rank, bare, parts)
            all_forms.append(tuple(forms))
        self.forms = all_forms
        self.beginnings = frozenset(name[:2] for name in self.names if not name.isascii())
        """The first two characters of every name that is not Latin."""

    def __del__(self) -> None:
        """Let go of the names one by one, on a thread: all at once would hold up every other."""
        # an interpreter that ends starts no thread
        parts = [getattr(self, name, None) for name in ("names", "_initials", "forms")]
        if all(parts) and not sys.is_finalizing():
            with suppress(RuntimeError):
                Thread(target=_empty, args=parts, name="names let go", daemon=True).start()

    def _add_name(self, rank: int, forms: Iterable[str], match: Match) -> None:
        for name in {compact(form) for form in forms}:
            self.names.setdefault(name, []).append((rank, match))

    def _add_initials(self, rank: int, name: str, parts: Iterable[str]) -> None:
        for letters in initials(name):
            self._initials.setdefault(letters, []).append((rank, Match.INITIALS))
        of_parts = initials_of_part(name)
        for part in parts:
            of_parts |= initials(part) | initials_of_part(part)
        for letters in of_parts:
            self._initials.setdefault(letters, []).append((rank, Match.INITIALS_OF_PART))

    def called(self, typed: str) -> Iterator[tuple[int, Match]]:
        """Walk the titles that have the name `typed`, whatever its spaces and romanisation."""
        folded = key(typed)
        spelled = literal(typed)
        for rank, match in self.names.get(compact(folded), ()):
            own = own_names(self._titles[rank])
            if any(literal(name) == spelled for name in own):
                yield rank, Match.LITERAL
            elif any(key(name) == folded for name in own):
                yield rank, Match.SAME_WORDS
            else:
                yield rank, match
        if (plain := plain_season(folded)) != folded:
            for rank, match in self.names.get(compact(plain), ()):
                yield rank, max(match, Match.SYNONYM)

    def knows(self, folded: str) -> bool:
        """Return whether a name or initials are `folded`, words with a space between."""
        plain = plain_season(folded)
        return compact(plain) in self.names or plain.replace(" ", "") in self._initials

    def shortened(self, folded: str) -> Iterator[tuple[int, Match]]:
        """Walk the titles whose initials are `folded`: "aot", or with a season "aot s2"."""
        yield from self._initials.get(plain_season(folded).replace(" ", ""), ())


def _empty(names: _Table, initials: _Table, forms: list[tuple[str, ...]]) -> None:
    for table in (names, initials):
        while table:
            table.popitem()
    while forms:
        forms.pop()
