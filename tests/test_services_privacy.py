from __future__ import annotations

import asyncio
import json
import logging
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from core.errors import (
    AnothersExportError,
    BadExportError,
    EmptyExportError,
    LongExportError,
)
from core.person import Gender, TitleLanguage
from core.recommender.filters import Filters
from core.services.dismissals import DismissalKind
from core.services.privacy import Imported, Kept
from core.services.profiles import Preferences
from core.showing import DIRECT_MESSAGES
from core.storage.tables import Base
from tests.service_world import ADULT, ME, OTHER, ServiceWorld, ids
from tests.tiny import ADULT_IDS

FRIEND = 99
NOTHING = Kept(False, 0, 0, 0, 0, 0, 0, 0)


async def live(world: ServiceWorld, user_id: int = ME) -> int:
    """Do everything of which something is kept; return the id of a round."""
    await world.profiles.save(
        user_id,
        age=31,
        gender=Gender.FEMALE,
        title_language=TitleLanguage.JAPANESE,
        private=False,
        in_server_lists=False,
        shareable=True,
        twins=True,
    )
    await world.rate((103, 9), (101, 3), (102, 8), (103, 10), user_id=user_id)
    await world.dismissals.dismiss(user_id, 110, DismissalKind.SEEN)
    await world.dismissals.dismiss(user_id, 111, DismissalKind.NOT_FOR_ME)
    lists = await world.new_round(user_id, filters=Filters(latest=2))
    assert lists.round_id is not None
    await world.recommendations.score_round(user_id, lists.round_id, 7)
    more = await world.recommendations.more(user_id, lists.round_id, place=DIRECT_MESSAGES)
    assert more.round_id is not None
    await world.top.saw_member(555, user_id)
    if not (await world.privacy.show(FRIEND)).known:
        await world.rate((105, 8), user_id=FRIEND)
        await world.profiles.save(FRIEND, shareable=True)
    await world.parties.make(user_id, [FRIEND], guild_id=555, channel_id=556, place=DIRECT_MESSAGES)
    return more.round_id


OF_NOBODY = {"servers"}
"""Tables that hold nothing of single people."""


async def rows(world: ServiceWorld) -> dict[str, int]:
    async with world.database.read() as session:
        return {
            name: await session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
            if name not in OF_NOBODY
        }


def without_place(data: bytes) -> dict:
    """Return an export without what says whose and where it is, and how rounds are numbered."""
    export = json.loads(data)
    del export["user_id"]
    export.pop("servers", None)
    export.pop("parties", None)
    numbers = {round_["id"]: n for n, round_ in enumerate(export["rounds"])}
    for round_ in export["rounds"]:
        round_["id"] = numbers[round_["id"]]
        if "previous_id" in round_:
            round_["previous_id"] = numbers[round_["previous_id"]]
    return export


async def test_everything_is_counted_and_deleted_and_nothing_of_others(
    world: ServiceWorld, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "core")
    await live(world, OTHER)
    await world.ratings.scores(OTHER)
    alone = await rows(world)
    # every table has something of a person, but for what servers' members think: they left that
    assert [name for name, number in alone.items() if not number] == ["server_titles"]
    theirs = await world.privacy.export(OTHER)

    round_id = await live(world)
    await world.ratings.scores(ME)
    await world.profiles.preferences(ME)
    kept = Kept(True, 2, 3, 2, 2, 1, 4, 1, 1)
    assert await world.privacy.show(ME) == kept
    assert await world.privacy.delete(ME) == Kept(True, 2, 3, 2, 2, 1, 4, 1, 1)
    assert await rows(world) == alone
    assert await world.privacy.export(OTHER) == theirs
    assert await world.privacy.show(ME) == NOTHING
    assert await world.privacy.delete(ME) == Kept(False, 0, 0, 0, 0, 0, 0, 0)

    # nor is anything left in memory
    assert world.ratings.scores_in_memory(ME) is None
    assert await world.profiles.preferences(ME) == Preferences(may_see_adult=True)
    await world.rate((120, 5))
    await world.top.saw_member(555, ME)
    assert (await world.privacy.show(ME)).servers == 1
    assert round_id
    for record in caplog.records:
        assert "31" not in record.getMessage()
        assert "103" not in record.getMessage()


