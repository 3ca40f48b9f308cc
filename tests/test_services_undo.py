from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from core.catalogue.catalogue import Catalogue
from core.errors import InvalidScoreError, NothingToUndoError, TitleNotFoundError
from core.services.dismissals import DismissalKind
from core.services.ratings import RatingService
from core.showing import DIRECT_MESSAGES
from core.storage.tables import Rating, UndoRating, UndoStep
from tests.rows import count
from tests.service_world import KNOWN, ME, OTHER, TOO_NEW, ServiceWorld

if TYPE_CHECKING:
    from datetime import datetime

A, B, C, D = 101, 102, 103, 104


async def state(world: ServiceWorld, user_id: int = ME) -> list[tuple[int, int, datetime, int]]:
    """Return the person's ratings in their order, after checking the places and the memory."""
    async with world.database.read() as session:
        rows = (
            await session.scalars(
                select(Rating).where(Rating.user_id == user_id).order_by(Rating.ordinal)
            )
        ).all()
    kept = world.ratings.scores_in_memory(user_id)
    scores = {row.anime_id: row.score for row in rows}
    assert kept is None or kept == scores
    assert await world.ratings.scores(user_id) == scores
    return [(row.anime_id, row.score, row.rated_at, row.ordinal) for row in rows]


async def test_many_at_once_are_one_step(world: ServiceWorld) -> None:
    await world.rate((A, 5))
    before = await state(world)
    done = await world.ratings.rate_many(ME, [(B, 9), (A, 8), (C, 2), (B, 7)])
    assert [(c.title.anime_id, c.score, c.previous) for c in done.changes] == [
        (A, 8, 5),
        (C, 2, None),
        (B, 7, None),
    ]
    assert {(c.rating_count, c.known_count, c.step_id) for c in done.changes} == {
        (3, 3, done.step_id)
    }
    assert [row[0] for row in await state(world)] == [A, C, B]
    undone = await world.ratings.undo(ME, done.step_id, place=DIRECT_MESSAGES)
    assert {title.anime_id for title in undone.titles} == {A, B, C}
    assert undone.kept == ()
    assert await state(world) == before


