"""Titles people want to see no more of without rating them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from core.services.clock import utc_now
from core.services.profiles import add_person, read_profile
from core.services.titles import get_title, visible
from core.showing import EVERYTHING
from core.storage import tables
from core.storage.tables import DismissalKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.title import Title
    from core.services.clock import Clock
    from core.showing import Place
    from core.storage.database import Database

__all__ = ["Dismissal", "DismissalChanges", "DismissalKind", "DismissalService"]


@dataclass(frozen=True, slots=True)
class Dismissal:
    """A title that is never listed for the person any more, and why; rating it ends that."""

    title: Title
    kind: DismissalKind
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DismissalChanges:
    """What became of titles that were to be dismissed: those the person `rated` are not."""

    dismissed: tuple[Dismissal, ...]
    rated: tuple[Title, ...]


class DismissalService:
    """Keeps what people dismissed. Raises `DatabaseError` when the database fails."""

    def __init__(self, database: Database, catalogue: Catalogue, clock: Clock = utc_now) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock

    async def dismiss(self, user_id: int, anime_id: int, kind: DismissalKind) -> Dismissal | None:
        """Save that `user_id` wants to see no more of a title; a second time the kind changes.

        Return none for a title they rated, which is in no list anyway. Raises
        `TitleNotFoundError`.
        """
        changes = await self.dismiss_many(user_id, [anime_id], kind)
        return changes.dismissed[0] if changes.dismissed else None

    async def dismiss_many(
        self, user_id: int, anime_ids: Iterable[int], kind: DismissalKind
    ) -> DismissalChanges:
        """Dismiss titles, all or none; those that are rated are left alone.

        Raises `TitleNotFoundError`; nothing is saved then.
        """
        titles = {
            anime_id: get_title(self._catalogue, anime_id, EVERYTHING) for anime_id in anime_ids
        }
        now = self._clock()
        said = {"kind": kind.value, "created_at": now}
        row, rating = tables.Dismissal, tables.Rating
        async with self._database.write() as session:
            rated = frozenset(
                await session.scalars(
                    select(rating.anime_id).where(
                        rating.user_id == user_id, rating.anime_id.in_(titles)
                    )
                )
            )
            rows = [
                {"user_id": user_id, "anime_id": anime_id, **said}
                for anime_id in titles
                if anime_id not in rated
            ]
            if rows:
                await add_person(session, user_id, now)
                await session.execute(
                    insert(row)
                    .values(rows)
                    .on_conflict_do_update(index_elements=["user_id", "anime_id"], set_=said)
                )
        return DismissalChanges(
            tuple(
                Dismissal(title, kind, now)
                for anime_id, title in titles.items()
                if anime_id not in rated
            ),
            tuple(title for anime_id, title in titles.items() if anime_id in rated),
        )

    async def restore(self, user_id: int, anime_id: int) -> bool:
        """Let a title be listed again; return whether it was dismissed."""
        return bool(await self.restore_many(user_id, [anime_id]))

    async def restore_many(self, user_id: int, anime_ids: Iterable[int]) -> frozenset[int]:
        """Let titles be listed again, all or none; return the ids of those that were dismissed."""
        row = tables.Dismissal
        async with self._database.write() as session:
            gone = await session.scalars(
                delete(row)
                .where(row.user_id == user_id, row.anime_id.in_(list(anime_ids)))
                .returning(row.anime_id)
            )
            return frozenset(gone)

    async def of(self, user_id: int, place: Place) -> tuple[Dismissal, ...]:
        """Return what `user_id` dismissed, newest first.

        Adult titles are left out where they may not be shown; what the server hides is not.
        """
        row = tables.Dismissal
        async with self._database.read() as session:
            profile = await read_profile(session, user_id, self._clock())
            found = await session.scalars(
                select(row)
                .where(row.user_id == user_id)
                .order_by(row.created_at.desc(), row.anime_id)
            )
        showing = profile.shown_in(place).with_hidden
        return tuple(
            Dismissal(title, DismissalKind(dismissed.kind), dismissed.created_at)
            for dismissed in found
            if (title := visible(self._catalogue, dismissed.anime_id, showing))
        )


# built once: that takes longer than running it
_OF_PERSON: Final = select(tables.Dismissal.anime_id, tables.Dismissal.kind).where(
    tables.Dismissal.user_id == bindparam("person")
)


async def read_dismissals(session: AsyncSession, user_id: int) -> Mapping[int, DismissalKind]:
    """Return what `user_id` dismissed, by title id."""
    found = await session.execute(_OF_PERSON, {"person": user_id})
    return {anime_id: DismissalKind(kind) for anime_id, kind in found.all()}
