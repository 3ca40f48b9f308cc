"""Which titles pass a person's filters; the same for everybody, so it is worked out once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from core.catalogue.clean import genre_of
from core.errors import GenreNotFoundError, InvalidYearsError
from core.showing import EVERYTHING

if TYPE_CHECKING:
    from core.catalogue.catalogue import Catalogue
    from core.recommender.filters import Filters
    from core.showing import Showing

KEPT: Final = 64
"""How many sets of titles are kept in memory."""


class FilteredTitles:
    """The ids that pass filters, the least recently used dropped."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._kept: OrderedDict[Filters, frozenset[int]] = OrderedDict()

    async def ids(self, filters: Filters, showing: Showing) -> frozenset[int] | None:
        """Return the ids of the titles that pass `filters`, none if every title does.

        Titles of hidden genres never do; adult ones are left to the recommender.
        """
        without = tuple(sorted({*filters.without, *showing.hidden_genres}))
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


def check_filters(filters: Filters, showing: Showing) -> Filters:
    """Return `filters` with the genres as the catalogue spells them; see `check_genre`.

    To be without a genre may be asked for anywhere: it is taken out where it is not shown anyway.
    Raises `InvalidYearsError` for years in the wrong order.
    """
    genre, first, last = filters.genre, filters.year_from, filters.year_to
    if first is not None and last is not None and first > last:
        raise InvalidYearsError(first, last)
    without = (check_genre(each, EVERYTHING) for each in filters.without)
    return replace(
        filters,
        genre=None if genre is None else check_genre(genre, showing),
        also=tuple(check_genre(each, showing) for each in filters.also),
        without=showing.genres(without),
    )


def shown_filters(filters: Filters, showing: Showing) -> Filters:
    """Return `filters` without the names of genres that may not be shown."""
    genre = filters.genre
    return replace(
        filters,
        genre=genre if genre is not None and showing.genres((genre,)) else None,
        also=showing.genres(filters.also),
        without=showing.genres(filters.without),
    )


def check_genre(value: str, showing: Showing) -> str:
    """Return which of the 43 genres `value` names.

    Raises `GenreNotFoundError`, also for a genre that may not be shown.
    """
    genre = genre_of(value.strip())
    if genre is None or not showing.genres((genre,)):
        raise GenreNotFoundError(value)
    return genre
