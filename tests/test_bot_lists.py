"""The two lists as a message: rated, dismissed, continued, scored and explained from it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from core.catalogue.catalogue import Catalogue
from core.showing import ANYBODY, DIRECT_MESSAGES
from tests.bot_world import FIRST, SECOND, THIRD, World, card, open_world, options, text
from tests.tiny import tiny_catalogue

if TYPE_CHECKING:
    from pathlib import Path

    import simcord


async def lists_of(world: World, **values: object) -> simcord.ResponseMessage:
    """Aiko's lists, after three ratings."""
    if not await world.ratings():
        await world.rate((FIRST, 9), (SECOND, 3), (THIRD, 8))
    return card(await world.aiko.slash(world.channel, "recommend", **values))


def listed(message: simcord.ResponseMessage) -> list[int]:
    """The ids of the titles in the embeds, as they stand there."""
    shown = "".join(embed.description or "" for embed in message.embeds)
    return [int(anime_id) for anime_id in re.findall(r"anime/(\d+)\)", shown)]


def labels(message: simcord.ResponseMessage) -> list[str]:
    return [
        item["label"] for row in message.components for item in row["components"] if "label" in item
    ]


async def pressed(
    world: World, message: simcord.ResponseMessage, label: str
) -> simcord.ResponseMessage:
    answer = (await world.aiko.click(message, label=label)).response
    assert answer is not None
    return answer


async def chosen(
    world: World, message: simcord.ResponseMessage, *values: str
) -> simcord.ResponseMessage:
    answer = (await world.aiko.select(message, list(values))).response
    assert answer is not None
    return answer


BUTTONS = ["Rate these", "Not for me", "Seen it", "Why?", "More", "Score these lists"]


async def test_private_lists_are_rated_in_place(tmp_path: Path):
    async with open_world(tmp_path) as world:
        lists = await lists_of(world)
        assert sorted(labels(lists)) == sorted(BUTTONS)
        menu = await pressed(world, lists, "Rate these")
        assert menu.id == lists.id
        assert [int(option["value"]) for option in options(menu)] == listed(lists)
        title = options(menu)[0]["value"]
        scores = await chosen(world, menu, title)
        assert scores.id == lists.id
        assert [option["value"] for option in options(scores)] == [str(n) for n in range(10, 0, -1)]
        rated = await chosen(world, scores, "6")
        assert rated.id == lists.id
        assert "**6**, saved" in rated.content
        assert (await world.ratings())[int(title)] == 6
        assert listed(rated) == listed(lists)
        assert "✓ you gave it 6" in (rated.embeds[0].description or "")
        assert options(rated)[0]["label"].startswith("✓ 6")
        assert ": 6 · another one?" in str(rated.components)
        again = await pressed(world, rated, "Back")
        assert sorted(labels(again)) == sorted(BUTTONS)
        assert int(title) not in listed(await lists_of(world))


async def test_pictures_stay_when_the_lists_change(tmp_path: Path):
    async with open_world(tmp_path) as world:
        lists = await lists_of(world)
        names = ["similar.jpg", "may_like.jpg"]
        assert [attachment.filename for attachment in lists.attachments] == names
        pictures = [f"attachment://{name}" for name in names]
        assert [embed.image.url for embed in lists.embeds] == pictures
        menu = await pressed(world, lists, "Seen it")
        seen = await chosen(world, menu, options(menu)[0]["value"])
        assert len(seen.attachments) == 2
        assert [embed.image.url for embed in seen.embeds] == pictures


async def test_what_became_of_a_title_and_the_next_menu_come_in_one_change(tmp_path: Path):
    async with open_world(tmp_path) as world:
        lists = await lists_of(world)
        menu = await pressed(world, lists, "Not for me")
        world.env.http_requests.clear()
        await chosen(world, menu, options(menu)[0]["value"])
        changes = [request for request in world.env.http_requests if request.method == "PATCH"]
        assert len(changes) == 1


