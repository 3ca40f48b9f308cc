"""The whole story of one person, through a restart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.errors import sentence
from bot.ui.words import Language, words_in
from core.catalogue.catalogue import Catalogue
from core.catalogue.title import Title
from core.errors import TitleNotFoundError
from tests.bot_world import FIFTH, FIRST, FOURTH, SECOND, THIRD, card, open_world, options, text
from tests.tiny import tiny_catalogue

if TYPE_CHECKING:
    from pathlib import Path


async def test_the_whole_story_survives_a_restart(tmp_path: Path):
    async with open_world(tmp_path) as world:
        aiko, channel = world.aiko, world.channel

        start = card(await aiko.slash(channel, "recommend"))
        assert start.ephemeral
        genres = [embed.title for embed in start.embeds[1:]]
        assert genres == ["Shounen", "Supernatural", "Romance", "Slice of Life"]
        assert "Rate 5 titles" in (start.embeds[0].description or "")

        saved = text(await aiko.slash(channel, "profile set", age=24, gender="female"))
        assert "24" in saved
        assert "female" in saved

        found = card(await aiko.slash(channel, "search", title="tiny 4"))
        assert found.embeds[0].title == "Tiny 4"
        assert found.embeds[0].url == "https://myanimelist.net/anime/105"

        said = ""
        for number, (title, score) in enumerate(
            ((FIRST, 9), (SECOND, 7), (THIRD, 8), (FOURTH, 3), (FIFTH, 10)), 1
        ):
            said = text(await aiko.slash(channel, "rate", title=str(title), score=score))
            assert f"**{score}**" in said
            assert ("1 title" if number == 1 else f"{number} titles") in said
        assert "has learnt" in said
        assert "7 → **4**" in text(await aiko.slash(channel, "rate", title="102", score=4))

        lists = card(await aiko.slash(channel, "recommend"))
        assert lists.ephemeral
        assert [embed.title for embed in lists.embeds] == ["Similar Anime", "Anime You May Like"]
        for embed in lists.embeds:
            description = embed.description or ""
            assert all(f"**{rank}.** [" in description for rank in range(1, 11))
            assert "because you gave" in description
            assert not any(f"anime/{rated})" in description for rated in range(FIRST, FIFTH + 1))

        menu = (await aiko.click(lists, label="Rate these")).response
        assert menu is not None
        shown = "".join(embed.description or "" for embed in lists.embeds)
        assert [option["value"] for option in options(menu)] == re.findall(r"anime/(\d+)\)", shown)
        chosen = options(menu)[0]["value"]
        scores = (await aiko.select(menu, [chosen])).response
        assert scores is not None
        rated = (await aiko.select(scores, ["6"])).response
        assert rated is not None
        assert "**6**, saved. 6 titles rated" in rated.content
        lists = (await aiko.click(rated, label="Back")).response
        assert lists is not None
        scoring = (await aiko.click(lists, label="Score these lists")).response
        assert scoring is not None
        lists = (await aiko.select(scoring, ["8"])).response
        assert lists is not None
        assert "**8** of 10" in lists.content

        before = await world.ratings()
        assert before == {101: 9, 102: 4, 103: 8, 104: 3, 105: 10, int(chosen): 6}
        await world.restart()
        assert await world.ratings() == before

        profile = card(await aiko.slash(channel, "profile view")).embeds[0]
        assert "24" in str(profile.to_dict())

        menu = (await aiko.click(lists, label="Rate these")).response
        assert menu is not None
        other = options(menu)[1]["value"]
        scores = (await aiko.select(menu, [other])).response
        assert scores is not None
        rated = (await aiko.select(scores, ["2"])).response
        assert rated is not None
        assert (await world.ratings())[int(other)] == 2
        lists = (await aiko.click(rated, label="Back")).response
        assert lists is not None
        scoring = (await aiko.click(lists, label="✓ 8 of 10")).response
        assert scoring is not None
        lists = (await aiko.select(scoring, ["9"])).response
        assert lists is not None
        assert "8 → **9** of 10" in lists.content


async def test_menus_opened_before_a_restart_work_after_it(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        lists = card(await world.aiko.slash(world.channel, "recommend"))
        menu = (await world.aiko.click(lists, label="Rate these")).response
        assert menu is not None
        chosen = options(menu)[3]["value"]
        scores = (await world.aiko.select(menu, [chosen])).response
        assert scores is not None
        await world.restart()
        await world.aiko.select(scores, ["5"])
        assert (await world.ratings())[int(chosen)] == 5


async def test_the_cold_start_takes_ratings_at_once(tmp_path: Path):
    async with open_world(tmp_path) as world:
        start = card(await world.aiko.slash(world.channel, "recommend"))
        chosen = options(start)[0]["value"]
        asked = (await world.aiko.select(start, [chosen])).response
        assert asked is not None
        assert asked.ephemeral
        assert asked.id != start.id
        said = text(await world.aiko.select(asked, ["9"]))
        assert "Rate 4 more" in said
        assert await world.ratings() == {int(chosen): 9}
        lists = card(await world.aiko.slash(world.channel, "recommend"))
        assert len(lists.embeds) == 2


async def test_everything_works_in_a_direct_message(tmp_path: Path):
    async with open_world(tmp_path) as world:
        user = world.aiko.user
        commands = {"profile set", "profile view", "rate", "recommend", "search", "top", "history"}
        assert commands <= set(user.available_commands())
        await user.slash("rate", title="tiny 1", score=8)
        lists = card(await user.slash("recommend"))
        menu = (await user.click(lists, label="Rate these")).response
        assert len(options(menu)) == 20
        assert await world.ratings() == {102: 8}


async def test_two_people_keep_their_own_ratings(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        await world.ben.slash(world.channel, "rate", title=str(FIRST), score=2)
        assert await world.ratings() == {FIRST: 9}
        ben = await world.bot.services.ratings.of(world.ben.id)
        assert [(rating.title.anime_id, rating.score) for rating in ben] == [(FIRST, 2)]


async def test_what_was_said_can_be_forgotten(tmp_path: Path):
    async with open_world(tmp_path) as world:
        aiko, channel = world.aiko, world.channel
        profiles = world.bot.services.profiles

        async def known() -> tuple[int | None, str | None]:
            profile = await profiles.view(aiko.id)
            return profile.age, profile.gender and profile.gender.value

        await aiko.slash(channel, "profile set", age=30, gender="another")
        assert await known() == (30, "another")
        await aiko.slash(channel, "profile set", gender="unsaid")
        assert await known() == (30, None)
        await aiko.slash(channel, "profile set", gender="male", forget="age")
        assert await known() == (None, "male")
        await aiko.slash(channel, "profile set", age=30)
        await aiko.slash(channel, "profile set", forget="both")
        assert await known() == (None, None)


async def test_search_names_other_matches_and_what_concerns_the_person(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        found = card(await world.aiko.slash(world.channel, "search", title="tiny 4")).embeds[0]
        fields = {field.name: field.value or "" for field in found.fields}
        assert "I think you would give it" in str(fields)
        rated = card(await world.aiko.slash(world.channel, "search", title=str(FIRST))).embeds[0]
        assert "you gave it 9" in str([field.value for field in rated.fields])


async def test_autocomplete_offers_at_most_25_titles(tmp_path: Path):
    async with open_world(tmp_path) as world:
        offered = await world.aiko.autocomplete(world.channel, "rate", "title", "tiny")
        assert len(offered) == 25
        assert all(len(choice["name"]) <= 100 for choice in offered)
        by_name = await world.aiko.autocomplete(world.channel, "search", "title", "小さな5")
        assert by_name[0]["value"] == "106"
        assert await world.aiko.autocomplete(world.channel, "rate", "title", "🦊" * 5000) == []
        assert len(await world.aiko.autocomplete(world.channel, "rate", "title", "")) <= 25


async def test_a_title_the_network_does_not_know_is_said_to_be_so(tmp_path: Path):
    new = Title(9001, "Too New", type="TV", year=2026)
    catalogue = Catalogue([*tiny_catalogue().titles, new])
    async with open_world(tmp_path, catalogue=catalogue) as world:
        said = text(await world.aiko.slash(world.channel, "rate", title="Too New", score=9))
        assert "**Too New**: **9**, saved. 1 title rated." in said
        assert "has not learnt this title yet" in said
        assert "has learnt" not in said
        said = text(await world.aiko.slash(world.channel, "rate", title=str(FIRST), score=9))
        assert "2 titles rated." in said
        assert "▰▱▱▱▱ Rate 4 more" in said
        lists = card(await world.aiko.slash(world.channel, "recommend"))
        assert "Rate 4 more" in (lists.embeds[1].footer.text or "")


async def test_what_was_typed_is_shown_as_it_is(tmp_path: Path):
    async with open_world(tmp_path) as world:
        said = text(await world.send_anything(world.aiko, "search", title="**bold** ||x||"))
        assert r"\*\*bold\*\* \|\|x\|\|" in said
    told = sentence(TitleNotFoundError("x", ("A *b*", "C")), words_in(Language.ENGLISH))
    assert told is not None
    assert "A \\*b\\*, C" in told
