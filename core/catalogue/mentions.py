"""Which names stand in a text people wrote: "I loved Mushishi and fmab but not naruto"."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.catalogue.common_words import COMMON_WORDS, LINKING_WORDS
from core.catalogue.spelling import compact, fold, is_seasonal

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator

LONGEST_MESSAGE: Final = 2000
"""Characters of a message that are looked at: Discord's own limit."""

_MOST_WORDS: Final = 10
_LONGEST_JAPANESE: Final = 30
_WORD: Final = re.compile(r"\w+(?:['’`]\w+)*")
# A name in any of these is meant as a name.
_MARKED: Final = re.compile(
    r"\*\*(.+?)\*\*|__(.+?)__|\*(.+?)\*|(?<!\w)_(.+?)_(?!\w)|`(.+?)`"
    r'|"(.+?)"|“(.+?)”|‘(.+?)’|«(.+?)»|「(.+?)」|『(.+?)』|【(.+?)】'
)
# Addresses, and what Discord writes for people, channels and emoji.
_NO_WORDS: Final = re.compile(r"https?://\S+|<(?:a?:\w+:|[@#][!&]?|/[^>]*:|t:)[0-9]+(?::\w)?>")
_SENTENCE_END: Final = re.compile(r"(?:^|[.!?…\n:>\-•]|[0-9][.)])[\s*_\"'“‘«#]*$")
# After a name that opens a sentence: else its capital is only that of the sentence.
_VERB: Final = re.compile(r"\s*(?:$|[,;.!?\n)]|(?:is|was|has|and|or|by|season|s[0-9])\b)")
# What may belong to a name behind its last word: "K-On!!".
_TAIL: Final = re.compile(r"[!?°◎△∬☆★♪]+")
_KATAKANA: Final = re.compile(r"[\u30a1-\u30ffー]")
_HIRAGANA: Final = re.compile(r"[\u3041-\u309f]")
_KANJI: Final = re.compile(r"[\u3400-\u9fff々]")
# What may follow a name in hiragana, which no space parts from the next word.
_AFTER_NAME: Final = frozenset("はがをのもとにでやっよ")
_SHORTEST_HIRAGANA: Final = 4
_SHORTEST_PLAIN_KANJI: Final = 3


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text that may be a name, with the signs right behind it in `text`.

    `marked` is one in quotes or bold, or the whole text; `plain` one that reads like ordinary
    words, so that it is a name only where marked.
    """

    start: int
    end: int
    text: str
    marked: bool
    plain: bool


def spans(
    message: str,
    known: Callable[[str], bool],
    names: Container[str],
    beginnings: Container[str],
) -> list[Span]:
    """Return the parts of `message` that are names, the longer ones first.

    `names` holds them as `spelling.compact` makes them; `known` says of a folded text whether it
    is a name, also with a season or as initials; `beginnings` are the first two characters of
    every Japanese name. At most 2,000 characters are looked at.
    """
    text = unicodedata.normalize("NFC", message[:LONGEST_MESSAGE])
    text = _NO_WORDS.sub(lambda found: "\n" * len(found[0]), text)
    words = [found.span() for found in _WORD.finditer(text)]
    marked = _marked(text, words)
    found = [*_of_words(text, words, marked, known, names)]
    found += _of_japanese(text, marked, names, beginnings)
    return sorted(found, key=lambda span: (span.start - span.end, span.start))


def _marked(text: str, words: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the places, first word to last, of what is in quotes or bold, and of all words."""
    places = {(words[0][0], words[-1][1])} if words else set[tuple[int, int]]()
    for found in _MARKED.finditer(text):
        start, end = found.span(found.lastindex or 0)
        inside = [word for word in words if start <= word[0] and word[1] <= end]
        if inside:
            places.add((inside[0][0], inside[-1][1]))
    return places