async def test_public_lists_are_rated_in_a_private_message(tmp_path: Path):
    async with open_world(tmp_path) as world:
        lists = await lists_of(world, private=False)
        menu = await pressed(world, lists, "Rate these")
        assert menu.id != lists.id
        assert menu.ephemeral
        scores = await chosen(world, menu, options(menu)[1]["value"])
        rated = await chosen(world, scores, "4")
        assert rated.id == menu.id
        assert not rated.embeds
        assert "**4**, saved" in rated.content
        (seen_by_ben,) = world.channel.history(viewer=world.ben)
        assert "you gave" not in (seen_by_ben.embeds[0].description or "")
        await world.aiko.click(rated, label="Back")
        assert [message.id for message in world.channel.history(viewer=world.aiko)][-1] != menu.id


async def test_dismissed_titles_never_come_back(tmp_path: Path):
    async with open_world(tmp_path) as world:
        lists = await lists_of(world)
        menu = await pressed(world, lists, "Not for me")
        gone = [options(menu)[0]["value"], options(menu)[11]["value"]]
        left = await chosen(world, menu, *gone)
        assert "gone for good" in left.content
        assert (left.embeds[0].description or "").count("✕ not for you") == 1
        assert not {option["value"] for option in options(left)} & set(gone)
        buttons = await pressed(world, left, "Back")
        assert sorted(labels(buttons)) == sorted(BUTTONS)
        menu = await pressed(world, buttons, "Seen it")
        assert not {option["value"] for option in options(menu)} & set(gone)
        seen = options(menu)[0]["value"]
        left = await chosen(world, menu, seen)
        assert "✓ seen" in (left.embeds[0].description or "")
        assert not {*map(int, gone), int(seen)} & set(listed(await lists_of(world)))
        kept = await world.bot.services.dismissals.of(world.aiko.id, place=DIRECT_MESSAGES)
        assert {entry.title.anime_id for entry in kept} == {*map(int, gone), int(seen)}


async def test_several_are_dismissed_all_or_none(tmp_path: Path):
    async with open_world(tmp_path) as world:
        lists = await lists_of(world)
        menu = await pressed(world, lists, "Not for me")
        several = [option["value"] for option in options(menu)[:3]]
        world.damage(
            f"CREATE TRIGGER full BEFORE INSERT ON dismissals WHEN NEW.anime_id = {several[1]} "
            "BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
        )
        refused = (await world.aiko.select(menu, several)).followups[-1]
        assert "gone for good" not in refused.content
        assert await world.bot.services.dismissals.of(world.aiko.id, place=DIRECT_MESSAGES) == ()


async def test_many_long_names_are_one_message(tmp_path: Path):
    catalogue = Catalogue(
        replace(title, title_english=None, title=f"_{title.anime_id}_ {'Kono * Sekai ' * 6}"[:88])
        for title in tiny_catalogue().titles
    )
    async with open_world(tmp_path, catalogue=catalogue) as world:
        lists = await lists_of(world)
        menu = await pressed(world, lists, "Seen it")
        gone = [option["value"] for option in options(menu)]
        assert len(gone) == 20
        left = await chosen(world, menu, *gone)
        assert "noted as seen" in left.content
        assert (
            len(await world.bot.services.dismissals.of(world.aiko.id, place=DIRECT_MESSAGES)) == 20
        )


async def test_what_was_rated_meanwhile_is_not_dismissed(tmp_path: Path):
    async with open_world(tmp_path) as world:
        lists = await lists_of(world)
        menu = await pressed(world, lists, "Seen it")
        rated, seen = (option["value"] for option in options(menu)[:2])
        await world.rate((int(rated), 8))
        left = await chosen(world, menu, rated, seen)
        assert "noted as seen" in left.content
        assert "rated by you already" in left.content
        dismissed = await world.bot.services.dismissals.of(world.aiko.id, place=DIRECT_MESSAGES)
        assert [each.title.anime_id for each in dismissed] == [int(seen)]


