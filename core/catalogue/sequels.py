"""Whether a title goes on with another one, by its place in a franchise or else by its names."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from core.catalogue.title import Title

_NUMBER: Final = r"(?:[2-9]|1[0-9]|two|three|four|five|six|seven|eight|nine|ten)"
_ORDINAL: Final = (
    r"(?:[2-9]th|1[0-9]th|2nd|3rd|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)"
)
_PART: Final = r"(?:season|series|part|cour|stage|chapter|act|movie)"
_ROMAN: Final = r"(?:II|III|IV|VI|VII|VIII|IX)"

_MARKS: Final = re.compile(
    rf"\b{_ORDINAL} {_PART}\b"
    rf"|\b{_PART}\.? ?(?:{_NUMBER}|{_ROMAN})\b"
    rf"|\b(?:final|last) (?:season|series|stage|chapter|act|part)\b"
    r"|\bkanketsu-?hen\b|\bzoku\b|\bnew season\b|\bsequel\b"
    r"|\bdai (?:ni|san|yon|go|2|3|4|5|6)[ -]?(?:ki|bu)\b|\b[2-9] ?-?(?:ki|gakki|nen-?me)\b"
    r"|第[2-9２-９二三四五六七八九][期部章シ]|[2-9２-９二三四五六七八九]期|続編|完結編|最終章|セカンドシーズン",
    re.IGNORECASE,
)
"""Words that say so by themselves, in romaji, English and Japanese."""

_NUMBERS: Final = re.compile(
    rf"(?<=\w) {_ROMAN}\b"
    r"|(?<=\w) ?[ⅡⅢⅣⅤⅥⅦⅧⅨ]"
    r"|(?:(?<=[^\W\d])[ !?.~☆♪]+|(?<=[^\W\da-zA-Zａ-ｚＡ-Ｚ]))[2-9](?:$|(?= ?[:：]| - ))"
)
"""A lone number behind the name or before a subtitle: “Overlord II”, “Clannad 2: Subtitle”."""

_NAMES_WITH_NUMBERS: Final = re.compile(
    r"\b(?:Lupin III|Armitage III|Persona ?[2-5]|Final Fantasy \w+|Street Fighter II"
    r"|Kinnikuman II Sei|El-Melloi II|Macross 7|Alien 9|Stratos 4|Under 7|5 no 2|Special 7"
    r"|(?:No\.?|Number|File|Zone|Type|Area) ?\d+)\b",
    re.IGNORECASE,
)
"""Where a number is part of the name: the third Lupin is the hero, Persona 4 is a game."""

_TRAILING: Final = " -–—:：~.,!?☆♪「（("
"""What may stand between a name and the mark behind it."""


def is_sequel(title: Title) -> bool:
    """Return whether `title` continues another title.

    Its place in the franchise decides where that is known; else what its names say. Of names
    without a number (“Clannad: After Story”) nobody can tell, so such a title counts as a first.
    """
    if title.franchise_order is not None:
        return title.franchise_order > 1
    return _names_say_so((title.title, title.title_english, title.title_japanese))


def first_names(title: Title) -> tuple[str, ...]:
    """Return what the names of a sequel leave when all that says so is cut off, longest first.

    The first mark and what follows it go: “Overlord II: Subtitle” leaves “Overlord”. Empty for a
    title whose names do not call it a sequel.
    """
    if not _names_say_so((title.title, title.title_english, title.title_japanese)):
        return ()
    found: dict[str, None] = {}
    for name in (title.title, title.title_english, title.title_japanese):
        if not name:
            continue
        marks = [*_MARKS.finditer(name)]
        if not _NAMES_WITH_NUMBERS.search(name):
            marks += _NUMBERS.finditer(name)
        if marks:
            found[name[: min(mark.start() for mark in marks)].strip(_TRAILING)] = None
    return tuple(sorted(filter(None, found), key=len, reverse=True))


@lru_cache(maxsize=2**15)
def _names_say_so(names: tuple[str | None, ...]) -> bool:
    known = [name for name in names if name]
    if any(_MARKS.search(name) for name in known):
        return True
    if any(_NAMES_WITH_NUMBERS.search(name) for name in known):
        return False
    return any(_NUMBERS.search(name) for name in known)
