"""The rows of a person's ratings: read, written, removed.

Statements that every answer needs are built once: building one takes longer than running it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from core.storage.pieces import in_pieces, table_of
from core.storage.tables import Rating, UndoRating, UndoStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.ext.asyncio import AsyncSession

_RATINGS: Final = table_of(Rating)
_UNDO_RATINGS: Final = table_of(UndoRating)
_INSERT: Final = insert(_RATINGS)
_PUT: Final = _INSERT.on_conflict_do_update(
    index_elements=["user_id", "anime_id"],
    set_={name: _INSERT.excluded[name] for name in ("score", "rated_at", "ordinal")},
)


class StoredRating(NamedTuple):
    """A rating as it is stored; `ordinal` is its place in the order of the person's ratings.

    What the score was as weeks began (see `Rating`) is written with a new row alone; triggers keep
    it of a row there is.
    """

    anime_id: int
    score: int
    rated_at: datetime
    ordinal: int
    began_score: int | None = None
    before_score: int | None = None


_OF_PERSON: Final = (
    select(
        Rating.anime_id,
        Rating.score,
        Rating.rated_at,
        Rating.ordinal,
        Rating.began_score,
        Rating.before_score,
    )
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


async def taken_ordinals(session: AsyncSession, user_id: int) -> list[int]:
    """Return all places in the order that a rating has, or undoing may give back, rising."""
    undone = (
        select(UndoRating.ordinal)
        .join(UndoStep, UndoStep.id == UndoRating.step_id)
        .where(UndoStep.user_id == user_id, UndoRating.ordinal.is_not(None))
    )
    rated = select(Rating.ordinal).where(Rating.user_id == user_id)
    return sorted(filter(None, await session.scalars(rated.union(undone))))


async def move_ratings(session: AsyncSession, user_id: int, moved: Mapping[int, int]) -> None:
    """Give ratings, and those that undoing may give back, new places, by their old ones.

    The new places must be larger than all old ones.
    """
    if not moved:
        return
    ratings, undo = _RATINGS.c, _UNDO_RATINGS.c
    await in_pieces(
        session,
        update(_RATINGS)
        .where(ratings.user_id == user_id, ratings.ordinal == bindparam("old"))
        .values(ordinal=bindparam("new")),
        ({"old": old, "new": new} for old, new in moved.items()),
    )
    found = await session.execute(
        select(UndoRating.step_id, UndoRating.anime_id, UndoRating.ordinal)
        .join(UndoStep, UndoStep.id == UndoRating.step_id)
        .where(UndoStep.user_id == user_id, UndoRating.ordinal.is_not(None))
    )
    await in_pieces(
        session,
        update(_UNDO_RATINGS)
        .where(undo.step_id == bindparam("step"), undo.anime_id == bindparam("anime"))
        .values(ordinal=bindparam("new")),
        (
            {"step": step_id, "anime": anime_id, "new": moved[ordinal]}
            for step_id, anime_id, ordinal in found.all()
            if ordinal is not None and ordinal in moved
        ),
    )


async def put_ratings(session: AsyncSession, user_id: int, ratings: Sequence[StoredRating]) -> None:
    """Write ratings, over those of the same titles."""
    await in_pieces(session, _PUT, ({"user_id": user_id, **rating._asdict()} for rating in ratings))


async def remove_ratings(session: AsyncSession, user_id: int, anime_ids: Iterable[int]) -> None:
    """Remove the ratings of these titles."""
    ratings = _RATINGS.c
    await in_pieces(
        session,
        delete(_RATINGS).where(ratings.user_id == user_id, ratings.anime_id == bindparam("anime")),
        ({"anime": anime_id} for anime_id in anime_ids),
    )
