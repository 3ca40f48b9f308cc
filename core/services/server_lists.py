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
from core.services.filtered import check_filters, check_genre
from core.services.server_ranking import Standing, TopKind, read_standings
from core.services.titles import visible
from core.services.toplists import LEAST_VOTERS, LONGEST, PAGE, cut, read_limits
from core.storage.tables import Member, Rating, User
from core.storage.week import week_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.title import Title
    from core.recommender.cold_start import TopRanking
    from core.recommender.filters import Filters
    from core.services.clock import Clock
    from core.services.filtered import FilteredTitles
    from core.storage.database import Database

__all__ = ["Lacking", "MostRated", "ServerEntry", "ServerLists", "ServerTop", "TopKind"]

LEAST_DIVIDED: Final = 5
"""Of fewer members, what divides them would tell what each of them gave."""
FEWEST_TITLES: Final = 3
"""A list of fewer titles is none; the one of all people everywhere stands in for it."""
_WELL_KNOWN: Final = 10
"""One title in so many is well known everywhere, and no gem."""


@dataclass(frozen=True, slots=True)
class ServerEntry(TopEntry):
    """A title of a server's list; `votes` is how many members rated it.

    `moved` is by how many places it rose (below 0: fell) since the week began, none: it is new.
    `spread` is by how much the members differ (standard deviation), drawn towards the usual.
    """

    moved: int | None
    spread: float


@dataclass(frozen=True, slots=True)
class Lacking:
    """What a server needs for a list of its own.

    It takes so many more members who rate, else so many more titles that `votes` of them rated.
    """

    voters: int
    titles: int
    votes: int


@dataclass(frozen=True, slots=True)
class ServerTop:
    """A page, from 0, of a server's list; `genre` none: of all.

    `voters` is how many members rated anything, `lacking` why the entries are those of all people
    everywhere; none: they are the server's, and each is a `ServerEntry`.
    """

    kind: TopKind
    genre: str | None
    entries: tuple[TopEntry, ...]
    voters: int
    lacking: Lacking | None = None
    page: int = 0
    pages: int = 1


