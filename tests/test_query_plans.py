"""The statements that run often find their rows by an index."""

from __future__ import annotations

import dis
import inspect
import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from core.services.dismissals import DismissalKind
from core.services.server_lists import TopKind
from core.services.servers import DigestTrouble
from core.showing import ANYBODY, DIRECT_MESSAGES
from core.storage.tables import Base
from core.storage.week import week_of
from tests.rows import NOW
from tests.service_world import ME, ServiceWorld

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

ASKED: dict[str, Callable[[ServiceWorld, int], Awaitable[object]]] = {
    "profile": lambda world, _: world.profiles.view(ME),
    "profile saved": lambda world, _: world.profiles.save(ME, in_server_lists=False),
    "profile asked for": lambda world, _: world.profiles.ask_for_profile(ME),
    "rate": lambda world, _: world.ratings.rate(ME, 120, 5),
    "rate several": lambda world, _: world.ratings.rate_many(ME, [(120, 5), (121, 6)]),
    "ratings": lambda world, _: world.ratings.of(ME),
    "ratings of no title": lambda world, _: world.ratings.gone(ME),
    "unrate": lambda world, _: world.ratings.unrate(ME, 102),
    "undo": lambda world, _: world.ratings.undo(ME, 1, place=DIRECT_MESSAGES),
    "scores": lambda world, _: world.ratings.scores(ME),
    "dismiss": lambda world, _: world.dismissals.dismiss(ME, 140, DismissalKind.SEEN),
    "dismiss several": lambda world, _: world.dismissals.dismiss_many(
        ME, [140, 141], DismissalKind.SEEN
    ),
    "restore": lambda world, _: world.dismissals.restore(ME, 140),
    "restore several": lambda world, _: world.dismissals.restore_many(ME, [140, 141]),
    "dismissed": lambda world, _: world.dismissals.of(ME, place=DIRECT_MESSAGES),
    "preferences": lambda world, _: world.profiles.preferences(ME),
    "recommend": lambda world, _: world.recommendations.recommend(ME, place=DIRECT_MESSAGES),
    "more": lambda world, round_id: world.recommendations.more(ME, round_id, place=DIRECT_MESSAGES),
    "round": lambda world, round_id: world.recommendations.round(
        ME, round_id, place=DIRECT_MESSAGES
    ),
    "score": lambda world, round_id: world.recommendations.score_round(ME, round_id, 5),
    "predict": lambda world, _: world.recommendations.predict(ME, 120),
    "why": lambda world, _: world.recommendations.why(ME, 120, place=DIRECT_MESSAGES),
    "similar": lambda world, _: world.recommendations.similar_to(
        120, user_id=ME, personal=True, place=DIRECT_MESSAGES
    ),
    "taste": lambda world, _: world.tastes.card(ME, place=DIRECT_MESSAGES),
    "history": lambda world, _: world.history.history(ME, place=DIRECT_MESSAGES),
    "top": lambda world, _: world.top.top(None, user_id=ME, personal=True, place=DIRECT_MESSAGES),
    "server": lambda world, _: world.server_lists.mean(555, 101),
    **{
        f"server {kind}": lambda world, _, kind=kind: world.server_lists.top(
            555, kind, None, user_id=ME, personal=True, place=DIRECT_MESSAGES
        )
        for kind in TopKind
    },
    "server genre": lambda world, _: world.server_lists.top(
        555, TopKind.GEMS, "Romance", user_id=ME, personal=True, place=DIRECT_MESSAGES
    ),
    "new in top": lambda world, _: world.server_lists.newly_in_top(555, week_of(NOW), ANYBODY),
    "most rated": lambda world, _: world.server_lists.most_rated(555, week_of(NOW), ANYBODY),
    "member": lambda world, _: world.top.saw_member(556, ME),
    "server settings": lambda world, _: world.servers.settings(555),
    "server change": lambda world, _: world.servers.change(555, private=False),
    "digests due": lambda world, _: world.servers.due(3),
    "digest claimed": lambda world, _: world.servers.claim(555, 3),
    "digests claimed": lambda world, _: world.servers.claimed(3),
    "digest done": lambda world, _: world.servers.done(555, 3),
    "digest put off": lambda world, _: world.servers.release(555, 3),
    "digest ended": lambda world, _: world.servers.end_digest(555, 5, DigestTrouble.CHANNEL_GONE),
    "server reset": lambda world, _: world.servers.reset(555),
    "next server": lambda world, _: world.leaving.next_server(),
    "members": lambda world, _: world.leaving.members(555),
    "left": lambda world, _: world.leaving.left(555, [ME], world.watch()),
    "server gone": lambda world, _: world.leaving.server_gone(555),
    "show": lambda world, _: world.privacy.show(ME),
    "export": lambda world, _: world.privacy.export(ME),
    "import": lambda world, _: _in_again(world.privacy.export, world.privacy.import_),
    "delete": lambda world, _: world.privacy.delete(ME),
}


async def _in_again(
    export: Callable[[int], Awaitable[bytes]], take_in: Callable[[int, bytes], Awaitable[object]]
) -> None:
    await take_in(ME, await export(ME))


