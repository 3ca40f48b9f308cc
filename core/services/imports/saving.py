"""Saving a list from elsewhere, within one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from sqlalchemy.dialects.sqlite import insert

from core.services.dismissals import read_dismissals
from core.services.imports.ordering import find_places
from core.services.imports.plan import DROPPED_SCORE, make_plan
from core.services.profiles import add_person
from core.services.stored_ratings import (
    StoredRating,
    move_ratings,
    put_ratings,
    read_ratings,
    taken_ordinals,
)
from core.services.undo import end_dismissals, store_step
from core.storage.pieces import in_pieces, table_of
from core.storage.tables import Dismissal, DismissalKind

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from core.services.imports.plan import Choices, Listed, Plan
    from core.services.imports.waiting import WaitingList

_DISMISSALS: Final = table_of(Dismissal)


@dataclass(frozen=True, slots=True)
class TakenIn:
    """How many titles changed in which way; `kept` are conflicts in which one's own score stays.

    `rating_count` is how many titles the person has rated now. `step_id` is for
    `RatingService.undo`, none if nothing changed. `rated` are the ids of what has a new score.
    """

    new: int
    dropped: int
    overwritten: int
    kept: int
    seen: int
    rating_count: int
    step_id: int | None
    rated: frozenset[int]


async def save_list(
    session: AsyncSession,
    user_id: int,
    waiting: WaitingList,
    choices: Choices,
    now: datetime,
    *,
    overwrite: bool,
) -> TakenIn:
    """Save `waiting` as a step that can be undone; see `ImportService.take_in`.

    Of ten thousands of titles that takes a while: it is a unit for a thread.
    """
    ratings = await read_ratings(session, user_id)
    dismissed = await read_dismissals(session, user_id)
    taken = await taken_ordinals(session, user_id)
    changes = _work_out(waiting, choices, ratings, dismissed, taken, now, overwrite=overwrite)
    step_id = None
    if changes.rows or changes.seen:
        await add_person(session, user_id, now)
        await move_ratings(session, user_id, changes.moved)
        await put_ratings(session, user_id, changes.rows)
        rated = {row.anime_id: row.score for row in changes.rows}
        ended = await end_dismissals(session, user_id, dismissed.keys() & rated.keys())
        await _dismiss(session, user_id, changes.seen, now)
        step = chain(rated.items(), ((anime_id, None) for anime_id in changes.seen))
        step_id = await store_step(session, user_id, changes.before, step, now, ended)
    plan, given = changes.plan, changes.given
    return TakenIn(
        new=len(plan.new),
        dropped=given - len(plan.new),
        overwritten=len(changes.rows) - given,
        kept=len(plan.conflicts) - (len(changes.rows) - given),
        seen=len(changes.seen),
        rating_count=len(ratings) + given,
        step_id=step_id,
        rated=frozenset(row.anime_id for row in changes.rows),
    )


@dataclass(frozen=True, slots=True)
class _Changes:
    """What a list changes: the first `given` of `rows` are new, the others replace."""

    plan: Plan
    rows: Sequence[StoredRating]
    given: int
    seen: Sequence[int]
    moved: Mapping[int, int]
    before: Mapping[int, StoredRating]
    """The ratings there were, at the places they are moved to."""


def _work_out(
    waiting: WaitingList,
    choices: Choices,
    ratings: Sequence[StoredRating],
    dismissed: Container[int],
    taken: Sequence[int],
    now: datetime,
    *,
    overwrite: bool,
) -> _Changes:
    # judged anew: since the list was looked at the person may have rated
    scores = {row.anime_id: row.score for row in ratings}
    plan = make_plan(waiting.titles, scores, dismissed)
    given = _given(waiting.titles, plan, choices)
    places = find_places([title.moment for title in given], ratings, taken)
    before = {
        row.anime_id: row._replace(ordinal=places.moved.get(row.ordinal, row.ordinal))
        for row in ratings
    }
    replaced = _replaced(plan.conflicts, before, waiting.made_at) if overwrite else []
    return _Changes(
        plan,
        [*_rows(given, places.places, now), *replaced],
        len(given),
        [title.anime_id for title in plan.seen] if choices.seen else [],
        places.moved,
        before,
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
        (
            {"user_id": user_id, "anime_id": anime_id, "kind": kind, "created_at": now}
            for anime_id in seen
        ),
    )
