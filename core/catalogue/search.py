"""Finding titles by what people type: an id, a link, or a name in any spelling."""

from __future__ import annotations

import math
import re
import unicodedata
from functools import lru_cache, partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from core.catalogue.joined import JoinedForms
from core.catalogue.mentions import LONGEST_MESSAGE, spans
from core.catalogue.popularity import by_popularity
from core.catalogue.spelling import key, loose, other_names, own_names, plain_season
from core.catalogue.typos import TypoIndex
from core.catalogue.whole_names import Match, WholeNames
from core.errors import TitleNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.mentions import Span
    from core.catalogue.title import Title
    from core.showing import Showing

LONGEST_QUERY: Final = 200
"""Characters of a query that are looked at; the longest names are shorter."""

_LINK: Final = re.compile(
    r"\bmyanimelist\.net/anime(?:/|\.php\?id=)([0-9]{1,10})(?![0-9])", re.IGNORECASE
)
_ID: Final = re.compile(r"([0-9]{1,10})")
_DIGITS: Final = re.compile(r"[0-9]+")
_DATED: Final = re.compile(r"(.*\S\S)\s+\(?((?:19|20)[0-9]{2})\)?")

_OFFERED_FROM: Final = 66.0
_SUGGESTED_FROM: Final = 55.0
_CLEAR_FROM: Final = 88.0
_SUGGESTIONS: Final = 3
# A part of a name says which title is meant from so many characters on; kana and kanji say more.
_CLEAR_LENGTH: Final = 3
_CLEAR_LENGTH_JAPANESE: Final = 2
# Up to so many places of a query are weighed one by one; of more, the most popular of each kind.
_MANY_PLACES: Final = 500
_MOST_WORD_PLACES: Final = 1000
# Shorter queries have no long vowel that could be told from a short one.
_SHORTEST_LOOSE: Final = 4
_FILLERS: Final = frozenset({"the", "a", "an", "of", "anime", "season"})


# In passing, only titles up to these places in popularity are named: by initials in small letters,
# by other initials and by a synonym of one word, by a name of their own.
_KNOWN_BY_INITIALS: Final = 300
_KNOWN_BY_WORD: Final = 1500
_KNOWN_BY_NAME: Final = 4000
_SHORTEST_ABBREVIATION: Final = 3

# A near name costs as much as a match with all words, and one more for so many of 100 points.
_NEAR: Final = 6.0
_POINTS_OF_NEARNESS: Final = 5.0
# Where the best match costs more, popularity counted in, the query may be a mistyped name.
_DOUBTFUL_FROM: Final = 12.0
# Among the most popular titles of this number popularity hardly tells.
_EQUALLY_KNOWN: Final = 16
# For so many showings it is kept in memory which titles they allow.
_SHOWINGS: Final = 64


