"""Saving a list from elsewhere, within one transaction."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy.dialects.sqlite import insert

from core.services.dismissals import read_dismissals
from core.services.imports.ordering import find_places
from core.services.imports.plan import DROPPED_SCORE, make_plan
from core.services.profiles import add_person
from core.services.stored_ratings import (
    StoredRating,
    in_pieces,
    move_ratings,
    put_ratings,
    read_ratings,
    taken_ordinals,
)
from core.services.undo import end_dismissals, store_step
from core.storage.tables import Base, Dismissal, DismissalKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from core.services.imports.plan import Choices, Listed, Plan
    from core.services.imports.waiting import WaitingList

_DISMISSALS: Final = Base.metadata.tables[Dismissal.__tablename__]


@dataclass(frozen=True, slots=True)
class TakenIn:
    """How many titles changed in which way; `kept` are conflicts in which one's own score stays.

    `rating_count` is how many titles the person has rated now. `step_id` is for
    `RatingService.undo`, none if nothing changed.
    """

    new: int
    dropped: int
    overwritten: int
    kept: int
    seen: int
    rating_count: int
    step_id: int | None


async def save_list(
    session: AsyncSession,
    user_id: int,
    waiting: WaitingList,
    choices: Choices,
    now: datetime,
    *,
    overwrite: bool,
) -> TakenIn:
    """Save `waiting` as a step that can be undone; see `ImportService.take_in`."""
    ratings = await read_ratings(session, user_id)
    dismissed = await read_dismissals(session, user_id)
    # judged anew: since the list was looked at the person may have rated
    plan = await asyncio.to_thread(
        make_plan, waiting.titles, {row.anime_id: row.score for row in ratings}, dismissed
    )
    given = _given(waiting.titles, plan, choices)
    seen = [title.anime_id for title in plan.seen] if choices.seen else []
    places = find_places(
        [title.moment for title in given], ratings, await taken_ordinals(session, user_id)
    )
    before = {
        row.anime_id: row._replace(ordinal=places.moved.get(row.ordinal, row.ordinal))
        for row in ratings
    }
    replaced = _replaced(plan.conflicts, before, waiting.made_at) if overwrite else []
    rows = [*_rows(given, places.places, now), *replaced]
    step_id = None
    if rows or seen:
        await add_person(session, user_id, now)
        await move_ratings(session, user_id, places.moved)
        await put_ratings(session, user_id, rows)
        changed = {row.anime_id: row.score for row in rows}
        ended = await end_dismissals(session, user_id, dismissed.keys() & changed.keys())
        await _dismiss(session, user_id, seen, now)
        step = [*changed.items(), *((anime_id, None) for anime_id in seen)]
        step_id = await store_step(session, user_id, before, step, now, ended)
    return TakenIn(
        new=len(plan.new),
        dropped=len(given) - len(plan.new),
        overwritten=len(replaced),
        kept=len(plan.conflicts) - len(replaced),
        seen=len(seen),
        rating_count=len(ratings) + len(given),
        step_id=step_id,
    )


def _given(titles: Sequence[Listed], plan: Plan, choices: Choices) -> list[Listed]:
    """Return the titles that become new ratings, in the list's order."""
    dropped = plan.dropped if choices.dropped else ()
    chosen = {title.anime_id for title in (*plan.new, *dropped)}
    return [title for title in titles if title.anime_id in chosen]


def _rows(given: Iterable[Listed], places: Iterable[int], now: datetime) -> list[StoredRating]:
    return [
        StoredRating(title.anime_id, title.score or DROPPED_SCORE, title.moment or now, ordinal)
        for title, ordinal in zip(given, places, strict=True)
    ]


def _replaced(
    conflicts: Iterable[Listed], before: Mapping[int, StoredRating], made_at: datetime
) -> list[StoredRating]:
    """Return conflicting ratings with the list's score, but for those given since `made_at`."""
    return [
        mine._replace(score=title.score)
        for title in conflicts
        if title.score is not None and (mine := before[title.anime_id]).rated_at <= made_at
    ]


async def _dismiss(session: AsyncSession, user_id: int, seen: Iterable[int], now: datetime) -> None:
    kind = DismissalKind.SEEN.value
    await in_pieces(
        session,
        insert(_DISMISSALS),
        [
            {"user_id": user_id, "anime_id": anime_id, "kind": kind, "created_at": now}
            for anime_id in seen
        ],
    )
