"""What people type wrong: one sentence to them alone, and nothing changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

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
            assert said.startswith("No anime found for “")
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


async def test_what_was_typed_is_not_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    caplog.set_level("DEBUG")
    async with open_world(tmp_path) as world:
        text(await world.aiko.slash(world.channel, "rate", title="my secret anime", score=5))
        await world.aiko.slash(world.channel, "profile set", age=37, gender="female")
        await world.rate((FIRST, 8))
    ours = [r.getMessage() for r in caplog.records if r.name.startswith(("bot", "core"))]
    assert ours
    logged = "\n".join(ours)
    assert "secret" not in logged
    assert "37" not in logged.replace(str(tmp_path), "")
    assert "female" not in logged
