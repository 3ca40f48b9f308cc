"""What is counted for each server is what stands in the ratings, whatever was done before."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update

from core.errors import NothingToUndoError
from core.services.server_ranking import sums_as_began
from core.showing import DIRECT_MESSAGES
from core.storage.counting import recount
from core.storage.tables import Clock, Member, Rating, ServerTitle, User
from core.storage.week import week_of

if TYPE_CHECKING:
    from tests.service_world import ServiceWorld

PEOPLE, TITLES, GUILDS = (1, 2, 3), (101, 102, 103), (555, 556)

Sums = tuple[int, int, int]
"""Votes, sum and sum of squares."""
Counted = dict[tuple[int, int], Sums]
"""By server and title."""
Scores = dict[int, dict[int, int]]
"""By person and title."""

_people, _titles = st.sampled_from(PEOPLE), st.sampled_from(TITLES)
_scores = st.integers(1, 10)
_rate = st.tuples(
    st.just("rate"), _people, st.lists(st.tuples(_titles, _scores), min_size=1, max_size=3)
)
_unrate = st.tuples(st.just("unrate"), _people, _titles)
_see = st.tuples(st.just("see"), _people, st.sampled_from(GUILDS))
_allow = st.tuples(st.just("allow"), _people, st.booleans())
_leave = st.tuples(st.just("leave"), _people, st.sampled_from(GUILDS))
_week = st.tuples(st.just("week"), st.just(0), st.integers(1, 2))
_delete = st.tuples(st.just("delete"), _people, st.none())
_others = st.tuples(st.sampled_from(["undo", "import"]), _people, st.none()) | _delete


async def do(world: ServiceWorld, what: str, user_id: int, value: object) -> None:
    """Do one thing through the services; members leave as the sweep makes them."""
    match what, value:
        case "rate", list():
            await world.ratings.rate_many(user_id, value)
        case "unrate", int():
            await world.ratings.unrate(user_id, value)
        case "see", int():
            world.top.forget(user_id)
            await world.top.saw_member(value, user_id)
        case "allow", bool():
            await world.profiles.save(user_id, in_server_lists=value)
        case "leave", int():
            async with world.database.write() as session:
                await session.execute(
                    delete(Member).where(Member.guild_id == value, Member.user_id == user_id)
                )
        case "week", int():
            world.watch.now += timedelta(weeks=value)
        case "undo", _:
            async with world.database.read() as session:
                steps = await session.scalars(
                    text("SELECT id FROM undo_steps WHERE user_id = :me").bindparams(me=user_id)
                )
            for step in sorted(steps, reverse=True)[:1]:
                with suppress(NothingToUndoError):
                    await world.ratings.undo(user_id, step, place=DIRECT_MESSAGES)
        case "import", _:
            if (await world.privacy.show(user_id)).known:
                await world.privacy.import_(user_id, await world.privacy.export(user_id))
        case "delete", _:
            await world.privacy.delete(user_id)
        case _:
            raise AssertionError(what)


async def counted(world: ServiceWorld) -> Counted:
    """Return what the triggers counted."""
    async with world.database.read() as session:
        rows = await session.scalars(select(ServerTitle))
        return {(row.guild_id, row.anime_id): (row.votes, row.total, row.squares) for row in rows}


async def to_count(world: ServiceWorld) -> Counted:
    """Return what there is to count, counted here."""
    async with world.database.read() as session:
        found = await session.execute(
            select(Member.guild_id, Rating.anime_id, Rating.score)
            .join(User, User.id == Member.user_id)
            .join(Rating, Rating.user_id == Member.user_id)
            .where(User.in_server_lists)
        )
    sums: Counted = {}
    for guild_id, anime_id, score in found:
        votes, total, squares = sums.get((guild_id, anime_id), (0, 0, 0))
        sums[guild_id, anime_id] = (votes + 1, total + score, squares + score * score)
    return sums


async def begin(world: ServiceWorld) -> None:
    """Delete what an example before this one left."""
    for user_id in PEOPLE:
        await world.privacy.delete(user_id)
    assert await counted(world) == {}


_in_turn = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@_in_turn
@given(st.lists(_rate | _unrate | _see | _allow | _leave | _week | _others, max_size=15))
async def test_every_write_keeps_them_right(
    world: ServiceWorld, actions: list[tuple[str, int, object]]
) -> None:
    await begin(world)
    for user_id in PEOPLE:
        await do(world, "rate", user_id, [(101, 2 + user_id), (102, 9)])
        await do(world, "see", user_id, GUILDS[0])
    for action in actions:
        await do(world, *action)
        assert await counted(world) == await to_count(world), action
        # all columns, the past too
        done = await asyncio.to_thread(recount, world.database.path, world.watch.now)
        assert done.wrong == 0, action


async def past(world: ServiceWorld, week: int) -> Counted:
    """Return what the lists say of how all titles stood as `week` began."""
    votes, total, squares = sums_as_began(week)
    async with world.database.read() as session:
        found = await session.execute(
            select(ServerTitle.guild_id, ServerTitle.anime_id, votes, total, squares)
        )
        return {(row[0], row[1]): (row[2], row[3], row[4]) for row in found.all() if row[2]}


async def scores_now(world: ServiceWorld) -> Scores:
    scores: Scores = {user_id: {} for user_id in PEOPLE}
    async with world.database.read() as session:
        for row in await session.scalars(select(Rating)):
            scores[row.user_id][row.anime_id] = row.score
    return scores


async def as_they_were(world: ServiceWorld, scores: Scores) -> Counted:
    """Return what those who count now gave when `scores` were theirs."""
    sums: Counted = {}
    async with world.database.read() as session:
        members = await session.execute(
            select(Member.guild_id, Member.user_id)
            .join(User, User.id == Member.user_id)
            .where(User.in_server_lists)
        )
    for guild_id, user_id in members.all():
        for anime_id, score in scores[user_id].items():
            votes, total, squares = sums.get((guild_id, anime_id), (0, 0, 0))
            sums[guild_id, anime_id] = (votes + 1, total + score, squares + score * score)
    return sums


Step = dict[int, tuple[int | None, dict[int, int | None]]]
"""By title, its score before a step and what was told of it then, by week."""


def told(at: dict[int, Scores], user_id: int, anime_id: int) -> dict[int, int | None]:
    """Return what a title's score was as each week began."""
    return {week: scores[user_id].get(anime_id) for week, scores in at.items()}