async def test_nothing_of_what_is_deleted_stays_in_the_file(world: ServiceWorld) -> None:
    me = 0x0123_4567_89AB_CDEF
    distinctive = (me.to_bytes(8, "big"), b'"year_from":1937')

    def on_disk() -> set[bytes]:
        path = world.database.path
        found = path.read_bytes() + path.with_name(f"{path.name}-wal").read_bytes()
        return {value for value in distinctive if value in found}

    await live(world, OTHER)
    await live(world, me)
    for _ in range(3):
        await world.new_round(me, filters=Filters(year_from=1937))
    assert await world.database.purge()  # now it stands in the file itself, not in the log alone
    await world.new_round(me, filters=Filters(year_from=1937))
    assert on_disk() == set(distinctive)
    async with world.database.read() as session:
        # some builds of SQLite overwrite anyway, others only if told
        assert await session.scalar(text("PRAGMA secure_delete")) == 1
    await world.privacy.delete(me)
    assert on_disk() == set()


async def test_a_reader_does_not_keep_anything_from_being_deleted(
    world: ServiceWorld, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "core")
    await live(world)
    async with world.database.read() as session:
        before = await session.scalar(
            select(func.count()).select_from(Base.metadata.tables["users"])
        )
        deleted = await world.privacy.delete(ME)
    assert before == 2  # with the friend
    assert deleted.known
    assert "emptied later" in caplog.text
    assert await world.privacy.show(ME) == NOTHING


async def test_an_export_names_no_adult_titles(world: ServiceWorld) -> None:
    await world.profiles.save(ME, age=15)
    await world.rate((ADULT, 9), (101, 8))
    await world.dismissals.dismiss(ME, max(ADULT_IDS), DismissalKind.SEEN)
    export = json.loads(await world.privacy.export(ME))
    assert [("title" in r, r["anime_id"]) for r in export["ratings"]] == [
        (False, ADULT),
        (True, 101),
    ]
    assert [d.get("title") for d in export["dismissals"]] == [None]
    data = await world.privacy.export(ME)
    await world.privacy.import_(ME, data)
    assert await world.privacy.export(ME) == data


async def test_an_export_has_everything(world: ServiceWorld) -> None:
    round_id = await live(world)
    export = json.loads(await world.privacy.export(ME))
    assert (export["format"], export["version"], export["user_id"]) == ("riko-export", 1, ME)
    assert export["profile"]["birth_year"] == world.watch.now.year - 31
    assert export["profile"]["title_language"] == "japanese"
    assert [(r["anime_id"], r["score"]) for r in export["ratings"]] == [
        (101, 3),
        (102, 8),
        (103, 10),
    ]
    assert export["ratings"][0]["title"] == "Chiisana 0"
    assert [d["kind"] for d in export["dismissals"]] == ["seen", "not_for_me"]
    first, second = export["rounds"]
    assert (first["score"], first["filters"]["latest"]) == (7, 2)
    assert (second["id"], second["previous_id"]) == (round_id, first["id"])
    assert len(second["titles"]["similar"]) == 10
    assert export["servers"][0]["guild_id"] == 555
    assert export["profile"]["twins"]
    (party,) = export["parties"]
    assert (party["guild_id"], party["channel_id"]) == (555, 556)
    assert party["asked"]
    assert party["counted"]
    assert len(party["titles"]) == 10
    # of two, it would tell the other's part
    assert not any("mean" in title for title in party["titles"])
    assert "polled_at" not in party


