"""Who may see what: strangers, onlookers, minors."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import discord
import pytest

from core.catalogue.catalogue import Catalogue
from tests.bot_world import (
    FIRST,
    SECOND,
    card,
    everything_shown,
    open_world,
    options,
    text,
)
from tests.tiny import ADULT_IDS, tiny_catalogue

if TYPE_CHECKING:
    from pathlib import Path

    from core.catalogue.title import Title

ADULT = min(ADULT_IDS)


async def test_a_stranger_may_not_press_the_buttons(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        lists = card(await world.aiko.slash(world.channel, "recommend", private=False))
        assert not lists.ephemeral
        for label in ("Rate these", "Score these lists"):
            said = text(await world.ben.click(lists, label=label))
            assert "belong to the person who asked" in said
        assert await world.bot.services.ratings.of(world.ben.id) == ()


async def test_a_stranger_may_not_use_the_menu_of_the_cold_start(tmp_path: Path):
    async with open_world(tmp_path) as world:
        start = card(await world.aiko.slash(world.channel, "recommend", private=False))
        said = text(await world.ben.select(start, [options(start)[0]["value"]]))
        assert "belong to the person who asked" in said
        assert await world.ratings() == {}


async def test_a_public_answer_has_nothing_of_the_persons_own(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9), (SECOND, 2))
        lists = card(await world.aiko.slash(world.channel, "recommend", private=False))
        shown = str([embed.to_dict() for embed in lists.embeds])
        assert "because" not in shown
        assert "Based on" not in shown
        found = card(await world.aiko.slash(world.channel, "search", title="101", private=False))
        assert not found.ephemeral
        assert "For you" not in [field.name for field in found.embeds[0].fields]


async def test_others_see_nothing_personal_in_the_channel(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.aiko.slash(world.channel, "profile set", age=24, gender="female")
        await world.rate((FIRST, 9))
        await world.aiko.slash(world.channel, "profile view")
        await world.aiko.slash(world.channel, "recommend")
        await world.aiko.slash(world.channel, "search", title="tiny")
        await world.aiko.slash(world.channel, "rate", title="nothing like it", score=3)
        assert world.channel.history(viewer=world.ben) == []


async def shown_to_aiko(tmp_path: Path, *, restricted: bool, age: int | None) -> str:
    """Let Aiko do everything that shows titles; return all that was shown."""
    async with open_world(tmp_path) as world:
        if restricted:
            await world.restrict()
        if age is not None:
            await world.aiko.slash(world.channel, "profile set", age=age)
        cold = card(await world.aiko.slash(world.channel, "recommend"))
        assert options(cold)
        offered = [
            await world.aiko.autocomplete(world.channel, "rate", "title", query)
            for query in ("", "tiny 7", "chiisana 31", str(ADULT))
        ]
        for adult in ADULT_IDS:
            await world.aiko.slash(world.channel, "rate", title=str(adult), score=9)
        await world.rate(*((anime_id, 5 + anime_id % 5) for anime_id in range(101, 161, 2)))
        await world.aiko.slash(world.channel, "search", title=str(ADULT))
        await world.aiko.slash(world.channel, "profile view")
        lists = card(await world.aiko.slash(world.channel, "recommend"))
        await world.aiko.click(lists, label="Rate these")
        return everything_shown(world.channel, world.aiko) + str(offered)


@pytest.mark.parametrize(
    ("restricted", "age"),
    [(False, None), (False, 40), (True, 17), (True, 18)],
    ids=["open channel", "open channel, of age", "minor", "perhaps still a minor"],
)
async def test_adult_titles_are_hidden(tmp_path: Path, restricted: bool, age: int | None):
    shown = await shown_to_aiko(tmp_path, restricted=restricted, age=age)
    for adult in ADULT_IDS:
        assert f"anime/{adult}" not in shown
        assert f"'{adult}'" not in shown
        assert tiny_catalogue()[adult].display not in shown


@pytest.mark.parametrize("age", [None, 40], ids=["age not said", "of age"])
async def test_adult_titles_are_shown_to_adults_in_a_restricted_channel(
    tmp_path: Path, age: int | None
):
    async with open_world(tmp_path) as world:
        await world.restrict()
        if age is not None:
            await world.aiko.slash(world.channel, "profile set", age=age)
        found = card(await world.aiko.slash(world.channel, "search", title=str(ADULT)))
        assert found.embeds[0].url == f"https://myanimelist.net/anime/{ADULT}"
        await world.rate((ADULT, 9))
        assert await world.ratings() == {ADULT: 9}


async def test_adult_ratings_are_not_named_in_an_open_channel(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.restrict()
        await world.rate((ADULT, 10), (FIRST, 8))
        other = world.guild.create_text_channel("open")
        profile = card(await world.aiko.slash(other, "profile view"))
        lists = card(await world.aiko.slash(other, "recommend"))
        shown = str([embed.to_dict() for embed in (*profile.embeds, *lists.embeds)])
        name = tiny_catalogue()[ADULT].display
        assert name not in shown


async def test_lists_made_in_a_restricted_channel_are_trimmed_when_it_is_opened(tmp_path: Path):
    adult = Catalogue(
        title if title.anime_id < 106 else _as_adult(title) for title in tiny_catalogue().titles
    )
    async with open_world(tmp_path, catalogue=adult) as world:
        await world.restrict()
        await world.rate((FIRST, 9))
        lists = card(await world.aiko.slash(world.channel, "recommend"))
        menu = (await world.aiko.click(lists, label="Rate these")).response
        assert menu is not None
        assert len(options(menu)) == 20
        chosen = next(o["value"] for o in options(menu) if int(o["value"]) >= 106)

        # the restart reads the channel anew, without the restriction
        await world.restart()
        said = (await world.aiko.select(menu, [chosen])).response
        assert said is not None
        assert "can be shown here any more" in said.content
        reopened = (await world.aiko.click(said, label="Rate these")).response
        assert reopened is not None
        assert {int(option["value"]) for option in options(reopened)} <= set(range(102, 106))


def _as_adult(title: Title) -> Title:
    return replace(title, adult=True, genres=("Hentai",))


@pytest.mark.parametrize(("age", "allowed"), [(17, False), (18, False), (40, True), (None, True)])
async def test_public_answers_in_a_restricted_channel_follow_the_age(
    tmp_path: Path, age: int | None, allowed: bool
):
    async with open_world(tmp_path) as world:
        await world.restrict()
        if age is not None:
            await world.aiko.slash(world.channel, "profile set", age=age)
        await world.rate(*((anime_id, 8) for anime_id in range(101, 156) if anime_id != ADULT))
        await world.aiko.slash(world.channel, "search", title=str(ADULT), private=False)
        await world.aiko.slash(world.channel, "recommend", private=False)
        shown = everything_shown(world.channel, world.ben)
        assert "Similar Anime" in shown
        assert (f"anime/{ADULT}" in shown) is allowed


@pytest.mark.parametrize("restricted", [True, False])
async def test_a_thread_is_as_restricted_as_its_channel(tmp_path: Path, restricted: bool):
    async with open_world(tmp_path) as world:
        if restricted:
            await world.restrict()
        parent = world.bot.get_channel(world.channel.id)
        assert isinstance(parent, discord.TextChannel)
        await parent.create_thread(name="thread", type=discord.ChannelType.public_thread)
        await world.env.settle()
        (thread,) = world.channel.threads
        result = await world.aiko.slash(thread, "search", title=str(ADULT))
        if restricted:
            assert card(result).embeds[0].url == f"https://myanimelist.net/anime/{ADULT}"
        else:
            assert "No anime found" in text(result)


@pytest.mark.parametrize("seen_by_all", [True, False])
async def test_nothing_is_rated_that_may_no_longer_be_shown(tmp_path: Path, seen_by_all: bool):
    """Menus outlive the moment: a title is judged again when its score is chosen."""
    adult = Catalogue(
        title if title.anime_id < 106 else _as_adult(title) for title in tiny_catalogue().titles
    )
    async with open_world(tmp_path, catalogue=adult) as world:
        await world.restrict()
        await world.rate((FIRST, 9))
        lists = card(await world.aiko.slash(world.channel, "recommend", private=not seen_by_all))
        menu = (await world.aiko.click(lists, label="Rate these")).response
        assert menu is not None
        chosen = next(o["value"] for o in options(menu) if int(o["value"]) >= 106)
        scores = (await world.aiko.select(menu, [chosen])).response
        assert scores is not None
        await world.aiko.slash(world.channel, "profile set", age=17)
        said = await world.aiko.select(scores, ["9"])
        assert "cannot be shown here any more" in said.followups[0].content
        assert await world.ratings() == {FIRST: 9}


async def test_a_profile_that_cannot_be_read_hides_adult_titles(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.restrict()
        card(await world.aiko.slash(world.channel, "search", title=str(ADULT)))
        world.damage("DROP TABLE users")
        said = text(await world.aiko.slash(world.channel, "search", title=str(ADULT)))
        assert "No anime found" in said
        card(await world.aiko.slash(world.channel, "search", title=str(FIRST)))


async def test_public_answers_do_not_speak_to_the_person(tmp_path: Path):
    async with open_world(tmp_path) as world:
        start = card(await world.aiko.slash(world.channel, "recommend", private=False))
        await world.rate(*((anime_id, 8) for anime_id in range(101, 161) if anime_id < 150))
        lists = card(await world.aiko.slash(world.channel, "recommend", private=False))
        for said in (start, lists):
            shown = str([embed.to_dict() for embed in said.embeds]).casefold()
            assert "★" in shown
            for personal in ("you rated", "you have", "your taste yet", "for you from", "more and"):
                assert personal not in shown
        assert "Only" in str([embed.to_dict() for embed in lists.embeds])
