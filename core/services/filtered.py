"""Which titles pass a person's filters; the same for everybody, so it is worked out once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from core.catalogue.clean import genre_of
from core.catalogue.title import ADULT_GENRES
from core.errors import GenreNotFoundError, InvalidYearsError

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from core.catalogue.catalogue import Catalogue
    from core.recommender.filters import Filters

KEPT: Final = 64
"""How many sets of titles are kept in memory."""


class FilteredTitles:
    """The ids that pass filters, the least recently used dropped."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._kept: OrderedDict[Filters, frozenset[int]] = OrderedDict()

    async def ids(
        self, filters: Filters, hidden_genres: AbstractSet[str] = frozenset()
    ) -> frozenset[int] | None:
        """Return the ids of the titles that pass `filters`, none if every title does.

        Titles of `hidden_genres` never do.
        """
        without = tuple(sorted({*filters.without, *hidden_genres}))
        filters = replace(filters, latest=None, without=without)
        if not filters.narrows:
            return None
        ids = self._kept.get(filters)
        if ids is None:
            # some 20,000 titles take longer than the event loop may wait
            ids = await asyncio.to_thread(self._passing, filters)
            self._kept[filters] = ids
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(filters)
        return ids

    def _passing(self, filters: Filters) -> frozenset[int]:
        return frozenset(
            title.anime_id for title in self._catalogue.titles if filters.matches(title)
        )


def check_filters(
    filters: Filters, *, allow_adult: bool, hidden_genres: AbstractSet[str] = frozenset()
) -> Filters:
    """Return `filters` with the genres as the catalogue spells them; see `check_genre`.

    To be without an adult genre may be asked for anywhere: it is taken out where none is shown.
    Raises `InvalidYearsError` for years in the wrong order.
    """
    genre, first, last = filters.genre, filters.year_from, filters.year_to
    if first is not None and last is not None and first > last:
        raise InvalidYearsError(first, last)
    without = tuple(check_genre(each, allow_adult=True) for each in filters.without)

    def checked(wanted: str) -> str:
        return check_genre(wanted, allow_adult=allow_adult, hidden_genres=hidden_genres)

    return replace(
        filters,
        genre=None if genre is None else checked(genre),
        also=tuple(checked(each) for each in filters.also),
        without=shown_genres(without, allow_adult=allow_adult),
    )


def shown_genres(
    genres: tuple[str, ...], *, allow_adult: bool, hidden_genres: AbstractSet[str] = frozenset()
) -> tuple[str, ...]:
    """Return those of `genres` that may be named."""
    return tuple(
        genre
        for genre in genres
        if (allow_adult or genre not in ADULT_GENRES) and genre not in hidden_genres
    )


def shown_filters(filters: Filters, *, allow_adult: bool) -> Filters:
    """Return `filters` without the names of genres that may not be shown."""
    genre = filters.genre
    return replace(
        filters,
        genre=genre if allow_adult or genre not in ADULT_GENRES else None,
        also=shown_genres(filters.also, allow_adult=allow_adult),
        without=shown_genres(filters.without, allow_adult=allow_adult),
    )


def check_genre(
    value: str, *, allow_adult: bool, hidden_genres: AbstractSet[str] = frozenset()
) -> str:
    """Return which of the 43 genres `value` names.

    Raises `GenreNotFoundError`, also for an adult genre where those may not be shown, and for one
    of `hidden_genres`.
    """
    genre = genre_of(value.strip())
    if genre is None or not shown_genres(
        (genre,), allow_adult=allow_adult, hidden_genres=hidden_genres
    ):
        raise GenreNotFoundError(value)
    return genre
