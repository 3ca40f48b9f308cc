"""What the members of one server love, disagree about, and know while others do not."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from core.catalogue.popularity import by_popularity
from core.recommender.cold_start import TopEntry, one_of_a_franchise
from core.recommender.filters import NONE
from core.services.clock import utc_now
from core.services.filtered import check_filters
from core.services.server_ranking import TopKind, read_gains, read_standings
from core.services.server_top import (
    MOST_COUNTED,
    Lacking,
    MostRated,
    ServerEntry,
    ServerMean,
    ServerTop,
)
from core.services.titles import visible
from core.services.toplists import LEAST_VOTERS, LONGEST, PAGE, cut, read_limits
from core.storage.tables import Member, Rating, User
from core.storage.week import week_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from sqlalchemy.ext.asyncio import AsyncSession

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.title import Title
    from core.recommender.cold_start import TopRanking
    from core.recommender.filters import Filters
    from core.services.clock import Clock
    from core.services.filtered import FilteredTitles
    from core.services.server_ranking import Standing
    from core.showing import Place, Showing
    from core.storage.database import Database

__all__ = [
    "MOST_COUNTED",
    "Lacking",
    "MostRated",
    "ServerEntry",
    "ServerLists",
    "ServerMean",
    "ServerTop",
    "TopKind",
]

LEAST_DIVIDED: Final = 5
"""Of fewer members, what divides them would tell what each of them gave."""
FEWEST_TITLES: Final = 3
"""A list of fewer titles is none; the one of all people everywhere stands in for it."""
_MOST_READ: Final = 400
"""Of so many titles a hundred may be listed nearly always."""
_WELL_KNOWN: Final = 10
"""One title in so many is well known everywhere, and no gem."""


class ServerLists:
    """Answers what the members of a server think. Raises `DatabaseError` when the database fails.

    Only members count who allow it, and only as numbers. `popularity` says how many people
    everywhere rated each title, by id.
    """

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        ranking: TopRanking,
        filtered: FilteredTitles,
        popularity: Mapping[int, int],
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._ranking = ranking
        self._filtered = filtered
        self._clock = clock
        known = by_popularity(catalogue, popularity)
        self._well_known = frozenset(title.anime_id for title in known[: len(known) // _WELL_KNOWN])

    async def top(
        self,
        guild_id: int,
        kind: TopKind,
        genre: str | None,
        place: Place,
        *,
        user_id: int,
        personal: bool,
        least_votes: int = LEAST_VOTERS,
        size: int = PAGE,
        page: int = 0,
        filters: Filters = NONE,
    ) -> ServerTop:
        """Return a server's list of `genre` (none: of all) as `TopService.top` gives everybody's.

        A title needs the votes of `least_votes` members, never fewer than `LEAST_VOTERS`, and of
        `LEAST_DIVIDED` where they are divided. `filters` narrow the list further.
        """
        now = self._clock()
        least = max(least_votes, LEAST_DIVIDED if kind is TopKind.DIVISIVE else LEAST_VOTERS)
        async with self._database.read() as session:
            showing, dismissed = await read_limits(session, user_id, now, place, personal=personal)
            filters = check_filters(
                filters if genre is None else replace(filters, genre=genre), showing
            )
            only = await self._filtered.ids(filters, showing)
            asked = _Asked(session, guild_id, least, showing, only)
            # not since this week began: on a Monday nothing would have moved
            last_week = week_of(now) - 1
            entries: Sequence[TopEntry] = await self._moved(
                asked, kind, dismissed, LONGEST, last_week
            )
            voters = await _voters(session, guild_id)
            lacking = None
            if len(entries) < FEWEST_TITLES:
                lacking = await self._lacking(asked, voters)
        if lacking is not None:
            entries = self._ranking.best(
                filters.genre,
                LONGEST,
                showing=showing,
                exclude=dismissed,
                only=asked.only,
            )
        shown, page, pages = cut(entries, page, size)
        return ServerTop(kind, filters.genre, shown, voters, lacking, page, pages)

    async def mean(self, guild_id: int, anime_id: int) -> ServerMean | None:
        """Return what the members of a server gave a title, none below `LEAST_VOTERS` of them.

        Whoever shows it sees to it that the title may be shown.
        """
        async with self._database.read() as session:
            found = await read_standings(
                session,
                guild_id,
                TopKind.BEST,
                overall=self._ranking.overall,
                least_votes=LEAST_VOTERS,
                only={anime_id},
            )
        return next((ServerMean(each.mean, each.votes) for each in found), None)

    async def newly_in_top(
        self,
        guild_id: int,
        week: int,
        showing: Showing,
        *,
        least_votes: int = LEAST_VOTERS,
        size: int = PAGE,
    ) -> dict[int, ServerEntry]:
        """Return which titles came among the `size` best loved of a server in `week`, by place.

        Places begin at 1 and are those when the week ended. `week` is the present one, up to now,
        or the one before; see `core.storage.week`. None where a server has no list of its own.
        """
        async with self._database.read() as session:
            asked = _Asked(session, guild_id, max(least_votes, LEAST_VOTERS), showing)
            few = max(size, FEWEST_TITLES)
            entries = await self._first(asked, TopKind.BEST, frozenset(), few, week + 1)
            before = await self._first(asked, TopKind.BEST, frozenset(), size, week)
        if len(entries) < FEWEST_TITLES:
            return {}
        old = {entry.title.anime_id for entry in before}
        places = enumerate(entries[:size], 1)
        return {place: entry for place, entry in places if entry.title.anime_id not in old}

    async def most_rated(
        self,
        guild_id: int,
        week: int,
        showing: Showing,
        *,
        least_votes: int = LEAST_VOTERS,
        size: int = 5,
    ) -> tuple[MostRated, ...]:
        """Return the titles of a server that got the most new votes in `week`.

        Which weeks are known is as in `newly_in_top`. What somebody rated counts from then on, also
        before they came to the server.
        """
        async with self._database.read() as session:
            asked = _Asked(session, guild_id, max(least_votes, LEAST_VOTERS), showing)
            found = await read_gains(
                session,
                guild_id,
                overall=self._ranking.overall,
                least_votes=asked.least_votes,
                week=week,
                most=_MOST_READ,
            )
        rated = (
            MostRated(title, each.mean, each.votes, new)
            for each, new in found
            if (title := self._title(asked, each.anime_id)) is not None
        )
        return tuple(islice(rated, size))

    async def _moved(
        self, asked: _Asked, kind: TopKind, dismissed: AbstractSet[int], size: int, began: int
    ) -> list[ServerEntry]:
        """Return the first titles of a list, with how they moved since the week `began`."""
        entries = await self._first(asked, kind, dismissed, size)
        before = await self._first(asked, kind, dismissed, size, began)
        if len(before) < FEWEST_TITLES:
            # where there was no list, everybody's was shown, and nothing is new in this one
            return entries
        was = {entry.title.anime_id: place for place, entry in enumerate(before)}
        return [
            replace(
                entry,
                moved=was[entry.title.anime_id] - place if entry.title.anime_id in was else None,
            )
            for place, entry in enumerate(entries)
        ]

    async def _first(
        self,
        asked: _Asked,
        kind: TopKind,
        exclude: AbstractSet[int],
        size: int,
        began: int | None = None,
    ) -> list[ServerEntry]:
        """Return the first `size` titles of a list, of a franchise one, as `read_standings` orders."""
        standings = await self._read(asked, kind, began, _MOST_READ)
        entries = self._listed(asked, standings, exclude, size)
        if len(entries) == size or len(standings) < _MOST_READ:
            return entries
        # hardly any of them may be listed, so all are looked at
        standings = await self._read(asked, kind, began)
        return await asyncio.to_thread(self._listed, asked, standings, exclude, size)

    def _listed(
        self, asked: _Asked, standings: list[Standing], exclude: AbstractSet[int], size: int
    ) -> list[ServerEntry]:
        entries = (
            ServerEntry(title, each.mean, each.votes, 0)
            for each in standings
            if (title := self._title(asked, each.anime_id)) is not None
        )
        listed = one_of_a_franchise(entries, exclude, asked.showing)
        return list(islice(listed, size))

    async def _lacking(self, asked: _Asked, voters: int) -> Lacking | None:
        """Return what there is too little of for any list of what is asked."""
        rated = await self._read(asked, TopKind.BEST)
        titles = (each for each in rated if self._title(asked, each.anime_id) is not None)
        missing = FEWEST_TITLES - sum(1 for _ in islice(titles, FEWEST_TITLES))
        if not missing:
            return None
        return Lacking(max(0, asked.least_votes - voters), missing, asked.least_votes)

    async def _read(
        self, asked: _Asked, kind: TopKind, began: int | None = None, most: int | None = None
    ) -> list[Standing]:
        return await read_standings(
            asked.session,
            asked.guild_id,
            kind,
            overall=self._ranking.overall,
            least_votes=asked.least_votes,
            began=began,
            only=asked.only,
            exclude=self._well_known if kind is TopKind.GEMS else frozenset(),
            most=most,
        )

    def _title(self, asked: _Asked, anime_id: int) -> Title | None:
        """Return a title, none where it may not be listed."""
        return visible(self._catalogue, anime_id, asked.showing)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Of which server something is asked, and what may be in the answer."""

    session: AsyncSession
    guild_id: int
    least_votes: int
    showing: Showing
    only: AbstractSet[int] | None = None


async def _voters(session: AsyncSession, guild_id: int) -> int:
    """Return how many members who allow it have rated anything, counted up to `MOST_COUNTED`."""
    rated = select(Rating.user_id).where(Rating.user_id == Member.user_id).exists()
    some = (
        select(Member.user_id)
        .join(User, User.id == Member.user_id)
        .where(Member.guild_id == guild_id, User.in_server_lists, rated)
        .limit(MOST_COUNTED)
        .subquery()
    )
    return await session.scalar(select(func.count()).select_from(some)) or 0
