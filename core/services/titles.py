"""Finding titles by what people type; answered from memory."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from core.catalogue.title import Title
from core.errors import TitleNotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.search import TitleIndex


_SUGGESTIONS: Final = 3
NOTHING_HIDDEN: Final[AbstractSet[str]] = frozenset()


class TitleService:
    """Looks titles up in a catalogue and an index of it that is made once.

    Titles of `hidden_genres`, which a server never shows, are as if they were not there.
    """

    def __init__(self, catalogue: Catalogue, index: TitleIndex) -> None:
        self._catalogue = catalogue
        self._index = index

    def get(
        self,
        anime_id: int,
        *,
        allow_adult: bool,
        hidden_genres: AbstractSet[str] = NOTHING_HIDDEN,
    ) -> Title:
        """Return the title with exactly this id.

        Raises `TitleNotFoundError`, also for a title that may not be shown.
        """
        return get_title(
            self._catalogue, anime_id, allow_adult=allow_adult, hidden_genres=hidden_genres
        )

    def shown(
        self,
        anime_ids: Sequence[int],
        *,
        allow_adult: bool,
        hidden_genres: AbstractSet[str] = NOTHING_HIDDEN,
    ) -> tuple[int, ...]:
        """Return those of `anime_ids` whose titles are there and may be shown."""
        return tuple(
            anime_id
            for anime_id in anime_ids
            if visible(
                self._catalogue, anime_id, allow_adult=allow_adult, hidden_genres=hidden_genres
            )
            is not None
        )

    def find(
        self,
        query: str,
        limit: int = 25,
        *,
        allow_adult: bool = False,
        hidden_genres: AbstractSet[str] = NOTHING_HIDDEN,
    ) -> tuple[Title, ...]:
        """Return up to `limit` titles that fit `query`, best first; none for nonsense."""
        if not hidden_genres:
            return self._index.find(query, limit, allow_adult=allow_adult)
        asked = limit
        while True:
            found = self._index.find(query, asked, allow_adult=allow_adult)
            shown = [title for title in found if hidden_genres.isdisjoint(title.genres)]
            if len(shown) >= limit or len(found) < asked:
                return tuple(shown[:limit])
            asked *= 4

    def resolve(
        self,
        text: str,
        *,
        allow_adult: bool = False,
        hidden_genres: AbstractSet[str] = NOTHING_HIDDEN,
    ) -> Title:
        """Return the one title that `text`, an id or a name, means.

        Raises `TitleNotFoundError`, also for a title that may not be shown.
        """
        if not hidden_genres:
            return self._index.resolve(text, allow_adult=allow_adult)
        with suppress(TitleNotFoundError):
            title = self._index.resolve(text, allow_adult=allow_adult)
            if hidden_genres.isdisjoint(title.genres):
                return title
        # the index knows nothing of hidden genres, so what it suggests may be hidden too
        near = self.find(text, _SUGGESTIONS, allow_adult=allow_adult, hidden_genres=hidden_genres)
        raise TitleNotFoundError(text, tuple(dict.fromkeys(title.display for title in near)))


def visible(
    catalogue: Catalogue,
    anime_id: int,
    *,
    allow_adult: bool,
    hidden_genres: AbstractSet[str] = NOTHING_HIDDEN,
) -> Title | None:
    """Return the title, none when the catalogue lacks it or it may not be shown."""
    title = catalogue.get(anime_id)
    if title is None or (title.adult and not allow_adult):
        return None
    return title if hidden_genres.isdisjoint(title.genres) else None


def get_title(
    catalogue: Catalogue,
    anime_id: int,
    *,
    allow_adult: bool = True,
    hidden_genres: AbstractSet[str] = NOTHING_HIDDEN,
) -> Title:
    """Return the title. Raises `TitleNotFoundError` where `visible` has none."""
    title = visible(catalogue, anime_id, allow_adult=allow_adult, hidden_genres=hidden_genres)
    if title is None:
        raise TitleNotFoundError(anime_id)
    return title


def gone_title(anime_id: int) -> Title:
    """Return what stands for a title that left the catalogue: only its number is known."""
    return Title(anime_id, f"#{anime_id}")
