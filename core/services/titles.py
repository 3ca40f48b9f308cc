"""Finding titles by what people type; answered from memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.catalogue.title import Title
from core.errors import TitleNotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.search import TitleIndex


class TitleService:
    """Looks titles up in a catalogue and an index of it that is made once."""

    def __init__(self, catalogue: Catalogue, index: TitleIndex) -> None:
        self._catalogue = catalogue
        self._index = index

    def get(self, anime_id: int, *, allow_adult: bool) -> Title:
        """Return the title with exactly this id.

        Raises `TitleNotFoundError`, also for an adult title that may not be shown.
        """
        return get_title(self._catalogue, anime_id, allow_adult=allow_adult)

    def shown(self, anime_ids: Sequence[int], *, allow_adult: bool) -> tuple[int, ...]:
        """Return those of `anime_ids` whose titles are there and may be shown."""
        return tuple(
            anime_id
            for anime_id in anime_ids
            if visible(self._catalogue, anime_id, allow_adult=allow_adult) is not None
        )

    def find(self, query: str, limit: int = 25, *, allow_adult: bool = False) -> tuple[Title, ...]:
        """Return up to `limit` titles that fit `query`, best first; none for nonsense."""
        return self._index.find(query, limit, allow_adult=allow_adult)

    def resolve(self, text: str, *, allow_adult: bool = False) -> Title:
        """Return the one title that `text`, an id or a name, means.

        Raises `TitleNotFoundError`, also for an adult title that may not be shown.
        """
        return self._index.resolve(text, allow_adult=allow_adult)


def visible(catalogue: Catalogue, anime_id: int, *, allow_adult: bool) -> Title | None:
    """Return the title, none when the catalogue lacks it or it may not be shown."""
    title = catalogue.get(anime_id)
    return None if title is None or (title.adult and not allow_adult) else title


def get_title(catalogue: Catalogue, anime_id: int, *, allow_adult: bool = True) -> Title:
    """Return the title. Raises `TitleNotFoundError` where `visible` has none."""
    title = visible(catalogue, anime_id, allow_adult=allow_adult)
    if title is None:
        raise TitleNotFoundError(anime_id)
    return title


def gone_title(anime_id: int) -> Title:
    """Return what stands for a title that left the catalogue: only its number is known."""
    return Title(anime_id, f"#{anime_id}")