def _of_words(
    text: str,
    words: list[tuple[int, int]],
    marked: set[tuple[int, int]],
    known: Callable[[str], bool],
    names: Container[str],
) -> Iterator[Span]:
    """Walk the spans of whole words."""
    folded = [fold(text[start:end]) for start, end in words]
    # what `compact` makes of a text is what it makes of each word after another one
    compacted = [compact(f"a {word}")[1:] for word in folded]
    shouted = text.isupper()
    for first, (start, _) in enumerate(words):
        name = compact(folded[first])
        for last in range(first, min(first + _MOST_WORDS, len(words))):
            end = words[last][1]
            if last > first and "\n" in text[words[last - 1][1] : words[last][0]]:
                break
            if last > first:
                name += compacted[last]
            if name in names or (
                (last == first or is_seasonal(folded[last]))
                and known(" ".join(folded[first : last + 1]))
            ):
                own = [text[begin:stop] for begin, stop in words[first : last + 1]]
                plain = _is_plain(text, start, end, own, shouted=shouted)
                tail = _TAIL.match(text, end)
                part = text[start : tail.end()] if tail is not None else text[start:end]
                yield Span(start, end, part, (start, end) in marked, plain)


def _is_plain(text: str, start: int, end: int, words: list[str], *, shouted: bool) -> bool:
    """Return whether `words` could as well be ordinary ones."""
    folded = [fold(word) for word in words]
    if all(word.isdecimal() for word in folded):
        return True
    known = COMMON_WORDS if len(words) == 1 else LINKING_WORDS
    telling = [word for word in folded if word not in known and not word.isdecimal()]
    if telling:
        # "one piece of cake"
        return len(words) > 1 and words[0].islower() and text[end : end + 4] == " of "
    if shouted:
        return True
    capitals = [
        word
        for word, is_known in zip(words, folded, strict=True)
        if word[0].isupper() and (is_known not in {"i", "a"} or len(words) > 1)
    ]
    if not capitals or not words[0][0].isupper():
        return True
    if len(words) > 1:
        # "Your Name" and not "Your name": the last word is never small by rule
        return not words[-1][0].isupper()
    opens = _SENTENCE_END.search(text[max(0, start - 12) : start]) is not None
    return opens and _VERB.match(text[end:]) is None


def _of_japanese(
    text: str, marked: set[tuple[int, int]], names: Container[str], beginnings: Container[str]
) -> Iterator[Span]:
    """Walk the spans that begin and end anywhere within Japanese, which has no spaces."""
    folded = [fold(character) for character in text]
    for start, first in enumerate(text):
        if not _is_japanese(first):
            continue
        name = ""
        for end in range(start + 1, min(start + _LONGEST_JAPANESE, len(text)) + 1):
            if text[end - 1] == "\n":
                break
            name += folded[end - 1]
            if len(name) > 1 and name[:2] not in beginnings:
                break
            if name in names and len(name) > 1 and folded[end - 1]:
                is_marked = (start, end) in marked
                plain = _is_plain_japanese(text, start, end)
                yield Span(start, end, text[start:end], is_marked, plain)


def _is_japanese(character: str) -> bool:
    return any(kind.match(character) for kind in (_KATAKANA, _HIRAGANA, _KANJI))


def _is_plain_japanese(text: str, start: int, end: int) -> bool:
    """Return whether a part of Japanese could as well be a piece of other words."""
    part, before, after = text[start:end], text[start - 1 : start], text[end : end + 1]
    if part in COMMON_WORDS:
        return True
    if all(map(_HIRAGANA.match, part)):
        return len(part) < _SHORTEST_HIRAGANA or bool(
            _HIRAGANA.match(after) and after not in _AFTER_NAME
        )
    if _KATAKANA.match(part[0]) and _KATAKANA.match(before):
        return True
    if _KATAKANA.match(part[-1]) and _KATAKANA.match(after):
        return True
    if len(part) < _SHORTEST_PLAIN_KANJI:
        return bool(_KANJI.match(before) or _KANJI.match(after))
    return False
