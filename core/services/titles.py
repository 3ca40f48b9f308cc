"""Finding titles by what people type; answered from memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.catalogue.title import Title
from core.errors import TitleNotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.search import TitleIndex
    from core.showing import Showing


class TitleService:
    """Looks titles up in a catalogue and an index of it that is made once.

    Titles that may not be shown are as if they were not there.
    """

    def __init__(self, catalogue: Catalogue, index: TitleIndex) -> None:
        self._catalogue = catalogue
        self._index = index

    def get(self, anime_id: int, showing: Showing) -> Title:
        """Return the title with exactly this id. Raises `TitleNotFoundError`."""
        return get_title(self._catalogue, anime_id, showing)

    def shown(self, anime_ids: Sequence[int], showing: Showing) -> tuple[int, ...]:
        """Return those of `anime_ids` whose titles are there and may be shown."""
        return tuple(
            anime_id
            for anime_id in anime_ids
            if visible(self._catalogue, anime_id, showing) is not None
        )

    def find(self, query: str, showing: Showing, limit: int = 25) -> tuple[Title, ...]:
        """Return up to `limit` titles that fit `query`, best first; none for nonsense."""
        return self._index.find(query, showing, limit)

    def resolve(self, text: str, showing: Showing) -> Title:
        """Return the one title that `text`, an id or a name, means.

        Raises `TitleNotFoundError`, which suggests nothing that may not be shown.
        """
        return self._index.resolve(text, showing)


def visible(catalogue: Catalogue, anime_id: int, showing: Showing) -> Title | None:
    """Return the title, none when the catalogue lacks it or it may not be shown."""
    title = catalogue.get(anime_id)
    return title if title is not None and showing.allows(title) else None


def get_title(catalogue: Catalogue, anime_id: int, showing: Showing) -> Title:
    """Return the title. Raises `TitleNotFoundError` where `visible` has none."""
    title = visible(catalogue, anime_id, showing)
    if title is None:
        raise TitleNotFoundError(anime_id)
    return title


def gone_title(anime_id: int) -> Title:
    """Return what stands for a title that left the catalogue: only its number is known."""
    return Title(anime_id, f"#{anime_id}")
