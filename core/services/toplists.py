"""What people like best, by genre, and who used Riko in which server."""

from __future__ import annotations

import logging
from collections import OrderedDict
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeVar, cast

from sqlalchemy import literal, select
from sqlalchemy.dialects.sqlite import insert

from core.errors import DatabaseError
from core.recommender.cold_start import TopEntry
from core.services.clock import utc_now
from core.services.dismissals import read_dismissals
from core.services.filtered import check_genre
from core.services.profiles import read_profile
from core.storage.columns import UtcDateTime
from core.storage.tables import Member, User

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from core.recommender.cold_start import TopRanking
    from core.services.clock import Clock
    from core.showing import Place, Showing
    from core.storage.database import Database

__all__ = ["TopEntry", "TopList", "TopService"]

LEAST_VOTERS: Final = 3
"""Below this, a server's mean would tell what single members gave."""

LONGEST: Final = 100
"""How many titles a list has at most, over all its pages."""
PAGE: Final = 10
"""How many titles are shown at once."""

_SEEN_AGAIN: Final = timedelta(days=1)
_PAIRS: Final = 10_000

log = logging.getLogger(__name__)


EntryT = TypeVar("EntryT", bound=TopEntry)


@dataclass(frozen=True, slots=True)
class TopList:
    """A page, from 0, of the best-liked titles of a genre, none: of all, best first."""

    genre: str | None
    entries: tuple[TopEntry, ...]
    page: int = 0
    pages: int = 1


class TopService:
    """Answers what people like best. Raises `DatabaseError` when the database fails."""

    def __init__(
        self,
        database: Database,
        ranking: TopRanking,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._ranking = ranking
        self._clock = clock
        self._seen: OrderedDict[tuple[int, int], datetime] = OrderedDict()
        # what each person was forgotten by last, so that a sighting under way notices
        self._forgotten: OrderedDict[int, object] = OrderedDict()

    def over(self, ranking: TopRanking) -> TopService:
        """Return the service over another ranking; what both remember of people is the same."""
        service = copy(self)
        service._ranking = ranking
        return service

    async def top(
        self,
        genre: str | None,
        place: Place,
        *,
        user_id: int,
        personal: bool,
        size: int = PAGE,
        page: int = 0,
    ) -> TopList:
        """Return the best-liked titles of `genre`, none: of all, one of a franchise.

        `user_id` is who asks. With `personal` the list is for them alone, without what they
        dismissed; otherwise it tells nothing of them. Raises `GenreNotFoundError`, also for a genre
        that may not be shown. There are at most `LONGEST` titles; a `page` beyond the last is the
        last.
        """
        async with self._database.read() as session:
            showing, dismissed = await read_limits(
                session, user_id, self._clock(), place, personal=personal
            )
        if genre is not None:
            genre = check_genre(genre, showing)
        found = self._ranking.best(genre, max(size, LONGEST), showing=showing, exclude=dismissed)
        return TopList(genre, *cut(found, page, size))

    async def saw_member(self, guild_id: int, user_id: int) -> None:
        """Note that `user_id` used Riko in a server; written at most once a day.

        Nothing is noted of people of whom nothing else is kept. Nobody waits for this, so when the
        database fails, only the log says so.
        """
        now = self._clock()
        last = self._seen.get((guild_id, user_id))
        if last is not None and now - last < _SEEN_AGAIN:
            return
        mark = self._forgotten.get(user_id)
        try:
            seen_at = await self._see(guild_id, user_id, now)
        except DatabaseError as error:
            log.warning("User %d in server %d could not be noted: %s", user_id, guild_id, error)
            return
        # forgotten meanwhile: it may be gone again
        if seen_at is not None and self._forgotten.get(user_id) is mark:
            self._seen[guild_id, user_id] = seen_at
            self._seen.move_to_end((guild_id, user_id))
            if len(self._seen) > _PAIRS:
                self._seen.popitem(last=False)

    async def _see(self, guild_id: int, user_id: int, now: datetime) -> datetime | None:
        """Store a sighting if the last is old, and return the last; none for a stranger."""
        async with self._database.read() as session:
            found = await session.execute(
                select(User.id, Member.seen_at)
                .outerjoin(Member, (Member.user_id == User.id) & (Member.guild_id == guild_id))
                .where(User.id == user_id)
            )
            row = found.one_or_none()
        if row is None:
            return None
        seen_at = cast("datetime | None", row[1])
        if seen_at is not None and now - seen_at < _SEEN_AGAIN:
            return seen_at
        # inserted from the person's own row, so that without it nothing is
        person = select(literal(guild_id), User.id, literal(now, UtcDateTime)).where(
            User.id == user_id
        )
        statement = insert(Member).from_select(["guild_id", "user_id", "seen_at"], person)
        async with self._database.write(durable=False) as session:
            return await session.scalar(
                statement.on_conflict_do_update(
                    index_elements=["guild_id", "user_id"], set_={"seen_at": now}
                ).returning(Member.seen_at)
            )

    def forget_members(self, guild_id: int, user_ids: AbstractSet[int] | None = None) -> None:
        """Drop from memory who was seen in a server: those of `user_ids`, none: everybody."""
        for pair in [
            pair
            for pair in self._seen
            if pair[0] == guild_id and (user_ids is None or pair[1] in user_ids)
        ]:
            del self._seen[pair]

    def forget(self, user_id: int) -> None:
        """Drop what is kept in memory of `user_id`, whose rows somebody else changed."""
        self._forgotten[user_id] = object()
        if len(self._forgotten) > _PAIRS:
            self._forgotten.popitem(last=False)
        for pair in [pair for pair in self._seen if pair[1] == user_id]:
            del self._seen[pair]


async def read_limits(
    session: AsyncSession,
    user_id: int,
    now: datetime,
    place: Place,
    *,
    personal: bool,
) -> tuple[Showing, AbstractSet[int]]:
    """Return what a list that `user_id` asks for may have in it, and the ids of what it has not."""
    showing = place.to_anybody
    if place.restricted:
        # the age matters only where adult titles may be shown at all
        showing = (await read_profile(session, user_id, now)).shown_in(place)
    dismissed = (await read_dismissals(session, user_id)).keys() if personal else frozenset[int]()
    return showing, dismissed


def cut(entries: Sequence[EntryT], page: int, size: int) -> tuple[tuple[EntryT, ...], int, int]:
    """Return the entries of a page, from 0, which page that is, and how many there are."""
    pages = max(1, -(-len(entries) // size))
    page = min(page, pages - 1)
    return tuple(entries[page * size : (page + 1) * size]), page, pages
