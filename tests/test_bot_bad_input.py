"""What people type wrong: one sentence to them alone, and nothing changes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from bot.logs import set_up_logging
from tests.bot_world import FIRST, open_world, text

if TYPE_CHECKING:
    from pathlib import Path

LONG = "x" * 10_000
EMOJI = "🦊🍥👩‍👩‍👧‍👦"
RIGHT_TO_LEFT = "أنمي \u202eإلى اليمين"

TITLES = {
    "unknown": "no such anime at all",
    "no such id": "999999",
    "negative id": "-5",
    "huge id": "9" * 40,
    "too long": LONG,
    "emoji": EMOJI,
    "right to left": RIGHT_TO_LEFT,
    "spaces": "   ",
    "nothing": "",
    "markdown": "[x](https://example.org) @everyone `",
    "adult by id": "108",
    "adult by name": "Tiny 7",
}
SCORES = {"zero": 0, "eleven": 11, "negative": -1, "word": "ten", "half": 7.5, "huge": 10**15}
AGES = {"seven": 7, "three hundred": 300, "word": "old", "zero": 0, "negative": -20}


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES.keys())
async def test_a_title_nobody_knows(tmp_path: Path, title: str):
    async with open_world(tmp_path) as world:
        for command, values in (("rate", {"score": 5}), ("search", {}), ("search", {"private": 0})):
            options = {**values, "private": False} if "private" in values else values
            said = text(await world.send_anything(world.aiko, command, title=title, **options))
            # without the adult title, "Tiny 7" can only be read as a 7 for "Tiny"
            assert said.startswith(
                ("No anime found for “", "Nothing was saved. There are two scores")
            )
            assert len(said) < 300
        assert await world.ratings() == {}


@pytest.mark.parametrize("score", SCORES.values(), ids=SCORES.keys())
async def test_a_score_outside_one_to_ten(tmp_path: Path, score: object):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 8))
        said = text(await world.send_anything(world.aiko, "rate", title=str(FIRST), score=score))
        assert "whole number from 1 to 10" in said
        assert await world.ratings() == {FIRST: 8}


@pytest.mark.parametrize("age", AGES.values(), ids=AGES.keys())
async def test_an_age_nobody_may_have(tmp_path: Path, age: object):
    async with open_world(tmp_path) as world:
        await world.aiko.slash(world.channel, "profile set", age=20, gender="male")
        said = text(await world.send_anything(world.aiko, "profile set", age=age, gender="female"))
        assert "13 to 120" in said
        profile = await world.bot.services.profiles.view(world.aiko.id)
        assert (profile.age, profile.gender) == (20, "male")


async def test_a_gender_discord_does_not_offer(tmp_path: Path):
    async with open_world(tmp_path) as world:
        said = text(await world.send_anything(world.aiko, "profile set", age=20, gender=LONG))
        assert "genders Discord offers" in said
        assert (await world.bot.services.profiles.view(world.aiko.id)).age is None


async def test_a_profile_without_anything_to_set(tmp_path: Path):
    async with open_world(tmp_path) as world:
        said = text(await world.aiko.slash(world.channel, "profile set"))
        assert said.startswith("Nothing changed")
        both = text(await world.aiko.slash(world.channel, "profile set", age=20, forget="age"))
        assert both.startswith("Nothing changed")
        assert (await world.bot.services.profiles.view(world.aiko.id)).age is None


async def test_nothing_typed_or_stored_is_logged_even_in_detail(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    before = logging.root.level, logging.root.handlers[:]
    set_up_logging("DEBUG")
    logging.root.addHandler(caplog.handler)
    try:
        async with open_world(tmp_path) as world:
            for typed in ("my secret anime", "x" * 5000):
                text(await world.aiko.slash(world.channel, "rate", title=typed, score=5))
            await world.aiko.slash(world.channel, "profile set", age=37, gender="female")
            await world.send_anything(world.aiko, "rate", title=str(FIRST), score="secretly")
            await world.rate((FIRST, 8))
            await world.aiko.slash(world.channel, "recommend")
            await world.aiko.autocomplete(world.channel, "rate", "title", "secretive")
            birth_year = world.env.now().year - 37
            world.damage("DROP TABLE ratings")
            text(await world.aiko.slash(world.channel, "rate", title=str(FIRST), score=9))
    finally:
        logging.root.setLevel(before[0])
        logging.root.handlers[:] = before[1]
    assert any(record.name == "bot.app" for record in caplog.records)
    logged = caplog.text.replace(str(tmp_path), "")
    for private in ("secret", "xxxxx", "female", str(birth_year), "INSERT", "birth_year"):
        assert private not in logged
