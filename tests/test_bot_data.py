"""`/privacy`: what is kept of a person is theirs to see, to take along and to delete."""

from __future__ import annotations

import json
import logging
import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from core.services.dismissals import DismissalKind
from core.services.export import LARGEST_FILE
from core.showing import DIRECT_MESSAGES
from tests.bot_world import FIFTH, FIRST, FOURTH, SECOND, THIRD, card, open_world, options, text

if TYPE_CHECKING:
    from pathlib import Path

    from simcord.results import InteractionResult, ResponseMessage

    from tests.bot_world import World

AGE = 87
NONSENSE = "an anime nobody made"


def labels(message: ResponseMessage) -> list[str]:
    return [item["label"] for row in message.components for item in row["components"]]


def answered(result: InteractionResult) -> ResponseMessage:
    assert result.response is not None
    return result.response


async def use_everything(world: World) -> None:
    """Let Aiko do all that leaves something behind."""
    aiko, channel = world.aiko, world.channel
    await aiko.slash(channel, "profile set", age=AGE, gender="another", share=True)
    await world.rate((FIRST, 9), (SECOND, 7), (THIRD, 8), (FOURTH, 3), (FIRST, 10))
    await aiko.slash(channel, "rate", title=NONSENSE, score=5)
    lists = card(await aiko.slash(channel, "recommend"))
    opened = answered(await aiko.click(lists, label="Rate these"))
    asked = answered(await aiko.select(opened, [options(opened)[0]["value"]]))
    await aiko.select(asked, ["6"])
    top = card(await aiko.slash(channel, "top"))
    await aiko.select(top, [options(top)[0]["value"]])
    services = world.bot.services
    await services.dismissals.dismiss(aiko.id, FIFTH + 1, DismissalKind.NOT_FOR_ME)
    await services.dismissals.dismiss(aiko.id, FIFTH + 2, DismissalKind.SEEN)
    more = await services.recommendations.recommend(aiko.id, place=DIRECT_MESSAGES)
    round_id = getattr(more, "round_id", None)
    assert round_id is not None
    await services.recommendations.more(aiko.id, round_id, place=DIRECT_MESSAGES)
    await services.recommendations.score_round(aiko.id, round_id, 4)
    friend = 4242
    await services.ratings.rate(friend, SECOND, 8)
    await services.profiles.save(friend, shareable=True)
    for one, other in ((aiko.id, friend), (friend, aiko.id)):
        await services.parties.make(
            one, [other], guild_id=world.guild.id, channel_id=channel.id, place=DIRECT_MESSAGES
        )
    await aiko.slash(channel, "history")
    await aiko.slash(channel, "profile view")
    await aiko.slash(channel, "privacy show")


async def fail_at_everything(world: World) -> None:
    """Let Aiko do again what fails now, so that there is something to log."""
    world.damage("ALTER TABLE ratings RENAME TO lost")
    await world.rate((SECOND, 1))
    await world.aiko.slash(world.channel, "profile set", age=AGE, gender="another")
    await world.aiko.slash(world.channel, "recommend")
    world.damage("ALTER TABLE lost RENAME TO ratings")
    world.damage("ALTER TABLE round_titles RENAME TO lost")
    await world.aiko.slash(world.channel, "recommend")
    world.damage("ALTER TABLE lost RENAME TO round_titles")


async def export(world: World) -> bytes:
    """Let Aiko export; return the file."""
    given = answered(await world.aiko.slash(world.channel, "privacy export"))
    assert given.ephemeral
    (file,) = given.attachments
    assert file.filename == "riko-export.json"
    return await file.read()


async def take_in(world: World, data: bytes) -> ResponseMessage:
    """Let Aiko import a file that is good; return the answer."""
    file = ("mine.json", data)
    said = answered(await world.aiko.slash(world.channel, "privacy import", file=file))
    assert said.ephemeral
    assert said.content.startswith("Taken in:")
    return said


