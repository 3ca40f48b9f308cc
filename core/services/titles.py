"""Finding titles by what people type; answered from memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.catalogue.search import TitleIndex
    from core.catalogue.title import Title


class TitleService:
    """Looks titles up in an index that is made once."""

    def __init__(self, index: TitleIndex) -> None:
        self._index = index

    def find(self, query: str, limit: int = 25, *, allow_adult: bool = False) -> tuple[Title, ...]:
        """Return up to `limit` titles that fit `query`, best first; none for nonsense."""
        return self._index.find(query, limit, allow_adult=allow_adult)

    def resolve(self, text: str, *, allow_adult: bool = False) -> Title:
        """Return the one title that `text`, an id or a name, means.

        Raises `TitleNotFoundError`, also for an adult title that may not be shown.
        """
        return self._index.resolve(text, allow_adult=allow_adult)
