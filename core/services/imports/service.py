"""Taking in what a person scored elsewhere: a look at it first, then all of it or nothing."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from core.errors import ListGoneError
from core.lists.foreign import Scale, Source, Status
from core.lists.myanimelist import ScoredName, write_myanimelist
from core.lists.read import read_list
from core.services.clock import utc_now
from core.services.dismissals import read_dismissals
from core.services.export import is_export
from core.services.imports.plan import Choices, Listed, make_plan
from core.services.imports.saving import TakenIn, save_list
from core.services.imports.waiting import Unmatched, WaitingList, WaitingLists, new_token
from core.services.stored_ratings import read_ratings
from core.services.titles import visible
from core.showing import ANYBODY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.catalogue.catalogue import Catalogue
    from core.lists.ask_anilist import Waits
    from core.lists.foreign import ForeignList
    from core.services.clock import Clock
    from core.services.privacy import Imported, PrivacyService, Remembers
    from core.services.stored_ratings import StoredRating
    from core.storage.database import Database

__all__ = ["Choices", "ImportService", "Preview", "Scale", "Source", "TakenIn", "Unmatched"]

_EARLIEST: Final = datetime(1950, 1, 1, tzinfo=UTC)
"""Nobody watched anything before; a list that says so is mistaken."""


class FetchesLists(Protocol):
    """What asks AniList: `core.lists.ask_anilist.AniList`."""

    async def fetch(self, name: str) -> ForeignList:
        """Return the public list of the account with that name."""
        ...

    async def number(self, listed: ForeignList, waits: Waits) -> ForeignList:
        """Return a list that has AniList's numbers only with those of MyAnimeList."""
        ...


@dataclass(frozen=True, slots=True)
class Preview:
    """What a list holds, by how many titles, and what taking it in would change.

    `new` titles have a score and are not rated here, `same` are rated alike, `conflicts`
    otherwise; `dropped` and `seen` have no score; `planned` are left out. `token` is for
    `ImportService.take_in`.
    """

    token: str
    choices: Choices
    source: Source
    scale: Scale
    new: int
    same: int
    conflicts: int
    dropped: int
    seen: int
    planned: int
    unmatched: tuple[Unmatched, ...]

    @property
    def changes_nothing(self) -> bool:
        """Whether there is nothing to take in, whatever is chosen."""
        return not (self.new or self.conflicts or self.dropped or self.seen)


