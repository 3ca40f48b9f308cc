"""The context menus on people and on messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bot_world import FIRST, SECOND, THIRD, World, card, open_world, options, text

if TYPE_CHECKING:
    from pathlib import Path

BOTH = "What we both like"
FIND = "Find anime here"


async def share(world: World) -> None:
    """Let Ben rate, and others ask what they and Ben would both like."""
    for anime_id, score in ((THIRD, 9), (SECOND, 2)):
        await world.ben.slash(world.channel, "rate", title=str(anime_id), score=score)
    await world.bot.services.profiles.save(world.ben.id, shareable=True)


async def test_what_both_would_like_is_a_private_list_without_what_either_has_rated(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        await share(world)
        found = card(await world.aiko.context_menu(world.channel, BOTH, world.ben))
        assert found.ephemeral
        (embed,) = found.embeds
        assert embed.title == "What you and ben would both like"
        rows = embed.description or ""
        assert rows.count("/anime/") == 10
        # of the mean of two, each could work out the other's part
        assert "★" not in str(embed.to_dict())
        assert all(f"/anime/{rated})" not in rows for rated in (FIRST, SECOND, THIRD))
        assert embed.image.url is not None
        assert len(options(found)) == 10


async def test_who_has_not_allowed_it_is_not_asked_for(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        said = text(await world.aiko.context_menu(world.channel, BOTH, world.ben))
        assert "has not allowed it" in said
        await world.ben.slash(world.channel, "rate", title=str(THIRD), score=9)
        assert text(await world.aiko.context_menu(world.channel, BOTH, world.ben)) == said


async def test_who_has_rated_nothing_is_told_to(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await share(world)
        said = text(await world.aiko.context_menu(world.channel, BOTH, world.ben))
        assert "/rate" in said


async def test_oneself_and_bots_get_a_friendly_sentence(tmp_path: Path):
    async with open_world(tmp_path) as world:
        assert "That is you" in text(await world.aiko.context_menu(world.channel, BOTH, world.aiko))
        robot = world.guild.add_member(world.env.create_user("robot", bot=True))
        assert "Bots" in text(await world.aiko.context_menu(world.channel, BOTH, robot))


async def test_a_rating_from_the_list_for_two_is_saved_after_a_restart(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        await share(world)
        found = card(await world.aiko.context_menu(world.channel, BOTH, world.ben))
        await world.restart()
        chosen = options(found)[0]["value"]
        asked = (await world.aiko.select(found, [chosen])).response
        assert asked is not None
        await world.aiko.select(asked, ["8"])
        assert (await world.ratings())[int(chosen)] == 8


async def test_titles_in_a_message_come_with_what_they_are_to_the_person(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        message = await world.ben.send(world.channel, "I loved Chiisana 0 and Tiny 4, not Tiny 8")
        found = card(await world.aiko.context_menu(world.channel, FIND, message))
        assert found.ephemeral
        rows = (found.embeds[0].description or "").split("\n")
        assert len(rows) == 3
        (rated,) = [row for row in rows if f"/anime/{FIRST})" in row]
        assert "you gave it 9" in rated
        assert sum("★" in row for row in rows) == 2
        assert all("TV" in row or "Movie" in row for row in rows)
        assert {option["value"] for option in options(found)} == {"101", "105", "109"}
        asked = (await world.aiko.select(found, ["105"])).response
        assert asked is not None
        await world.aiko.select(asked, ["3"])
        assert (await world.ratings())[105] == 3


async def test_titles_in_rikos_own_lists_are_found(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.bot.services.profiles.save(world.aiko.id, private=False)
        await world.rate((FIRST, 9))
        await world.aiko.slash(world.channel, "recommend")
        lists = [m for m in world.channel.history(viewer=world.ben) if m.embeds][-1]
        found = card(await world.ben.context_menu(world.channel, FIND, lists))
        assert len(options(found)) == 15


async def test_a_message_without_titles_gets_a_sentence(tmp_path: Path):
    async with open_world(tmp_path) as world:
        message = await world.ben.send(world.channel, "hello there")
        said = text(await world.aiko.context_menu(world.channel, FIND, message))
        assert "no anime in this message" in said


async def test_a_message_that_is_deleted_meanwhile_is_still_read(tmp_path: Path):
    async with open_world(tmp_path) as world:
        message = await world.ben.send(world.channel, "Tiny 4")
        found = card(await world.aiko.context_menu(world.channel, FIND, message))
        await world.ben.delete(message)
        asked = (await world.aiko.select(found, ["105"])).response
        assert asked is not None


async def test_adult_titles_in_a_message_are_not_found_by_just_anybody(tmp_path: Path):
    async with open_world(tmp_path) as world:
        message = await world.ben.send(world.channel, "Tiny 7, Tiny 31 and Tiny 4 and Tiny 8")
        found = card(await world.aiko.context_menu(world.channel, FIND, message))
        assert "Tiny 31" not in str(found.embeds[0].to_dict())
        await world.restrict()
        await world.bot.services.profiles.save(world.aiko.id, age=30)
        found = card(await world.aiko.context_menu(world.channel, FIND, message))
        assert "Tiny 31" in str(found.embeds[0].to_dict())


async def test_a_failure_is_told(tmp_path: Path):
    async with open_world(tmp_path) as world:
        message = await world.ben.send(world.channel, "Tiny 4")
        world.damage("ALTER TABLE ratings RENAME TO ratings_gone")
        assert "database" in text(await world.aiko.context_menu(world.channel, FIND, message))
        assert "database" in text(await world.aiko.context_menu(world.channel, BOTH, world.ben))
