"""What is kept of a person: shown, taken along, brought back, deleted."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import ColumnElement, ScalarSelect, delete, func, select

from core.errors import DatabaseError
from core.services.clock import utc_now
from core.services.export import read_export
from core.services.profiles import add_person
from core.services.putting_back import put_back
from core.services.takeout import Rows, build_export, read_all
from core.services.titles import visible
from core.showing import ANYBODY
from core.storage.tables import (
    Dismissal,
    Member,
    PartyPerson,
    Rating,
    Round,
    UndoStep,
    User,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from core.catalogue.catalogue import Catalogue
    from core.services.clock import Clock
    from core.storage.database import Database

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """How much of each kind is kept of a person.

    `profile` counts what they said of age and gender, `known` is whether anything is kept at all;
    the settings go with that.
    """

    known: bool
    profile: int
    ratings: int
    dismissals: int
    rounds: int
    scored_rounds: int
    undo_steps: int
    servers: int
    parties: int = 0


@dataclass(frozen=True, slots=True)
class Imported:
    """How much of each kind was brought back.

    `replaced` is an export of what was there before, none if that was nothing.
    """

    ratings: int
    dismissals: int
    rounds: int
    replaced: bytes | None


class Remembers(Protocol):
    """A service that keeps something of people in memory."""

    def forget(self, user_id: int) -> None:
        """Drop what is kept in memory of `user_id`."""
        ...


class PrivacyService:
    """Answers for all that is kept of people. Raises `DatabaseError` when the database fails.

    `memories` are all services that keep something of people in memory.
    """

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        memories: Sequence[Remembers],
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._memories = memories
        self._clock = clock

    async def show(self, user_id: int) -> Kept:
        """Return how much of each kind is kept of `user_id`."""
        async with self._database.read() as session:
            return await _count(session, user_id)

    async def delete(self, user_id: int) -> Kept:
        """Delete everything that is kept of `user_id`, and return how much of each kind it was.

        When this returns, it is gone: its bytes are overwritten in the file, and the write-ahead
        log is emptied if possible.
        """
        try:
            async with self._database.write() as session:
                deleted = await _count(session, user_id)
                # everything else belongs to this row and goes with it
                await session.execute(delete(User).where(User.id == user_id))
        finally:
            self._forget(user_id)
        try:
            if not await self._database.purge():
                log.info("The write-ahead log is in use; it is emptied later")
        except DatabaseError as error:
            # what was asked for is done
            log.warning("The write-ahead log could not be emptied: %s", error)
        return deleted

    async def export(self, user_id: int) -> bytes:
        """Return everything that is kept of `user_id` as JSON; see `Export`."""
        async with self._database.read() as session:
            rows = await read_all(session, user_id)
        return await asyncio.to_thread(self._file, rows)

    async def import_(self, user_id: int, data: bytes) -> Imported:
        """Put what a person's own export holds in the place of all that is kept of them.

        Ratings, their order, times and past, dismissals and rounds are as in the file then; the
        settings too, unless the file holds none. Steps to undo are gone; servers and parties stay as
        they are. Raises `BadExportError`, also for an empty export and another person's; nothing is
        changed then.
        """
        now = self._clock()
        export = await asyncio.to_thread(read_export, data, user_id, now.year)
        try:
            async with self._database.write() as session:
                # within the transaction: what is saved a moment before is replaced, so it is given
                # back; what is saved a moment later stays
                before = await read_all(session, user_id)
                await add_person(session, user_id, now)
                await put_back(session, user_id, export, now)
        finally:
            self._forget(user_id)
        return Imported(
            len(export.ratings),
            len(export.dismissals),
            len(export.rounds),
            None if before.user is None else await asyncio.to_thread(self._file, before),
        )

    def _file(self, rows: Rows) -> bytes:
        return build_export(rows, self._name).to_json()

    def _forget(self, user_id: int) -> None:
        for memory in self._memories:
            memory.forget(user_id)

    def _name(self, anime_id: int) -> str | None:
        title = visible(self._catalogue, anime_id, ANYBODY)
        return title.title if title else None


async def _count(session: AsyncSession, user_id: int) -> Kept:
    """Count all kinds by one statement."""

    def number(
        table: type[Rating | Dismissal | Round | UndoStep | Member | PartyPerson],
        *only: ColumnElement[bool],
    ) -> ScalarSelect[int]:
        counted = select(func.count()).select_from(table)
        return counted.where(table.user_id == user_id, *only).scalar_subquery()

    found = await session.execute(
        select(
            User.birth_year,
            User.gender,
            number(Rating),
            number(Dismissal),
            number(Round),
            number(Round, Round.score.is_not(None)),
            number(UndoStep),
            number(Member),
            number(PartyPerson),
        ).where(User.id == user_id)
    )
    row = found.one_or_none()
    if row is None:
        return Kept(False, 0, 0, 0, 0, 0, 0, 0)
    born, gender, *counts = row
    return Kept(True, (born is not None) + (gender is not None), *counts)
