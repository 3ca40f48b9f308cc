"""What a sentence asks for, and a short code for it that fits into a button."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.catalogue.title import GENRES
from core.recommender.filters import NONE, Filters

MOST_TITLES: Final = 3
"""Titles one sentence may start from."""
MOST_GENRES: Final = 3
"""Genres one sentence may ask for; as many again may be unwanted."""

CODE: Final = r"[ltgs][a-zA-Q]*-[a-zA-Q]*-[0-5]?-\d*-\d*-1?-\d*-(?:\d{8})*"
"""The pattern of `Wish.code`."""

_TYPES: Final = ("TV", "Movie", "OVA", "ONA", "Special", "Music")
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTER_OF: Final[dict[str, str]] = dict(zip(GENRES, _LETTERS, strict=False))
_GENRE_OF: Final[dict[str, str]] = {letter: genre for genre, letter in _LETTER_OF.items()}


class WishKind(StrEnum):
    """Which answer fits."""

    SIMILAR = "similar"
    """Titles like the ones named."""
    LISTS = "lists"
    """The two lists of the person who asks."""
    TOP = "top"
    """What people love."""
    SERVER = "server"
    """What the members of the server love in which it is said."""


_LETTER_OF_KIND: Final = {
    WishKind.LISTS: "l",
    WishKind.SIMILAR: "t",
    WishKind.TOP: "g",
    WishKind.SERVER: "s",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a sentence asks for.

    `titles` are the ids the answer starts from, in the order named.
    """

    kind: WishKind
    titles: tuple[int, ...] = ()
    filters: Filters = NONE

    @property
    def code(self) -> str:
        """A short text that `Wish.of_code` reads back; `filters.latest` is lost."""
        filters = self.filters
        wanted = (filters.genre, *filters.also) if filters.genre else filters.also
        parts = (
            _LETTER_OF_KIND[self.kind] + "".join(_LETTER_OF[genre] for genre in wanted),
            "".join(_LETTER_OF[genre] for genre in filters.without),
            "" if filters.type is None else str(_TYPES.index(filters.type)),
            "" if filters.year_from is None else str(filters.year_from),
            "" if filters.year_to is None else str(filters.year_to),
            "1" if filters.hide_sequels else "",
            "" if filters.episodes_to is None else str(filters.episodes_to),
            "".join(f"{anime_id:08}" for anime_id in self.titles),
        )
        return "-".join(parts)

    @classmethod
    def of_code(cls, code: str) -> Wish:
        """Return the wish whose `code` this is. Raises `ValueError` for anything else."""
        if re.fullmatch(CODE, code) is None:
            raise ValueError(f"no wish has the code {code!r}")
        first, without, type_, year_from, year_to, no_sequels, episodes, ids = code.split("-")
        wanted = tuple(_GENRE_OF[letter] for letter in first[1:])
        return cls(
            kind=next(kind for kind, letter in _LETTER_OF_KIND.items() if letter == first[0]),
            titles=tuple(int(ids[at : at + 8]) for at in range(0, len(ids), 8)),
            filters=Filters(
                genre=wanted[0] if wanted else None,
                also=wanted[1:],
                without=tuple(_GENRE_OF[letter] for letter in without),
                type=_TYPES[int(type_)] if type_ else None,
                year_from=int(year_from) if year_from else None,
                year_to=int(year_to) if year_to else None,
                hide_sequels=bool(no_sequels),
                episodes_to=int(episodes) if episodes else None,
            ),
        )