@pytest.mark.parametrize(
    ("scores", "error"),
    [
        ([(A, 5), (B, 11)], InvalidScoreError),
        ([(A, 5), (5, 5)], TitleNotFoundError),
        ([], ValueError),
    ],
)
async def test_of_many_all_or_none_are_saved(
    world: ServiceWorld, scores: list[tuple[int, int]], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await world.ratings.rate_many(ME, scores)
    assert await count(world.database, Rating) == 0


async def test_removing_a_rating_can_be_undone(world: ServiceWorld) -> None:
    await world.rate((A, 5), (B, 6), (C, 7))
    before = await state(world)
    removed = await world.ratings.unrate(ME, B)
    assert (removed.title.anime_id, removed.previous, removed.rating_count) == (B, 6, 2)
    assert [row[0] for row in await state(world)] == [A, C]
    assert removed.step_id is not None
    await world.ratings.undo(ME, removed.step_id, place=DIRECT_MESSAGES)
    assert await state(world) == before
    nothing = await world.ratings.unrate(ME, D)
    assert (nothing.previous, nothing.step_id, nothing.rating_count) == (None, None, 3)
    with pytest.raises(TitleNotFoundError):
        await world.ratings.unrate(ME, 5)


async def test_a_place_that_may_come_back_is_given_to_nobody_else(world: ServiceWorld) -> None:
    """Without ratings the next one would otherwise get place 1 again."""
    await world.rate((A, 5))
    removed = await world.ratings.unrate(ME, A)
    await world.rate((B, 6))
    assert removed.step_id is not None
    await world.ratings.undo(ME, removed.step_id, place=DIRECT_MESSAGES)
    assert [row[0] for row in await state(world)] == [A, B]


async def test_what_changed_since_is_left_alone(world: ServiceWorld) -> None:
    step = (await world.ratings.rate_many(ME, [(A, 5), (B, 6)])).step_id
    again = await world.ratings.rate(ME, A, 5)  # the same score, but of another time
    undone = await world.ratings.undo(ME, step, place=DIRECT_MESSAGES)
    assert ([t.anime_id for t in undone.titles], [t.anime_id for t in undone.kept]) == ([B], [A])
    assert [row[:2] for row in await state(world)] == [(A, 5)]
    with pytest.raises(NothingToUndoError):
        await world.ratings.undo(ME, step, place=DIRECT_MESSAGES)
    undone = await world.ratings.undo(ME, again.step_id, place=DIRECT_MESSAGES)
    assert [title.anime_id for title in undone.titles] == [A]
    assert [row[:2] for row in await state(world)] == [(A, 5)]


async def test_undoing_a_rating_brings_the_dismissal_it_ended_back(world: ServiceWorld) -> None:
    first = await world.dismissals.dismiss(ME, A, DismissalKind.NOT_FOR_ME)
    await world.dismissals.dismiss(OTHER, A, DismissalKind.SEEN)
    step = (await world.ratings.rate_many(ME, [(A, 7), (B, 8)])).step_id
    assert await world.dismissals.of(ME, place=DIRECT_MESSAGES) == ()
    await world.ratings.undo(ME, step, place=DIRECT_MESSAGES)
    assert await world.dismissals.of(ME, place=DIRECT_MESSAGES) == (first,)
    # dismissed again meanwhile: what was said last stays
    step = (await world.ratings.rate(ME, A, 7)).step_id
    await world.ratings.unrate(ME, A)
    assert await world.dismissals.of(ME, place=DIRECT_MESSAGES) == ()
    last = await world.dismissals.dismiss(ME, A, DismissalKind.SEEN)
    with suppress(NothingToUndoError):
        await world.ratings.undo(ME, step, place=DIRECT_MESSAGES)
    assert await world.dismissals.of(ME, place=DIRECT_MESSAGES) == (last,)


async def test_a_rating_of_a_title_that_left_the_catalogue_can_be_removed(
    world: ServiceWorld,
) -> None:
    await world.rate((A, 5), (B, 6))
    fewer = Catalogue(title for title in world.catalogue.titles if title.anime_id != A)
    ratings = RatingService(world.database, fewer, KNOWN, world.watch)
    assert await ratings.gone(ME) == (A,)
    removed = await ratings.unrate(ME, A)
    assert (removed.title.title, removed.previous, removed.rating_count) == (f"#{A}", 5, 1)
    with pytest.raises(TitleNotFoundError):
        await ratings.unrate(ME, A)
    assert removed.step_id is not None
    assert [
        title.title
        for title in (await ratings.undo(ME, removed.step_id, place=DIRECT_MESSAGES)).titles
    ] == [f"#{A}"]
    assert await ratings.gone(ME) == (A,)


async def test_only_ones_own_newest_steps_can_be_undone(world: ServiceWorld) -> None:
    steps = [(await world.ratings.rate(ME, A, 1 + n % 10)).step_id for n in range(25)]
    theirs = (await world.ratings.rate(OTHER, A, 3)).step_id
    for user_id, step_id in ((ME, theirs), (OTHER, steps[-1]), (ME, steps[4]), (ME, 10**15)):
        with pytest.raises(NothingToUndoError):
            await world.ratings.undo(user_id, step_id, place=DIRECT_MESSAGES)
    async with world.database.read() as session:
        kept = await session.scalar(
            select(func.count()).select_from(UndoStep).where(UndoStep.user_id == ME)
        )
    assert kept == 20
    assert await count(world.database, UndoRating) == 21
    for step_id in reversed(steps[5:]):
        await world.ratings.undo(ME, step_id, place=DIRECT_MESSAGES)
    assert (await state(world))[0][1] == 5


_PEOPLE = iter(range(1000, 10**9))
_scores = st.lists(st.tuples(st.sampled_from([A, B, C, D]), st.integers(1, 10)), min_size=1)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(_scores | st.sampled_from([A, B, C, D]), max_size=8))
async def test_undoing_backwards_walks_through_every_state(
    world: ServiceWorld, actions: list[list[tuple[int, int]] | int]
) -> None:
    person = next(_PEOPLE)
    states = [await state(world, person)]
    steps: list[int] = []
    for action in actions:
        if isinstance(action, int):
            step = (await world.ratings.unrate(person, action)).step_id
        else:
            step = (await world.ratings.rate_many(person, action)).step_id
        if step is not None:
            steps.append(step)
            states.append(await state(world, person))
    for step in reversed(steps):
        assert await state(world, person) == states.pop()
        assert (await world.ratings.undo(person, step, place=DIRECT_MESSAGES)).kept == ()
    assert await state(world, person) == states.pop()


async def test_scores_in_memory_follow_every_write_and_belong_to_one_person(
    world: ServiceWorld,
) -> None:
    assert world.ratings.scores_in_memory(ME) is None
    assert await world.ratings.scores(ME) == {}
    assert world.ratings.scores_in_memory(ME) == {}
    step = (await world.ratings.rate(ME, TOO_NEW.anime_id, 4)).step_id
    assert world.ratings.scores_in_memory(ME) == {TOO_NEW.anime_id: 4}
    assert world.ratings.scores_in_memory(OTHER) is None
    await world.ratings.undo(ME, step, place=DIRECT_MESSAGES)
    assert await world.ratings.scores(ME) == {}


async def test_a_reader_does_not_keep_what_a_writer_has_changed_meanwhile(
    world: ServiceWorld,
) -> None:
    for number in range(1, 11):
        await asyncio.gather(world.ratings.scores(ME), world.ratings.rate(ME, A, number))
        assert await world.ratings.scores(ME) == {A: number}
        world.ratings.forget(ME)


async def test_a_rating_takes_few_statements(world: ServiceWorld) -> None:
    await world.rate((A, 5))
    seen = world.statements()
    await world.rate((B, 5))
    assert len(seen) <= 8, seen
