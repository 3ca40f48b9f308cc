"""Colours of the pictures. On each genre's, white letters have a contrast of 4.5 to 1 or more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from PIL import ImageColor

from core.catalogue.title import GENRES

if TYPE_CHECKING:
    from collections.abc import Sequence

Colour: TypeAlias = tuple[int, int, int]


def colour(code: str) -> Colour:
    """Return the red, green and blue (0–255) of a code like `#8e7cc3`."""
    red, green, blue = ImageColor.getrgb(code)[:3]
    return red, green, blue


BACKGROUND: Final = colour("#2b2d31")
WHITE: Final = colour("#ffffff")
INK: Final = colour("#17181b")
STAR: Final = colour("#ffd166")
RATED: Final = colour("#1f7a4d")
DISMISSED: Final = colour("#a33a44")

_BY_GENRE: Final = {
    "Action": "#b3392f", "Adventure": "#1f7a5c", "Cars": "#54616e", "Comedy": "#9c5c0a",
    "Dementia": "#5b3a8c", "Demons": "#7a1f2b", "Drama": "#6b4f8f", "Ecchi": "#b03a6b",
    "Fantasy": "#4b4fa8", "Game": "#0f6f86", "Harem": "#a8456f", "Hentai": "#7d2a4d",
    "Historical": "#7a5a2e", "Horror": "#5c1a1f", "Josei": "#8a4a78", "Kids": "#2f7d32",
    "Magic": "#7447a8", "Martial Arts": "#9a4420", "Mecha": "#3d5a80", "Military": "#4f6033",
    "Music": "#a03a86", "Mystery": "#34406b", "Parody": "#80660a", "Police": "#23548c",
    "Psychological": "#45456b", "Romance": "#b83256", "Samurai": "#8b2e3c", "School": "#2b6cb0",
    "Sci-Fi": "#0b7285", "Seinen": "#3f4a5a", "Shoujo": "#b0447f", "Shoujo Ai": "#96497f",
    "Shounen": "#b2501a", "Shounen Ai": "#3f6f9f", "Slice of Life": "#4d7a3a", "Space": "#232f66",
    "Sports": "#1d7a45", "Super Power": "#a83a1e", "Supernatural": "#553f94", "Thriller": "#404040",
    "Vampire": "#6e1437", "Yaoi": "#35608f", "Yuri": "#94407f",
}  # fmt: skip
_NO_GENRE: Final = colour("#4a4f5a")


def genre_colours(genres: Sequence[str]) -> tuple[Colour, Colour]:
    """Return the colours of the first two known genres; one genre gives a deeper shade beside."""
    known = [colour(_BY_GENRE[genre]) for genre in genres if genre in _BY_GENRE][:2]
    first = known[0] if known else _NO_GENRE
    return first, known[1] if len(known) > 1 else _deeper(first)


def genre_number(genres: Sequence[str]) -> int:
    """Return a number for the first known genre, 0 where there is none: it chooses the pattern."""
    return next((GENRES.index(genre) + 1 for genre in genres if genre in _BY_GENRE), 0)


def _deeper(of: Colour) -> Colour:
    red, green, blue = (value * 55 // 100 for value in of)
    return red, green, blue
