"""What two people would both like to watch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import NoRatingsError, NotSharedError
from core.services.asker import read_askers
from core.services.clock import utc_now

if TYPE_CHECKING:
    from core.catalogue.catalogue import Catalogue
    from core.catalogue.title import Title
    from core.services.clock import Clock
    from core.services.shared_titles import SharedTitles
    from core.showing import Place
    from core.storage.database import Database


@dataclass(frozen=True, slots=True)
class SharedTitle:
    """A title for two; `new` is that of `ListedTitle`.

    What they would give it is not told: from a mean, each could work out the other's part.
    """

    title: Title
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
        shared: SharedTitles,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._shared = shared
        self._clock = clock

    async def together(self, user_id: int, other_id: int, place: Place) -> Together:
        """Return titles that neither has rated or dismissed, and both may be shown.

        Raises `NoRatingsError` when `user_id` has rated nothing the recommender knows,
        `NotSharedError` when the other has not allowed to be asked for, has rated nothing, or is
        not known at all, and `NarrowPartyError` when too few titles are left to choose from.
        """
        async with self._database.read() as session:
            people = await read_askers(session, {user_id, other_id}, self._clock(), place)
        asker, other = people.get(user_id), people.get(other_id)
        if asker is None or not self._shared.counts(asker):
            raise NoRatingsError
        if (
            user_id == other_id
            or other is None
            or not other.profile.shareable
            or not self._shared.counts(other)
        ):
            raise NotSharedError
        found = await self._shared.find(asker, (asker, other))
        return Together(
            tuple(SharedTitle(self._catalogue[pick.anime_id], pick.new) for pick in found)
        )