class ImportService:
    """Takes in lists from elsewhere and writes such. Raises `DatabaseError` when that fails.

    Lists that wait for an answer are in `waiting`, in memory only.
    """

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        privacy: PrivacyService,
        ratings: Remembers,
        waiting: WaitingLists,
        anilist: FetchesLists,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._privacy = privacy
        self._ratings = ratings
        self._waiting = waiting
        self._anilist = anilist
        self._clock = clock
        # files are other people's and may be large: one at a time
        self._reading = asyncio.Lock()

    async def open_file(self, user_id: int, data: bytes, waits: Waits) -> Preview | Imported:
        """Read a file and return what it holds; Riko's own export is taken in at once.

        For AniList's data export, AniList is asked which titles its numbers are; `waits` is told in
        about how many seconds that is done. Raises `ListError`, and what `PrivacyService.import_` raises; nothing is changed then.
        """
        async with self._reading:
            if await asyncio.to_thread(is_export, data):
                return await self._privacy.import_(user_id, data)
            listed = await asyncio.to_thread(read_list, data)
        if listed.has_numbers_of_anilist_only:
            listed = await self._anilist.number(listed, waits)
        return await self._look_at(user_id, listed)

    async def open_anilist(self, user_id: int, name: str) -> Preview:
        """Ask AniList for the public list of `name` and return what it holds.

        Raises `ListAccountError`, `PrivateListError`, or `OutsideError` when AniList does not
        answer.
        """
        return await self._look_at(user_id, await self._anilist.fetch(name))

    async def preview(self, user_id: int, token: str, choices: Choices) -> Preview:
        """Return what taking in a list would change by now. Raises `ListGoneError`."""
        return await self._preview(user_id, self._waiting.get(user_id, token), choices)

    async def take_in(
        self, user_id: int, token: str, choices: Choices, *, overwrite: bool
    ) -> TakenIn:
        """Save a list, all of it or nothing; it can be undone as one step.

        New ratings stand among those there are in the order of time, with the moment the list gives
        them; those without stand before all, with the present moment. With `overwrite` conflicts
        get the list's score and keep their place and moment, except for what was rated since the
        list was opened. What is rated or dismissed meanwhile counts as it is by now. Raises
        `ListGoneError`, also while the same list is being saved.
        """
        with self._waiting.taking(user_id, token) as waiting:
            try:
                return await self._database.write_in_thread(
                    partial(
                        save_list,
                        user_id=user_id,
                        waiting=waiting,
                        choices=choices,
                        now=self._clock(),
                        overwrite=overwrite,
                    )
                )
            finally:
                self._ratings.forget(user_id)

    def cancel(self, user_id: int, token: str) -> None:
        """Drop a list, if it is still there."""
        with suppress(ListGoneError), self._waiting.taking(user_id, token):
            pass

    async def export(self, user_id: int) -> bytes | None:
        """Return what `user_id` rated as MyAnimeList's XML, oldest first; none for no ratings.

        Adult titles stand in it by their number, and so do those that left the catalogue.
        """
        async with self._database.read() as session:
            ratings = await read_ratings(session, user_id)
        return await asyncio.to_thread(self._file, ratings) if ratings else None

    def _file(self, ratings: Sequence[StoredRating]) -> bytes:
        return write_myanimelist(map(self._scored, ratings))

    def _scored(self, rating: StoredRating) -> ScoredName:
        title = visible(self._catalogue, rating.anime_id, ANYBODY)
        name = title.title if title else f"#{rating.anime_id}"
        episodes = title.episodes or 0 if title else 0
        return ScoredName(rating.anime_id, name, rating.score, episodes)

    async def _look_at(self, user_id: int, listed: ForeignList) -> Preview:
        waiting = await asyncio.to_thread(self._match, listed, self._clock())
        preview = await self._preview(user_id, waiting, Choices())
        self._waiting.put(user_id, waiting)
        return preview

    def _match(self, listed: ForeignList, now: datetime) -> WaitingList:
        titles: list[Listed] = []
        unmatched: list[Unmatched] = []
        planned = 0
        for entry in listed.entries:
            if entry.status is Status.PLANNED:
                planned += 1
            elif entry.anime_id is None or self._catalogue.get(entry.anime_id) is None:
                name = None if entry.adult else entry.title or None
                unmatched.append(Unmatched(name, entry.anime_id))
            else:
                sane = entry.moment is not None and _EARLIEST < entry.moment <= now
                dropped = entry.status is Status.DROPPED
                moment = entry.moment if sane else None
                titles.append(Listed(entry.anime_id, entry.score, dropped, moment))
        # of those without a moment, and of the same moment, the file's order stays
        titles.sort(key=lambda title: title.moment or _EARLIEST)
        return WaitingList(
            new_token(),
            now,
            listed.source,
            listed.scale,
            tuple(titles),
            tuple(unmatched),
            planned,
        )

    async def _preview(self, user_id: int, waiting: WaitingList, choices: Choices) -> Preview:
        async with self._database.read() as session:
            scores = {row.anime_id: row.score for row in await read_ratings(session, user_id)}
            dismissed = await read_dismissals(session, user_id)
        plan = await asyncio.to_thread(make_plan, waiting.titles, scores, dismissed)
        return Preview(
            token=waiting.token,
            choices=choices,
            source=waiting.source,
            scale=waiting.scale,
            new=len(plan.new),
            same=len(plan.same),
            conflicts=len(plan.conflicts),
            dropped=len(plan.dropped),
            seen=len(plan.seen),
            planned=waiting.planned,
            unmatched=waiting.unmatched,
        )
