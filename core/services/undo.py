"""The steps by which a person's ratings changed, kept so that they can be taken back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from core.storage.tables import Base, Dismissal, UndoRating, UndoStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from core.services.stored_ratings import StoredRating

STEPS: Final = 20
"""How many steps of a person can be undone."""


Dismissed = tuple[str, datetime]
"""A `DismissalKind` as it is stored, and when the title was dismissed."""


_END: Final = (
    delete(Dismissal)
    .where(
        Dismissal.user_id == bindparam("person"),
        Dismissal.anime_id.in_(bindparam("titles", expanding=True)),
    )
    .returning(Dismissal.anime_id, Dismissal.kind, Dismissal.created_at)
    .execution_options(synchronize_session=False)
)


async def end_dismissals(
    session: AsyncSession, user_id: int, anime_ids: Iterable[int]
) -> dict[int, Dismissed]:
    """Remove the dismissals of titles that are rated; return those there were, by title id."""
    found = await session.execute(_END, {"person": user_id, "titles": list(anime_ids)})
    return {anime_id: (kind, created_at) for anime_id, kind, created_at in found.all()}


async def dismiss_again(session: AsyncSession, user_id: int, undone: Iterable[UndoRating]) -> None:
    """Bring the dismissals back that undone steps had ended."""
    rows = [
        {
            "user_id": user_id,
            "anime_id": row.anime_id,
            "kind": row.dismissed,
            "created_at": row.dismissed_at,
        }
        for row in undone
        if row.dismissed is not None
    ]
    if rows:
        await session.execute(insert(Dismissal).values(rows).on_conflict_do_nothing())


_MINE: Final = UndoStep.user_id == bindparam("person")
_OLD: Final = select(UndoStep.id).where(_MINE).order_by(UndoStep.id.desc()).offset(STEPS - 1)
_FORGET_OLD: Final = (
    delete(UndoStep)
    .where(_MINE, UndoStep.id <= _OLD.limit(1).scalar_subquery())
    .execution_options(synchronize_session=False)
)
_STEP: Final = insert(Base.metadata.tables[UndoStep.__tablename__]).returning(UndoStep.id)
_CHANGES: Final = insert(Base.metadata.tables[UndoRating.__tablename__])


async def store_step(
    session: AsyncSession,
    user_id: int,
    before: Mapping[int, StoredRating],
    given: Iterable[tuple[int, int | None]],
    now: datetime,
    dismissed: Mapping[int, Dismissed] | None = None,
) -> int:
    """Store that the titles of `given` got these scores (none: lost theirs); return the step's id.

    `before` are the ratings, by title id, as they were, `dismissed` the dismissals that the step
    ended. Of the person's steps the newest stay.
    """
    await session.execute(_FORGET_OLD, {"person": user_id})
    step = await session.scalars(_STEP, {"user_id": user_id, "created_at": now})
    step_id = step.one()
    rows: list[dict[str, int | str | datetime | None]] = []
    for anime_id, score in given:
        old = before.get(anime_id)
        kind, dismissed_at = (dismissed or {}).get(anime_id, (None, None))
        rows.append(
            {
                "step_id": step_id,
                "anime_id": anime_id,
                "score": old.score if old else None,
                "rated_at": old.rated_at if old else None,
                "ordinal": old.ordinal if old else None,
                "given": score,
                "dismissed": kind,
                "dismissed_at": dismissed_at,
            }
        )
    await session.execute(_CHANGES, rows)
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
