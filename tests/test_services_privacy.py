from __future__ import annotations

import json
import logging

import pytest
from sqlalchemy import func, select, text

from core.errors import BadExportError
from core.person import Gender, TitleLanguage
from core.recommender.filters import Filters
from core.services.dismissals import DismissalKind
from core.services.privacy import Deleted, Imported, Kept
from core.services.profiles import Preferences
from core.storage.tables import Base
from tests.service_world import ADULT, ME, OTHER, ServiceWorld, ids
from tests.tiny import ADULT_IDS

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
    )
    await world.rate((103, 9), (101, 3), (102, 8), (103, 10), user_id=user_id)
    await world.dismissals.dismiss(user_id, 110, DismissalKind.SEEN)
    await world.dismissals.dismiss(user_id, 111, DismissalKind.NOT_FOR_ME)
    lists = await world.new_round(user_id, filters=Filters(latest=2))
    assert lists.round_id is not None
    await world.recommendations.score_round(user_id, lists.round_id, 7)
    more = await world.recommendations.more(user_id, lists.round_id)
    assert more.round_id is not None
    await world.top.saw_member(555, user_id)
    return more.round_id


async def rows(world: ServiceWorld) -> dict[str, int]:
    async with world.database.read() as session:
        return {
            name: await session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }


def without_place(data: bytes) -> dict:
    """Return an export without what says whose and where it is, and how rounds are numbered."""
    export = json.loads(data)
    del export["user_id"]
    export.pop("servers", None)
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
    assert all(alone.values()), alone  # every table has something of a person
    theirs = await world.privacy.export(OTHER)

    round_id = await live(world)
    await world.ratings.scores(ME)
    await world.profiles.preferences(ME)
    kept = Kept(True, 2, 3, 2, 2, 1, 4, 1)
    assert await world.privacy.show(ME) == kept
    assert await world.privacy.delete(ME) == Deleted(True, 2, 3, 2, 2, 1, 4, 1)
    assert await rows(world) == alone
    assert await world.privacy.export(OTHER) == theirs
    assert await world.privacy.show(ME) == NOTHING
    assert await world.privacy.delete(ME) == Deleted(False, 0, 0, 0, 0, 0, 0, 0)

    # nor is anything left in memory
    assert world.ratings.scores_in_memory(ME) is None
    assert await world.profiles.preferences(ME) == Preferences()
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
    assert before == 1
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


async def test_a_stranger_can_export_nothing(world: ServiceWorld) -> None:
    assert json.loads(await world.privacy.export(ME))["ratings"] == []
    assert await world.privacy.show(ME) == NOTHING


async def test_importing_brings_all_of_it_back(world: ServiceWorld) -> None:
    round_id = await live(world)
    data = await world.privacy.export(ME)
    shown = ids(await world.recommendations.round(ME, round_id))
    await world.privacy.delete(ME)
    assert await world.privacy.import_(ME, data) == Imported(3, 2, 2)
    assert without_place(await world.privacy.export(ME)) == without_place(data)
    assert await world.profiles.preferences(ME) == Preferences(TitleLanguage.JAPANESE, False)
    assert await world.ratings.scores(ME) == {101: 3, 102: 8, 103: 10}
    # the old ids were free, but no id is given twice
    async with world.database.read() as session:
        newest = await session.scalar(select(func.max(Base.metadata.tables["rounds"].c.id)))
    assert newest == round_id + 2
    assert ids(await world.recommendations.round(ME, round_id + 2)) == shown


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


async def test_anothers_export_takes_nothing_of_theirs(world: ServiceWorld) -> None:
    await live(world, OTHER)
    theirs = await world.privacy.export(OTHER)
    await world.privacy.import_(ME, theirs)
    assert await world.privacy.export(OTHER) == theirs
    assert without_place(await world.privacy.export(ME)) == without_place(theirs)
    # nobody gets into a server by a file
    assert (await world.privacy.show(ME)).servers == 0


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
        changed(data, "rounds", 0, "kinds", to=[{"genres": ["x"], "examples": []}]),
    ):
        with pytest.raises(BadExportError) as refusal:
            await world.privacy.import_(ME, bad)
        assert str(refusal.value).count(".") == 1
        assert "secret" not in str(refusal.value)
    assert await rows(world) == before
    assert await world.privacy.export(ME) == data