async def test_of_a_party_of_three_the_export_has_the_means_and_the_poll(
    world: ServiceWorld,
) -> None:
    for user_id in (ME, OTHER, FRIEND):
        await world.rate((101, 8), (102, 5), user_id=user_id)
        await world.profiles.save(user_id, shareable=True)
    made = await world.parties.make(
        ME, [OTHER, FRIEND], guild_id=555, channel_id=556, place=DIRECT_MESSAGES
    )
    assert made.party_id is not None
    await world.parties.begin_poll(made.party_id, ME, place=DIRECT_MESSAGES)
    await world.parties.note_poll(made.party_id, 77)
    (party,) = json.loads(await world.privacy.export(ME))["parties"]
    assert [title["mean"] for title in party["titles"]] == [
        title.predicted for title in made.titles
    ]
    assert party["poll_id"] == 77
    assert datetime.fromisoformat(party["polled_at"]) <= world.watch.now


async def test_the_export_has_what_a_changed_score_was(world: ServiceWorld) -> None:
    await world.rate((101, 8))
    world.watch.now += timedelta(weeks=2)
    await world.rate((101, 5))
    (rating,) = json.loads(await world.privacy.export(ME))["ratings"]
    assert (rating["score"], rating["began_score"], rating["before_score"]) == (5, 8, 8)


async def test_putting_back_an_export_makes_nothing_new(world: ServiceWorld) -> None:
    await world.rate((101, 8))
    world.watch.now += timedelta(weeks=2)
    await world.rate((101, 5))
    export = await world.privacy.export(ME)
    await world.privacy.import_(ME, export)
    assert json.loads(await world.privacy.export(ME))["ratings"] == json.loads(export)["ratings"]


async def test_a_moment_to_come_is_taken_for_now(world: ServiceWorld) -> None:
    await world.rate((101, 8))
    export = json.loads(await world.privacy.export(ME))
    export["ratings"][0]["rated_at"] = "2999-01-01T00:00:00Z"
    await world.privacy.import_(ME, json.dumps(export).encode())
    (rating,) = json.loads(await world.privacy.export(ME))["ratings"]
    assert datetime.fromisoformat(rating["rated_at"]) == world.watch.now


async def test_a_stranger_can_export_nothing(world: ServiceWorld) -> None:
    assert json.loads(await world.privacy.export(ME))["ratings"] == []
    assert await world.privacy.show(ME) == NOTHING


async def test_importing_brings_all_of_it_back(world: ServiceWorld) -> None:
    round_id = await live(world)
    data = await world.privacy.export(ME)
    shown = ids(await world.recommendations.round(ME, round_id, place=DIRECT_MESSAGES))
    await world.privacy.delete(ME)
    assert await world.privacy.import_(ME, data) == Imported(3, 2, 2, None)
    assert without_place(await world.privacy.export(ME)) == without_place(data)
    assert await world.profiles.preferences(ME) == Preferences(
        TitleLanguage.JAPANESE, False, True, private_chosen=True
    )
    assert await world.ratings.scores(ME) == {101: 3, 102: 8, 103: 10}
    # the old ids were free, but no id is given twice
    async with world.database.read() as session:
        newest = await session.scalar(select(func.max(Base.metadata.tables["rounds"].c.id)))
    assert newest == round_id + 2
    assert ids(await world.recommendations.round(ME, round_id + 2, place=DIRECT_MESSAGES)) == shown


async def test_importing_ones_own_export_changes_nothing(world: ServiceWorld) -> None:
    await live(world)
    data = await world.privacy.export(ME)
    await world.rate((130, 2))
    await world.ratings.unrate(ME, 101)
    await world.dismissals.restore(ME, 110)
    for _ in range(2):
        await world.privacy.import_(ME, data)
        assert await world.privacy.export(ME) == data
    assert (await world.privacy.show(ME)).undo_steps == 0


