"""The rows of a person's ratings: read, written, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.sqlite import insert

from core.storage.tables import Rating, UndoRating, UndoStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession


class StoredRating(NamedTuple):
    """A rating as it is stored; `ordinal` is its place in the order of the person's ratings."""

    anime_id: int
    score: int
    rated_at: datetime
    ordinal: int


async def read_ratings(session: AsyncSession, user_id: int) -> list[StoredRating]:
    """Return all ratings of `user_id`, oldest first; a title rated again counts from then."""
    found = await session.execute(
        select(Rating.anime_id, Rating.score, Rating.rated_at, Rating.ordinal)
        .where(Rating.user_id == user_id)
        .order_by(Rating.ordinal)
    )
    return [StoredRating(*row) for row in found.all()]


async def last_ordinal(session: AsyncSession, user_id: int) -> int:
    """Return the largest place in the order that a rating has, or undoing may give back."""
    undone = (
        select(UndoRating.ordinal)
        .join(UndoStep, UndoStep.id == UndoRating.step_id)
        .where(UndoStep.user_id == user_id)
    )
    taken = select(Rating.ordinal).where(Rating.user_id == user_id).union_all(undone).subquery()
    return await session.scalar(select(func.max(taken.c.ordinal))) or 0


async def put_ratings(session: AsyncSession, user_id: int, ratings: Sequence[StoredRating]) -> None:
    """Write ratings, over those of the same titles."""
    if ratings:
        rows = [{"user_id": user_id, **rating._asdict()} for rating in ratings]
        statement = insert(Rating).values(rows)
        new = {name: statement.excluded[name] for name in ("score", "rated_at", "ordinal")}
        await session.execute(
            statement.on_conflict_do_update(index_elements=["user_id", "anime_id"], set_=new)
        )


async def remove_ratings(session: AsyncSession, user_id: int, anime_ids: Iterable[int]) -> None:
    """Remove the ratings of these titles."""
    await session.execute(
        delete(Rating).where(Rating.user_id == user_id, Rating.anime_id.in_(list(anime_ids)))
    )
