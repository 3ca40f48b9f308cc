"""One form for all spellings of a name, so that what people type meets what the catalogue says."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from core.catalogue.title import Title

_VOICING: Final = frozenset("\u3099\u309a")
"""Dakuten and handakuten: combining marks, but ones that make another letter, not an accent."""
_APOSTROPHES: Final = frozenset("'`´‘’ʻʼ′")
_WORDS: Final = {
    "&": " and ",
    "×": " x ",
    # the two voicing marks that stand alone belong to the letter before them
    "\u309b": "\u3099",
    "\u309c": "\u309a",
}
_KATAKANA: Final = frozenset(map(chr, (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)))
_KATAKANA_TO_HIRAGANA: Final = 0x60

# The same name is folded several times in a row.
_KEPT: Final = 256
_ARTICLES: Final = ("the ", "a ", "an ")
_BRACKETS: Final = re.compile(r"\s*\([^()]*\)$")
_PART: Final = re.compile(r":\s+|\s[-–—~]+\s*")

_ORDINALS: Final = {
    word: number
    for number, word in enumerate(
        ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"), 1
    )
}
_ROMANS: Final = {"ii": 2, "iii": 3, "iv": 4, "vi": 6, "vii": 7, "viii": 8}
_SEASONAL: Final = re.compile(
    r"season|final|part|cour|期|しーずん| s[0-9]| (?:iv|v?i{2,3}|vi)(?: |$)"
)
_SEASONS: Final = (
    re.compile(r"第? ?([0-9]{1,2}) ?(?:期|しーずん)"),
    re.compile(rf"\b([0-9]{{1,2}}(?=st|nd|rd|th)|{'|'.join(_ORDINALS)})(?:st|nd|rd|th)? season\b"),
    re.compile(r"(?:\bseason|しーずん|season(?=[0-9])) ?0?([0-9]{1,2})\b"),
    re.compile(r"(?<= )s0?([0-9]{1,2})\b"),
)
_FINAL: Final = re.compile(r"\b(?:the )?final season\b")
_PARTS: Final = re.compile(
    r"\b(?:(?:part|cour) ?([0-9]{1,2})|([0-9])(?:st|nd|rd|th) (?:part|cour))\b"
)
_ROMAN: Final = re.compile(r"(?<= )(?:iv|v?i{2,3}|vi)(?=$| p[0-9])")

# "uu" twice, for what is left of "uuu" after the first time
_LONG_VOWELS: Final = (("ou", "o"), ("oo", "o"), ("uu", "u"), ("uu", "u"))
_PARTICLES: Final = {"wo": "o", "he": "e", "ha": "wa"}
_PARTICLE: Final = re.compile(r"(?<= )(?:wo|he|ha)(?=[ \n]|$)")


@lru_cache(maxsize=_KEPT)
def fold(text: str) -> str:
    """Return `text` in the form names are compared in; folding twice changes nothing.

    Compatibility forms (full width, half width, circled, Roman numerals), letter case, accents
    and the two kana scripts are made one; punctuation and symbols become single spaces, an
    apostrophe nothing. Voicing marks stay: が is not か. Nothing is left of symbols alone.
    """
    return _finish(text.translate(_APART))


def literal(text: str) -> str:
    """Return `text` with only case, width and white space evened out: "K-On!" is not "K-On!!"."""
    evened = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(evened.encode("utf-8", "ignore").decode("utf-8").split())


def key(text: str) -> str:
    """Return `text` folded or, where folding leaves nothing ("◯"), its literal form."""
    return fold(text) or literal(text)


def own_names(title: Title) -> tuple[str, ...]:
    """Return the names that are the title's own, as opposed to synonyms."""
    others = (title.title_english, title.title_japanese)
    return (title.title, *(name for name in others if name is not None))


def other_names(title: Title) -> tuple[str, ...]:
    """Return the names that are not the title's own: its synonyms and what a machine calls it."""
    return title.synonyms if title.translated is None else (*title.synonyms, title.translated)


def all_names(title: Title) -> tuple[str, ...]:
    """Return every name of the title, its own first."""
    return (*own_names(title), *other_names(title))


