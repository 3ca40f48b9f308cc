"""Who is called so: names and initials looked up as a whole, and how well each fits."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from core.catalogue.initials import initials, initials_of_part
from core.catalogue.spelling import (
    headings,
    key,
    literal,
    loose,
    own_names,
    plain_season,
    spellings,
    without_brackets,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from core.catalogue.title import Title


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


class WholeNames:
    """The names and initials of titles, compact; immutable, safe from any thread.

    A title is its place in `titles`; `synonyms[i]` are the names of title `i` beside its own.
    """

    __slots__ = ("_initials", "_names", "_titles", "forms")

    forms: Sequence[tuple[str, ...]]
    """The folded forms of each title's names, its own names first, each once."""

    def __init__(self, titles: Sequence[Title], synonyms: Sequence[Sequence[str]]) -> None:
        self._titles = titles
        names: list[tuple[str, int, Match]] = []
        short: list[tuple[str, int, Match]] = []
        all_forms: list[tuple[str, ...]] = []
        for rank, (title, others) in enumerate(zip(titles, synonyms, strict=True)):
            own = dict.fromkeys(own_names(title))
            forms: dict[str, None] = {}
            for name in dict.fromkeys((*own, *others)):
                spelled = spellings(name)
                forms.update(dict.fromkeys(spelled))
                match = Match.NAME if name in own else Match.SYNONYM
                names += [(form, rank, match) for form in spelled]
                bare = without_brackets(name)
                parts = headings(bare)
                if name in own:
                    names += [(form, rank, match) for form, match in _of_parts(name, bare, parts)]
                if bare.isascii():
                    short += [(letters, rank, match) for letters, match in _short(bare, parts)]
            all_forms.append(tuple(forms))
        self.forms = all_forms
        compact = _compact("\n".join(form for form, _, _ in names)).split("\n")
        self._names = _table(
            (form, rank, match) for form, (_, rank, match) in zip(compact, names, strict=False)
        )
        self._initials = _table(short)

    def called(self, typed: str) -> Iterator[tuple[int, Match]]:
        """Walk the titles that have the name `typed`, whatever its spaces and romanisation."""
        folded = key(typed)
        spelled = literal(typed)
        for rank, match in self._names.get(_compact(folded), ()):
            own = own_names(self._titles[rank])
            if any(literal(name) == spelled for name in own):
                yield rank, Match.LITERAL
            elif any(key(name) == folded for name in own):
                yield rank, Match.SAME_WORDS
            else:
                yield rank, match
        if (plain := plain_season(folded)) != folded:
            for rank, match in self._names.get(_compact(plain), ()):
                yield rank, max(match, Match.SYNONYM)

    def shortened(self, folded: str) -> Iterator[tuple[int, Match]]:
        """Walk the titles whose initials are `folded`: "aot", or with a season "aot s2"."""
        yield from self._initials.get(plain_season(folded).replace(" ", ""), ())


def _of_parts(name: str, bare: str, parts: Sequence[str]) -> Iterator[tuple[str, Match]]:
    """Walk the forms of what stands for the whole of `name`, and how well it does."""
    if bare != name:
        for form in spellings(bare):
            yield form, Match.NAME
    match = Match.HEADING
    for part in parts:
        for form in spellings(part):
            yield form, match
        match = Match.PART


def _short(bare: str, parts: Sequence[str]) -> Iterator[tuple[str, Match]]:
    """Walk the initials of a name and of its parts."""
    for letters in initials(bare):
        yield letters, Match.INITIALS
    for letters in initials_of_part(bare):
        yield letters, Match.INITIALS_OF_PART
    for part in parts:
        for letters in initials(part) | initials_of_part(part):
            yield letters, Match.INITIALS_OF_PART


def _compact(forms: str) -> str:
    return loose(forms).replace(" ", "")


def _table(
    entries: Iterable[tuple[str, int, Match]],
) -> dict[str, list[tuple[int, Match]]]:
    """Return the entries by form; a title may come more than once."""
    table: dict[str, list[tuple[int, Match]]] = {}
    for form, rank, match in entries:
        if form:
            table.setdefault(form, []).append((rank, match))
    return table