async def test_more_goes_on_where_the_lists_ended(tmp_path: Path):
    async with open_world(tmp_path) as world:
        lists = await lists_of(world)
        more = await pressed(world, lists, "More")
        assert more.id != lists.id
        assert more.ephemeral
        assert len(listed(more)) == 20
        assert not set(listed(more)) & set(listed(lists))
        last = await pressed(world, more, "More")
        assert not set(listed(last)) & {*listed(more), *listed(lists)}
        assert len(listed(last)) < 20
        assert "Only" in str([embed.description for embed in last.embeds])


async def test_lists_are_scored_and_scored_again(tmp_path: Path):
    async with open_world(tmp_path) as world:
        lists = await lists_of(world)
        scored = await chosen(world, await pressed(world, lists, "Score these lists"), "8")
        assert "**8** of 10" in scored.content
        assert sorted(labels(scored)) == sorted([*BUTTONS[:-1], "✓ 8 of 10"])
        scored = await chosen(world, await pressed(world, scored, "✓ 8 of 10"), "9")
        assert "8 → **9** of 10" in scored.content
        back = await pressed(world, await pressed(world, scored, "Rate these"), "Back")
        assert "✓ 9 of 10" in labels(back)
        menu = await pressed(world, back, "Not for me")
        gone = await chosen(world, menu, *(option["value"] for option in options(menu)))
        assert "✓ 9 of 10" in labels(gone)


async def test_when_all_is_dealt_with_a_sentence_says_so(tmp_path: Path):
    async with open_world(tmp_path) as world:
        menu = await pressed(world, await lists_of(world), "Not for me")
        gone = [option["value"] for option in options(menu)]
        left = await chosen(world, menu, *gone)
        for label in ("Rate these", "Not for me", "Seen it"):
            left = await pressed(world, left, label)
            assert left.content.startswith("You have been through all of these. **More**")
        menu = await pressed(world, left, "Why?")
        assert [option["value"] for option in options(menu)] == gone
        assert all(option["label"].startswith("✕ ") for option in options(menu))
        why = card(await world.aiko.select(menu, [gone[3]]))
        assert (why.embeds[0].title or "").startswith("Why ")


async def test_a_title_is_explained_privately(tmp_path: Path):
    async with open_world(tmp_path) as world:
        lists = await lists_of(world, private=False)
        menu = await pressed(world, lists, "Why?")
        why = card(await world.aiko.select(menu, [options(menu)[0]["value"]]))
        assert why.ephemeral
        (embed,) = why.embeds
        assert (embed.title or "").startswith("Why ")
        assert "I think you would give it" in (embed.description or "")
        named = str([field.value for field in embed.fields])
        assert "Tiny 1: 3" in named or "Chiisana 0: 9" in named


async def test_buttons_and_menus_work_after_a_restart(tmp_path: Path):
    async with open_world(tmp_path) as world:
        lists = await lists_of(world)
        menu = await pressed(world, lists, "Rate these")
        title = options(menu)[3]["value"]
        await world.restart()
        scores = await chosen(world, menu, title)
        await world.restart()
        rated = await chosen(world, scores, "5")
        assert "✓ you gave it 5" in str([embed.description for embed in rated.embeds])
        assert (await world.ratings())[int(title)] == 5
        await world.restart()
        assert sorted(labels(await pressed(world, rated, "Back"))) == sorted(BUTTONS)


async def test_a_double_choice_rates_once(tmp_path: Path):
    async with open_world(tmp_path) as world:
        lists = await lists_of(world)
        menu = await pressed(world, lists, "Rate these")
        title = options(menu)[0]["value"]
        scores = await chosen(world, menu, title)
        before = len(await world.ratings())
        await chosen(world, scores, "5")
        assert len(await world.ratings()) == before + 1


