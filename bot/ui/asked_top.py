"""Which top list is asked for, also as the short text that a button carries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from core.catalogue.title import GENRES
from core.services.server_lists import TopKind


class TopScope(StrEnum):
    """Whose ratings make a list."""

    SERVER = "server"
    EVERYBODY = "everybody"


CODE: Final = r"[se][bdg]-\d{0,2}-\d{1,2}"
"""What the codes of lists look like."""


@dataclass(frozen=True, slots=True)
class AskedTop:
    """Which page, from 0, of which top list is asked for; `genre` none: of all."""

    scope: TopScope
    kind: TopKind = TopKind.BEST
    genre: str | None = None
    page: int = 0

    @property
    def code(self) -> str:
        """A short text that `of_code` reads back."""
        genre = "" if self.genre is None else str(GENRES.index(self.genre))
        return f"{self.scope[0]}{self.kind[0]}-{genre}-{self.page}"

    @classmethod
    def of_code(cls, code: str) -> Self:
        """Return what has this `code`. Raises `ValueError` for anything else."""
        if re.fullmatch(CODE, code) is None:
            raise ValueError(f"no top list has the code {code!r}")
        first, genre, page = code.split("-")
        if genre and int(genre) >= len(GENRES):
            raise ValueError(f"no genre has the number {genre}")
        return cls(
            next(scope for scope in TopScope if scope[0] == first[0]),
            next(kind for kind in TopKind if kind[0] == first[1]),
            GENRES[int(genre)] if genre else None,
            int(page),
        )
