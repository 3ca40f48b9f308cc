"""Rating one title or a line of them, taking it back, and what is suggested meanwhile."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from core.catalogue.catalogue import Catalogue
from core.catalogue.title import Title
from core.showing import DIRECT_MESSAGES
from tests.bot_world import FIRST, SECOND, THIRD, World, open_world, options, text
from tests.tiny import ADULT_IDS, tiny_catalogue

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    import simcord

MONSTER, PSYCHO, GATE, ADULT = 9001, 9002, 9003, min(ADULT_IDS)
CATALOGUE = Catalogue(
    [
        *tiny_catalogue().titles,
        Title(MONSTER, "Monster", type="TV", year=2004),
        Title(PSYCHO, "Mob Psycho 100", type="TV", year=2016),
        Title(GATE, "Steins;Gate", title_japanese="シュタインズ・ゲート", type="TV", year=2011),
    ]
)


async def rate(world: World, title: str, score: int | None = None) -> simcord.ResponseMessage:
    """Let Aiko rate; return the answer, which nobody else sees."""
    given = {"title": title} if score is None else {"title": title, "score": score}
    result = await world.send_anything(world.aiko, "rate", **given)
    assert not result.followups
    assert result.response is not None
    assert result.response.ephemeral
    return result.response


async def press(world: World, message: simcord.ResponseMessage, label: str) -> str:
    """Let Aiko press a button; return what is said then."""
    result = await world.aiko.click(message, label=label)
    said = result.followups[-1] if result.followups else result.response
    assert said is not None
    return said.content


async def test_several_titles_in_one_line(tmp_path: Path):
    async with open_world(tmp_path, catalogue=CATALOGUE) as world:
        await rate(world, "Monster", 4)
        said = await rate(world, "Monster 9, Mob Psycho 100: 8; Steins;Gate 10, tiny 1 = 6/10")
        assert "**Monster**: 4 → **9**" in said.content
        assert "**Steins;Gate**: **10**" in said.content
        assert "4 titles rated" in said.content
        assert await world.ratings() == {MONSTER: 9, PSYCHO: 8, GATE: 10, SECOND: 6}
        undone = await press(world, said, "Undo")
        assert undone.count("**") == 8
        assert await world.ratings() == {MONSTER: 4}


async def test_a_line_is_saved_whole_or_not_at_all(tmp_path: Path):
    async with open_world(tmp_path, catalogue=CATALOGUE) as world:
        for line, part, reason in (
            ("Monster 9, Mob Psycho 100", "“Mob Psycho 100”", "no score behind"),
            ("Monster 9, tiny 1 11", "“tiny 1 11”", "from 1 to 10"),
            ("Monster 9, Qwertyuiop 4", "“Qwertyuiop”", "know no anime"),
            (f"Monster 9, {ADULT} 9", f"“{ADULT}”", "know no anime"),
            (", ".join(["Monster 9"] * 26), "“Monster 9”", "up to 25 titles"),
        ):
            said = (await rate(world, line)).content
            assert said.startswith("Nothing was saved. ")
            assert part in said
            assert reason in said
            assert len(said) < 400
        assert await world.ratings() == {}


async def test_a_score_that_stands_twice_saves_nothing(tmp_path: Path):
    catalogue = Catalogue(
        [
            *CATALOGUE.titles,
            Title(7001, "K", type="TV", year=2012),
            Title(7002, "Koukyoushihen Eureka Seven", synonyms=("K 7",), type="TV", year=2005),
            Title(7003, "Naruto", type="TV", year=2002),
            Title(7004, "Naruto Movie 6: Road to Ninja", synonyms=("Naruto 6 Movie",), year=2012),
        ]
    )
    async with open_world(tmp_path, catalogue=catalogue) as world:
        for line in ("Naruto 6", "K: 7", "Monster 9", "Monster 9, Naruto 6", "Monster, Naruto"):
            said = (await rate(world, line, 3)).content
            assert said.startswith("Nothing was saved. There are two scores"), line
        assert await world.ratings() == {}
        await rate(world, "Mob Psycho 100", 8)
        await rate(world, "naruto", 6)
        await rate(world, "7001", 7)
        assert await world.ratings() == {PSYCHO: 8, 7003: 6, 7001: 7}


async def test_a_near_name_in_a_line_is_suggested(tmp_path: Path):
    async with open_world(tmp_path, catalogue=CATALOGUE) as world:
        said = (await rate(world, "Mob Psyhco 99 8, Monster 9")).content
        assert "Did you mean" in said
        assert "Mob Psycho 100" in said


async def test_the_longest_line_is_one_message(tmp_path: Path):
    names = [f"{chr(65 + i) * 3}{'very long name ' * 9}{i}" for i in range(25)]
    catalogue = Catalogue(
        [*tiny_catalogue().titles, *(Title(9000 + i, name) for i, name in enumerate(names))]
    )
    async with open_world(tmp_path, catalogue=catalogue) as world:
        said = await rate(world, ", ".join(f"{name} = 10" for name in names))
        assert len(said.content) <= 2_000
        assert len(await world.ratings()) == 25
        assert len(await press(world, said, "Undo")) <= 2_000
        assert await world.ratings() == {}


async def test_a_title_without_a_score_opens_the_menu(tmp_path: Path):
    async with open_world(tmp_path, catalogue=CATALOGUE) as world:
        asked = await rate(world, "Mob Psycho 100")
        assert "Mob Psycho 100" in asked.content
        assert [option["value"] for option in options(asked)] == [str(n) for n in range(10, 0, -1)]
        await world.restart()
        rated = (await world.aiko.select(asked, ["7"])).response
        assert rated is not None
        assert "**7**" in rated.content
        assert await world.ratings() == {PSYCHO: 7}
        await world.restart()
        assert "Undone" in await press(world, rated, "Undo")
        assert await world.ratings() == {}


async def test_rating_again_says_what_changed_and_can_be_undone_once(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9), (SECOND, 5))
        said = await rate(world, str(FIRST), 3)
        assert "9 → **3**" in said.content
        assert "Undone" in await press(world, said, "Undo")
        assert await world.ratings() == {SECOND: 5, FIRST: 9}
        latest = await world.bot.services.ratings.of(world.aiko.id)
        assert [rating.title.anime_id for rating in latest] == [SECOND, FIRST]
        again = await rate(world, str(FIRST), 9)
        assert "stays at **9**" in again.content


async def test_only_what_is_as_it_was_left_is_undone(tmp_path: Path):
    async with open_world(tmp_path) as world:
        first, second = await rate(world, str(FIRST), 3), await rate(world, str(FIRST), 4)
        assert "Left as it is" in await press(world, first, "Undo")
        assert await world.ratings() == {FIRST: 4}
        assert "Undone" in await press(world, second, "Undo")
        assert await world.ratings() == {FIRST: 3}


async def test_what_is_undone_already_says_so(tmp_path: Path):
    async with open_world(tmp_path) as world:
        said = await rate(world, str(FIRST), 3)
        (button,) = said.components[0]["components"]
        step = int(button["custom_id"].rsplit(":", 1)[1])
        await world.bot.services.ratings.undo(world.aiko.id, step, place=DIRECT_MESSAGES)
        assert "nothing left to undo" in await press(world, said, "Undo")


async def test_a_profile_is_asked_for_once_ever(tmp_path: Path):
    async with open_world(tmp_path, catalogue=CATALOGUE) as world:
        asked = await rate(world, "Monster 9")
        assert "age and gender" in asked.content
        assert "/profile set" in asked.content
        assert "age and gender" not in (await rate(world, "Monster 8")).content
        await world.restart()
        assert "age and gender" not in (await rate(world, str(FIRST), 8)).content


async def test_a_question_that_does_not_fit_is_asked_later(tmp_path: Path):
    catalogue = Catalogue(
        replace(title, title_english=None, title=f"{title.anime_id} {'Kono Sekai ' * 9}"[:88])
        for title in tiny_catalogue().titles
    )
    ids = [title.anime_id for title in catalogue.titles if not title.adult][:25]
    async with open_world(tmp_path, catalogue=catalogue) as world:
        full = await rate(world, ", ".join(f"{anime_id} = 7" for anime_id in ids))
        assert len(full.content) > 1_900
        assert "age and gender" not in full.content
        assert "age and gender" in (await rate(world, "150", 4)).content


async def test_who_has_told_is_not_asked(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.bot.services.profiles.save(world.aiko.id, age=24)
        assert "age and gender" not in (await rate(world, str(FIRST), 8)).content


async def test_taking_a_rating_back(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9), (SECOND, 5))
        result = await world.aiko.slash(world.channel, "unrate", title=str(FIRST))
        said = result.response
        assert said is not None
        assert said.ephemeral
        assert "your 9 is taken back. 1 title rated." in said.content
        assert await world.ratings() == {SECOND: 5}
        assert "Undone" in await press(world, said, "Undo")
        assert await world.ratings() == {FIRST: 9, SECOND: 5}
        nothing = text(await world.aiko.slash(world.channel, "unrate", title=str(THIRD)))
        assert "have not rated" in nothing


async def test_suggestions_show_the_score_a_title_has(tmp_path: Path):
    async with open_world(tmp_path, catalogue=CATALOGUE) as world:
        await world.rate((MONSTER, 9), (ADULT, 3))
        await world.restart()
        first = await world.aiko.autocomplete(world.channel, "rate", "title", "monster")
        assert first == [{"name": "Monster (2004, TV)", "value": str(MONSTER)}]
        then = await world.aiko.autocomplete(world.channel, "rate", "title", "monster")
        assert then == [{"name": "✓ 9 · Monster (2004, TV)", "value": str(MONSTER)}]
        of_ben = await world.ben.autocomplete(world.channel, "rate", "title", "monster")
        of_ben = await world.ben.autocomplete(world.channel, "rate", "title", "monster")
        assert of_ben == first
        # who picks a suggestion and types on sends what it says
        assert "**8**" in (await rate(world, f"{then[0]['name']} 8")).content


async def test_suggestions_go_on_with_a_line(tmp_path: Path):
    async with open_world(tmp_path, catalogue=CATALOGUE) as world:

        async def offered(typed: str) -> list[str]:
            found = await world.aiko.autocomplete(world.channel, "rate", "title", typed)
            assert all(len(choice["name"]) <= 100 for choice in found)
            return [choice["value"] for choice in found]

        assert await offered("Monster 9, steins;ga") == ["Monster 9, Steins;Gate"]
        assert await offered("Monster 9, steins;ga 8") == ["Monster 9, Steins;Gate = 8"]
        assert await offered("steins;ga 8") == ["Steins;Gate = 8", str(GATE)]
        assert (await offered("mob psycho 10"))[0] == "Mob Psycho 100 = 10"
        assert (await offered("mob psycho 100"))[0] == str(PSYCHO)
        assert await offered("Monster 9, qwertyuiop") == []
        assert len(await offered("Monster 9, ")) == 25
        long = "Monster 9, " * 8
        assert await offered(f"{long}Monster") == [f"{long}Monster"]
        assert await offered(f"{long}Mob Psycho") == []
        line = (await offered("Monster 9, tiny"))[0]
        assert "**7**" in (await rate(world, f"{line} 7")).content


async def test_suggestions_need_no_database(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    async with open_world(tmp_path) as world:
        world.damage("ALTER TABLE ratings RENAME TO gone")
        with caplog.at_level(logging.WARNING):
            for command in ("rate", "unrate"):
                found = await world.aiko.autocomplete(world.channel, command, "title", "tiny")
                assert len(found) == 25
        assert "are not at hand" in caplog.text


async def test_what_was_rated_is_suggested_first_for_taking_back(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((150, 4), (FIRST, 9), (ADULT, 3))
        found = await world.aiko.autocomplete(world.channel, "unrate", "title", "")
        assert {choice["value"] for choice in found[:2]} == {"150", str(FIRST)}
        assert all(choice["name"].startswith("✓") for choice in found[:2])
        assert len(found) == 25
        found = await world.aiko.autocomplete(world.channel, "unrate", "title", "chiisana")
        assert {choice["value"] for choice in found[:2]} == {"150", str(FIRST)}
        assert str(ADULT) not in {choice["value"] for choice in found}
