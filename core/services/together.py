"""What two people would both like to watch."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Final

from core.errors import NoRatingsError, NotSharedError
from core.recommender.filters import NONE
from core.recommender.request import GroupRequest
from core.services.asker import read_asker
from core.services.clock import utc_now

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.title import Title
    from core.network.bundle import TitleTable
    from core.services.clock import Clock
    from core.services.filtered import FilteredTitles
    from core.services.recommends import RecommendsForGroups
    from core.storage.database import Database

SIZE: Final = 10


@dataclass(frozen=True, slots=True)
class SharedTitle:
    """A title for two; `predicted` (1–10) is the mean of what both would likely give it.

    `new` is that of `ListedTitle`.
    """

    title: Title
    predicted: float
    new: bool = False


@dataclass(frozen=True, slots=True)
class Together:
    """What two people would both like, best first."""

    titles: tuple[SharedTitle, ...]


class TogetherService:
    """Finds titles for two people, without telling either what the other rated.

    Raises `DatabaseError` when the database cannot be read, `BusyError` or `InferenceError` when
    the recommender does not answer.
    """

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        titles: TitleTable,
        recommender: RecommendsForGroups,
        filtered: FilteredTitles,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._recommender = recommender
        self._filtered = filtered
        self._clock = clock
        self._known = frozenset(titles.ids.tolist())

    async def together(
        self,
        user_id: int,
        other_id: int,
        *,
        restricted_channel: bool = False,
        hidden_genres: AbstractSet[str] = frozenset(),
    ) -> Together:
        """Return titles that neither has rated or dismissed.

        Adult titles are in it only if both may see them, those of `hidden_genres` never. Raises
        `NoRatingsError` when `user_id` has rated nothing the recommender knows, `NotSharedError`
        when the other has not allowed to be asked for, has rated nothing, or is not known at all.
        """
        now = self._clock()
        async with self._database.read() as session:
            asker = await read_asker(session, user_id, now, restricted_channel=restricted_channel)
            other = await read_asker(session, other_id, now, restricted_channel=restricted_channel)
        if self._known.isdisjoint(asker.ratings):
            raise NoRatingsError
        if (
            user_id == other_id
            or not other.profile.shareable
            or self._known.isdisjoint(other.ratings)
        ):
            raise NotSharedError
        found = await self._recommender.recommend_for_group(
            GroupRequest(
                (asker.taste, other.taste),
                allow_adult=asker.allow_adult and other.allow_adult,
                exclude=frozenset(asker.done_with | other.done_with),
                seen=(asker.seen, other.seen),
                only=await self._filtered.ids(NONE, hidden_genres),
                size=SIZE,
            )
        )
        return Together(
            tuple(
                SharedTitle(self._catalogue[pick.anime_id], fmean(pick.predicted), pick.new)
                for pick in found.picks
            )
        )
