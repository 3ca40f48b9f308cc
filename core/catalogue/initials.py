"""The initials people shorten names to: "fmab", "aot", "hxh", "mp100", "jjba"."""

from __future__ import annotations

import re
from typing import Final

from core.catalogue.spelling import key, plain_season

# Numbers stay whole, and so does what `plain_season` makes of a part and of the last season.
_LETTER: Final = re.compile(r"\b(?:[0-9]+\b|p[0-9]+\b|final\b|\w)")
_SEASON: Final = re.compile(r"(?: (?:[0-9]{1,2}|p[0-9]+|final))+$")
_ARTICLE: Final = re.compile(r"\b(?:the|an?) ")
# Capitals inside a word are letters of their own: "JoJo", "GT". The quick look comes first.
_HAS_CAPITAL: Final = re.compile(r"[a-z][A-Z]|\b[A-Z][A-Z]\b")
_CAPITAL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=\b[A-Z])(?=[A-Z]\b)")


def initials(name: str) -> frozenset[str]:
    """Return the initials of all words of `name`, in lower case; numbers stay whole.

    A name of one word, or one that is not in Latin letters, has none.
    """
    found = {_first_letters(plain_season(key(name)))}
    if _HAS_CAPITAL.search(name):
        found.add(_first_letters(plain_season(key(_CAPITAL.sub(" ", name)))))
    return frozenset(found - {""})


def initials_of_part(name: str) -> frozenset[str]:
    """Return the initials of `name` without its articles, its season, or both, where it has any."""
    folded = plain_season(key(name))
    parts = {folded}
    if _SEASON.search(folded):
        parts.add(_SEASON.sub("", folded))
    if _ARTICLE.search(folded):
        parts |= {_ARTICLE.sub("", part) for part in parts}
    if len(parts) == 1:
        return frozenset()
    return frozenset({_first_letters(part) for part in parts - {folded}} - {""})


def _first_letters(folded: str) -> str:
    letters = _LETTER.findall(folded)
    short = "".join(letters)
    # of one word, or of one and a number, nothing is shortened
    if len(letters) < 2 or not short.isascii() or (len(letters) == 2 and not short.isalpha()):
        return ""
    return short
