"""New titles and franchises, as people meet them in Discord."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from core.catalogue.catalogue import Catalogue
from core.catalogue.title import Title
from core.services.dismissals import DismissalKind
from core.services.recommendations import ColdStart
from core.showing import DIRECT_MESSAGES
from tests.bot_world import FIRST, SECOND, THIRD, World, card, open_world
from tests.made_lists import mal_entry, mal_file
from tests.tiny import tiny_catalogue

if TYPE_CHECKING:
    from pathlib import Path

    import simcord

NOVA = Title(
    9001, "Nova", type="TV", year=2024, episodes=12, genres=("Shounen", "Supernatural", "Romance")
)
LATER = replace(NOVA, anime_id=9002, title="Nova 2nd Season", year=2025)
NEW = "new to Riko"
ONLY_NEW = {"year_from": 2024}


def catalogue() -> Catalogue:
    return Catalogue([*tiny_catalogue().titles, NOVA, LATER])


def shown(message: simcord.ResponseMessage) -> str:
    return "\n".join(str(embed.to_dict()) for embed in message.embeds)


def listed(message: simcord.ResponseMessage) -> list[int]:
    text = "".join(embed.description or "" for embed in message.embeds)
    return [int(anime_id) for anime_id in re.findall(r"anime/(\d+)\)", text)]


async def new_lists(world: World) -> simcord.ResponseMessage:
    if not await world.ratings():
        await world.rate((FIRST, 9), (SECOND, 3), (THIRD, 8))
    return card(await world.aiko.slash(world.channel, "recommend", **ONLY_NEW))


async def test_a_new_title_is_listed_and_marked(tmp_path: Path):
    async with open_world(tmp_path, catalogue=catalogue()) as world:
        lists = await new_lists(world)
        assert listed(lists) == [NOVA.anime_id], "of the second season nobody saw the first"
        assert f"*{NEW}*" in shown(lists)
        assert f"{NEW}: not learnt yet" in str(lists.embeds[-1].footer.text)
        known = card(await world.aiko.slash(world.channel, "recommend", year_to=2000))
        assert listed(known)
        assert NEW not in shown(known)


async def test_the_mark_is_there_when_the_lists_are_drawn_anew_after_a_restart(tmp_path: Path):
    async with open_world(tmp_path, catalogue=catalogue()) as world:
        lists = await new_lists(world)
        await world.restart()
        await world.aiko.click(lists, label="Rate these")
        round_ = await world.bot.services.recommendations.round(
            world.aiko.id, 1, place=DIRECT_MESSAGES
        )
        assert [
            (each.title.anime_id, each.new) for each in (*round_.similar, *round_.may_like)
        ] == [(NOVA.anime_id, True)]


async def test_in_japanese(tmp_path: Path):
    async with open_world(tmp_path, catalogue=catalogue()) as world:
        world.speak_japanese()
        assert "学習前" in shown(await new_lists(world))


async def test_the_next_season_comes_when_the_one_before_is_seen(tmp_path: Path):
    async with open_world(tmp_path, catalogue=catalogue()) as world:
        await new_lists(world)
        await world.bot.services.dismissals.dismiss(
            world.aiko.id, NOVA.anime_id, DismissalKind.SEEN
        )
        assert listed(await new_lists(world)) == [LATER.anime_id]
        await world.rate((NOVA.anime_id, 4))
        assert listed(await new_lists(world)) == []


async def test_nothing_of_a_franchise_whose_first_part_is_dismissed(tmp_path: Path):
    async with open_world(tmp_path, catalogue=catalogue()) as world:
        await world.rate((FIRST, 9))
        await world.bot.services.dismissals.dismiss(
            world.aiko.id, NOVA.anime_id, DismissalKind.NOT_FOR_ME
        )
        assert listed(await new_lists(world)) == []


async def test_the_card_of_a_new_title_says_how_it_is_judged(tmp_path: Path):
    async with open_world(tmp_path, catalogue=catalogue()) as world:
        await new_lists(world)
        found = card(await world.aiko.slash(world.channel, "search", title="9001"))
        assert "I think you would give it" in shown(found)
        assert "has not learnt this title yet" in shown(found)
        known = card(await world.aiko.slash(world.channel, "search", title="150"))
        assert "has not learnt" not in shown(known)


async def test_what_is_like_a_new_title(tmp_path: Path):
    async with open_world(tmp_path, catalogue=catalogue()) as world:
        found = card(await world.aiko.slash(world.channel, "similar", title="9001"))
        assert len(listed(found)) == 10
        assert NOVA.anime_id not in listed(found)


async def test_new_titles_are_in_the_list_for_two(tmp_path: Path):
    async with open_world(tmp_path, catalogue=catalogue()) as world:
        await new_lists(world)
        services, me, other = world.bot.services, world.aiko.id, world.ben.id
        everything = [title.anime_id for title in tiny_catalogue().titles]
        await services.profiles.save(other, shareable=True)
        await services.ratings.rate_many(other, [(anime_id, 7) for anime_id in everything])
        together = await services.together.together(me, other, place=DIRECT_MESSAGES)
        assert [(each.title.anime_id, each.new) for each in together.titles] == [
            (NOVA.anime_id, True)
        ]


async def test_the_first_lists_of_a_stranger_begin_with_first_seasons(tmp_path: Path):
    titles = [
        replace(title, type="TV", franchise="One", franchise_order=order)
        for order, title in enumerate(tiny_catalogue().titles, 1)
    ]
    async with open_world(tmp_path, catalogue=Catalogue(titles)) as world:
        start = await world.bot.services.recommendations.recommend(
            world.aiko.id, place=DIRECT_MESSAGES
        )
        assert isinstance(start, ColdStart)
        listed = {entry.title.anime_id for each in start.lists for entry in each.entries}
        assert listed == {titles[0].anime_id}


async def test_a_list_of_new_titles_only_is_not_said_to_be_learnt(tmp_path: Path):
    async with open_world(tmp_path, catalogue=catalogue()) as world:
        file = ("animelist.xml", mal_file(mal_entry(NOVA.anime_id, 9)))
        given = await world.aiko.slash(world.channel, "import", file=file)
        assert given.response is not None
        taken = await world.aiko.click(given.response, label="Take in")
        assert taken.response is not None
        assert "goes by titles like them" in taken.response.content