@_in_turn
@given(st.lists(_rate | _unrate | _see | _allow | _leave | _week | _others, max_size=15))
async def test_the_past_is_what_those_who_count_now_said_then(
    world: ServiceWorld, actions: list[tuple[str, int, object]]
) -> None:
    await begin(world)
    nothing: Scores = {user_id: {} for user_id in PEOPLE}
    week = week_of(world.watch.now)
    at = {week - 1: nothing, week: nothing}
    """By week, everybody's scores as it began; never there was what was taken back since."""
    steps: dict[int, list[Step]] = {user_id: [] for user_id in PEOPLE}
    for user_id in PEOPLE:
        await do(world, "rate", user_id, [(101, 2 + user_id), (102, 9)])
        await do(world, "see", user_id, GUILDS[0])
        steps[user_id].append({101: (None, {}), 102: (None, {})})
    for action in [("week", 0, 1), *actions]:
        what, who, value = action
        was = (await scores_now(world)).get(who, {})
        await do(world, *action)
        now = await scores_now(world)
        changed = (
            [anime_id for anime_id, _ in value]
            if isinstance(value, list)
            else was.keys() - now.get(who, {}).keys()
        )
        if what in ("delete", "import"):
            steps[who].clear()
        elif what in ("rate", "unrate") and changed:
            steps[who].append({title: (was.get(title), told(at, who, title)) for title in changed})
        elif what == "undo" and steps[who]:
            for anime_id, (score, then) in steps[who].pop().items():
                for began, scores in at.items():
                    if (known := then.get(began) if began in then else score) is not None:
                        scores[who][anime_id] = known
                    else:
                        scores[who].pop(anime_id, None)
        for scores in at.values():
            for user_id, given_then in scores.items():
                for anime_id in given_then.keys() - now[user_id]:
                    del given_then[anime_id]
        while week < week_of(world.watch.now):
            week += 1
            at[week] = {user_id: dict(given_now) for user_id, given_now in now.items()}
        for each in (week, week - 1):
            assert await past(world, each) == await as_they_were(world, at[each]), action


