"""Years and decades within a sentence."""

from __future__ import annotations

import re
from typing import Final

Years = tuple[int | None, int | None]
"""The first and the last year, both included."""

_YEAR: Final = r"(?<!\d)((?:19[1-9]|20\d)\d)(?!\d)(?: ?年)?"
_DECADES: Final = {
    "fifties": 1950, "sixties": 1960, "seventies": 1970, "eighties": 1980, "nineties": 1990,
    "noughties": 2000,
}  # fmt: skip
_PART: Final = {"early": (0, 4), "mid": (3, 6), "late": (5, 9), "前半": (0, 4), "後半": (5, 9)}

_DECADE: Final = re.compile(
    r"(?:(?<![a-z])(?P<part>early|mid|late) (?:the )?)?"
    rf"(?:(?<![a-z0-9])(?P<digits>(?:19|20)?\d0) ?(?:s(?![a-z0-9])|年代)|(?P<word>{'|'.join(_DECADES)}))"
    r"(?:の)?(?P<half>前半|後半)?"
)
_BETWEEN: Final = re.compile(rf"{_YEAR} ?(?:to|and|until|till|through|から|〜|~|ー|-)? ?{_YEAR}")
_TO_BEFORE: Final = re.compile(
    rf"(?:before|(?<!no )(?:older|earlier) than|prior to) {_YEAR}|{_YEAR} ?より(?:前|も前|古い)"
)
_TO: Final = re.compile(
    rf"(?:until|till|up to|by|no later than|no newer than) {_YEAR}|{_YEAR} ?(?:まで|以前|or older|or earlier)"
)
_FROM_AFTER: Final = re.compile(
    rf"(?:after|(?<!no )(?:newer|later) than) {_YEAR}|{_YEAR} ?より(?:後|新しい|も新しい)"
)
_FROM: Final = re.compile(
    rf"(?:since|from|starting) {_YEAR} ?(?:on|onward|onwards|or later|or newer)(?![a-z])"
    rf"|(?:since|no older than|no earlier than) {_YEAR}|{_YEAR} ?(?:以降|以後|から|onward|onwards|or later|or newer)"
)
_ONE: Final = re.compile(_YEAR)


def years_in(text: str) -> Years | None:
    """Return what folded `text` says of years, none if nothing."""
    decades = list(_DECADE.finditer(text))
    if len(decades) > 1:
        spans = [_decade(decade) for decade in decades]
        return min(first for first, _ in spans), max(last for _, last in spans)
    if decades:
        (decade,) = decades
        first, last = _around(text, decade, *_decade(decade))
        rest = _limits(f"{text[: decade.start()]} {text[decade.end() :]}")
        return first or rest[0], last or rest[1]
    if (found := _BETWEEN.search(text)) is not None:
        first, last = sorted((int(found[1]), int(found[2])))
        return first, last
    if (limits := _limits(text)) != (None, None):
        return limits
    if (found := _ONE.search(text)) is not None:
        return int(found[1]), int(found[1])
    return None


def _limits(text: str) -> Years:
    """Return the years that `text` says something is not before or not after."""
    first = _limit(text, (_FROM_AFTER, 1), (_FROM, 0))
    last = _limit(text, (_TO_BEFORE, -1), (_TO, 0))
    # "before 1990 or after 2000" is not one span
    return (None, last) if first and last and first > last else (first, last)


def _limit(text: str, *patterns: tuple[re.Pattern[str], int]) -> int | None:
    for pattern, shift in patterns:
        if (found := pattern.search(text)) is not None:
            return int(next(group for group in found.groups() if group)) + shift
    return None


def _decade(found: re.Match[str]) -> tuple[int, int]:
    if found["word"]:
        first = _DECADES[found["word"]]
    else:
        first = int(found["digits"])
        if first < 100:
            # "20s" and less are of this century, "30s" and more of the last
            first += 2000 if first < 30 else 1900
    start, end = _PART.get(found["part"] or found["half"] or "", (0, 9))
    return first + start, first + end


def _around(text: str, found: re.Match[str], first: int, last: int) -> Years:
    """Return a decade, or all before or after it, as the words beside it say."""
    before, after = text[: found.start()].rstrip(), text[found.end() :].lstrip()
    before = re.sub(r" the$", "", before)
    if re.search(r"(?:before|older than|earlier than)$", before) or after.startswith("より前"):
        return None, first - 1
    if re.search(r"(?:until|up to)$", before) or after.startswith(("まで", "以前")):
        return None, last
    if re.search(r"(?:after|newer than|later than)$", before):
        return last + 1, None
    if re.search(r"since$", before) or after.startswith(("以降", "から", "on ", "onward")):
        return first, None
    return first, last
