"""From a sentence to a `Wish`."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, Protocol

from core.catalogue.spelling import all_names, fold, headings, spellings
from core.errors import TitleNotFoundError
from core.recommender.filters import Filters
from core.services.wishes.vocabulary import (
    FILLERS,
    HERE,
    LISTS,
    MEANINGS,
    PERSONAL,
    PHRASES,
    TOP,
    Ask,
)
from core.services.wishes.wish import MOST_GENRES, MOST_TITLES, Wish, WishKind
from core.services.wishes.years import years_in

if TYPE_CHECKING:
    from core.catalogue.title import Title
    from core.showing import Showing

LONGEST_SENTENCE: Final = 400
"""Characters of a sentence that are read, in plain forms; wishes are shorter.

Some patterns below take time by the square of the length, which this bounds.
"""
SHORT_EPISODES: Final = 13
"""A short series has at most so many episodes: one season of broadcasting."""
NEW_YEARS: Final = 2
"""How many years before the newest title of the catalogue still count as new."""
OLD_UNTIL: Final = 1999
"""The last year that counts as old."""

_WORDS: Final = frozenset(MEANINGS)
"""Words that are wishes first; a title called so must be compared with, or quoted."""

_NAME: Final = " # "
"""Stands for a title in a folded sentence, where no symbol is left."""

_NOT_BEFORE: Final = re.compile(
    r"(?<![a-z])(?:no|not|non|nothing|without|less|fewer|isnt|arent|dont (?:want|like|enjoy)|"
    r"didnt (?:like|enjoy)|do not (?:want|enjoy)|except|excluding|other than|apart from|minus|hate|"
    r"hated|dislike|disliked|avoid|neither|nor|never|unlike|tired of|sick of|anything but|cant stand)"
    r"(?: (?:too|very|so|any|a|an|much|more|be|into|really|that|is|the|overly|like|liked|fan of)){0,3}"
    r" ?$"
)
_LONGEST_DENIAL: Final = 60
"""So many characters before a phrase hold all that can deny it."""
_NO_WISH: Final = re.compile(r"(?<![a-z])how (?:old|new|long|short|deep|dark)(?![a-z])")
"""Questions with words that are wishes elsewhere: "how old are you"."""
_NOT_BEFORE_TOO: Final = re.compile(r"^ ?(?:or|nor) (?:any |too |very )?$")
_NOT_BEHIND: Final = re.compile(
    r"^い? ?(?:系|もの|物|作品|あにめ|映画)?(?:とか)?(?:は|が|も|の|を)? ?"
    r"(?:いや|嫌|苦手|なし|無し|以外|抜き|じゃな|ではな|でな|くな|除|のぞ|いらな|要らな|やめ|だめ|"
    r"出な|出てこな|登場しな|少な|(?<=の)ない|(?<=の)無い)"
)
_NOT_BEHIND_VERB: Final = re.compile(r"^(?:け|る|き)?な(?:い|く)")
"""泣けない: only stems that are verbs are denied so."""

_COMPARED: Final = re.compile(
    r"(?:(?:something|anything|anime|show|shows|series|movie|movies|film|films|stuff|more|one|ones|"
    r"title|titles|recommend|recommendations|much|lot|bit|little|just)\s+like|^\s*like|similar\s+to|"
    r"close\s+to|in\s+the\s+(?:vein|style|spirit)\s+of|reminiscent\s+of|as\s+good\s+as|akin\s+to)"
    r"\s+(?P<name>.+)",
    re.IGNORECASE | re.DOTALL,
)
_COMPARES_JAPANESE: Final = re.compile(
    "みたいな|みたいに|のような|のように|っぽい|に似た|に似て|と似た|が好きな|と同じような"
)
"""Stands behind a name."""
_NAME_ENDS: Final = re.compile(
    r"\s(?:but|from|that|which|with|without|only|please|pls|before|after|since|for|not|no|if|"
    r"where|because|except)\b|[,.;:!?。、！？\n]",
    re.IGNORECASE,
)
_SEVERAL: Final = re.compile(
    r"\s*(?:\s(?:and|or|x)\s|[&＆/／、,])\s*|(?<=[^a-zA-Z\s])(?:と|や)(?=\S)", re.IGNORECASE
)
_COMPARES_BEHIND: Final = ("みたい", "のような", "のように", "っぽい", "に似", "が好き")
_QUOTED: Final = re.compile(r"[「『“\"']([^「」『』“”\"']{1,100})[」』”\"']")
_QUOTES: Final = " \t\"'“”„«»‘’「」『』*_~`"


class Names(Protocol):
    """What knows the names of titles."""

    def find_in_text(self, text: str, showing: Showing, limit: int) -> tuple[Title, ...]:
        """Return the titles named in `text`, in the order they are named."""
        ...

    def resolve(self, text: str, showing: Showing) -> Title:
        """Return the title `text` means. Raises `TitleNotFoundError`."""
        ...


def understand(sentence: str, names: Names, newest: int, showing: Showing) -> Wish | None:
    """Return what `sentence` asks for; none when nothing in it is understood.

    `newest` is the latest year of the catalogue, from which "new" is counted. What
    `showing` does not allow is not there. Raises `TitleNotFoundError` when the sentence compares
    with something that no title is called.
    """
    # one character may become eighteen, so it is cut once more
    text = unicodedata.normalize("NFKC", sentence[:LONGEST_SENTENCE])[:LONGEST_SENTENCE].strip()
    found = names.find_in_text(text, showing, MOST_TITLES + 2)
    liked, rest = _take_names_out(text, found)
    if not liked and (compared := _compared(text, rest)) is not None:
        liked = _resolve(compared, names, showing)
        rest = rest.replace(fold(compared), _NAME)
    rest = _NO_WISH.sub(" ", rest)
    filters = _filters(rest, newest)
    ids = tuple(dict.fromkeys(title.anime_id for title in liked))[:MOST_TITLES]
    if ids:
        return Wish(WishKind.SIMILAR, ids, filters)
    if TOP.search(rest) and not PERSONAL.search(rest):
        kind = WishKind.SERVER if HERE.search(rest) else WishKind.TOP
        return Wish(kind, filters=filters)
    if not filters.is_empty or LISTS.search(rest):
        return Wish(WishKind.LISTS, filters=filters)
    return None


def _take_names_out(text: str, titles: tuple[Title, ...]) -> tuple[list[Title], str]:
    """Return those of `titles` that the sentence does not deny, and what is left of it, folded.

    What stands in a name asks for nothing: "School Days" is not the genre.
    """
    whole = rest = fold(text)
    kept: list[Title] = []
    for title in titles:
        forms = _forms(title)
        form, place = next(
            ((form, at) for form in forms if (at := _place(rest, form)) is not None), (None, 0)
        )
        # there is none if it was found by something else, such as its initials
        if form is not None:
            at = _place(whole, form) or 0
            before, behind = whole[:at], whole[at + len(form) :]
            if form in _WORDS and not (_is_compared(before, behind) or _is_quoted(text, form)):
                continue
            rest = rest[:place] + _NAME + rest[place + len(form) :]
            if _NOT_BEFORE.search(before[-_LONGEST_DENIAL:]):
                continue
        kept.append(title)
    return kept, " ".join(rest.split())


def _forms(title: Title) -> list[str]:
    """Return the folded forms of the title's names and of their parts, the longest first."""
    parts = (part for name in all_names(title) for part in (name, *headings(name)))
    return sorted({form for part in parts for form in spellings(part)}, key=len, reverse=True)


