"""The rows of a person's ratings: read, written, removed.

Statements that every answer needs are built once: building one takes longer than running it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from core.storage.tables import Base, Rating, UndoRating, UndoStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.dialects.sqlite import Insert
    from sqlalchemy.ext.asyncio import AsyncSession


class StoredRating(NamedTuple):
    """A rating as it is stored; `ordinal` is its place in the order of the person's ratings."""

    anime_id: int
    score: int
    rated_at: datetime
    ordinal: int


_OF_PERSON: Final = (
    select(Rating.anime_id, Rating.score, Rating.rated_at, Rating.ordinal)
    .where(Rating.user_id == bindparam("person"))
    .order_by(Rating.ordinal)
)


async def read_ratings(session: AsyncSession, user_id: int) -> list[StoredRating]:
    """Return all ratings of `user_id`, oldest first; a title rated again counts from then."""
    found = await session.execute(_OF_PERSON, {"person": user_id})
    return [StoredRating(*row) for row in found.all()]


def _largest_ordinal() -> Select[int | None]:
    undone = (
        select(UndoRating.ordinal)
        .join(UndoStep, UndoStep.id == UndoRating.step_id)
        .where(UndoStep.user_id == bindparam("person"))
    )
    own = select(Rating.ordinal).where(Rating.user_id == bindparam("person"))
    return select(func.max(own.union_all(undone).subquery().c.ordinal))


_LARGEST_ORDINAL: Final = _largest_ordinal()


async def last_ordinal(session: AsyncSession, user_id: int) -> int:
    """Return the largest place in the order that a rating has, or undoing may give back."""
    return await session.scalar(_LARGEST_ORDINAL, {"person": user_id}) or 0


def _put() -> Insert:
    statement = insert(Base.metadata.tables[Rating.__tablename__])
    new = {name: statement.excluded[name] for name in ("score", "rated_at", "ordinal")}
    return statement.on_conflict_do_update(index_elements=["user_id", "anime_id"], set_=new)


_PUT: Final = _put()


async def put_ratings(session: AsyncSession, user_id: int, ratings: Sequence[StoredRating]) -> None:
    """Write ratings, over those of the same titles."""
    if ratings:
        rows = [{"user_id": user_id, **rating._asdict()} for rating in ratings]
        await session.execute(_PUT, rows)


async def remove_ratings(session: AsyncSession, user_id: int, anime_ids: Iterable[int]) -> None:
    """Remove the ratings of these titles."""
    await session.execute(
        delete(Rating).where(Rating.user_id == user_id, Rating.anime_id.in_(list(anime_ids)))
    )