@dataclass(frozen=True, slots=True)
class MostRated:
    """A title that `new_votes` members rated the first time since a week began, of `votes` in all.

    `mean` is as in the server's lists.
    """

    title: Title
    mean: float
    votes: int
    new_votes: int


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
        *,
        user_id: int,
        personal: bool,
        restricted_channel: bool = False,
        least_votes: int = LEAST_VOTERS,
        size: int = PAGE,
        page: int = 0,
        hidden_genres: AbstractSet[str] = frozenset(),
        filters: Filters = NONE,
    ) -> ServerTop:
        """Return a server's list of `genre` (none: of all) as `TopService.top` gives everybody's.

        A title needs the votes of `least_votes` members, never fewer than `LEAST_VOTERS`, and of
        `LEAST_DIVIDED` where they are divided. `filters` narrow the list further.
        """
        now = self._clock()
        least = max(least_votes, LEAST_DIVIDED if kind is TopKind.DIVISIVE else LEAST_VOTERS)
        async with self._database.read() as session:
            allow_adult, dismissed = await read_limits(
                session,
                user_id,
                now,
                personal=personal,
                restricted_channel=restricted_channel,
            )
            if genre is not None:
                genre = check_genre(genre, allow_adult=allow_adult)
            filters = check_filters(filters, allow_adult=allow_adult)
            rated = await self._read(session, guild_id, TopKind.BEST, least)
            standings = rated
            if kind is TopKind.DIVISIVE:
                standings = await self._read(session, guild_id, kind, least)
            before = await self._read(session, guild_id, kind, least, week_of(now))
            voters = await _voters(session, guild_id)
        only = await self._filtered.ids(filters)
        allowed = _Allowed(self._catalogue, allow_adult, genre, only, hidden_genres)
        lacking = await asyncio.to_thread(_lacking, rated, allowed, voters, least)
        entries: Sequence[TopEntry]
        if lacking is None:
            entries = await asyncio.to_thread(
                self._listed, kind, standings, before, allowed, dismissed, LONGEST
            )
        else:
            entries = self._ranking.best(
                genre,
                LONGEST,
                allow_adult=allow_adult,
                exclude=dismissed,
                only=only,
                hidden_genres=hidden_genres,
            )
        shown, page, pages = cut(entries, page, size)
        return ServerTop(kind, genre, shown, voters, lacking, page, pages)

    async def newly_in_top(
        self,
        guild_id: int,
        since: datetime,
        *,
        allow_adult: bool = False,
        least_votes: int = LEAST_VOTERS,
        size: int = PAGE,
        hidden_genres: AbstractSet[str] = frozenset(),
    ) -> tuple[ServerEntry, ...]:
        """Return which of the `size` best loved titles of a server were not among them at `since`.

        What is known are the beginnings of the present week and of the one before (Monday, 0:00
        UTC): the later of the two that is not after `since` counts, else the earlier.
        """
        least, began = max(least_votes, LEAST_VOTERS), self._began(since)
        async with self._database.read() as session:
            standings = await self._read(session, guild_id, TopKind.BEST, least)
            before = await self._read(session, guild_id, TopKind.BEST, least, began)
        allowed = _Allowed(self._catalogue, allow_adult, None, None, hidden_genres)
        entries = await asyncio.to_thread(
            self._listed, TopKind.BEST, standings, before, allowed, frozenset(), size
        )
        if not before:
            return tuple(entries)
        return tuple(entry for entry in entries if entry.moved is None)

    async def most_rated(
        self,
        guild_id: int,
        since: datetime,
        *,
        allow_adult: bool = False,
        least_votes: int = LEAST_VOTERS,
        size: int = 5,
        hidden_genres: AbstractSet[str] = frozenset(),
    ) -> tuple[MostRated, ...]:
        """Return the titles of a server that got the most new votes since `since`.

        That is rounded as in `newly_in_top`. All that somebody had rated before they first used
        Riko in the server counts as rated when they did.
        """
        least, began = max(least_votes, LEAST_VOTERS), self._began(since)
        async with self._database.read() as session:
            standings = await self._read(session, guild_id, TopKind.BEST, least)
            before = await self._read(session, guild_id, TopKind.BEST, 1, began)
        allowed = _Allowed(self._catalogue, allow_adult, None, None, hidden_genres)
        return await asyncio.to_thread(_most_rated, standings, before, allowed, size)

    def _began(self, since: datetime) -> int:
        this_week = week_of(self._clock())
        return this_week if week_of(since) >= this_week else this_week - 1

    async def _read(
        self,
        session: AsyncSession,
        guild_id: int,
        kind: TopKind,
        least_votes: int,
        began: int | None = None,
    ) -> list[Standing]:
        return await read_standings(
            session,
            guild_id,
            kind,
            overall=self._ranking.overall,
            least_votes=least_votes,
            began=began,
        )

    def _listed(
        self,
        kind: TopKind,
        standings: Iterable[Standing],
        before: Iterable[Standing],
        allowed: _Allowed,
        dismissed: AbstractSet[int],
        size: int,
    ) -> list[ServerEntry]:
        """Return the first `size` titles of a list, with how they moved since it was as `before`."""
        exclude = dismissed | self._well_known if kind is TopKind.GEMS else dismissed

        def first(ordered: Iterable[Standing]) -> list[ServerEntry]:
            if kind is TopKind.GEMS:
                ordered = (each for each in ordered if each.mean > self._ranking.overall)
            entries = (
                ServerEntry(title, each.mean, each.votes, 0, each.spread)
                for each in ordered
                if (title := allowed(each.anime_id)) is not None
            )
            # what may be shown at all is decided by `allowed`
            return list(islice(one_of_a_franchise(entries, exclude, allow_adult=True), size))

        places = {entry.title.anime_id: place for place, entry in enumerate(first(before))}
        if not places:
            return first(standings)
        return [
            replace(
                entry,
                moved=None if (was := places.get(entry.title.anime_id)) is None else was - place,
            )
            for place, entry in enumerate(first(standings))
        ]


@dataclass(frozen=True, slots=True)
class _Allowed:
    """Which titles a list may have."""

    catalogue: Catalogue
    allow_adult: bool
    genre: str | None
    only: AbstractSet[int] | None
    hidden_genres: AbstractSet[str]

    def __call__(self, anime_id: int) -> Title | None:
        """Return the title, none where it may not be listed."""
        if self.only is not None and anime_id not in self.only:
            return None
        title = visible(self.catalogue, anime_id, allow_adult=self.allow_adult)
        if title is None or (self.genre is not None and self.genre not in title.genres):
            return None
        return title if self.hidden_genres.isdisjoint(title.genres) else None


def _lacking(
    rated: Iterable[Standing], allowed: _Allowed, voters: int, least: int
) -> Lacking | None:
    """Return what there is too little of for a list."""
    titles = (each for each in rated if allowed(each.anime_id) is not None)
    missing = FEWEST_TITLES - sum(1 for _ in islice(titles, FEWEST_TITLES))
    return Lacking(max(0, least - voters), missing, least) if missing else None


def _most_rated(
    standings: Iterable[Standing], before: Iterable[Standing], allowed: _Allowed, size: int
) -> tuple[MostRated, ...]:
    votes_before = {each.anime_id: each.votes for each in before}
    found = [
        MostRated(title, each.mean, each.votes, new)
        for each in standings
        if (new := each.votes - votes_before.get(each.anime_id, 0)) > 0
        and (title := allowed(each.anime_id)) is not None
    ]
    found.sort(key=lambda each: -each.new_votes)
    return tuple(found[:size])


async def _voters(session: AsyncSession, guild_id: int) -> int:
    """Return how many members who allow it have rated anything."""
    rated = select(Rating.user_id).where(Rating.user_id == Member.user_id).exists()
    found = await session.scalar(
        select(func.count())
        .select_from(Member)
        .join(User, User.id == Member.user_id)
        .where(Member.guild_id == guild_id, User.in_server_lists, rated)
    )
    return found or 0