def _is_compared(before: str, behind: str) -> bool:
    return before.endswith(("like ", "similar to ")) or behind.startswith(_COMPARES_BEHIND)


def _is_quoted(text: str, form: str) -> bool:
    return any(fold(quoted) == form for quoted in _QUOTED.findall(text))


def _place(folded: str, form: str) -> int | None:
    """Return where `form` stands in `folded` as whole words; in Japanese anywhere."""
    if not form.isascii():
        at = folded.find(form)
        return None if at < 0 else at
    found = re.search(rf"(?<![a-z0-9]){re.escape(form)}(?![a-z0-9])", folded)
    return None if found is None else found.start()


def _compared(text: str, rest: str) -> str | None:
    """Return the name that the sentence compares with, as it is written; none if there is none.

    "Something like a comedy" compares with nothing, as all its words are known ones.
    """
    found = _COMPARED.search(text)
    if found is not None and not re.search(r"\blike\s+here\b", found[0], re.IGNORECASE):
        behind = found["name"]
        end = _NAME_ENDS.search(behind, 1)
        name = behind[: end.start()] if end else behind
    elif (found := _COMPARES_JAPANESE.search(text, 1)) is not None:
        name = re.split(r"[。、,!?！？\n]", text[: found.start()])[-1]
    else:
        return None
    name = name.strip(_QUOTES)
    left = PHRASES.sub(" ", FILLERS.sub(" ", fold(name)))
    return name if left.strip() and fold(name) in rest else None