async def test_who_leaves_and_comes_back_moves_nothing(world: ServiceWorld) -> None:
    for user_id in PEOPLE:
        await world.rate((101, 5), (102, 4 + user_id), user_id=user_id)
        await world.top.saw_member(555, user_id)
    world.watch.now += timedelta(weeks=1)
    await world.rate((101, 9), (103, 8), user_id=1)

    async def columns() -> list[list[object]]:
        async with world.database.read() as session:
            rows = await session.execute(select(ServerTitle.__table__))
            return [list(row) for row in rows.all()]

    before, week = await columns(), week_of(world.watch.now)
    await do(world, "leave", 1, 555)
    assert await past(world, week) == {(555, 101): (2, 10, 50), (555, 102): (2, 13, 85)}
    await do(world, "see", 1, 555)
    await do(world, "allow", 1, False)
    await do(world, "allow", 1, True)
    after = await columns()
    # a row of which nothing changed this week is written in this week's terms
    assert [row[:5] for row in after] == [row[:5] for row in before]
    assert await past(world, week) == {(555, 101): (3, 15, 75), (555, 102): (3, 18, 110)}
    assert (await asyncio.to_thread(recount, world.database.path, world.watch.now)).wrong == 0


async def test_undoing_a_change_of_a_score_gives_the_past_back(world: ServiceWorld) -> None:
    await world.rate((101, 5))
    await world.top.saw_member(555, 7)
    week = week_of(world.watch.now)
    for score in (6, 7):
        world.watch.now += timedelta(weeks=1)
        step = (await world.ratings.rate(7, 101, score)).step_id
        again = (await world.ratings.rate(7, 101, 10)).step_id
        assert await past(world, week + 1) == {(555, 101): (1, 5, 25)}
        await world.ratings.undo(7, again, DIRECT_MESSAGES)
    assert await past(world, week + 2) == {(555, 101): (1, 6, 36)}
    await world.ratings.undo(7, step, DIRECT_MESSAGES)
    assert await past(world, week + 1) == {(555, 101): (1, 5, 25)}
    assert await past(world, week + 2) == {(555, 101): (1, 6, 36)}


async def test_undoing_a_removal_gives_the_past_back(world: ServiceWorld) -> None:
    await world.rate((101, 5))
    await world.top.saw_member(555, 7)
    world.watch.now += timedelta(weeks=1)
    await world.rate((101, 8))
    week = week_of(world.watch.now)
    step = (await world.ratings.unrate(7, 101)).step_id
    assert step is not None
    await world.ratings.undo(7, step, DIRECT_MESSAGES)
    assert await counted(world) == {(555, 101): (1, 8, 64)}
    assert await past(world, week) == {(555, 101): (1, 5, 25)}


async def test_many_rate_the_same_title_at_once(world: ServiceWorld) -> None:
    people = range(1000, 1012)
    for user_id in people:
        await world.ratings.rate(user_id, 102, 5)
        await world.top.saw_member(555, user_id)
    await asyncio.gather(
        *(world.ratings.rate(user_id, 101, 1 + user_id % 10) for user_id in people),
        *(world.ratings.rate(user_id, 102, 1 + user_id % 7) for user_id in people),
        *(world.top.saw_member(556, user_id) for user_id in people),
        *(world.profiles.save(user_id, in_server_lists=False) for user_id in people[:2]),
        *(world.privacy.delete(user_id) for user_id in people[2:4]),
    )
    assert await counted(world) == await to_count(world)
    votes = Counter({key: sums[0] for key, sums in (await counted(world)).items()})
    assert votes[555, 102] == 8