class TitleIndex:
    """All spellings of a catalogue's titles, folded and joined; immutable, safe from any thread.

    What a `Showing` does not allow is neither found nor suggested.

    `popularity` is a count of ratings, say. A title is as popular as the better of its places by
    that count and by MyAnimeList members, so that either may be missing. `also` is a catalogue
    whose names for the same ids count as further synonyms.
    """

    __slots__ = ("_cost", "_forms", "_loose", "_rank_of", "_shown", "_titles", "_typos", "_whole")  # fmt: skip

    def __init__(
        self,
        catalogue: Catalogue,
        popularity: Mapping[int, int],
        also: Catalogue | None = None,
    ) -> None:
        self._titles = by_popularity(catalogue, popularity)
        # everywhere below, a title is its rank in this order
        self._rank_of = {title.anime_id: rank for rank, title in enumerate(self._titles)}
        # of every rank 1 or 0: looking at each title at each key press would take longer
        self._shown = lru_cache(_SHOWINGS)(partial(_shown, self._titles))
        self._cost = [math.log2(rank + _EQUALLY_KNOWN) for rank in range(len(self._titles))]
        more: Mapping[int, Title] = also or {}
        synonyms = [_synonyms(title, more.get(title.anime_id)) for title in self._titles]
        self._whole = WholeNames(self._titles, synonyms)
        forms = self._whole.forms
        self._forms = JoinedForms(forms)
        # of the loose forms only those that differ: the others are in the text above
        self._loose = JoinedForms(
            [
                [loosened for form in of_title if (loosened := loose(form)) != form]
                for of_title in forms
            ]
        )
        self._typos = TypoIndex(forms)

    def find(self, query: str, showing: Showing, limit: int = 25) -> tuple[Title, ...]:
        """Return at most `limit` titles that match `query`, best first.

        A link to MyAnimeList finds that title, a number the title of that id and those named so,
        a name with a year behind it the title of that year first.
        Names rank by how they match (exact, beginning with the query, initials, with a word that
        begins so, with all its words, with the query inside, nearly) and by popularity: a much
        better known title may come before one that matches a little better, and equal matches
        rank by popularity. An empty query finds the most popular titles; any text is allowed.
        """
        if limit < 1:
            return ()
        ranks = self._found(_cut(query), limit, self._shown(showing))
        return tuple(self._titles[rank] for rank in ranks)

    def resolve(self, text: str, showing: Showing) -> Title:
        """Return the one title `text` means: an id, a link, or a name that is clear enough.

        Clear is an exact name, the beginning of a name or of words in it, initials, or a name
        with a slip; of equal matches the most popular is meant. Raises `TitleNotFoundError`
        otherwise, with up to three names that come near.
        """
        typed, shown = _cut(text), self._shown(showing)
        number = _read_id(typed)
        near: list[int] = []
        if number is not None:
            rank = self._identified(typed, number, shown)
        elif len(text.strip()) > LONGEST_QUERY:
            # a whole page pasted in is nobody's name, however it begins
            rank = None
        elif (rank := self._clear_match(typed, shown)) is None and typed:
            rank, near = self._nearest(typed, shown)
            near = near or self._found(typed, _SUGGESTIONS, shown)
        if rank is None:
            names = dict.fromkeys(self._titles[rank].display for rank in near)
            raise TitleNotFoundError(text, tuple(islice(names, _SUGGESTIONS)))
        return self._titles[rank]

    def find_in_text(self, text: str, showing: Showing, limit: int = 25) -> tuple[Title, ...]:
        """Return the titles named in a message, at most `limit`, in the order they are named.

        Names, abbreviations, initials and links to MyAnimeList count; of names that overlap the
        longest. Everyday words ("another", "your name") count only with capitals of their own, in
        quotes or bold, or as the whole message, and single letters never. Names of little-known
        titles count only in quotes or bold, or as the whole message. At most 2,000 characters are
        looked at.
        """
        shown = self._shown(showing)
        named: dict[int, int] = {}
        for link in _LINK.finditer(text[:LONGEST_MESSAGE]):
            rank = self._rank_of.get(int(link[1]))
            if rank is not None and shown[rank]:
                named[link.start()] = rank
        taken = bytearray(LONGEST_MESSAGE)
        whole = self._whole
        for span in spans(text, whole.knows, whole.names, whole.beginnings):
            if any(taken[span.start : span.end]):
                continue
            rank = self._named(span, shown)
            if rank is not None:
                named[span.start] = rank
                taken[span.start : span.end] = bytes([1]) * (span.end - span.start)
        ranks = dict.fromkeys(named[start] for start in sorted(named))
        return tuple(self._titles[rank] for rank in islice(ranks, max(limit, 0)))

    def _named(self, span: Span, shown: bytes) -> int | None:
        """Return the title that `span` of a message names, if it names one."""
        folded = key(span.text)
        if len(folded) < 2 or (span.plain and not span.marked):
            return None
        best: tuple[float, int] | None = None
        walks = chain(self._whole.called(span.text), self._whole.shortened(folded))
        for rank, match in walks:
            if not shown[rank]:
                continue
            if match > Match.HEADING and match is not Match.INITIALS:
                continue
            # two letters ("ok", "hm") are said far more often than they stand for a title
            if match > Match.NAME and folded.isascii() and len(folded) < _SHORTEST_ABBREVIATION:
                continue
            if span.marked or rank < _how_known(span.text, folded, match):
                found = (match + self._cost[rank], rank)
                best = found if best is None else min(best, found)
        return None if best is None else best[1]

    def _found(self, typed: str, limit: int, shown: bytes) -> list[int]:
        """Return what `find` looks for, best first."""
        if not typed:
            return list(islice(_allowed(range(len(self._titles)), shown), limit))
        number = _read_id(typed)
        identified = [self._rank_of[number]] if number in self._rank_of else []
        identified = list(_allowed(identified, shown))
        if number is not None and not typed.isdecimal():
            return identified[:limit]
        matches = self._matches(typed, limit, shown)
        costs = {rank: match + self._cost[rank] for rank, match in matches.items()}
        if min(costs.values(), default=_DOUBTFUL_FROM) >= _DOUBTFUL_FROM:
            for rank, nearness in self._typos.nearest(key(typed), _OFFERED_FROM):
                if shown[rank]:
                    cost = _NEAR + (100 - nearness) / _POINTS_OF_NEARNESS + self._cost[rank]
                    costs[rank] = min(cost, costs.get(rank, cost))
        ranks = sorted(costs, key=lambda rank: (costs[rank], rank))
        return list(dict.fromkeys((*identified, *ranks)))[:limit]

    def _identified(self, typed: str, number: int, shown: bytes) -> int | None:
        """Return the title of id `number`; else, if only digits were typed, one named so."""
        ranks = [self._rank_of[number]] if number in self._rank_of else []
        if typed.isdecimal():
            # a number that is no id may still be a whole name ("86"), but never a part of one
            called = [(match + self._cost[rank], rank) for rank, match in self._whole.called(typed)]
            ranks += [rank for _, rank in sorted(called)]
        return next(_allowed(ranks, shown), None)

    def _matches(self, typed: str, enough: int, shown: bytes) -> dict[int, Match]:
        """Return how titles match `typed`: those that could be among the best `enough`."""
        folded = key(typed)
        if not folded:
            return {}
        plain = plain_season(folded)
        walks = [
            self._whole.called(typed),
            self._whole.shortened(folded),
            self._parts(self._forms, folded, enough, shown),
            self._all_words(plain),
        ]
        loosened = loose(folded)
        if len(loosened) >= _SHORTEST_LOOSE:
            walks.append(self._parts(self._loose, loosened, enough, shown))
            if loosened != folded:
                walks.append(self._parts(self._forms, loosened, enough, shown))
        found: dict[int, Match] = {}
        for rank, match in chain.from_iterable(walks):
            if shown[rank] and match < found.get(rank, math.inf):
                found[rank] = match
        if (dated := _DATED.fullmatch(typed)) is not None:
            # of several titles with one name, that of a year is meant
            for rank, match in self._matches(dated[1], _MANY_PLACES, shown).items():
                if self._titles[rank].year == int(dated[2]) and match < found.get(rank, math.inf):
                    found[rank] = match
        return found

    def _parts(
        self, forms: JoinedForms, needle: str, enough: int, shown: bytes
    ) -> Iterator[tuple[int, Match]]:
        """Walk the titles with `needle` in a form, and how it stands there."""
        places = list(islice(forms.places(needle), _MANY_PLACES + 1))
        if len(places) <= _MANY_PLACES:
            for place in places:
                yield forms.owner(place), _kind(forms.text, place, needle)
            return
        inside = Match.INSIDE if needle.isascii() else Match.WORD
        for before, match in (("\n", Match.BEGINS), (" ", Match.WORD_BEGINS), ("", inside)):
            owners = _allowed(forms.owners(before + needle), shown)
            for rank in islice(owners, enough):
                yield rank, match

    def _all_words(self, plain: str) -> Iterator[tuple[int, Match]]:
        """Walk the titles in whose names each word begins a word; one at an end may be initials."""
        words = [word for word in plain.split() if word not in _FILLERS]
        if len(words) < 2:
            return
        for short, others in ((words[0], words[1:]), (words[-1], words[:-1])):
            for rank, match in self._whole.shortened(short):
                if self._has_words(rank, others):
                    yield rank, max(match, Match.ALL_WORDS)
        for rank in islice(self._forms.owners_of_word(max(words, key=len)), _MOST_WORD_PLACES):
            if self._has_words(rank, words):
                yield rank, Match.ALL_WORDS

    def _has_words(self, rank: int, words: Iterable[str]) -> bool:
        names = self._forms.names(rank) + " "
        # the number of a season is never only the beginning of another number
        return all((f" {word} " if word.isdecimal() else f" {word}") in names for word in words)

    def _clear_match(self, typed: str, shown: bytes) -> int | None:
        folded = key(typed)
        japanese = not folded.isascii()
        # Japanese has no spaces: there a part inside is as good as a word's beginning
        clear = len(folded) >= (_CLEAR_LENGTH_JAPANESE if japanese else _CLEAR_LENGTH)
        worst = Match.ALL_WORDS if clear else Match.SYNONYM
        matches = self._matches(typed, 1, shown)
        clear_ranks = [rank for rank, match in matches.items() if match <= worst]
        return min(
            clear_ranks, key=lambda rank: (matches[rank] + self._cost[rank], rank), default=None
        )

    def _nearest(self, typed: str, shown: bytes) -> tuple[int | None, list[int]]:
        """Return the title whose name is `typed` but for a slip, if clear, and all near ones."""
        folded = key(typed)
        near = [
            (rank, score)
            for rank, score in self._typos.nearest(folded, _SUGGESTED_FROM)
            if shown[rank]
        ]
        ranks = [rank for rank, _ in near]
        if not near or near[0][1] < _CLEAR_FROM or (len(near) > 1 and near[0][1] == near[1][1]):
            return None, ranks
        # another number is another season, not a slip
        numbers = [_DIGITS.findall(form) for form in self._whole.forms[ranks[0]]]
        return (ranks[0] if _DIGITS.findall(folded) in numbers else None), ranks