def _resolve(compared: str, names: Names, showing: Showing) -> list[Title]:
    """Return the titles that `compared` means, one or several. Raises `TitleNotFoundError`."""
    try:
        return [names.resolve(compared, showing)]
    except TitleNotFoundError as error:
        titles: list[Title] = []
        for part in _SEVERAL.split(compared):
            try:
                titles.append(names.resolve(part.strip(_QUOTES), showing))
            except TitleNotFoundError:
                # one slip in a list of names is no reason to forget the others
                continue
        if not titles:
            raise error from None
        return titles


def _filters(text: str, newest: int) -> Filters:
    """Return what folded `text` narrows to."""
    wanted: dict[str, None] = {}
    unwanted: dict[str, None] = {}
    type_: str | None = None
    asks: set[Ask] = set()
    end, before_denied = 0, False
    for found in PHRASES.finditer(text):
        denied = _denied(text, found, end, before_denied)
        last_end, after_denied = end, before_denied
        end, before_denied = found.end(), denied
        meaning = MEANINGS[found[0]]
        if isinstance(meaning, tuple):
            (unwanted if denied else wanted).update(dict.fromkeys(meaning))
        elif isinstance(meaning, Ask):
            if not denied:
                asks.add(meaning)
        elif not denied:
            # "no horror movies" asks for no movies either
            if not (after_denied and not text[last_end : found.start()].strip()):
                type_ = type_ or meaning
        elif meaning == "Movie":
            # no films, so a series
            type_ = "TV"
    # "sad but not depressing" asks for the same genre in other words, so it is wanted
    denied_only = [genre for genre in unwanted if genre not in wanted]
    genres = list(wanted)[:MOST_GENRES]
    year_from, year_to = years_in(text) or _by_age(asks, newest)
    return Filters(
        genre=genres[0] if genres else None,
        also=tuple(genres[1:]),
        without=tuple(denied_only[:MOST_GENRES]),
        type=type_,
        year_from=year_from,
        year_to=year_to,
        hide_sequels=Ask.NO_SEQUELS in asks,
        episodes_to=SHORT_EPISODES if Ask.SHORT in asks else None,
    )


def _denied(text: str, found: re.Match[str], end: int, before_denied: bool) -> bool:
    """Return whether what was `found` is not wanted; the phrase before it ended at `end`."""
    start, behind = found.start(), text[found.end() :]
    before = text[max(0, start - _LONGEST_DENIAL) : start]
    if _NOT_BEFORE.search(before):
        return True
    if before_denied and _NOT_BEFORE_TOO.search(text[end : found.start()]):
        return True
    if found[0].isascii() and not behind[:1].strip():
        behind = behind.lstrip()
    if found[0].endswith(("泣", "泣け", "泣き", "笑え", "わらえ")):
        return _NOT_BEHIND_VERB.search(behind) is not None
    return _NOT_BEHIND.search(behind) is not None


def _by_age(asks: set[Ask], newest: int) -> tuple[int | None, int | None]:
    if Ask.NEW in asks:
        return newest - NEW_YEARS, None
    return None, OLD_UNTIL if Ask.OLD in asks else None