def rows_by_person(world: World) -> dict[str, set[int]]:
    """Return whose rows there are, by table: those of a person, and those that belong to such."""
    owned = {
        "round_titles": "SELECT user_id FROM round_titles LEFT JOIN rounds ON id = round_id",
        "undo_ratings": "SELECT user_id FROM undo_ratings LEFT JOIN undo_steps ON id = step_id",
        "users": "SELECT id FROM users",
    }
    found: dict[str, set[int]] = {}
    with closing(sqlite3.connect(world.settings.data_folder / "riko.db")) as database:
        tables = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        for (table,) in tables.fetchall():
            # what is counted and set for servers is of nobody
            if table in {"alembic_version", "clock", "server_titles", "servers"}:
                continue
            query = owned.get(table, f"SELECT user_id FROM {table}")  # noqa: S608 - our own names
            found[table] = {user_id for (user_id,) in database.execute(query)}
    return found


async def test_nothing_is_kept_of_somebody_new(tmp_path: Path):
    async with open_world(tmp_path) as world:
        for command in ("show", "export", "delete"):
            said = text(await world.aiko.slash(world.channel, f"privacy {command}"))
            assert "keeps nothing about you" in said


async def test_everything_kept_is_counted(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await use_everything(world)
        shown = card(await world.aiko.slash(world.channel, "privacy show"))
        assert shown.ephemeral
        said = shown.embeds[0].description or ""
        assert "5 ratings" in said
        assert "2 titles you do not want" in said
        assert "3 pairs of lists" in said
        assert "1 server " in said
        assert "yourself" in said
        about = "".join(field.value or "" for field in shown.embeds[0].fields)
        assert "/privacy export" in about
        assert "/privacy delete" in about


async def test_an_export_read_in_again_gives_everything_back(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await use_everything(world)
        data = await export(world)
        assert json.loads(data)["format"] == "riko-export"
        before = await world.ratings()
        await world.bot.services.privacy.delete(world.aiko.id)
        assert await world.ratings() == {}

        said = await take_in(world, data)
        assert "5 ratings" in said.content
        assert said.attachments == []
        assert await world.ratings() == before
        profile = await world.bot.services.profiles.view(world.aiko.id)
        assert (profile.age, profile.shareable) == (AGE, True)


async def test_what_an_import_replaces_can_be_brought_back(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        old = await export(world)
        await world.rate((FIRST, 4), (SECOND, 8))
        said = await take_in(world, old)
        assert await world.ratings() == {FIRST: 9}
        (replaced,) = said.attachments
        await take_in(world, await replaced.read())
        assert await world.ratings() == {FIRST: 4, SECOND: 8}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"[]",
        b'{"format": "other"}',
        b'{"format": "riko-export"}',
        b"{" * 9_999,
    ],
    ids=["empty", "no text", "a list", "another", "nothing in it", "deep"],
)
async def test_other_files_are_refused(tmp_path: Path, data: bytes):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        said = text(await world.aiko.slash(world.channel, "privacy import", file=("x.json", data)))
        assert "no export of Riko's" in said
        assert await world.ratings() == {FIRST: 9}


async def test_large_files_are_not_even_read(tmp_path: Path):
    async with open_world(tmp_path) as world:
        file = ("x.json", b" " * (LARGEST_FILE + 1))
        said = text(await world.aiko.slash(world.channel, "privacy import", file=file))
        assert "at most 10 MB" in said


async def test_deleting_asks_once_and_can_be_cancelled(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        question = answered(await world.aiko.slash(world.channel, "privacy delete"))
        assert question.ephemeral
        assert "1 rating" in question.content
        assert "/privacy export" in question.content
        assert labels(question) == ["Delete everything", "Cancel"]
        assert await world.ratings() == {FIRST: 9}
        cancelled = answered(await world.aiko.click(question, label="Cancel"))
        assert cancelled.content == "Nothing was deleted."
        assert cancelled.components == []
        assert await world.ratings() == {FIRST: 9}


async def test_deleted_is_deleted_also_for_a_second_press_and_another_window(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await use_everything(world)
        question = answered(await world.aiko.slash(world.channel, "privacy delete"))
        window = answered(await world.aiko.slash(world.channel, "privacy delete"))
        await world.restart()
        deleted = answered(await world.aiko.click(question, label="Delete everything"))
        assert deleted.content.startswith("Deleted, all of it:")
        assert "5 ratings" in deleted.content
        assert deleted.components == []
        gone = answered(await world.aiko.click(window, label="Delete everything"))
        assert gone.content.startswith("It is gone already")
        assert gone.components == []

        # and one can start anew
        await world.rate((SECOND, 7))
        assert await world.ratings() == {SECOND: 7}


async def test_nothing_of_the_person_is_left_anywhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    for ours in ("bot", "core"):
        caplog.set_level(logging.DEBUG, logger=ours)
    async with open_world(tmp_path) as world:
        await world.ben.slash(world.channel, "rate", title=str(FIRST), score=2)
        caplog.clear()
        await use_everything(world)
        await fail_at_everything(world)
        data = await export(world)
        await world.aiko.slash(world.channel, "privacy import", file=("mine.json", data))
        await world.aiko.slash(world.channel, "privacy import", file=("bad.json", data[:-9]))
        # an import leaves nothing to undo
        await world.rate((FOURTH, 5))
        names = {rating.title for rating in await world.bot.services.ratings.of(world.aiko.id)}
        before = rows_by_person(world)
        for table, people in before.items():
            assert world.aiko.id in people, table

        question = answered(await world.aiko.slash(world.channel, "privacy delete"))
        await world.aiko.click(question, label="Delete everything")
        await world.env.settle()
        after = rows_by_person(world)
        assert after.keys() == before.keys()
        for table, people in after.items():
            assert people == before[table] - {world.aiko.id}, table
        assert world.ben.id in after["ratings"]

        # what was kept in memory is gone too
        services = world.bot.services
        assert not await services.ratings.scores(world.aiko.id)
        preferences = await services.profiles.preferences(world.aiko.id)
        assert (preferences.private, preferences.title_language) == (True, None)
        assert "keeps nothing about you" in text(
            await world.aiko.slash(world.channel, "privacy show")
        )

    logged = [
        logging.Formatter().format(record).replace(str(tmp_path), "")  # with tracebacks
        for record in caplog.records
        if record.name.split(".")[0] in {"bot", "core", "migrations"}
    ]
    assert len(logged) > 3
    for line in logged:
        assert NONSENSE not in line
        assert "another" not in line
        assert str(AGE) not in re.findall(r"\d+", line)
        for title in names:
            assert title.title not in line
            assert title.display not in line
        # scores: no small number may stand alone
        assert re.findall(r"(?<![\w.:/-])(?:10|[1-9])(?![\w.:/-])", line) == [], line


async def test_a_failed_deletion_deletes_nothing_and_says_so(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        question = answered(await world.aiko.slash(world.channel, "privacy delete"))
        world.damage("ALTER TABLE dismissals RENAME TO lost")
        result = await world.aiko.click(question, label="Delete everything")
        assert "database is not answering" in result.followups[0].content
        world.damage("ALTER TABLE lost RENAME TO dismissals")
        assert await world.ratings() == {FIRST: 9}


async def test_others_see_nothing_of_it(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.aiko.slash(world.channel, "profile set", private=False)
        await world.rate((FIRST, 9))
        data = await export(world)
        await world.aiko.slash(world.channel, "privacy import", file=("mine.json", data))
        await world.aiko.slash(world.channel, "privacy show")
        question = answered(await world.aiko.slash(world.channel, "privacy delete"))
        await world.aiko.click(question, label="Delete everything")
        assert world.channel.history(viewer=world.ben) == []
