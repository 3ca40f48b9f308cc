"""From the cells of a catalogue file to clean values: texts, numbers, genres, poster addresses."""

from __future__ import annotations

import html
import math
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final, cast

from core.catalogue.title import ADULT_AGE_RATING, ADULT_GENRES, GENRES

if TYPE_CHECKING:
    from collections.abc import Iterable

_UNKNOWN: Final = frozenset({"", "nan", "none", "unknown"})
# Only with the semicolon: a bare "&not" or "&copy" in a title is meant as it stands.
_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
# An ampersand escaped again and again, "&amp;amp;amp;", comes off at once and not layer by layer.
_AMPERSAND: Final = re.compile(r"&(?:(?:amp|AMP|#0*38|#[xX]0*26);)+")
_ROUNDS: Final = 5
_LONGEST_TEXT: Final = 10_000
_WHOLE: Final = re.compile(r"([+-]?\d{1,18})(?:\.0*)?")
_ADDRESS: Final = re.compile(r"(https?)://([^\s/?#@]+)(/[^\s]*)?", re.IGNORECASE)
_POSTER_HOST: Final = "cdn.myanimelist.net"
_POSTER_HOSTS: Final = frozenset({_POSTER_HOST, "myanimelist.cdn-dena.com"})
_LONGEST_ADDRESS: Final = 2048

_NEWER_NAMES: Final = {
    "Suspense": "Thriller",
    "Girls Love": "Shoujo Ai",
    "Boys Love": "Shounen Ai",
    "Avant Garde": "Dementia",
    "Racing": "Cars",
    "Strategy Game": "Game",
    "Video Game": "Game",
    "Mahou Shoujo": "Magic",
}
_GENRE_OF: Final = {
    **{genre.casefold(): genre for genre in GENRES},
    **{newer.casefold(): genre for newer, genre in _NEWER_NAMES.items()},
}
_ADULT_WORDS: Final = frozenset(genre.casefold() for genre in ADULT_GENRES)
# "Rx", with whatever explanation a source puts behind it
_ADULT_RATING: Final = ADULT_AGE_RATING.split()[0].casefold()


def clean_text(value: object) -> str | None:
    """Return `value` as one clean line, or `None` where it says nothing (empty, NaN, "Unknown").

    HTML entities are decoded until none is left, control and invisible direction characters
    dropped, white space collapsed; of more than 10,000 characters the first are kept, and a text
    made to unfold for ever says nothing. Cleaning twice changes nothing.
    """
    if not isinstance(value, str):
        return None
    text = value[:_LONGEST_TEXT]
    for _ in range(_ROUNDS):
        cleaner = _clean_once(text)
        if cleaner == text:
            return None if text.casefold() in _UNKNOWN else text
        text = cleaner
    return None


def _clean_once(text: str) -> str:
    if "&" in text:
        text = _AMPERSAND.sub("&", text)
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    if not text.isprintable():
        text = "".join(_visible(character) for character in text)
    return " ".join(text.split())


def _visible(character: str) -> str:
    match unicodedata.category(character):
        case "Cc":
            return " "
        case "Cs":
            return ""
        # the joiners hold emoji and Persian words together; the rest only hides or turns text round
        case "Cf" if character not in "\u200c\u200d":
            return ""
        case _:
            return character


def split_list(value: object, separator: str) -> tuple[str, ...]:
    """Return the clean entries of a cell, each once: a list already, or text with `separator`."""
    parts: Iterable[object]
    if isinstance(value, str):
        parts = value.split(separator)
    elif isinstance(value, list):
        parts = cast("list[object]", value)
    else:
        return ()
    return tuple(dict.fromkeys(text for part in parts if (text := clean_text(part)) is not None))


def split_genres(value: object) -> tuple[str, ...]:
    """Return the genre words of a cell, whichever separator it uses: no genre has either in it."""
    return tuple(
        dict.fromkeys(word for part in split_list(value, "|") for word in split_list(part, ","))
    )


def whole_number(value: object, lowest: int, highest: int) -> int | None:
    """Return `value` (an int, an integral float, digits or "13.0") if within bounds, else `None`."""
    number: int | None = None
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        number = value
    elif isinstance(value, float):
        number = int(value) if value.is_integer() else None
    elif isinstance(value, str) and (match := _WHOLE.fullmatch(value.strip())):
        number = int(match[1])
    return number if number is not None and lowest <= number <= highest else None


def flag(value: object) -> bool:
    """Return whether a cell says yes: true, 1, 1.0 or the words for it."""
    if isinstance(value, str):
        return value.strip().casefold() in {"1", "1.0", "true", "yes"}
    return value == 1


def known_score(value: object) -> float | None:
    """Return a mean score of 1–10; `None` for none, which MyAnimeList also writes as 0.

    Raises `ValueError` for anything that is no number from 0 to 10.
    """
    if isinstance(value, str):
        text = clean_text(value)
        if text is None:
            return None
        score = float(text)
    elif isinstance(value, (int, float)):
        score = float(value)
        if math.isnan(score):
            return None
    else:
        return None
    if not 0 <= score <= 10:
        raise ValueError("a score is a number from 0 to 10")
    return score or None


def genre_of(word: str) -> str | None:
    """Return which of the 43 genres `word` names, also by its newer name; `None` if none."""
    return _GENRE_OF.get(word.casefold())


@lru_cache(maxsize=4096)
def in_order(genres: frozenset[str]) -> tuple[str, ...]:
    """Return `genres` in the order of `GENRES`."""
    return tuple(genre for genre in GENRES if genre in genres)


def is_adult(words: Iterable[str], age_rating: str | None) -> bool:
    """Return whether genre words or the age rating (Rx) make a title an adult one.

    An adult genre counts anywhere in a word, so that no unknown separator or addition hides it.
    """
    if age_rating is not None and age_rating.casefold().startswith(_ADULT_RATING):
        return True
    return any(adult in word.casefold() for word in words for adult in _ADULT_WORDS)


def source_word(value: object) -> str | None:
    """Return what a title was made from, in MyAnimeList's spelling ("light_novel": Light novel)."""
    text = clean_text((clean_text(value) or "").replace("_", " "))
    if text is None:
        return None
    text = text.replace("4 koma", "4-koma")
    return text[0].upper() + text[1:]


def poster_address(value: object) -> str | None:
    """Return a poster's http(s) address, moved from MyAnimeList's dead host; else `None`."""
    text = clean_text(value)
    if text is None or len(text) > _LONGEST_ADDRESS:
        return None
    match = _ADDRESS.fullmatch(text)
    if match is None:
        return None
    host = match[2].casefold()
    return f"https://{_POSTER_HOST}{match[3] or '/'}" if host in _POSTER_HOSTS else text