FRIEND = 8
ASKED_BY_FRIENDS: dict[str, Callable[[ServiceWorld, int], Awaitable[object]]] = {
    "party": lambda world, _: world.parties.make(
        ME, [FRIEND], guild_id=555, channel_id=556, place=DIRECT_MESSAGES
    ),
    "about me": lambda world, party_id: world.parties.own_view(
        party_id, FRIEND, place=DIRECT_MESSAGES
    ),
    "poll": lambda world, party_id: world.parties.begin_poll(
        party_id, FRIEND, place=DIRECT_MESSAGES
    ),
    "polled": lambda world, party_id: world.parties.note_poll(party_id, 5),
    "poll failed": lambda world, party_id: world.parties.give_up_poll(party_id),
    "poll found": lambda world, party_id: world.parties.poll_of(party_id),
    "poll deleted": lambda world, party_id: world.parties.forget_poll(party_id, 5),
    "sweep": lambda world, _: world.parties.sweep(),
    "together": lambda world, _: world.together.together(ME, FRIEND, place=DIRECT_MESSAGES),
    "left": lambda world, _: world.leaving.left(555, [FRIEND], world.watch()),
    "server gone": lambda world, _: world.leaving.server_gone(555),
    "twins": lambda world, _: world.twins.find(ME, 555, place=DIRECT_MESSAGES),
    "export": lambda world, _: world.privacy.export(ME),
    "delete": lambda world, _: world.privacy.delete(ME),
}


async def test_all_that_services_are_asked_is_looked_at(world: ServiceWorld) -> None:
    asked: set[tuple[str, str]] = set()
    for ask in (*ASKED.values(), *ASKED_BY_FRIENDS.values()):
        attributes = (
            str(step.argval)
            for step in dis.get_instructions(ask)
            if step.opname in {"LOAD_ATTR", "LOAD_METHOD"}
        )
        asked |= set(pairwise(attributes))
    can_be = {
        (name, method)
        for name, service in vars(world).items()
        if type(service).__module__.startswith("core.services.")
        for method, function in inspect.getmembers(type(service), inspect.iscoroutinefunction)
        if not method.startswith("_")
    }
    assert can_be
    assert can_be - asked == set()


@pytest.mark.parametrize("name", ASKED)
async def test_no_table_is_read_from_end_to_end(world: ServiceWorld, name: str) -> None:
    await world.rate((101, 9), (102, 8))
    await world.top.saw_member(555, ME)
    round_id = (await world.new_round()).round_id
    assert round_id is not None
    world.ratings.forget(ME)
    await assert_nothing_is_scanned(world, lambda: ASKED[name](world, round_id))


async def assert_nothing_is_scanned(
    world: ServiceWorld, ask: Callable[[], Awaitable[object]]
) -> None:
    """Look at the plan of every statement that `ask` runs."""
    ran: list[tuple[str, tuple[object, ...]]] = []

    def note(_conn, _cursor, statement, parameters, _context, executemany) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE", "INSERT", "WITH")):
            ran.append((statement, tuple(parameters[0] if executemany else parameters)))

    for engine in world.database.engines:
        event.listen(engine, "before_cursor_execute", note)
    await ask()
    for engine in world.database.engines:
        event.remove(engine, "before_cursor_execute", note)
    assert ran
    async with world.database.engine.connect() as connection:
        for statement, parameters in ran:
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [str(row.detail) for row in plan]
            assert not _scanned(statement, steps), (statement, steps)


def _scanned(statement: str, steps: Iterable[str]) -> set[str]:
    """Return the tables that a statement reads from end to end, by the steps of its plan."""
    # a CTE, a subquery or a list of ids may be: it holds what a step before has found
    scanned = {step.split()[1] for step in steps if step.startswith("SCAN ")}
    aliases = re.findall(r"\b(\w+) AS (\w+)", statement)
    tables = {table: table for table in Base.metadata.tables}
    tables |= {alias: table for table, alias in aliases if table in tables}
    return {tables[name] for name in scanned if name in tables}


async def test_nor_by_a_trigger(world: ServiceWorld) -> None:
    async with world.database.engine.connect() as connection:
        triggers = (
            await connection.exec_driver_sql(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            )
        ).all()
        assert triggers
        for trigger in triggers:
            name, sql = str(trigger.name), str(trigger.sql)
            body = sql[sql.index("BEGIN") + len("BEGIN") : sql.rindex("END")]
            for statement in re.sub(r"\b(?:NEW|OLD)\.\w+", "1", body).split(";")[:-1]:
                plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")
                steps = [str(row.detail) for row in plan]
                assert steps, name
                assert not any(step.startswith("SCAN ") for step in steps), (name, steps)
                # of a server's titles only those are looked at that somebody rated
                assert not any(
                    step.startswith("SEARCH server_titles") and "anime_id" not in step
                    for step in steps
                ), (name, steps)


async def _friends(world: ServiceWorld) -> int:
    """Let two people with much in common be members, and make a party of them; return its id."""
    for user_id in (ME, FRIEND):
        await world.rate(
            *((anime_id, 1 + anime_id % 10) for anime_id in range(101, 109)), user_id=user_id
        )
        await world.profiles.save(user_id, shareable=True, twins=True)
        await world.top.saw_member(555, user_id)
    made = await world.parties.make(
        ME, [FRIEND], guild_id=555, channel_id=556, place=DIRECT_MESSAGES
    )
    assert made.party_id is not None
    return made.party_id


@pytest.mark.parametrize("name", ASKED_BY_FRIENDS)
async def test_parties_and_twins_read_no_table_from_end_to_end(
    world: ServiceWorld, name: str
) -> None:
    party_id = await _friends(world)
    await assert_nothing_is_scanned(world, lambda: ASKED_BY_FRIENDS[name](world, party_id))
