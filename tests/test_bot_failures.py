"""What nobody foresaw, and what comes too late."""

from __future__ import annotations

import asyncio
import inspect
import re
import sqlite3
from pathlib import Path

import pytest
from simcord.enums import InteractionType
from simcord.interactions import base_payload

import core.errors
from bot.errors import sentence
from bot.interactions import TOO_LATE, Punctuality
from core.errors import BundleError, RikoError
from tests.bot_world import FIRST, card, open_world, text

ANSWER = "/webhooks/*/messages/@original"


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
        assert "Something went wrong" in text(
            await world.aiko.click(lists, label="Rate one of these")
        )


async def test_buttons_of_lists_that_are_gone(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        lists = card(await world.aiko.slash(world.channel, "recommend"))
        await world.bot.close()
        (world.settings.data_folder / "riko.db").unlink()
        await world.restart()
        assert "Those lists are gone" in text(
            await world.aiko.click(lists, label="Rate one of these")
        )
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
        command = world.env.backend.find_command("rate", None)
        assert command is not None
        record, payload = base_payload(
            world.env.backend,
            type=InteractionType.APPLICATION_COMMAND,
            channel_id=world.channel.id,
            guild_id=world.guild.id,
            user_id=world.aiko.id,
            data={
                "id": command["id"],
                "name": "rate",
                "type": 1,
                "options": [
                    {"name": "title", "type": 3, "value": str(FIRST)},
                    {"name": "score", "type": 4, "value": 1},
                ],
            },
        )
        await world.env.advance_time(3)
        world.env.backend.emit("INTERACTION_CREATE", payload)
        await world.env.settle()
        assert not record.responded
        assert f"dropped interaction {record.id}" in caplog.text
        assert await world.ratings() == {FIRST: 9}


@pytest.mark.parametrize("wrong_by", [-3600.0, 0.0, 3600.0])
def test_a_wrong_clock_makes_nobody_late(wrong_by: float):
    punctuality = Punctuality()
    assert punctuality.lateness(wrong_by + 0.2) <= TOO_LATE
    assert punctuality.lateness(wrong_by + 0.1) <= TOO_LATE
    assert punctuality.lateness(wrong_by + 4.0) > TOO_LATE


def failures() -> list[RikoError]:
    """One of every failure type of the core, with texts that must not reach a person."""
    arguments = {
        "value": "typed", "minimum": 13, "maximum": 120, "query": "typed", "suggestions": (),
        "path": Path("/srv/secret"), "problem": "broken",
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
def test_every_known_failure_has_a_sentence_without_the_hosts_secrets(failure: RikoError):
    told = sentence(failure)
    assert told is not None
    assert "/srv/secret" not in told
    assert told.endswith((".", "`"))


def test_what_nobody_foresaw_has_none():
    assert sentence(ZeroDivisionError()) is None