async def test_only_ones_own_export_is_taken_in_and_no_empty_one(world: ServiceWorld) -> None:
    await live(world, OTHER)
    await live(world)
    mine = await world.privacy.export(ME)
    with pytest.raises(AnothersExportError):
        await world.privacy.import_(ME, await world.privacy.export(OTHER))
    stranger = await world.privacy.export(999)
    for empty in (stranger, changed(stranger, "user_id", to=ME)):
        with pytest.raises(EmptyExportError):
            await world.privacy.import_(ME, empty)
    assert await world.privacy.export(ME) == mine


async def test_nobody_gets_into_a_server_by_a_file(world: ServiceWorld) -> None:
    await live(world)
    data = await world.privacy.export(ME)
    await world.privacy.delete(ME)
    await world.privacy.import_(ME, data)
    assert (await world.privacy.show(ME)).servers == 0
    assert (await world.privacy.show(ME)).parties == 0


async def test_a_file_without_a_profile_leaves_the_settings(world: ServiceWorld) -> None:
    await live(world)
    data = json.loads(await world.privacy.export(ME))
    del data["profile"]
    await world.profiles.save(ME, private=True)
    await world.privacy.import_(ME, json.dumps(data).encode())
    assert await world.profiles.preferences(ME) == Preferences(
        TitleLanguage.JAPANESE, True, True, private_chosen=True
    )


async def test_who_said_120_may_take_their_export_in_a_year_later(world: ServiceWorld) -> None:
    await live(world)
    await world.profiles.save(ME, age=120)
    data = await world.privacy.export(ME)
    world.watch.now += timedelta(days=366)
    await world.privacy.import_(ME, data)
    assert (await world.profiles.view(ME)).age == 121
    await world.new_round()


async def test_what_is_saved_while_a_file_is_taken_in_is_kept_or_given_back(
    world: ServiceWorld,
) -> None:
    await live(world)
    data = await world.privacy.export(ME)
    for anime_id in range(120, 130):
        imported, change = await asyncio.gather(
            world.privacy.import_(ME, data), world.ratings.rate(ME, anime_id, 6)
        )
        before = {rating["anime_id"] for rating in json.loads(imported.replaced or b"")["ratings"]}
        after = await world.ratings.scores(ME)
        assert (anime_id in before) != (anime_id in after), change
        # what was replaced can itself be taken in
        assert imported.replaced
        assert await world.privacy.import_(ME, imported.replaced)


def titles(number: int) -> list[dict]:
    return [{"anime_id": each + 1, "predicted": 5} for each in range(number)]


@pytest.mark.parametrize(
    ("entries", "most"),
    [
        ({"ratings": 30_001}, 30_000),
        ({"dismissals": 30_001}, 30_000),
        ({"rounds": 5_001}, 5_000),
        ({"titles": 11}, 10),
    ],
)
async def test_a_file_with_more_than_anybody_can_have_is_refused(
    world: ServiceWorld, entries: dict[str, int], most: int
) -> None:
    when = "2026-01-01T00:00:00Z"
    data = {
        "format": "riko-export",
        "version": 1,
        "user_id": ME,
        "ratings": [
            {"anime_id": each + 1, "score": 5, "rated_at": when}
            for each in range(entries.get("ratings", 1))
        ],
        "dismissals": [
            {"anime_id": each + 1, "kind": "seen", "created_at": when}
            for each in range(entries.get("dismissals", 1))
        ],
        "rounds": [
            {
                "id": each,
                "created_at": when,
                "rating_count": 1,
                "titles": {"similar": titles(entries.get("titles", 1))},
            }
            for each in range(entries.get("rounds", 1))
        ],
    }
    with pytest.raises(LongExportError) as refusal:
        await world.privacy.import_(ME, json.dumps(data, separators=(",", ":")).encode())
    assert refusal.value.most == most
    assert await world.privacy.show(ME) == NOTHING


