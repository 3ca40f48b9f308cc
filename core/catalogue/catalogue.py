"""The titles Riko knows, by MyAnimeList id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.catalogue.title import Title


class Catalogue(Mapping[int, "Title"]):
    """An immutable mapping from MyAnimeList id to `Title`, in the order the titles came.

    Raises `ValueError` when two titles share an id; a file's duplicates are refused on loading.
    """

    __slots__ = ("_by_id", "_titles")

    def __init__(self, titles: Iterable[Title]) -> None:
        self._titles = tuple(titles)
        self._by_id = MappingProxyType({title.anime_id: title for title in self._titles})
        if len(self._by_id) != len(self._titles):
            raise ValueError("two titles of a catalogue share an id")

    @property
    def titles(self) -> tuple[Title, ...]:
        """All titles, in the order they came."""
        return self._titles

    @property
    def newest_year(self) -> int | None:
        """The year of the newest title, none where no year is known."""
        return max((title.year for title in self._titles if title.year is not None), default=None)

    def __getitem__(self, anime_id: int) -> Title:
        return self._by_id[anime_id]

    def __iter__(self) -> Iterator[int]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._titles)

    def __repr__(self) -> str:
        return f"Catalogue({len(self)} titles)"
