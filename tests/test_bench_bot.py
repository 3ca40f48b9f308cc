"""What is measured with the bot: the start in another process, a crowd in a simulated Discord."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import simcord

from bot.bench import end_to_end, start
from bot.bench.stand_in import create_stand_in
from core.bench.figures import Curve, Figure
from tests.test_bench import TINY

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
def test_the_start_is_measured_in_another_process(tmp_path: Path):
    found = {each.name: each for each in start.measure(TINY, tmp_path) if isinstance(each, Figure)}
    assert found[start.READY].spread.count == 1
    assert sum(name.startswith("importing ") for name in found) > 3
    assert "importing torch" in found


@pytest.mark.slow
def test_a_crowd_is_answered_without_an_error(tmp_path: Path):
    found = end_to_end.measure(TINY, tmp_path)
    figures = {each.name: each.spread for each in found if isinstance(each, Figure)}
    assert figures["errors, 2 people at once"].most == 0
    assert figures["one callback of the bot"].count > 10
    # what a crowd costs without Riko stands beside
    assert figures["how late the event loop is, answered with a constant"].count > 10
    assert 0 < figures["the event loop at work, answered with a constant"].most < 100
    (bursts,) = (each for each in found if isinstance(each, Curve))
    assert [(size, spread.count) for size, spread in bursts.points] == [(1, 1), (2, 2)]


async def test_the_bot_without_riko_answers_as_much_as_riko():
    async with create_stand_in() as bot:
        env = simcord.Env(bot)
        guild = env.create_guild("club")
        channel = guild.create_text_channel("anime")
        person = guild.add_member(env.create_user("somebody"))
        await env.start()
        try:
            suggested = await person.autocomplete(channel, "rate", "title", "a")
            rated = await person.slash(channel, "rate", title="1", score=7)
            lists = await person.slash(channel, "recommend")
        finally:
            await env.shutdown()
    assert len(suggested) == 25
    assert rated.response is not None
    assert rated.response.content
    assert lists.response is not None
    assert len(lists.response.embeds) == len(lists.response.attachments) == 2
