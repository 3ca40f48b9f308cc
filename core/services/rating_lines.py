"""Reading what people type to rate: one title, or several with their scores in one line.

"Monster 9, Naruto 6" names two titles with a score each. Titles hold commas, semicolons, colons
and numbers themselves ("Steins;Gate", "Mob Psycho 100", "86"), so a part ends only where a score
stands in front of a separator, and the index decides what is a title.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol

from core.catalogue.search import LONGEST_QUERY
from core.catalogue.spelling import all_spellings, key, own_names
from core.errors import TitleNotFoundError

if TYPE_CHECKING:
    from core.catalogue.title import Title
    from core.showing import Showing

MOST_TITLES: Final = 25
"""As many titles one line may rate."""

_SEPARATORS: Final = ",;、\n\r"
_PIECE: Final = re.compile(f"[^{_SEPARATORS}]+")
_SEPARATOR: Final = re.compile(f"[{_SEPARATORS}]")
_LONGEST_JOINED: Final = 6
"""In so many pieces separators may cut one part, such as "Gate: A, B, 9"."""

_SCORED: Final = re.compile(
    rf"(?P<name>.*?\S)(?P<mark>\s*[=:]\s*|\s*[{_SEPARATORS}]+\s*|\s+-\s+|\s+)"
    r"(?P<score>10|[1-9])(?P<out_of>\s*/\s*10)?(?:\s*点)?",
    re.DOTALL,
)
_NUMBERED: Final = re.compile(r"(?P<name>.*[^\s=:])[\s=:]+[-+]?\d[\d./]*", re.DOTALL)
_SEASON: Final = re.compile(
    r".*\b(?:season|part|cour|movie|film|ova|ona|special|episode|volume|vol)",
    re.IGNORECASE | re.DOTALL,
)
"""Words whose number is a part of the name, unless the name is whole without it."""

# A suggestion is shown as "✓ 9 · Name · Romaji name (2004, TV)". Who goes on typing behind one
# sends that text, so what it says beside the name is taken away.
_SUGGESTED_SCORE: Final = re.compile(r"✓ \d{1,2} · ")
_SUGGESTED_FACTS: Final = re.compile(
    rf"(?: · [^·{_SEPARATORS}]+)? \(\d{{4}}, [^(){_SEPARATORS}]+\)"
)


class FindsTitles(Protocol):
    """What looks titles up: `core.services.titles.TitleService`."""

    def find(self, query: str, showing: Showing) -> tuple[Title, ...]:
        """Return titles that fit `query`."""
        ...

    def resolve(self, text: str, showing: Showing) -> Title:
        """Return the title `text` means. Raises `TitleNotFoundError`."""
        ...


class Problem(StrEnum):
    """Why a part of a line is not understood."""

    NO_SCORE = "no_score"
    BAD_SCORE = "bad_score"
    NOT_FOUND = "not_found"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class ScoredTitle:
    """A title and the score (1–10) written behind it."""

    title: Title
    score: int


@dataclass(frozen=True, slots=True)
class RatingLine:
    """Titles with their scores, in the order they were written; a title may stand twice."""

    ratings: tuple[ScoredTitle, ...]


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """The first `part` of a line that cannot be used, and names that come near."""

    part: str
    problem: Problem
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Scored:
    name: str
    score: int
    explicit: bool
    """Whether "=", ":" or "/10" says that the number is a score."""


async def read_rating_line(
    titles: FindsTitles, text: str, showing: Showing
) -> Title | RatingLine | NotUnderstood:
    """Return the title that `text` names, or the titles and scores it gives.

    What a server hides may be rated by its name all the same, and is never suggested. Looking many
    names up takes time, so it is done in a thread. Raises `TitleNotFoundError` when there is no
    score in `text` and it means no title this person may see.
    """
    return await asyncio.to_thread(read_rating_text, titles, text, showing)


def read_rating_text(
    titles: FindsTitles, text: str, showing: Showing
) -> Title | RatingLine | NotUnderstood:
    """Do what `read_rating_line` says, in the thread of the caller."""
    return _Line(titles, text, showing).read()


def split_unfinished(text: str) -> tuple[str, str]:
    """Return the finished part of a line, with its separator, and what is being typed behind it.

    Finished is what ends with a score; in "Steins;Ga" nothing is.
    """
    text = _plain(text)
    for separator in reversed(list(re.finditer(rf"[{_SEPARATORS}]+\s*", text))):
        if _scored(text[: separator.start()].strip()) is not None:
            return text[: separator.end()], text[separator.end() :]
    return "", text


def split_score(text: str) -> tuple[str, int | None]:
    """Return the name and the score at its end, if one stands there."""
    scored = _scored(_plain(text).strip())
    return (scored.name, scored.score) if scored else (text, None)


class _Line:
    def __init__(self, titles: FindsTitles, text: str, showing: Showing) -> None:
        self._titles = titles
        self._suggests, self._finds = showing, showing.with_hidden
        self._typed = text
        self._text = _plain(text).strip()
        self._pieces = [
            match.span() for match in _PIECE.finditer(self._text) if not match[0].isspace()
        ]
        self._look_up = lru_cache(maxsize=None)(self._look)
        self._unreadable: set[int] = set()

    def read(self) -> Title | RatingLine | NotUnderstood:
        if (title := self._named(self._text)) is not None:
            return title
        if not any(self._ends(start) for start in range(len(self._pieces))):
            return self._without_score()
        if len(self._pieces) > MOST_TITLES * 2:
            return self._too_many()
        ratings = self._ratings(0)
        if ratings is None:
            return self._problem(max(self._unreadable))
        return RatingLine(ratings) if len(ratings) <= MOST_TITLES else self._too_many()

    def _part(self, start: int, end: int) -> str:
        return self._text[self._pieces[start][0] : self._pieces[end - 1][1]].strip()

    def _ends(self, start: int) -> list[tuple[int, _Scored]]:
        """Return where a part that begins at piece `start` may end, the nearest first."""
        ends: list[tuple[int, _Scored]] = []
        for end in range(start + 1, min(start + _LONGEST_JOINED, len(self._pieces)) + 1):
            part = self._part(start, end)
            scored = _scored(part)
            if scored is not None and (scored.explicit or not self._is_name(part, scored)):
                ends.append((end, scored))
        return ends

    def _is_name(self, part: str, scored: _Scored) -> bool:
        """Return whether the number at the end of `part` belongs to the name."""
        if self._named(part) is not None:
            return True
        if not _SEASON.fullmatch(scored.name):
            return False
        title = self._look_up(scored.name)
        return title is None or key(scored.name) not in all_spellings(title)

    def _ratings(self, start: int) -> tuple[ScoredTitle, ...] | None:
        """Return what stands from piece `start` on; none, and remembered, if it makes no sense."""
        if start == len(self._pieces):
            return ()
        if start in self._unreadable:
            return None
        for end, scored in self._ends(start):
            title = self._meant(scored.name)
            if title is not None and (rest := self._ratings(end)) is not None:
                return (ScoredTitle(title, scored.score), *rest)
        self._unreadable.add(start)
        return None

    def _meant(self, name: str) -> Title | None:
        title = self._look_up(name)
        # several names with a comma between them can look like a part of one long name
        if title is not None and _SEPARATOR.search(name) and key(name) not in all_spellings(title):
            return None
        return title

    def _named(self, part: str) -> Title | None:
        """Return the title that is called exactly `part` or has it as its id."""
        if part.isdecimal():
            return self._resolved(part)
        title = self._look_up(part)
        if title is None or key(part) not in map(key, own_names(title)):
            return None
        return title

    def _without_score(self) -> Title | NotUnderstood:
        if (title := self._resolved(self._typed)) is not None:
            return title
        if self._pieces and (problem := self._problem(0)).problem is not Problem.NOT_FOUND:
            return problem
        raise TitleNotFoundError(self._typed, self._near(self._typed))

    def _problem(self, start: int) -> NotUnderstood:
        """Say what is wrong with the part that begins at piece `start`."""
        part = self._part(start, start + 1)
        if len(part) > LONGEST_QUERY:
            # no title is called so, and patterns over it would take long
            return NotUnderstood(part, Problem.NOT_FOUND)
        scored = _scored(part)
        if scored is not None and (scored.explicit or not self._is_name(part, scored)):
            return self._not_found(scored.name)
        if scored is None and self._named(part) is None:
            numbered = _NUMBERED.fullmatch(part)
            if numbered is not None and self._look_up(numbered["name"]) is not None:
                return NotUnderstood(part, Problem.BAD_SCORE)
        if self._look_up(part) is not None:
            return NotUnderstood(part, Problem.NO_SCORE)
        return self._not_found(part)

    def _not_found(self, name: str) -> NotUnderstood:
        if self._resolved(name) is not None:
            # the name is clear, but something behind it is not
            return NotUnderstood(name, Problem.NO_SCORE)
        return NotUnderstood(name, Problem.NOT_FOUND, self._near(name))

    def _near(self, name: str) -> tuple[str, ...]:
        """Return names that come near one that is not found."""
        try:
            return (self._titles.resolve(name, self._suggests).display,)
        except TitleNotFoundError as error:
            return error.suggestions

    def _too_many(self) -> NotUnderstood:
        return NotUnderstood(self._part(MOST_TITLES, MOST_TITLES + 1), Problem.TOO_MANY)

    def _look(self, name: str) -> Title | None:
        if len(name) > LONGEST_QUERY:
            return None
        if name.isdecimal():
            # in a line, 86 is rather the title of that name than the one with that number
            for title in self._titles.find(name, self._finds):
                if name in own_names(title):
                    return title
        return self._resolved(name)

    def _resolved(self, name: str) -> Title | None:
        try:
            return self._titles.resolve(name, self._finds)
        except TitleNotFoundError:
            return None


def _plain(text: str) -> str:
    """Return `text` in plain digits and separators, without what suggestions add to a name."""
    plain = unicodedata.normalize("NFKC", text)
    return _SUGGESTED_FACTS.sub("", _SUGGESTED_SCORE.sub("", plain))


def _scored(part: str) -> _Scored | None:
    if len(part) > LONGEST_QUERY:
        return None
    match = _SCORED.fullmatch(part)
    if match is None:
        return None
    explicit = match["mark"].strip() in {"=", ":"} or match["out_of"] is not None
    return _Scored(match["name"].rstrip(_SEPARATORS + " "), int(match["score"]), explicit)