async def test_two_windows_at_once_keep_both(tmp_path: Path):
    async with open_world(tmp_path) as world:
        one = await lists_of(world)
        other = await lists_of(world)
        first = await pressed(world, one, "Rate these")
        second = await pressed(world, other, "Rate these")
        title, another = options(first)[0]["value"], options(first)[1]["value"]
        await chosen(world, await chosen(world, first, title), "9")
        await chosen(world, await chosen(world, second, another), "2")
        ratings = await world.ratings()
        assert (ratings[int(title)], ratings[int(another)]) == (9, 2)


async def test_strangers_press_nothing(tmp_path: Path):
    async with open_world(tmp_path) as world:
        lists = await lists_of(world, private=False)
        for label in BUTTONS:
            assert "belong to the person who asked" in text(
                await world.ben.click(lists, label=label)
            )
        assert await world.bot.services.dismissals.of(world.ben.id, place=DIRECT_MESSAGES) == ()


async def test_filters_narrow_the_lists_and_are_named(tmp_path: Path):
    async with open_world(tmp_path) as world:
        lists = await lists_of(world, genre="comedy", type="TV", year_from=2000, hide_sequels=True)
        titles = [world.bot.services.titles.get(i, ANYBODY) for i in listed(lists)]
        assert titles
        for title in titles:
            assert "Comedy" in title.genres
            assert title.type == "TV"
            assert (title.year or 0) >= 2000
        footer = lists.embeds[-1].footer.text or ""
        assert "Comedy · TV · from 2000 · no sequels" in footer
        more = await pressed(world, lists, "More")
        assert "Comedy" in (more.embeds[-1].footer.text or "")


