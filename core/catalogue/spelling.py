"""One form for all spellings of a name, so that what people type meets what the catalogue says."""

from __future__ import annotations

import unicodedata
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


def spellings(title: Title) -> tuple[str, ...]:
    """Return the folded forms a title is found by, its own names first, each once.

    A name with punctuation inside a word also counts without it: "steins gate" and "steinsgate".
    """
    forms: dict[str, None] = {}
    for name in (*own_names(title), *title.synonyms):
        forms[key(name)] = None
        forms[_finish(name.translate(_TOGETHER))] = None
    forms.pop("", None)
    return tuple(forms)


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
    return " ".join(unicodedata.normalize("NFC", text).split())
