"""What nobody foresaw, and what comes too late."""

from __future__ import annotations

import asyncio
import inspect
import re
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from simcord.backend.serializers import message_payload
from simcord.enums import InteractionType
from simcord.interactions import base_payload

import core.errors
from bot.errors import sentence
from bot.interactions import TOO_LATE, Punctuality
from bot.ui.words import Language, words_in
from core.errors import BundleError, RikoError
from tests.bot_world import FIRST, SECOND, THIRD, World, card, open_world, options, text

if TYPE_CHECKING:
    from simcord.backend.models.interaction import Interaction

ANSWER = "/webhooks/*/messages/@original"
ENGLISH = words_in(Language.ENGLISH)


def prepared(
    world: World, user_id: int, kind: InteractionType, data: dict
) -> tuple[Interaction, dict]:
    """Make an interaction that is not sent yet, and what Discord would send."""
    return base_payload(
        world.env.backend,
        type=kind,
        channel_id=world.channel.id,
        guild_id=world.guild.id,
        user_id=user_id,
        data=data,
    )


def prepared_rating(
    world: World, user_id: int, anime_id: int, score: int
) -> tuple[Interaction, dict]:
    """Make a `/rate` that is not sent yet."""
    command = world.env.backend.find_command("rate", None)
    assert command is not None
    options = [
        {"name": "title", "type": 3, "value": str(anime_id)},
        {"name": "score", "type": 4, "value": score},
    ]
    data = {"id": command["id"], "name": "rate", "type": 1, "options": options}
    return prepared(world, user_id, InteractionType.APPLICATION_COMMAND, data)


async def test_the_unforeseen_gets_a_number_that_is_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    async with open_world(tmp_path) as world:
        world.env.inject_error("PATCH", ANSWER, status=500, times=1)
        result = await world.aiko.slash(world.channel, "recommend")
        said = text(result)
        (number,) = re.findall(r"`([0-9a-f]{8})`", said)
        (record,) = [r for r in caplog.records if number in r.getMessage()]
        assert record.exc_info is not None
        assert record.exc_info[1] is not None
        assert "injected" in str(record.exc_info[1])


async def test_a_failure_of_a_public_answer_is_told_privately(tmp_path: Path):
    async with open_world(tmp_path) as world:
        world.env.inject_error("PATCH", ANSWER, status=500, times=1)
        result = await world.aiko.slash(world.channel, "recommend", private=False)
        assert "Something went wrong" in text(result)
        assert world.channel.history(viewer=world.ben) == []