async def test_a_genre_nobody_knows(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        for genre in ("no such genre", "Hentai"):
            said = text(await world.send_anything(world.aiko, "recommend", genre=genre))
            assert "There is no genre" in said


async def test_adult_genres_are_suggested_only_to_who_is_known_to_be_of_age(tmp_path: Path):
    async def suggested(world: World) -> list[str]:
        offered = await world.aiko.autocomplete(world.channel, "recommend", "genre", "hen")
        return [choice["value"] for choice in offered]

    async with open_world(tmp_path) as world:
        profiles = world.bot.services.profiles
        await profiles.save(world.aiko.id, age=30)
        assert await suggested(world) == []
        await world.restrict()
        assert await suggested(world) == ["Hentai"]
        await world.restart()
        await world.restrict()
        assert await suggested(world) == []
        profiles = world.bot.services.profiles
        await profiles.preferences(world.aiko.id)
        assert await suggested(world) == ["Hentai"]
        await profiles.save(world.aiko.id, age=16)
        assert await suggested(world) == []


async def test_options_discord_would_not_let_through(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        for values in ({"latest": 0}, {"type": "**x**"}, {"year_from": 99_999}):
            said = text(await world.send_anything(world.aiko, "recommend", **values))
            assert "look at the descriptions" in said
        said = text(
            await world.aiko.slash(world.channel, "recommend", year_from=2010, year_to=1990)
        )
        assert "from 2010 or later and from 1990 or earlier" in said


async def test_an_empty_list_says_why(tmp_path: Path):
    async with open_world(tmp_path) as world:
        narrowed = await lists_of(world, year_from=2090)
        assert all("Nothing is left that fits" in (e.description or "") for e in narrowed.embeds)
        shown = await lists_of(world)
        while len(shown.components) > 0:
            await world.env.advance_time(30)
            shown = await pressed(world, shown, "More")
        assert all("That was all" in (embed.description or "") for embed in shown.embeds)
        known = [title.anime_id for title in tiny_catalogue().titles]
        await world.bot.services.ratings.rate_many(world.aiko.id, [(i, 7) for i in known])
        await world.env.advance_time(30)
        left = card(await world.aiko.slash(world.channel, "recommend"))
        assert all("you know every" in (embed.description or "") for embed in left.embeds)
        public = card(await world.aiko.slash(world.channel, "recommend", private=False))
        assert "you" not in str([embed.description for embed in public.embeds])


async def test_genres_are_suggested(tmp_path: Path):
    async with open_world(tmp_path) as world:
        offered = await world.aiko.autocomplete(world.channel, "recommend", "genre", "li")
        assert [choice["value"] for choice in offered] == ["Slice of Life"]
        everything = await world.aiko.autocomplete(world.channel, "recommend", "genre", "")
        assert len(everything) == 25
        assert "Hentai" not in {choice["value"] for choice in everything}


async def test_privacy_is_remembered(tmp_path: Path):
    async with open_world(tmp_path) as world:
        assert (await lists_of(world)).ephemeral
        assert not (await lists_of(world, private=False)).ephemeral
        assert not (await lists_of(world)).ephemeral
        await world.env.advance_time(11)
        await world.aiko.slash(world.channel, "profile view")
        await world.restart()
        assert not (await lists_of(world)).ephemeral
        assert (await lists_of(world, private=True)).ephemeral


async def test_japanese_readers_get_japanese(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9), (SECOND, 3), (THIRD, 8))
        world.speak_japanese()
        lists = await lists_of(world)
        assert [embed.title for embed in lists.embeds] == [
            "似ているアニメ",
            "好きかもしれないアニメ",
        ]
        assert "小さな" in (lists.embeds[0].description or "")
        assert "点をつけたから" in str([embed.description for embed in lists.embeds])
        menu = await pressed(world, lists, "評価する")
        assert options(menu)[0]["label"].startswith("小さな")
        said = text(await world.send_anything(world.aiko, "recommend", genre="nothing"))
        assert "というジャンルはありません" in said


async def test_commands_are_registered_in_both_languages(tmp_path: Path):
    async with open_world(tmp_path) as world:
        command = world.env.backend.find_command("recommend", None)
        assert command is not None
        assert command["name_localizations"]["ja"] == "おすすめ"
        assert all(option["description_localizations"]["ja"] for option in command["options"])


async def test_the_cold_start_shows_the_seeds_lists_with_posters(tmp_path: Path):
    async with open_world(tmp_path) as world:
        start = card(await world.aiko.slash(world.channel, "recommend"))
        genres = ["Shounen", "Supernatural", "Romance", "Slice of Life"]
        assert [embed.title for embed in start.embeds[1:]] == genres
        assert len(start.attachments) == 4
        assert all(attachment.description for attachment in start.attachments)


async def test_the_cold_start_keeps_to_the_filters(tmp_path: Path):
    async with open_world(tmp_path) as world:
        result = await world.aiko.slash(world.channel, "recommend", genre="Romance", type="TV")
        _, best = card(result).embeds
        assert best.title == "Only: Romance · TV"
        catalogue = tiny_catalogue()
        listed = [
            catalogue[int(part.split(")")[0])]
            for part in (best.description or "").split("/anime/")[1:]
        ]
        assert len(listed) == 10
        assert all("Romance" in title.genres and title.type == "TV" for title in listed)
        result = await world.ben.slash(
            world.channel, "recommend", genre="Romance", year_to=1901, private=False
        )
        embeds = card(result).embeds
        assert "Nothing fits" in (embeds[1].description or "")
        assert "four genres" not in (embeds[0].description or "")


async def test_a_menu_works_after_its_lists_were_deleted(tmp_path: Path):
    async with open_world(tmp_path) as world:
        lists = await lists_of(world, private=False)
        menu = await pressed(world, lists, "Rate these")
        await (
            world.bot.get_partial_messageable(world.channel.id)
            .get_partial_message(lists.id)
            .delete()
        )
        title = options(menu)[0]["value"]
        rated = await chosen(world, await chosen(world, menu, title), "7")
        assert "**7**, saved" in rated.content
        assert (await world.ratings())[int(title)] == 7
