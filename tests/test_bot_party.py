"""`/party`: who counts, what everybody sees, what only each sees, and the poll."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import discord
import pytest

from bot.limits import Turns
from bot.ui.limits import fits
from bot.ui.party import _embed
from bot.ui.reader import Reader
from bot.ui.words import Language
from core.catalogue.catalogue import Catalogue
from core.catalogue.title import Title
from core.recommender.filters import Filters
from core.services.parties import PartyList, PartyTitle
from core.services.servers import Among
from tests.bot_world import (
    FIFTH,
    FIRST,
    FOURTH,
    SECOND,
    THIRD,
    World,
    card,
    open_world,
    options,
    text,
)
from tests.tiny import tiny_catalogue

if TYPE_CHECKING:
    from pathlib import Path

    import simcord
    from simcord.results import ResponseMessage

ABOUT, VOTE, VOICE = "What about me?", "Vote", "Everybody in my voice channel"


async def share(world: World, member: simcord.MemberActor, *scores: tuple[int, int]) -> None:
    """Let `member` rate, and be counted."""
    await world.bot.services.ratings.rate_many(member.id, list(scores))
    await world.bot.services.profiles.save(member.id, shareable=True)


async def panel(
    world: World, channel: simcord.ChannelHandle | None = None, **given: object
) -> ResponseMessage:
    """Let Aiko ask for a party; return the question who comes."""
    world.bot.turns = Turns()
    asked = (await world.aiko.slash(channel or world.channel, "party", **given)).response
    assert asked is not None
    assert asked.ephemeral
    return asked


async def choose(world: World, asked: ResponseMessage, *who: object) -> simcord.InteractionResult:
    """Let Aiko choose people."""
    (menu,) = [item for row in asked.components for item in row["components"] if item["type"] == 5]
    return await world.aiko.select(asked, list(who), custom_id=menu["custom_id"])


def shown(result: simcord.InteractionResult) -> ResponseMessage:
    """Return the party that everybody sees."""
    (party,) = result.followups
    assert not party.ephemeral
    assert result.response is not None
    assert result.response.content == "Done, the list is below for everybody here."
    assert not result.response.components
    return party


async def of_two(world: World) -> ResponseMessage:
    """Return a party of Aiko and Ben."""
    await world.rate((FIRST, 9), (SECOND, 4))
    await share(world, world.ben, (THIRD, 9), (FOURTH, 3))
    return shown(await choose(world, await panel(world), world.ben))


def newcomer(world: World, name: str, *, bot: bool = False) -> simcord.MemberActor:
    return world.guild.add_member(world.env.create_user(name, bot=bot))


def said(result: simcord.InteractionResult) -> str:
    """Return what a press said, beside what was there, to that person only."""
    (message,) = result.followups
    assert message.ephemeral
    return message.content


def polls(world: World) -> list[discord.Message]:
    return [m for m in world.channel.history(viewer=world.ben) if m.poll is not None]


async def test_everybody_sees_ten_titles_and_how_many_count(tmp_path: Path):
    async with open_world(tmp_path) as world:
        party = await of_two(world)
        (embed,) = party.embeds
        rows = embed.description or ""
        assert embed.title == "What all of you would like"
        # whoever asks counts anyway; nobody else is named
        assert rows.startswith("aiko asks what to watch. Picked for 2 of you")
        assert "ben" not in rows
        assert rows.count("/anime/") == 10
        assert all(f"/anime/{known})" not in rows for known in (FIRST, SECOND, THIRD, FOURTH))
        # of two, each could work out what the other would give
        assert "★" not in rows + (embed.footer.text or "")
        assert [file.filename for file in party.attachments] == ["party.jpg"]

        third = newcomer(world, "chie")
        await share(world, third, (108, 7))
        party = shown(await choose(world, await panel(world), world.ben, third))
        assert "Picked for 3 of you" in (party.embeds[0].description or "")
        assert (party.embeds[0].description or "").count("★") == 10


async def test_who_does_not_count_is_told_to_them_alone(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        await share(world, world.ben, (THIRD, 9))
        shy, new, away = (newcomer(world, name) for name in ("shy", "new", "away"))
        await world.bot.services.ratings.rate_many(shy.id, [(SECOND, 8)])
        await world.bot.services.profiles.save(new.id, shareable=True)
        party = shown(await choose(world, await panel(world), world.ben, shy, new, away))
        rows = party.embeds[0].description or ""
        assert "Picked for 2 of you" in rows
        assert not any(str(person.id) in str(party.embeds[0].to_dict()) for person in (shy, new))

        mine = card(await shy.click(party, label=ABOUT))
        assert mine.ephemeral
        assert "You do not count here yet" in (mine.embeds[0].description or "")
        assert "/profile set" in (mine.embeds[0].description or "")
        # they learn what the titles would be to them all the same
        assert (mine.embeds[0].description or "").count("★") == 10
        mine = card(await new.click(party, label=ABOUT))
        assert "/rate" in (mine.embeds[0].description or "")
        assert "★" not in (mine.embeds[0].description or "")
        # nothing is kept of somebody Riko does not know, not even that they were chosen
        assert "do not count in this party" in text(await away.click(party, label=ABOUT))

        counted = card(await world.ben.click(party, label=ABOUT))
        assert "picked for you too" in (counted.embeds[0].description or "")


async def test_what_one_might_like_less_is_told_to_them_alone(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await of_two(world)
        third = newcomer(world, "chika")
        await share(world, third, (FIFTH, 10), (FIRST, 1))
        party = shown(await choose(world, await panel(world), world.ben, third))
        people = (world.aiko, world.ben, third)
        told = [card(await member.click(party, label=ABOUT)) for member in people]
        rows = "".join(message.embeds[0].description or "" for message in told)
        assert all(message.ephemeral for message in told)
        assert "maybe less for you" in rows
        assert "maybe less for you" not in (party.embeds[0].description or "")


async def test_one_can_rate_from_what_one_alone_sees(tmp_path: Path):
    async with open_world(tmp_path) as world:
        mine = card(await world.aiko.click(await of_two(world), label=ABOUT))
        chosen = options(mine)[0]["value"]
        asked = (await world.aiko.select(mine, [chosen])).response
        assert asked is not None
        await world.aiko.select(asked, ["8"])
        assert (await world.ratings())[int(chosen)] == 8


async def test_strangers_may_look_but_not_press(tmp_path: Path):
    async with open_world(tmp_path) as world:
        party = await of_two(world)
        stranger = newcomer(world, "stranger")
        await share(world, stranger, (THIRD, 9))
        assert "do not count in this party" in text(await stranger.click(party, label=ABOUT))
        assert "do not count in this party" in said(await stranger.click(party, label=VOTE))
        assert not polls(world)


async def test_oneself_bots_and_nobody_counted(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        robot = newcomer(world, "robot", bot=True)
        asked = await panel(world)
        result = await choose(world, asked, world.aiko, robot)
        assert result.response is not None
        assert "besides yourself" in result.response.content
        assert not result.followups
        # the menu is still there
        told = said(await choose(world, asked, world.ben, robot))
        assert "Nobody of them counts yet" in told
        assert "/profile set" in told
        await share(world, world.ben, (THIRD, 9))
        shown(await choose(world, asked, world.ben, world.aiko, robot))


async def test_who_asks_must_have_rated(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await share(world, world.ben, (THIRD, 9))
        assert "/rate" in said(await choose(world, await panel(world), world.ben))


async def test_ten_people(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        others = [world.ben, *(newcomer(world, f"n{number}") for number in range(8))]
        for number, other in enumerate(others):
            await share(world, other, (SECOND + number, 9), (SECOND + number + 10, 2))
        party = shown(await choose(world, await panel(world), *others))
        assert "Picked for 10 of you" in (party.embeds[0].description or "")


async def test_everybody_in_the_voice_channel(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        await share(world, world.ben, (THIRD, 9))
        voice, other_voice = (world.guild.create_voice_channel(name) for name in ("film", "games"))
        chie = newcomer(world, "chie")
        await share(world, chie, (FOURTH, 9))
        await chie.join_voice(other_voice)
        asked = await panel(world)
        alone = await world.aiko.click(asked, label=VOICE)
        assert alone.response is not None
        assert "do not see you in a voice channel" in alone.response.content

        await world.aiko.join_voice(voice)
        result = await world.aiko.click(asked, label=VOICE)
        assert result.response is not None
        assert "besides yourself" in result.response.content
        await world.ben.join_voice(voice)
        await newcomer(world, "robot", bot=True).join_voice(voice)
        party = shown(await world.aiko.click(asked, label=VOICE))
        assert "Picked for 2 of you" in (party.embeds[0].description or "")
        assert "picked for you too" in str(
            card(await world.ben.click(party, label=ABOUT)).embeds[0].description
        )
        assert "do not count" in text(await chie.click(party, label=ABOUT))


async def test_filters_reach_the_list_also_after_a_restart(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        await share(world, world.ben, (THIRD, 9))
        asked = await panel(world, genre="romance", year_from=1990, year_to=2019, hide_sequels=True)
        assert "Romance" in asked.content
        await world.restart()
        party = shown(await choose(world, asked, world.ben))
        rows = (party.embeds[0].description or "").splitlines()[2::2]
        assert len(rows) == 10
        assert all("Romance" in row for row in rows)
        assert "from 1990 · until 2019 · no sequels" in (party.embeds[0].footer.text or "")
        told = text(await world.aiko.slash(world.channel, "party", year_from=2010, year_to=2000))
        assert "swap the two years" in told


async def test_filters_that_leave_too_little_are_refused(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        await share(world, world.ben, (THIRD, 9))
        told = said(await choose(world, await panel(world, genre="Comedy"), world.ben))
        assert "too few titles" in told


async def test_when_all_is_known_nothing_is_shown_to_others(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        await share(world, world.ben, *((anime_id, 7) for anime_id in range(102, 161)))
        result = await choose(world, await panel(world), world.ben)
        assert result.response is not None
        assert "none of you knows yet" in result.response.content
        assert not result.followups


async def test_one_poll_a_party(tmp_path: Path):
    async with open_world(tmp_path) as world:
        party = await of_two(world)
        await world.ben.click(party, label=VOTE)
        (poll,) = polls(world)
        assert poll.poll is not None
        assert poll.poll.question == "What shall we watch?"
        assert poll.poll.multiple
        answers = [answer.text for answer in poll.poll.answers]
        assert len(answers) == 10
        rows = party.embeds[0].description or ""
        for number, answer in enumerate(answers, 1):
            at, name = answer.split(". ", 1)
            assert at == str(number)
            assert f"**{at}.** [{name}]" in rows
        await world.aiko.vote(poll, answer=1)
        for member in (world.aiko, world.ben):
            assert f"/{world.channel.id}/{poll.id}" in said(await member.click(party, label=VOTE))
        assert len(polls(world)) == 1


async def test_names_that_a_poll_cuts_off_alike_are_told_apart_by_their_places(tmp_path: Path):
    long = "A Name That Goes On For So Long That No Poll Can Hold All Of It"
    catalogue = Catalogue(
        replace(title, title_english=f"{long}, {title.anime_id}")
        for title in tiny_catalogue().titles
    )
    async with open_world(tmp_path, catalogue=catalogue) as world:
        party = await of_two(world)
        await world.bot.services.servers.change(
            world.guild.id, hidden_genres=Among(frozenset({"Comedy"}), frozenset({"Comedy"}))
        )
        await world.ben.click(party, label=VOTE)
        (poll,) = polls(world)
        assert poll.poll is not None
        answers = [answer.text for answer in poll.poll.answers]
        assert len(set(answers)) == len(answers) < 10
        assert all(len(answer) <= 55 for answer in answers)
        # what is hidden since leaves its number out
        listed = re.findall(r"/anime/(\d+)\)", party.embeds[0].description or "")
        shown = [
            at
            for at, anime_id in enumerate(listed, 1)
            if "Comedy" not in catalogue[int(anime_id)].genres
        ]
        assert [int(answer.split(".")[0]) for answer in answers] == shown


async def test_switched_off_nothing_is_posted_from_old_messages_either(tmp_path: Path):
    async with open_world(tmp_path) as world:
        party = await of_two(world)
        asked = await panel(world)
        off = Among(frozenset({"party"}), frozenset({"party"}))
        await world.bot.services.servers.change(world.guild.id, commands_off=off)
        for refused in (
            await choose(world, asked, world.ben),
            await world.aiko.click(asked, label=VOICE),
            await world.ben.click(party, label=VOTE),
        ):
            assert "/party is switched off in this server" in text(refused)
        assert polls(world) == []
        # what one alone sees posts nothing
        assert card(await world.ben.click(party, label=ABOUT)).ephemeral


async def test_a_poll_that_was_deleted_makes_room_for_one_other(tmp_path: Path):
    async with open_world(tmp_path) as world:
        party = await of_two(world)
        await world.ben.click(party, label=VOTE)
        (poll,) = polls(world)
        # what cannot be read may well be there
        world.env.inject_error("GET", "/channels/*", status=403, code=50001, times=1)
        assert f"/{poll.id}" in said(await world.aiko.click(party, label=VOTE))
        world.env.backend.delete_message(world.channel.id, poll.id)
        await world.aiko.click(party, label=VOTE)
        (other,) = polls(world)
        assert other.id != poll.id
        assert f"/{other.id}" in said(await world.ben.click(party, label=VOTE))


async def test_where_polls_may_not_be_made(tmp_path: Path):
    async with open_world(tmp_path) as world:
        assert world.bot.user is not None
        closed = world.guild.create_text_channel(
            "closed", overwrites={world.bot.user: discord.PermissionOverwrite(send_polls=False)}
        )
        await world.rate((FIRST, 9))
        await share(world, world.ben, (THIRD, 9))
        party = shown(await choose(world, await panel(world, closed), world.ben))
        for _ in range(2):
            assert "Create Polls" in said(await world.ben.click(party, label=VOTE))
        assert not [m for m in closed.history(viewer=world.ben) if m.poll]


@pytest.mark.parametrize(("status", "told"), [(403, "Create Polls"), (400, "went wrong")])
async def test_a_poll_that_discord_refuses_can_be_made_later(
    tmp_path: Path, status: int, told: str
):
    async with open_world(tmp_path) as world:
        party = await of_two(world)
        world.env.inject_error("POST", "/webhooks/*", status=status, code=50013, times=1)
        assert told in said(await world.ben.click(party, label=VOTE))
        assert not polls(world)
        await world.ben.click(party, label=VOTE)
        assert len(polls(world)) == 1


async def test_everything_works_after_a_restart_and_ends_with_deleting(tmp_path: Path):
    async with open_world(tmp_path) as world:
        party = await of_two(world)
        await world.restart()
        assert card(await world.ben.click(party, label=ABOUT)).ephemeral
        await world.bot.services.privacy.delete(world.ben.id)
        assert "do not count" in text(await world.ben.click(party, label=ABOUT))
        assert card(await world.aiko.click(party, label=ABOUT)).ephemeral
        await world.aiko.click(party, label=VOTE)
        assert len(polls(world)) == 1
        await world.bot.services.privacy.delete(world.aiko.id)
        assert "is over" in text(await world.aiko.click(party, label=ABOUT))


async def test_who_left_the_server_takes_nothing_with_them(tmp_path: Path):
    async with open_world(tmp_path) as world:
        party = await of_two(world)
        world.guild.remove_member(world.ben)
        assert card(await world.aiko.click(party, label=ABOUT)).ephemeral
        (poll,) = (await world.aiko.click(party, label=VOTE)).followups
        assert not poll.ephemeral


@pytest.mark.parametrize("age", [15, None])
async def test_one_minor_keeps_adult_titles_out(tmp_path: Path, age: int | None):
    async with open_world(tmp_path) as world:
        await world.restrict()
        everybody = [i for i in range(101, 161) if i not in {108, 132}]
        await world.rate((everybody[0], 9))
        await share(world, world.ben, *((anime_id, 7) for anime_id in everybody[1:50]))
        await world.bot.services.profiles.save(world.ben.id, age=age)
        party = shown(await choose(world, await panel(world), world.ben))
        rows = party.embeds[0].description or ""
        assert ("/anime/108)" in rows) == ("/anime/132)" in rows) == (age is None)
        # shown anew by pressing: as it is today
        await world.restrict(restricted=False)
        mine = card(await world.aiko.click(party, label=ABOUT))
        assert "/anime/108)" not in (mine.embeds[0].description or "")
        await world.ben.click(party, label=VOTE)
        (poll,) = polls(world)
        assert poll.poll is not None
        names = {answer.text.split(". ", 1)[1] for answer in poll.poll.answers}
        assert names
        assert not {"Tiny 7", "Tiny 31"} & names


@pytest.mark.parametrize("language", list(Language))
def test_the_longest_names_fit(language: Language):
    name = "[*Ω*] 🦊_" * 40
    titles = tuple(
        PartyTitle(
            Title(
                90_000 + i, name, type="Special", year=2020, genres=("Slice of Life", "Shounen Ai")
            ),
            8.88,
            new=True,
        )
        for i in range(10)
    )
    filters = Filters("Slice of Life", "Special", 1990, 2020, True)
    for length in (90, 15):
        embed = _embed(Reader.of(language), PartyList(1, titles, 10, filters), "W" * 40, length)
        assert length == 90 or fits([embed])