async def test_a_failure_of_a_button_is_told(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        lists = card(await world.aiko.slash(world.channel, "recommend"))
        world.env.inject_error("PATCH", ANSWER, status=500, times=1)
        assert "Something went wrong" in text(await world.aiko.click(lists, label="Rate these"))


async def test_buttons_of_lists_that_are_gone(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        lists = card(await world.aiko.slash(world.channel, "recommend"))
        await world.bot.close()
        (world.settings.data_folder / "riko.db").unlink()
        await world.restart()
        assert "Those lists are gone" in text(await world.aiko.click(lists, label="Rate these"))
        scoring = (await world.aiko.click(lists, label="Score these lists")).response
        assert scoring is not None
        (said,) = (await world.aiko.select(scoring, ["8"])).followups
        assert "Those lists are gone" in said.content
        assert said.ephemeral


async def test_a_failure_that_cannot_be_told_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    async with open_world(tmp_path) as world:
        world.env.inject_error("*", "/webhooks/*", status=500, times=None)
        await world.aiko.slash(world.channel, "recommend")
        assert "could not be told" in caplog.text


async def test_a_stop_waits_for_answers_under_way(tmp_path: Path):
    async with open_world(tmp_path) as world:
        other_program = sqlite3.connect(world.settings.data_folder / "riko.db")
        other_program.execute("BEGIN IMMEDIATE")
        rating = asyncio.create_task(world.aiko.slash(world.channel, "rate", title="101", score=7))
        await asyncio.sleep(0.3)
        stopping = asyncio.create_task(world.bot.close())
        await asyncio.sleep(0.3)
        assert not rating.done()
        assert not stopping.done()
        other_program.rollback()
        other_program.close()
        assert "saved" in text(await rating)
        await stopping
        await world.restart()
        assert await world.ratings() == {101: 7}


async def test_an_interaction_that_comes_too_late_is_dropped(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        record, payload = prepared_rating(world, world.aiko.id, FIRST, 1)
        await world.env.advance_time(3)
        world.env.backend.emit("INTERACTION_CREATE", payload)
        await world.env.settle()
        assert not record.responded
        assert f"dropped interaction {record.id}" in caplog.text
        assert await world.ratings() == {FIRST: 9}


@pytest.mark.parametrize("wrong_by", [-3600.0, 0.0, 3600.0])
def test_a_wrong_clock_makes_nobody_late(wrong_by: float):
    punctuality = Punctuality()
    assert punctuality.lateness(wrong_by + 0.2, 1) <= TOO_LATE
    assert punctuality.lateness(wrong_by + 0.1, 2) <= TOO_LATE
    assert punctuality.lateness(wrong_by + 4.0, 3) > TOO_LATE


@pytest.mark.parametrize("step", [-3600.0, 5.0, 3600.0])
def test_a_clock_that_is_set_costs_one_interaction_at_most(step: float):
    punctuality = Punctuality()
    for second in range(60):
        assert punctuality.lateness(0.1, second) <= TOO_LATE
    after = [punctuality.lateness(step + 0.1, 60 + second) > TOO_LATE for second in range(60)]
    assert after == [step > 0, *[False] * 59]
    assert punctuality.lateness(step + 3.5, 121) > TOO_LATE


@pytest.mark.parametrize("drift", [-1e-3, 1e-3])
def test_a_clock_that_drifts_drops_nothing_in_a_month(drift: float):
    punctuality = Punctuality()
    now = 0.0
    for minute in range(30 * 24 * 60):
        now = 60.0 * minute
        assert punctuality.lateness(drift * now + 0.1, now) <= TOO_LATE
    assert punctuality.lateness(drift * now + 4.0, now + 1) > TOO_LATE


def test_a_late_interaction_does_not_excuse_later_ones():
    punctuality = Punctuality()
    assert punctuality.lateness(0.1, 0) <= TOO_LATE
    assert punctuality.lateness(5.0, 1) > TOO_LATE
    assert punctuality.lateness(0.1, 2) <= TOO_LATE
    assert punctuality.lateness(5.0, 3) > TOO_LATE


def failures() -> list[RikoError]:
    """One of every failure type of the core, with texts that must not reach a person."""
    arguments = {
        "value": "typed", "minimum": 13, "maximum": 120, "query": "typed", "suggestions": (),
        "path": Path("/srv/secret"), "problem": "broken", "wait": 3.0, "what": "ratings",
        "most": 30_000, "year_from": 2010, "year_to": 1990,
        "host": "example.org", "status": 503, "answer": None, "retry_after": None, "again": True,
        "text": "the text for the host: /srv/secret",
        "name": "/srv/secret", "problems": ("broken",),
        "guild_id": 1, "channel_id": 2, "message_id": None,
    }  # fmt: skip
    made: list[RikoError] = []
    for _, kind in inspect.getmembers(core.errors, inspect.isclass):
        if issubclass(kind, RikoError):
            names = inspect.signature(kind.__init__).parameters if "__init__" in vars(kind) else {}
            if kind is BundleError or names:
                made.append(kind(**{name: arguments[name] for name in names if name != "self"}))
            else:
                made.append(kind("the text for the host: /srv/secret"))
    return made


@pytest.mark.parametrize("failure", failures(), ids=lambda failure: type(failure).__name__)
@pytest.mark.parametrize("language", list(Language))
def test_every_known_failure_has_a_sentence_without_the_hosts_secrets(
    failure: RikoError, language: Language
):
    told = sentence(failure, words_in(language))
    assert told is not None
    assert "/srv/secret" not in told
    assert told.endswith((".", "`", "。"))


def test_what_nobody_foresaw_has_none():
    assert sentence(ZeroDivisionError(), ENGLISH) is None


async def test_a_rating_that_is_saved_is_confirmed_even_if_the_rest_fails(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        lists = card(await world.aiko.slash(world.channel, "recommend"))
        menu = (await world.aiko.click(lists, label="Rate these")).response
        assert menu is not None
        chosen = options(menu)[0]["value"]
        scores = (await world.aiko.select(menu, [chosen])).response
        assert scores is not None
        world.damage("DROP TABLE round_titles")
        said = (await world.aiko.select(scores, ["4"])).response
        assert said is not None
        assert "**4**, saved" in said.content
        assert "Rate these" in str(said.components)
        assert (await world.ratings())[int(chosen)] == 4


async def test_only_who_wanted_to_save_hears_that_nothing_was_saved(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        world.damage("ALTER TABLE ratings RENAME TO lost")
        asked = text(await world.aiko.slash(world.channel, "recommend"))
        assert asked == ENGLISH("error-database-failed")
        told = text(await world.aiko.slash(world.channel, "rate", title=str(FIRST), score=5))
        assert told == f"Nothing was saved. {ENGLISH('error-database-failed')}"
        told = text(await world.aiko.slash(world.channel, "profile set", age=30))
        assert told.startswith("Nothing was saved. ")


async def test_a_title_is_shown_without_what_cannot_be_read(tmp_path: Path):
    async with open_world(tmp_path) as world:
        world.damage("DROP TABLE ratings")
        found = card(await world.aiko.slash(world.channel, "search", title=str(SECOND))).embeds[0]
        assert found.title == "Tiny 1"
        assert "For you" not in [field.name for field in found.fields]


async def test_what_comes_while_riko_stops_is_refused_in_a_sentence(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        lists = card(await world.aiko.slash(world.channel, "recommend"))
        stored = world.env.backend.get_message(world.channel.id, lists.id)
        rate_button = lists.components[0]["components"][0]["custom_id"]
        with closing(sqlite3.connect(world.settings.data_folder / "riko.db")) as other_program:
            other_program.execute("BEGIN IMMEDIATE")
            first = asyncio.create_task(
                world.aiko.slash(world.channel, "rate", title="102", score=7)
            )
            await asyncio.sleep(0.3)
            stopping = asyncio.create_task(world.bot.close())
            await asyncio.sleep(0.1)
            # the simulation lets one thing happen at a time, Discord does not
            command, payload = prepared_rating(world, world.ben.id, THIRD, 7)
            world.env.backend.emit("INTERACTION_CREATE", payload)
            button, payload = prepared(
                world,
                world.aiko.id,
                InteractionType.MESSAGE_COMPONENT,
                {"custom_id": rate_button, "component_type": 2},
            )
            payload["message"] = dict(message_payload(world.env.backend, stored))
            world.env.backend.emit("INTERACTION_CREATE", payload)
            await asyncio.sleep(0.3)
            assert not stopping.done()
            other_program.rollback()
        assert "saved" in text(await first)
        await stopping
        for refused in (command, button):
            assert refused.ephemeral
            assert refused.message_id is not None
            said = world.env.backend.get_message(world.channel.id, refused.message_id)
            assert said.content == ENGLISH("error-stopping")
        await world.restart()
        assert await world.ratings() == {FIRST: 9, SECOND: 7}
        assert await world.bot.services.ratings.of(world.ben.id) == ()


@pytest.mark.parametrize(("status", "code"), [(404, 10008), (404, 10015), (401, 50027)])
async def test_an_answer_that_was_dismissed_is_no_failure(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, status: int, code: int
):
    async with open_world(tmp_path) as world:
        world.env.inject_error("PATCH", ANSWER, status=status, code=code)
        result = await world.aiko.slash(world.channel, "rate", title=str(FIRST), score=7)
        assert result.followups == []
        assert "nobody waits for its answer" in caplog.text
        assert [record for record in caplog.records if record.levelname == "ERROR"] == []
        assert await world.ratings() == {FIRST: 7}


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_a_public_answer_that_is_gone_does_not_hide_the_failure(tmp_path: Path, method: str):
    async with open_world(tmp_path) as world:
        world.env.inject_error("PATCH", ANSWER, status=500)
        world.env.inject_error(method, ANSWER, status=404, code=10008)
        result = await world.aiko.slash(world.channel, "recommend", private=False)
        if method == "DELETE":
            assert "Something went wrong" in result.followups[0].content
            assert result.followups[0].ephemeral
        else:
            # the simulated Discord takes no other message after that
            assert world.channel.history(viewer=world.ben) == []


async def test_lists_do_not_wait_long_for_other_writers(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        with closing(sqlite3.connect(world.settings.data_folder / "riko.db")) as other_program:
            other_program.execute("BEGIN IMMEDIATE")
            began = time.monotonic()
            lists = card(await world.aiko.slash(world.channel, "recommend"))
            assert time.monotonic() - began < 2.5
            other_program.rollback()
        assert len(lists.embeds) == 2
        assert lists.components == []


async def test_asking_very_often_is_answered_with_patience(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        for _ in range(3):
            card(await world.aiko.slash(world.channel, "recommend"))
        said = text(await world.aiko.slash(world.channel, "recommend"))
        assert re.search(r"new ones <t:\d+:R>\.$", said)
        card(await world.ben.slash(world.channel, "recommend"))
        await world.env.advance_time(11)
        # the clock of the simulated Discord jumped; the first command after that is dropped
        await world.aiko.slash(world.channel, "profile view")
        card(await world.aiko.slash(world.channel, "recommend"))
