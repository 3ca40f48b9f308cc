"""The steps by which a person's ratings changed, kept so that they can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, select

from core.storage.tables import Rating, UndoRating, UndoStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

STEPS: Final = 20
"""How many steps of a person can be undone."""


async def store_step(
    session: AsyncSession,
    user_id: int,
    before: Mapping[int, Rating],
    given: Iterable[tuple[int, int | None]],
    now: datetime,
) -> int:
    """Store that the titles of `given` got these scores (none: lost theirs); return the step's id.

    `before` are the ratings, by title id, as they were. Of the person's steps the newest stay.
    """
    mine = UndoStep.user_id == user_id
    oldest_kept = (
        select(UndoStep.id).where(mine).order_by(UndoStep.id.desc()).limit(1).offset(STEPS - 1)
    )
    await session.execute(
        delete(UndoStep).where(mine, UndoStep.id <= oldest_kept.scalar_subquery())
    )
    step = await session.scalars(
        insert(UndoStep).values(user_id=user_id, created_at=now).returning(UndoStep.id)
    )
    step_id = step.one()
    rows: list[dict[str, int | datetime | None]] = []
    for anime_id, score in given:
        old = before.get(anime_id)
        rows.append(
            {
                "step_id": step_id,
                "anime_id": anime_id,
                "score": old.score if old else None,
                "rated_at": old.rated_at if old else None,
                "ordinal": old.ordinal if old else None,
                "given": score,
            }
        )
    await session.execute(insert(UndoRating), rows)
    return step_id


async def read_step(
    session: AsyncSession, user_id: int, step_id: int
) -> tuple[Sequence[UndoRating], frozenset[int]]:
    """Return what stood before a step, and the titles that later steps changed again.

    Nothing stood before a step that is another's or not (or no longer) there.
    """
    found = await session.scalars(
        select(UndoRating)
        .join(UndoStep, UndoStep.id == UndoRating.step_id)
        .where(UndoStep.id == step_id, UndoStep.user_id == user_id)
        .order_by(UndoRating.anime_id)
    )
    later = await session.scalars(
        select(UndoRating.anime_id)
        .join(UndoStep, UndoStep.id == UndoRating.step_id)
        .where(UndoStep.user_id == user_id, UndoStep.id > step_id)
    )
    return found.all(), frozenset(later)