async def test_a_long_life_is_taken_in_by_few_statements_and_in_the_right_order(
    world: ServiceWorld,
) -> None:
    when = "2026-01-01T00:00:00Z"
    data = json.dumps(
        {
            "format": "riko-export",
            "version": 1,
            "user_id": ME,
            "ratings": [
                {"anime_id": 3_000 - each, "score": 1 + each % 10, "rated_at": when}
                for each in range(1_200)
            ],
            "rounds": [
                {
                    "id": each,
                    "previous_id": each + (1 if each % 2 else -1),
                    "created_at": when,
                    "rating_count": 1,
                    "titles": {"may_like": titles(10), "similar": titles(7)},
                }
                for each in range(50, 350)
            ],
        }
    ).encode()
    await world.rate((101, 9), user_id=OTHER)
    await world.new_round(OTHER)
    seen = world.statements()
    await world.privacy.import_(ME, data)
    assert len(seen) <= 30, seen
    taken = json.loads(await world.privacy.export(ME))
    assert [each["anime_id"] for each in taken["ratings"]] == list(range(3_000, 1_800, -1))
    numbers = [round_["id"] for round_ in taken["rounds"]]
    assert numbers == list(range(numbers[0], numbers[0] + 300))
    # a round goes on from an older one, never from a newer
    assert [round_.get("previous_id") for round_ in taken["rounds"]][1:5] == [
        None,
        numbers[1],
        None,
        numbers[3],
    ]
    assert taken["rounds"][9]["titles"]["similar"] == [
        {**each, "predicted": 5.0} for each in titles(7)
    ]


def changed(data: bytes, *path: str | int, to: object) -> bytes:
    export = json.loads(data)
    place = export
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return json.dumps(export).encode()


async def test_bad_files_change_nothing(world: ServiceWorld) -> None:
    await live(world)
    data = await world.privacy.export(ME)
    ratings = json.loads(data)["ratings"]
    before = await rows(world)
    for bad in (
        b"",
        b"\xff\xfe",
        b"[]",
        b"[" * 100_000,
        b"{}",
        data[:-20],
        b" " * (11 * 2**20),
        changed(data, "format", to="other"),
        changed(data, "version", to=2),
        changed(data, "secret", to=1),
        changed(data, "ratings", to=ratings + ratings[:1]),
        changed(data, "ratings", 0, "score", to=11),
        changed(data, "ratings", 0, "anime_id", to=2**40),
        changed(data, "ratings", 0, "rated_at", to="2026-01-01T00:00:00"),
        changed(data, "ratings", 0, "rated_at", to="0001-01-01T00:00:00+14:00"),
        changed(data, "profile", "birth_year", to=world.watch.now.year - 9),
        changed(data, "profile", "gender", to="robot"),
        changed(data, "dismissals", 0, "kind", to="hated"),
        changed(data, "rounds", 0, "titles", to={"worst": []}),
        changed(data, "rounds", 0, "titles", "similar", 0, "predicted", to=1e999),
        changed(data, "rounds", 0, "filters", to="x"),
        changed(data, "rounds", 0, "filters", to={"latest": 0}),
        changed(data, "rounds", 0, "filters", to={"genre": "Cooking"}),
        changed(data, "rounds", 0, "filters", to={"also": ["Romance", "Cooking"]}),
        changed(data, "rounds", 0, "filters", to={"without": ["Cooking"]}),
        changed(data, "rounds", 0, "filters", to={"latest": 10**25}),
        changed(data, "rounds", 0, "filters", to={"latest": 5_000}),
        changed(data, "rounds", 0, "filters", to={"type": "x" * 41}),
        changed(data, "rounds", 0, "filters", to={"year_from": -1}),
        changed(data, "rounds", 0, "filters", to={"also": ["Action"] * 50}),
        changed(data, "rounds", 0, "titles", "similar", to=titles(2) * 2),
        changed(data, "rounds", 0, "kinds", to=[{"genres": ["x"], "examples": []}]),
    ):
        with pytest.raises(BadExportError) as refusal:
            await world.privacy.import_(ME, bad)
        assert str(refusal.value).count(".") == 1
        assert "secret" not in str(refusal.value)
    assert await rows(world) == before
    assert await world.privacy.export(ME) == data