async def test_rebuilding_mends_what_is_wrong_and_the_past_of_it(
    world: ServiceWorld,
) -> None:
    for user_id in PEOPLE:
        await world.rate((101, 5), (102, 7), (103, 9), user_id=user_id)
        await world.top.saw_member(555, user_id)
    world.watch.now += timedelta(weeks=1)
    await world.rate((101, 10), user_id=1)
    async with world.database.write() as session:
        await session.execute(
            update(ServerTitle).where(ServerTitle.anime_id == 102).values(total=1)
        )
        await session.execute(delete(ServerTitle).where(ServerTitle.anime_id == 103))
        await session.execute(
            update(ServerTitle).where(ServerTitle.anime_id == 101).values(began_votes=2)
        )
    right = await to_count(world)
    done = await asyncio.to_thread(recount, world.database.path, world.watch.now)
    assert (done.titles, done.servers, done.wrong) == (3, 1, 3)
    assert await counted(world) == right
    week = week_of(world.watch.now)
    assert await past(world, week) == {**right, (555, 101): (3, 15, 75)}
    again = await asyncio.to_thread(recount, world.database.path, world.watch.now)
    assert again.wrong == 0


async def test_rebuilding_looks_each_wrong_row_up_by_its_key(world: ServiceWorld) -> None:
    await world.rate((101, 5))
    await world.top.saw_member(555, 7)
    wrong = 20_000
    async with world.database.write() as session:
        # compared with all others, so many would take a while; that this ends soon is the test
        await session.execute(
            text("""
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :wrong)
                INSERT INTO server_titles SELECT 555, 1000 + i, 1, 5, 25, 0, 1, 5, 25, 1, 5, 25
                FROM n
            """).bindparams(wrong=wrong)
        )
        await session.execute(
            text("""
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :wrong)
                INSERT INTO ratings (user_id, anime_id, score, rated_at, ordinal)
                SELECT 7, 1000 + i, 6, '2026-01-01', 10 + i FROM n
            """).bindparams(wrong=wrong)
        )
        await session.execute(update(ServerTitle).values(total=1))
    done = await asyncio.to_thread(recount, world.database.path, world.watch.now)
    assert (done.titles, done.wrong) == (wrong + 1, wrong + 1)
    assert await counted(world) == await to_count(world)


async def test_the_week_never_goes_back(world: ServiceWorld) -> None:
    await world.rate((101, 5))
    world.watch.now -= timedelta(weeks=3)
    await world.rate((102, 5))
    world.watch.now += timedelta(weeks=3)
    async with world.database.read() as session:
        assert await session.scalar(select(Clock.this_week)) == week_of(world.watch.now)


async def test_rebuilding_ends_what_a_clock_that_ran_ahead_spoiled(world: ServiceWorld) -> None:
    await world.rate((101, 5), (102, 6))
    await world.top.saw_member(555, 7)
    week = week_of(world.watch.now)
    world.watch.now += timedelta(weeks=6)
    await world.rate((101, 7))
    world.watch.now -= timedelta(weeks=5)
    done = await asyncio.to_thread(recount, world.database.path, world.watch.now)
    assert done.wrong == 1
    assert await past(world, week + 1) == {(555, 101): (1, 5, 25), (555, 102): (1, 6, 36)}
    # the running Riko tells the next weeks again as they begin
    world.watch.now += timedelta(weeks=1)
    await world.rate((102, 9))
    async with world.database.read() as session:
        assert await session.scalar(select(Clock.this_week)) == week + 2
    assert await past(world, week + 2) == {(555, 101): (1, 7, 49), (555, 102): (1, 6, 36)}
    again = await asyncio.to_thread(recount, world.database.path, world.watch.now)
    assert again.wrong == 0