def _shown(titles: Sequence[Title], showing: Showing) -> bytes:
    return bytes(map(showing.allows, titles))


def _allowed(ranks: Iterable[int], shown: bytes) -> Iterator[int]:
    return (rank for rank in ranks if shown[rank])


def _how_known(text: str, folded: str, match: Match) -> int:
    """Return up to which place in popularity a title is named by `text` in passing."""
    if match is Match.INITIALS:
        return _KNOWN_BY_INITIALS if text.islower() else _KNOWN_BY_WORD
    if match is Match.SYNONYM and " " not in folded:
        return _KNOWN_BY_WORD
    return _KNOWN_BY_NAME


def _synonyms(title: Title, also: Title | None) -> tuple[str, ...]:
    names = other_names(title)
    return names if also is None else (*names, *own_names(also), *also.synonyms)


def _kind(text: str, place: int, needle: str) -> Match:
    """Return how `needle` stands at `place` of joined forms."""
    match text[place - 1]:
        case "\n":
            return Match.BEGINS
        case " ":
            return Match.WORD if text[place + len(needle)] in " \n" else Match.WORD_BEGINS
        case _:
            # Japanese has no spaces: there a part inside is as good as a word
            return Match.INSIDE if needle.isascii() else Match.WORD


def _cut(query: str) -> str:
    """Return the part of a query that is looked at, on one line, in plain digits and letters."""
    start = " ".join(query[: 5 * LONGEST_QUERY].split())[:LONGEST_QUERY]
    return unicodedata.normalize("NFKC", start)[:LONGEST_QUERY].strip()


def _read_id(typed: str) -> int | None:
    """Return the id that `typed` gives, as bare digits or as a link; else `None`."""
    match = _ID.fullmatch(typed) or _LINK.search(typed)
    return int(match[1]) if match is not None else None