def spellings(name: str) -> tuple[str, ...]:
    """Return the folded forms `name` is found by, the plain one first, each once.

    A name with punctuation inside a word also counts without it ("steins gate" and "steinsgate"),
    one with a season also with the bare number, one that begins with an article also without.
    """
    folded = key(name)
    forms = {folded: None, plain_season(folded): None}
    if not name.replace(" ", "").isalnum():
        forms[_finish(name.translate(_TOGETHER))] = None
    if folded.startswith(_ARTICLES):
        forms[folded.partition(" ")[2]] = None
    forms.pop("", None)
    return tuple(forms)


def all_spellings(title: Title) -> tuple[str, ...]:
    """Return the folded forms a title is found by, its own names first, each once."""
    return tuple(dict.fromkeys(form for name in all_names(title) for form in spellings(name)))


def without_brackets(name: str) -> str:
    """Return `name` without brackets at its end: what "(TV)" or "(2011)" adds is nobody's word."""
    return _BRACKETS.sub("", name) if name.endswith(")") else name


def headings(name: str) -> tuple[str, ...]:
    """Return the parts of `name` that people use for the whole, the main one first.

    That is what stands before and after a colon or a dash; none where the name has only one part.
    """
    parts = [part for part in map(str.strip, _PART.split(name)) if part]
    return tuple(parts) if len(parts) > 1 else ()


@lru_cache(maxsize=_KEPT)
def plain_season(folded: str) -> str:
    """Return `folded` with its season as a bare number, its part as "p2", the last as "final".

    "season 2", "2nd season", "second season", "s2", "ii" and "2期" all become "2"; a first season
    becomes nothing, as the name alone means it.
    """
    if not _SEASONAL.search(folded):
        return folded
    for pattern in _SEASONS:
        folded = pattern.sub(_season_number, folded)
    folded = _FINAL.sub("final", folded)
    folded = _PARTS.sub(lambda found: f"p{found[1] or found[2]}", folded)
    folded = _ROMAN.sub(lambda found: str(_ROMANS[found[0]]), folded)
    return " ".join(folded.split())


def loose(folded: str) -> str:
    """Return `folded`, one form or several lines of them, with Japanese long vowels made short.

    Romanisations differ in them (ou, oo, ō: o) and in the particles wo, he and ha (o, e, wa).
    """
    for long, short in _LONG_VOWELS:
        folded = folded.replace(long, short)
    return _PARTICLE.sub(lambda found: _PARTICLES[found[0]], folded)


def compact(folded: str) -> str:
    """Return `folded` as whole names are compared: loose, and without spaces."""
    return loose(folded).replace(" ", "")


def is_seasonal(word: str) -> bool:
    """Return whether the folded `word` may end a season: "2", "s2", "ii", "season", "final"."""
    return word[-1:].isdecimal() or _SEASONAL.search(f" {word}") is not None


class _Folding(dict[int, str]):
    """A translation table that works out each character when it is first met."""

    def __init__(self, punctuation: str) -> None:
        super().__init__()
        self._punctuation = punctuation

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character in _WORDS:
            folded = _WORDS[character]
        elif character in _APOSTROPHES:
            # before decomposition, which turns the accents among them into a space
            folded = ""
        else:
            plain = unicodedata.normalize("NFKD", character).casefold()
            plain = unicodedata.normalize("NFKD", plain)
            folded = "".join(map(self._fold_part, plain))
        self[code] = folded
        return folded

    def _fold_part(self, part: str) -> str:
        if part in _WORDS:
            return _WORDS[part]
        if part in _APOSTROPHES:
            return ""
        if part in _KATAKANA:
            return chr(ord(part) - _KATAKANA_TO_HIRAGANA)
        if part in _VOICING:
            return part
        match unicodedata.category(part)[0]:
            case "L" | "N":
                return part
            case "M":
                return ""
            case "P" | "S":
                return self._punctuation
            case "Z":
                return " "
            case _:
                # control characters part words as spaces do, the rest of "other" is invisible
                return " " if unicodedata.category(part) == "Cc" else ""


_APART: Final = _Folding(" ")
_TOGETHER: Final = _Folding("")


def _finish(text: str) -> str:
    return " ".join((text if text.isascii() else unicodedata.normalize("NFC", text)).split())


def _season_number(found: re.Match[str]) -> str:
    number = _ORDINALS.get(found[1]) or int(found[1])
    return f" {number} " if number > 1 else " "
