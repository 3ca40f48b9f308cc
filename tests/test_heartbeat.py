"""Nothing the bot does keeps the event loop from everybody else for long."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.app import create_bot
from bot.bench.crowd import Crowd
from bot.bench.loop_time import measured_loop
from bot.settings import Settings
from core import starter

if TYPE_CHECKING:
    import simcord

LONGEST = 0.050
"""Seconds of the processor's time that one callback may take. Five milliseconds are usual: the
rest is for slow machines."""
PEOPLE = 6
TITLES = (1, 5, 6, 20, 21, 30)
MESSAGE = "I loved Cowboy Bebop and Trigun, not Naruto"


def whole_settings(home: Path) -> Settings:
    """The shipped bundle and catalogue: what is slow with many titles must show."""
    return Settings.model_construct(
        token=None,
        home=home,
        database_url=None,
        bundle=starter.BUNDLE,
        catalogue=None,
        device="cpu",
        dev_guild=None,
        log_level="INFO",
    )


def response(result: simcord.InteractionResult) -> simcord.ResponseMessage:
    assert result.response is not None
    return result.response


def option(message: simcord.ResponseMessage) -> str:
    """The first option of the first menu of `message`."""
    menus = [i for row in message.components for i in row["components"] if "options" in i]
    return menus[0]["options"][0]["value"]


async def run(
    person: simcord.MemberActor, channel: simcord.ChannelHandle, command: str, **values: object
) -> simcord.ResponseMessage:
    return response(await person.slash(channel, command, **values))


async def rate(person: simcord.MemberActor, channel: simcord.ChannelHandle) -> None:
    for typed in ("c", "cowb", "cowbyo bebop", "ナルト"):
        await person.autocomplete(channel, "rate", "title", typed)
    for score, title in enumerate(TITLES, 4):
        await run(person, channel, "rate", title=str(title), score=score)
    await person.autocomplete(channel, "unrate", "title", "")
    await run(person, channel, "unrate", title=str(TITLES[0]))


async def press_every_button(person: simcord.MemberActor, channel: simcord.ChannelHandle) -> None:
    await run(person, channel, "recommend")
    await rate(person, channel)
    lists = await run(person, channel, "recommend")
    for label in ("Rate these", "Not for me", "Seen it", "Why?"):
        menu = response(await person.click(lists, label=label))
        chosen = response(await person.select(menu, [option(menu)]))
        if label == "Rate these":
            chosen = response(await person.select(chosen, ["7"]))
        lists = menu if label == "Why?" else chosen  # the reason is a message of its own
        lists = response(await person.click(lists, label="Back"))
    scoring = response(await person.click(lists, label="Score these lists"))
    await person.select(scoring, ["8"])
    await person.click(lists, label="More")


async def use_every_command(
    person: simcord.MemberActor, other: simcord.MemberActor, channel: simcord.ChannelHandle
) -> None:
    await run(person, channel, "profile set", age=25, gender="female")
    await rate(person, channel)
    await run(person, channel, "recommend", genre="Comedy", type="TV")
    for command in ("ratings", "history", "top", "profile view", "privacy show", "privacy export"):
        await run(person, channel, command)
    for command in ("search", "similar"):
        await run(person, channel, command, title="trigun")
    await person.context_menu(channel, "What we both like", other)
    said = await person.send(channel, MESSAGE)
    await person.context_menu(channel, "Find anime here", said)
    await run(person, channel, "privacy delete")


@pytest.mark.slow
async def test_no_callback_takes_long_whatever_people_do(tmp_path: Path):
    bot = create_bot(whole_settings(tmp_path))
    env = Crowd(bot)
    users = [env.create_user(f"person {number}") for number in range(PEOPLE)]
    guild = env.create_guild("Anime club")
    channel = guild.create_text_channel("anime")
    people = [guild.add_member(user) for user in users]
    await env.start()
    try:
        with env.time_context(), measured_loop((__file__,)) as loop:
            await bot.services.profiles.save(people[0].id, shareable=True)
            await rate(people[0], channel)
            async with env.let_in():
                await asyncio.gather(
                    *(press_every_button(person, channel) for person in people[::2]),
                    *(use_every_command(person, people[0], channel) for person in people[1::2]),
                )
            assert bot.user is not None
            await people[1].send(channel, f"<@{bot.user.id}> something like Cowboy Bebop")
        assert not env.errors
        assert len(loop.bot) > 1_000
        late = [f"{each.seconds * 1000:.0f} ms {each.name}" for each in loop.slow(LONGEST)]
        assert not late
        assert not loop.waits
    finally:
        await env.shutdown()
        await bot.close()


async def test_what_keeps_the_loop_is_found_and_named():
    async def works() -> None:
        end = time.thread_time() + 0.02
        while time.thread_time() < end:
            pass

    async def waits() -> None:
        time.sleep(0.01)  # noqa: ASYNC251 - this is what must be found
        Path(__file__).read_bytes()  # noqa: ASYNC240 - and this

    with measured_loop() as loop:
        await asyncio.create_task(works(), name="the work")
        await asyncio.create_task(waits())
        await asyncio.to_thread(time.sleep, 0.01)
    assert loop.longest.seconds >= 0.02
    assert loop.longest.name.startswith("the work")
    assert len(loop.slow(0.015)) == 1
    assert [wait.partition("(")[0] for wait in loop.waits] == ["time.sleep", "open"]
