"""Cards of titles, turning their pages, hiding titles, and more like one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from core.catalogue.catalogue import Catalogue
from core.catalogue.title import Title
from core.catalogue.translations import Translation, append_translation, source_name
from core.services.dismissals import DismissalKind
from core.services.server_ranking import PRIOR_VOTES
from core.showing import DIRECT_MESSAGES
from tests.bot_world import (
    FIRST,
    SECOND,
    THIRD,
    World,
    card,
    everything_shown,
    open_world,
    text,
    tiny_settings,
)
from tests.tiny import ADULT_IDS, tiny_catalogue

if TYPE_CHECKING:
    from pathlib import Path

    import simcord

ADULT, NEW = min(ADULT_IDS), 9001


async def search(
    world: World, title: str | int, *, private: bool = True
) -> simcord.ResponseMessage:
    return card(await world.aiko.slash(world.channel, "search", title=str(title), private=private))


async def press(
    world: World, message: simcord.ResponseMessage, label: str
) -> simcord.ResponseMessage:
    result = await world.aiko.click(message, label=label)
    assert not result.followups, result.followups[0].content
    assert result.response is not None
    return result.response


def fields(message: simcord.ResponseMessage) -> dict[str, str]:
    return {field.name or "": field.value or "" for field in message.embeds[0].fields}


def labels(message: simcord.ResponseMessage, *, enabled: bool = False) -> list[str]:
    return [
        item["label"]
        for row in message.components
        for item in row["components"]
        if "label" in item and not (enabled and item.get("disabled"))
    ]


async def dismissed(world: World) -> dict[int, DismissalKind]:
    found = await world.bot.services.dismissals.of(world.aiko.id, place=DIRECT_MESSAGES)
    return {each.title.anime_id: each.kind for each in found}


async def test_a_title_is_found_by_what_a_machine_calls_it(tmp_path: Path):
    folder = (await asyncio.to_thread(tiny_settings, tmp_path)).locations().data
    title = tiny_catalogue()[FIRST]
    assert title.title_english is None
    name = Translation(FIRST, source_name(title), "A Very Small Journey", "libre")
    await asyncio.to_thread(append_translation, folder.translations, name)
    async with open_world(tmp_path) as world:
        found = await search(world, "small journey")
        assert found.embeds[0].title == title.title
        assert "Machine translation: A Very Small Journey" in (found.embeds[0].description or "")


async def test_the_card_of_a_title(tmp_path: Path):
    async with open_world(tmp_path) as world:
        found = await search(world, SECOND)
        assert found.ephemeral
        assert found.embeds[0].title == "Tiny 1"
        assert found.embeds[0].url == f"https://myanimelist.net/anime/{SECOND}"
        assert "Chiisana 1 · 小さな1" in (found.embeds[0].description or "")
        known = fields(found)
        assert (known["Type"], known["Episodes"], known["Year"]) == ("TV", "12", "1991")
        assert "Shounen" in known["Genres"]
        assert f"(https://myanimelist.net/anime/{SECOND})" in known["MyAnimeList"]
        assert [file.filename for file in found.attachments] == ["poster.jpg"]
        assert labels(found) == ["Rate", "More like this", "Not for me"]
        assert "For you" not in known


async def test_what_the_title_is_to_the_person(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        assert "I think you would give it **★ " in fields(await search(world, SECOND))["For you"]
        rated = await search(world, FIRST)
        assert "you gave it 9" in fields(rated)["For you"]
        assert labels(rated) == ["Rate", "More like this"]
        shown = await search(world, SECOND, private=False)
        assert not shown.ephemeral
        assert "For you" not in fields(shown)


async def test_several_matches_are_pages(tmp_path: Path):
    async with open_world(tmp_path) as world:
        first = await search(world, "tiny 4")
        assert first.embeds[0].title == "Tiny 4"
        assert first.embeds[0].footer.text is not None
        assert first.embeds[0].footer.text.startswith("Match 1 of ")
        assert "‹ Previous" not in labels(first, enabled=True)
        count = int(first.embeds[0].footer.text.rsplit(" ", 1)[1])
        assert 2 <= count <= 8
        titles: list[str | None] = [first.embeds[0].title]
        await world.restart()
        page = first
        for at in range(2, count + 1):
            page = await press(world, page, "Next ›")
            assert page.embeds[0].footer.text == f"Match {at} of {count}"
            titles.append(page.embeds[0].title)
        assert len(set(titles)) == count
        assert "Next ›" not in labels(page, enabled=True)
        assert (await press(world, page, "‹ Previous")).embeds[0].title == titles[-2]


async def test_a_public_card_turns_its_pages_in_public(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        first = await search(world, "tiny 4", private=False)
        second = await press(world, first, "Next ›")
        assert second.id == first.id
        assert not second.ephemeral
        assert "For you" not in fields(second)
        said = text(await world.ben.click(second, label="Next ›"))
        assert "belong to the person who asked" in said


async def test_rating_from_a_card(tmp_path: Path):
    async with open_world(tmp_path) as world:
        for private in (True, False):
            shown = await search(world, SECOND, private=private)
            asked = await press(world, shown, "Rate")
            assert asked.ephemeral
            rated = (await world.aiko.select(asked, ["8"])).response
            assert rated is not None
            assert "**8**" in rated.content
        assert await world.ratings() == {SECOND: 8}


async def test_not_for_me_and_back_on_a_private_card(tmp_path: Path):
    async with open_world(tmp_path) as world:
        shown = await search(world, "tiny 4")
        position = shown.embeds[0].footer.text
        hidden = await press(world, shown, "Not for me")
        assert hidden.id == shown.id
        assert "gone for good" in hidden.content
        assert "not for you" in fields(hidden)["For you"]
        assert hidden.embeds[0].title == "Tiny 4"
        assert hidden.embeds[0].footer.text == position
        assert await dismissed(world) == {105: DismissalKind.NOT_FOR_ME}
        await world.restart()
        back = await press(world, hidden, "Bring back")
        assert "may recommend" in back.content
        assert "Not for me" in labels(back)
        assert await dismissed(world) == {}


async def test_not_for_me_below_a_public_card_is_between_two(tmp_path: Path):
    async with open_world(tmp_path) as world:
        shown = await search(world, SECOND, private=False)
        said = await press(world, shown, "Not for me")
        assert said.ephemeral
        assert said.id != shown.id
        assert "gone for good" in said.content
        assert await dismissed(world) == {SECOND: DismissalKind.NOT_FOR_ME}
        assert "not for you" not in everything_shown(world.channel, world.ben)
        assert "gone for good" not in everything_shown(world.channel, world.ben)
        back = await press(world, said, "Bring back")
        assert "may recommend" in back.content
        assert await dismissed(world) == {}
        await press(world, back, "Not for me")
        assert await dismissed(world) == {SECOND: DismissalKind.NOT_FOR_ME}
        refused = text(await world.ben.click(shown, label="Not for me"))
        assert "belong to the person who asked" in refused


@pytest.mark.parametrize("private", [True, False])
async def test_what_was_rated_meanwhile_is_not_hidden(tmp_path: Path, private: bool):
    async with open_world(tmp_path) as world:
        shown = await search(world, SECOND, private=private)
        await world.rate((SECOND, 9))
        said = await press(world, shown, "Not for me")
        assert "rated by you already" in said.content
        assert "Bring back" not in labels(said)
        assert await dismissed(world) == {}
        assert await world.ratings() == {SECOND: 9}


async def test_a_public_list_is_the_same_whoever_asks(tmp_path: Path):
    async with open_world(tmp_path) as world:
        bens = card(await world.ben.slash(world.channel, "similar", title="105", private=False))
        listed = [
            int(part.split(")")[0]) for part in str(bens.embeds[0].description).split("/anime/")[1:]
        ]
        await world.rate((listed[0], 1), (SECOND, 9))
        await world.bot.services.dismissals.dismiss(world.aiko.id, listed[1], DismissalKind.SEEN)
        aikos = card(await world.aiko.slash(world.channel, "similar", title="105", private=False))
        assert aikos.embeds[0].description == bens.embeds[0].description
        below = await search(world, 105, private=False)
        more = card(await world.aiko.click(below, label="More like this"))
        assert more.embeds[0].description == bens.embeds[0].description
        own = card(await world.aiko.slash(world.channel, "similar", title="105", private=True))
        assert f"/anime/{listed[0]})" not in str(own.embeds[0].description)


async def test_names_are_shown_as_they_are_also_as_headings(tmp_path: Path):
    name = "**Big** _x_ [a](http://b.c)"
    catalogue = Catalogue(
        [*tiny_catalogue().titles, Title(9001, name, title_english=name, type="TV")]
    )
    async with open_world(tmp_path, catalogue=catalogue) as world:
        shown = await search(world, 9001)
        similar = card(await world.aiko.slash(world.channel, "similar", title="9001"))
        for heading in (shown.embeds[0].title, similar.embeds[0].title):
            assert r"\*\*Big\*\* \_x\_ (a)" in (heading or "")


async def test_pressing_twice_changes_nothing_more(tmp_path: Path):
    async with open_world(tmp_path) as world:
        shown = await search(world, SECOND, private=False)
        await press(world, shown, "Not for me")
        again = await press(world, shown, "Not for me")
        assert "gone for good" in again.content
        await press(world, again, "Bring back")
        assert await dismissed(world) == {}


async def test_the_mean_of_a_server_from_three_voters_on(tmp_path: Path):
    async with open_world(tmp_path) as world:
        people = [world.aiko, world.ben, world.guild.add_member(world.env.create_user("chie"))]
        for voters, person in enumerate(people, 1):
            shown = await search(world, FIRST, private=False)
            assert "This server" not in fields(shown), voters
            await person.slash(world.channel, "rate", title=str(FIRST), score=6 + voters)
        shown = await search(world, FIRST, private=False)
        # as in the server's lists: drawn towards what is usual, and in halves, as few rated
        overall = world.bot.services.recommendations.ranking.overall
        mean = round((7 + 8 + 9 + PRIOR_VOTES * overall) / (3 + PRIOR_VOTES) * 2) / 2
        assert fields(shown)["This server"] == f"The server gives it **★ {mean:.1f}** (3 people)."
        direct = card(await world.aiko.user.slash("search", title=str(FIRST)))
        assert "This server" not in fields(direct)


async def test_more_like_a_title(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        shown = await search(world, SECOND)
        more = await press(world, shown, "More like this")
        assert more.ephemeral
        assert more.id != shown.id
        assert more.embeds[0].title == "Like Tiny 1"
        described = more.embeds[0].description or ""
        assert described.count("**★") == 10
        assert f"anime/{SECOND})" not in described
        assert f"anime/{FIRST})" not in described
        assert more.attachments[0].filename == "like_this.jpg"
        menu = more.components[0]["components"][0]
        asked = (await world.aiko.select(more, [menu["options"][0]["value"]])).response
        assert asked is not None
        assert asked.id != more.id
        assert asked.ephemeral


async def test_similar_says_the_same_in_public_without_predictions(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        mine = card(await world.aiko.slash(world.channel, "similar", title=str(SECOND)))
        assert mine.ephemeral
        assert "★" in (mine.embeds[0].description or "")
        public = card(
            await world.aiko.slash(world.channel, "similar", title=str(SECOND), private=False)
        )
        assert not public.ephemeral
        assert "★" not in str([embed.to_dict() for embed in public.embeds])
        assert "★" not in (public.attachments[0].description or "")


async def test_similar_for_somebody_who_has_not_rated(tmp_path: Path):
    async with open_world(tmp_path) as world:
        shown = card(await world.aiko.slash(world.channel, "similar", title=str(SECOND)))
        described = shown.embeds[0].description or ""
        assert described.count("](https://myanimelist.net/anime/") == 10
        assert "★" not in described


async def test_what_is_hidden_is_not_similar(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.bot.services.dismissals.dismiss(world.aiko.id, SECOND + 6, DismissalKind.SEEN)
        shown = card(await world.aiko.slash(world.channel, "similar", title=str(SECOND)))
        assert f"anime/{SECOND + 6})" not in (shown.embeds[0].description or "")


async def test_a_title_the_network_does_not_know_has_a_card(tmp_path: Path):
    catalogue = Catalogue([*tiny_catalogue().titles, Title(NEW, "Too New")])
    async with open_world(tmp_path, catalogue=catalogue) as world:
        await world.rate((FIRST, 9))
        shown = await search(world, NEW)
        assert fields(shown)["Type"] == "unknown"
        result = await world.aiko.click(shown, label="More like this")
        said = result.followups[-1] if result.followups else result.response
        assert said is not None
        assert said.content or said.embeds


async def test_a_broken_database_takes_only_the_persons_own_part(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        await world.restart()
        world.damage("ALTER TABLE ratings RENAME TO gone")
        shown = await search(world, SECOND)
        assert shown.embeds[0].title == "Tiny 1"
        assert "For you" not in fields(shown)


@pytest.mark.parametrize("private", [True, False])
async def test_adult_titles_only_where_they_may_be_shown(tmp_path: Path, private: bool):
    async with open_world(tmp_path) as world:
        said = text(
            await world.aiko.slash(world.channel, "search", title=str(ADULT), private=private)
        )
        assert "No anime found" in said
        said = text(
            await world.aiko.slash(world.channel, "similar", title=str(ADULT), private=private)
        )
        assert "No anime found" in said
        await world.restrict()
        shown = await search(world, ADULT, private=private)
        assert shown.attachments[0].filename == "poster.jpg"
        await world.bot.services.profiles.save(world.aiko.id, age=15)
        for label in ("Rate", "More like this", "Not for me"):
            result = await world.aiko.click(shown, label=label)
            refused = [message.content for message in result.followups]
            if not refused and result.response is not None:
                refused = [result.response.content]
            assert any("cannot be shown here" in each for each in refused), (label, refused)
        assert await dismissed(world) == {}


async def test_the_choice_who_sees_an_answer_is_remembered(tmp_path: Path):
    async with open_world(tmp_path) as world:
        assert not (await search(world, THIRD, private=False)).ephemeral
        again = card(await world.aiko.slash(world.channel, "search", title=str(THIRD)))
        assert not again.ephemeral
        assert (await search(world, THIRD)).ephemeral
