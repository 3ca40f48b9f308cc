"""The steps by which a person's ratings changed, kept so that they can be taken back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from core.storage.pieces import in_pieces, table_of
from core.storage.tables import Dismissal, UndoRating, UndoStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from core.services.stored_ratings import StoredRating

STEPS: Final = 20
"""How many steps of a person can be undone."""

_DISMISSALS: Final = table_of(Dismissal)

Dismissed = tuple[str, datetime]
"""A `DismissalKind` as it is stored, and when the title was dismissed."""


class Before(NamedTuple):
    """What stood before a step changed a title; see `UndoRating`. `stepped_at` is when it did."""

    anime_id: int
    score: int | None
    rated_at: datetime | None
    ordinal: int | None
    given: int | None
    dismissed: str | None
    dismissed_at: datetime | None
    began_score: int | None
    before_score: int | None
    stepped_at: datetime

    @property
    def dismissed_by_step(self) -> bool:
        """Whether the step dismissed the title: neither before nor after it was there a rating."""
        return self.score is None and self.given is None


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


async def end_step_dismissals(
    session: AsyncSession, user_id: int, undone: Iterable[Before]
) -> None:
    """Remove the dismissals that undone steps made, unless they were made anew since."""
    kept = _DISMISSALS.c
    await in_pieces(
        session,
        delete(_DISMISSALS).where(
            kept.user_id == user_id,
            kept.anime_id == bindparam("anime"),
            kept.created_at == bindparam("moment"),
        ),
        (
            {"anime": row.anime_id, "moment": row.stepped_at}
            for row in undone
            if row.dismissed_by_step
        ),
    )


async def dismiss_again(session: AsyncSession, user_id: int, undone: Iterable[Before]) -> None:
    """Bring the dismissals back that undone steps had ended."""
    rows = (
        {
            "user_id": user_id,
            "anime_id": row.anime_id,
            "kind": row.dismissed,
            "created_at": row.dismissed_at,
        }
        for row in undone
        if row.dismissed is not None
    )
    await in_pieces(session, insert(_DISMISSALS).on_conflict_do_nothing(), rows)


_MINE: Final = UndoStep.user_id == bindparam("person")
_OLD: Final = select(UndoStep.id).where(_MINE).order_by(UndoStep.id.desc()).offset(STEPS - 1)
_FORGET_OLD: Final = (
    delete(UndoStep)
    .where(_MINE, UndoStep.id <= _OLD.limit(1).scalar_subquery())
    .execution_options(synchronize_session=False)
)
_STEP: Final = insert(table_of(UndoStep)).returning(UndoStep.id)
_CHANGES: Final = insert(table_of(UndoRating))


async def store_step(
    session: AsyncSession,
    user_id: int,
    before: Mapping[int, StoredRating],
    given: Iterable[tuple[int, int | None]],
    now: datetime,
    dismissed: Mapping[int, Dismissed] | None = None,
) -> int:
    """Store that the titles of `given` got these scores; return the step's id.

    None stands for a title that lost its score or, where it had none, was dismissed at `now`.

    `before` are the ratings, by title id, as they were, `dismissed` the dismissals that the step
    ended. Of the person's steps the newest stay.
    """
    await session.execute(_FORGET_OLD, {"person": user_id})
    step = await session.scalars(_STEP, {"user_id": user_id, "created_at": now})
    step_id = step.one()
    await in_pieces(
        session,
        _CHANGES,
        (
            _undo_row(
                step_id, anime_id, score, before.get(anime_id), (dismissed or {}).get(anime_id)
            )
            for anime_id, score in given
        ),
    )
    return step_id


def _undo_row(
    step_id: int,
    anime_id: int,
    given: int | None,
    old: StoredRating | None,
    ended: Dismissed | None,
) -> dict[str, int | str | datetime | None]:
    kind, dismissed_at = ended or (None, None)
    return {
        "step_id": step_id,
        "anime_id": anime_id,
        "score": old.score if old else None,
        "rated_at": old.rated_at if old else None,
        "ordinal": old.ordinal if old else None,
        "given": given,
        "dismissed": kind,
        "dismissed_at": dismissed_at,
        "began_score": old.began_score if old else None,
        "before_score": old.before_score if old else None,
    }


async def read_step(
    session: AsyncSession, user_id: int, step_id: int
) -> tuple[Sequence[Before], frozenset[int]]:
    """Return what stood before a step, and the titles that later steps changed again.

    Nothing stood before a step that is another's or not (or no longer) there.
    """
    row = UndoRating
    found = await session.execute(
        select(
            row.anime_id,
            row.score,
            row.rated_at,
            row.ordinal,
            row.given,
            row.dismissed,
            row.dismissed_at,
            row.began_score,
            row.before_score,
            UndoStep.created_at,
        )
        .join(UndoStep, UndoStep.id == row.step_id)
        .where(UndoStep.id == step_id, UndoStep.user_id == user_id)
        .order_by(row.anime_id)
    )
    later = await session.scalars(
        select(row.anime_id)
        .join(UndoStep, UndoStep.id == row.step_id)
        .where(UndoStep.user_id == user_id, UndoStep.id > step_id)
    )
    return [Before(*each) for each in found.all()], frozenset(later)
