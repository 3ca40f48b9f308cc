"""Titles that several people would all like, found so that nobody learns what another rated."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from core.errors import NarrowPartyError
from core.recommender.filters import NONE
from core.recommender.request import GroupRequest
from core.services.titles import visible
from core.showing import shown_to_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.catalogue.catalogue import Catalogue
    from core.network.bundle import TitleTable
    from core.recommender.filters import Filters
    from core.recommender.request import GroupPick
    from core.services.asker import Asker
    from core.services.filtered import FilteredTitles
    from core.services.recommends import RecommendsForGroups
    from core.showing import Showing

SIZE: Final = 10
LEAST_CHOICE: Final = 30
"""Titles that must be left to choose from: in a short list, what is missing is what somebody knows."""
LEAST_FOR_MEANS: Final = 3
"""People from whom on means are told: of two, each could work out the other's part."""


class SharedTitles:
    """Finds them. Raises `BusyError` or `InferenceError` when the recommender does not answer."""

    def __init__(
        self,
        catalogue: Catalogue,
        titles: TitleTable,
        recommender: RecommendsForGroups,
        filtered: FilteredTitles,
    ) -> None:
        self._catalogue = catalogue
        self._recommender = recommender
        self._filtered = filtered
        self.known = frozenset(titles.ids.tolist())
        """The ids of the titles that the network knows."""

    def counts(self, asker: Asker) -> bool:
        """Return whether somebody has rated anything that the network knows."""
        return not self.known.isdisjoint(asker.ratings)

    async def find(
        self, asker: Asker, people: Sequence[Asker], filters: Filters = NONE
    ) -> tuple[GroupPick, ...]:
        """Return what none of `people` has rated or dismissed and all may be shown, best first.

        `asker`, one of them, is who asks. Raises `NarrowPartyError` when too few titles are left.
        """
        showing = shown_to_all(person.showing for person in people)
        found = await self._recommender.recommend_for_group(
            GroupRequest(
                tuple(person.taste for person in people),
                allow_adult=showing.adult,
                exclude=frozenset[int]().union(*(person.done_with for person in people)),
                seen=tuple(person.seen for person in people),
                only=await self._choice(asker, filters, showing),
                size=SIZE,
            )
        )
        return found.picks

    async def _choice(
        self, asker: Asker, filters: Filters, showing: Showing
    ) -> frozenset[int] | None:
        """Return the ids that may be chosen; none: all.

        Without what `asker` has rated or dismissed enough must be left, or they could dismiss
        everything they are shown until what is missing tells on the others.
        """
        only = await self._filtered.ids(filters, showing)
        done_with = asker.done_with
        choice = (
            anime_id
            for anime_id in (self.known if only is None else only & self.known)
            if anime_id not in done_with and visible(self._catalogue, anime_id, showing) is not None
        )
        if len(list(islice(choice, LEAST_CHOICE))) < LEAST_CHOICE:
            raise NarrowPartyError
        return only
