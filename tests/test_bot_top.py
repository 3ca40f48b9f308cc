"""`/top`: the best loved titles, for one person or for everybody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from bot.ui.asked_top import AskedTop, TopScope
from bot.ui.limits import fits
from bot.ui.reader import Reader
from bot.ui.top import top_embeds
from bot.ui.words import Language
from core.catalogue.title import GENRES, Title
from core.services.dismissals import DismissalKind
from core.services.server_lists import Lacking, ServerEntry, ServerTop, TopKind
from core.services.toplists import TopEntry, TopList
from core.showing import ANYBODY
from tests.bot_world import (
    FIRST,
    SECOND,
    THIRD,
    World,
    card,
    everything_shown,
    open_world,
    options,
    text,
)
from tests.tiny import ADULT_IDS

if TYPE_CHECKING:
    from pathlib import Path

    from simcord.results import ResponseMessage


def listed(message: ResponseMessage) -> list[int]:
    return [int(option["value"]) for option in options(message)]


def rows(message: ResponseMessage) -> list[str]:
    (embed,) = message.embeds
    lines = (embed.description or "").splitlines()
    return [line for line in lines if re.match(r"\*\*\d+\.", line)]


def buttons(message: ResponseMessage) -> dict[str, dict[str, Any]]:
    """Return the buttons below a list by their labels."""
    return {
        item["label"]: item
        for row in message.components
        for item in row["components"]
        if "options" not in item
    }


async def press(world: World, message: ResponseMessage, label: str) -> ResponseMessage:
    result = await world.aiko.click(message, custom_id=buttons(message)[label]["custom_id"])
    return card(result)


async def club(world: World) -> None:
    """Let five members rate: they love the second title most, and are divided over the third."""
    services = world.bot.services
    for number in range(5):
        user_id = 9_000 + number
        extremes = 1 if number < 2 else 10
        scores = [(FIRST, 7), (SECOND, 10), (THIRD, extremes), (104, 5), (105, 6)]
        await services.ratings.rate_many(user_id, scores)
        await services.top.saw_member(world.guild.id, user_id)


async def test_ten_titles_of_all_genres_with_posters(tmp_path: Path):
    async with open_world(tmp_path) as world:
        top = card(await world.aiko.slash(world.channel, "top"))
        assert top.ephemeral
        assert top.embeds[0].title == "Best loved anime"
        assert len(rows(top)) == 10
        assert all(" vote" in row and "★" in row for row in rows(top))
        (sheet,) = top.attachments
        assert sheet.filename == "top.jpg"
        assert (sheet.description or "").startswith("Posters: 1. ")
        assert len(listed(top)) == 10


async def test_one_genre(tmp_path: Path):
    async with open_world(tmp_path) as world:
        top = card(await world.aiko.slash(world.channel, "top", genre="romance"))
        assert top.embeds[0].title == "Best loved: Romance"
        assert "of this genre" not in (top.embeds[0].description or "")
        catalogue = world.bot.services.titles
        for anime_id in listed(top):
            assert "Romance" in catalogue.get(anime_id, ANYBODY).genres


async def test_what_one_has_rated_is_marked_and_what_one_dismissed_is_left_out(tmp_path: Path):
    async with open_world(tmp_path) as world:
        first, second, *_ = listed(card(await world.aiko.slash(world.channel, "top")))
        await world.rate((first, 4))
        services = world.bot.services
        await services.dismissals.dismiss(world.aiko.id, second, DismissalKind.NOT_FOR_ME)
        top = card(await world.aiko.slash(world.channel, "top"))
        assert "✓ you: 4" in rows(top)[0]
        assert second not in listed(top)
        assert len(listed(top)) == 10


async def test_everybody_sees_nothing_of_the_persons_own(tmp_path: Path):
    async with open_world(tmp_path) as world:
        before = card(await world.ben.slash(world.channel, "top", private=False))
        await world.rate((listed(before)[0], 4))
        await world.bot.services.dismissals.dismiss(
            world.aiko.id, listed(before)[1], DismissalKind.SEEN
        )
        top = card(await world.aiko.slash(world.channel, "top", private=False))
        assert not top.ephemeral
        assert rows(top) == rows(before)


async def test_whether_it_is_private_is_remembered(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.aiko.slash(world.channel, "top", private=False)
        assert not card(await world.aiko.slash(world.channel, "top")).ephemeral


async def test_a_title_can_be_rated_from_the_list_also_after_a_restart(tmp_path: Path):
    async with open_world(tmp_path) as world:
        top = card(await world.aiko.slash(world.channel, "top"))
        await world.restart()
        asked = (await world.aiko.select(top, [str(listed(top)[2])])).response
        assert asked is not None
        await world.aiko.select(asked, ["8"])
        assert await world.ratings() == {listed(top)[2]: 8}


async def test_with_all_of_it_dismissed_no_genre_is_spoken_of(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await club(world)
        dismissals = world.bot.services.dismissals
        for anime_id in (FIRST, SECOND, THIRD, 104, 105):
            await dismissals.dismiss(world.aiko.id, anime_id, DismissalKind.SEEN)
        top = card(await world.aiko.slash(world.channel, "top", scope="server"))
        assert top.embeds[0].description == "There is nothing left to show here."
        assert {"Most divisive", "Everywhere"} <= buttons(top).keys()


async def test_a_stranger_may_not_use_the_menu(tmp_path: Path):
    async with open_world(tmp_path) as world:
        top = card(await world.aiko.slash(world.channel, "top", private=False))
        said = text(await world.ben.select(top, [str(listed(top)[0])]))
        assert "belong to the person who asked" in said


async def test_a_genre_nobody_knows(tmp_path: Path):
    async with open_world(tmp_path) as world:
        said = text(await world.aiko.slash(world.channel, "top", genre="cooking"))
        assert "no genre" in said
        # the tiny catalogue has none of these
        top = card(await world.aiko.slash(world.channel, "top", genre="Mecha"))
        assert "nothing of this genre" in (top.embeds[0].description or "")


@pytest.mark.parametrize("private", [True, False])
async def test_adult_titles_follow_channel_and_age(tmp_path: Path, private: bool):
    async with open_world(tmp_path) as world:
        said = text(await world.aiko.slash(world.channel, "top", genre="Hentai", private=True))
        assert "no genre" in said
        await world.restrict()
        top = card(await world.aiko.slash(world.channel, "top", genre="Hentai", private=private))
        assert set(listed(top)) == ADULT_IDS
        await world.aiko.slash(world.channel, "profile set", age=16)
        result = await world.aiko.slash(world.channel, "top", genre="Hentai", private=private)
        assert "no genre" in text(result)
        top = card(await world.aiko.slash(world.channel, "top", private=private))
        assert not ADULT_IDS & set(listed(top))


@pytest.mark.parametrize("language", list(Language))
def test_the_longest_names_fit(language: Language):
    name = "[*Ω*] 🦊_" * 40
    entries = tuple(
        TopEntry(Title(90_000 + i, name, type="Special", year=2020), 8.88, 1_234_567)
        for i in range(10)
    )
    ours = tuple(
        ServerEntry(Title(90_000 + i, name, type="Special", year=2020), 8.88, 1_234_567, -100)
        for i in range(10)
    )
    own = {90_000 + i: 10 for i in range(10)}
    for genre in (None, "Slice of Life"):
        for top, lines in (
            (TopList(genre, entries, 9, 10), 10),
            (ServerTop(TopKind.BEST, genre, entries, 2, Lacking(0, 3, 50), 9, 10), 11),
            (ServerTop(TopKind.DIVISIVE, genre, ours, 1_000, None, 9, 10), 10),
        ):
            embeds = top_embeds(Reader.of(language), top, own)
            assert fits(embeds)
            assert len((embeds[0].description or "").splitlines()) == lines


def test_what_moved_is_shown_and_explained_where_something_did():
    def shown(*moves: int | None) -> tuple[list[str], str]:
        entries = tuple(
            ServerEntry(Title(90_000 + i, f"Number {i}"), 8.0, 40, moved)
            for i, moved in enumerate(moves)
        )
        top = ServerTop(TopKind.BEST, None, entries, 40)
        (embed,) = top_embeds(Reader.of(Language.ENGLISH), top, {})
        return (embed.description or "").splitlines(), embed.footer.text or ""

    rows, footer = shown(2, 0, -1, None)
    ends = ("· ▲2", "· 40 members", "· ▼1", "· new")
    assert [row.endswith(end) for row, end in zip(rows, ends, strict=True)] == [True] * 4
    assert "▲ ▼ places since last week" in footer
    for nothing in ((0, 0), (0, None)):
        assert "▲" not in shown(*nothing)[1]


async def test_it_works_in_a_direct_message(tmp_path: Path):
    async with open_world(tmp_path) as world:
        assert len(listed(card(await world.aiko.user.slash("top")))) == 10


async def test_in_a_server_the_list_is_its_members(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await club(world)
        top = card(await world.aiko.slash(world.channel, "top", private=False))
        (embed,) = top.embeds
        assert embed.title == "Best loved in this server"
        assert listed(top)[0] == SECOND
        assert len(rows(top)) == 5
        assert all("5 members" in row for row in rows(top))
        assert "5 members have rated" in (embed.footer.text or "")
        # a server's first list has nothing that was there before
        assert not any("new" in row or "▲" in row for row in rows(top))
        assert "▲" not in (embed.footer.text or "")
        assert [attachment.filename for attachment in top.attachments] == ["top.jpg"]
        assert "9000" not in everything_shown(world.channel, world.ben)
        everywhere = card(await world.aiko.slash(world.channel, "top", scope="everybody"))
        assert everywhere.embeds[0].title == "Best loved anime"
        assert len(rows(everywhere)) == 10


async def test_who_rates_only_by_menus_counts_at_once(tmp_path: Path):
    async with open_world(tmp_path) as world:
        start = (await world.ben.slash(world.channel, "recommend")).response
        assert start is not None
        # of a stranger, who may never rate anything, nothing is kept
        assert await world.bot.services.leaving.members(world.guild.id) == ()
        scores = (await world.ben.select(start, [options(start)[0]["value"]])).response
        assert scores is not None
        assert await world.bot.services.leaving.members(world.guild.id) == ()
        await world.ben.select(scores, ["9"])
        assert await world.bot.services.leaving.members(world.guild.id) == (world.ben.id,)


async def test_a_server_with_few_ratings_hears_what_it_takes(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        top = card(await world.aiko.slash(world.channel, "top", scope="server"))
        said = (top.embeds[0].description or "").splitlines()[0]
        assert said.startswith("*It takes 2 more people who rate here until")
        assert "1 member has rated" in (top.embeds[0].footer.text or "")
        assert len(rows(top)) == 10
        await club(world)
        # the members know five titles of which fewer are of the last genre
        top = card(await world.aiko.slash(world.channel, "top", genre="Comedy"))
        said = (top.embeds[0].description or "").splitlines()[0]
        assert said.startswith("*It takes 2 more titles of this genre that 3 people here")


async def test_a_server_with_a_list_is_not_told_that_it_has_none(tmp_path: Path):
    async with open_world(tmp_path) as world:
        # three are enough for what is loved, but not for what divides them
        for user_id in (9_000, 9_001, 9_002):
            scores = [(FIRST, 7), (SECOND, 10), (THIRD, 1)]
            await world.bot.services.ratings.rate_many(user_id, scores)
            await world.bot.services.top.saw_member(world.guild.id, user_id)
        top = card(await world.aiko.slash(world.channel, "top"))
        assert listed(top) == [SECOND, FIRST, THIRD]
        top = await press(world, top, "Most divisive")
        said = (top.embeds[0].description or "").splitlines()[0]
        assert said.startswith("*Too few titles have been rated by 5 people here to tell what")
        assert "list of its own" not in said


async def test_buttons_lead_to_the_other_lists_and_pages_also_after_a_restart(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await club(world)
        top = card(await world.aiko.slash(world.channel, "top"))
        assert buttons(top)["Best loved"]["disabled"]
        await world.restart()
        top = await press(world, top, "Most divisive")
        assert top.embeds[0].title == "What this server is divided over"
        assert listed(top) == [THIRD]
        top = await press(world, top, "Hidden gems")
        assert top.embeds[0].title == "Hidden gems of this server"
        top = await press(world, top, "Everywhere")
        assert rows(top)[0].startswith("**1.**")
        first = listed(top)
        top = await press(world, top, "Next ›")
        assert rows(top)[0].startswith("**11.**")
        assert "Page 2 of 6" in (top.embeds[0].footer.text or "")
        assert (top.attachments[0].description or "").startswith("Posters: 11. ")
        assert not set(first) & set(listed(top))
        top = await press(world, top, "‹ Previous")
        assert listed(top) == first
        top = await press(world, top, "Best loved")
        assert listed(top)[0] == SECOND


async def test_a_stranger_may_not_turn_the_pages(tmp_path: Path):
    async with open_world(tmp_path) as world:
        top = card(await world.aiko.slash(world.channel, "top", private=False))
        pressed = buttons(top)["Next ›"]["custom_id"]
        assert "belong to the person who asked" in text(
            await world.ben.click(top, custom_id=pressed)
        )


async def test_what_everybody_sees_stays_so_when_a_page_is_turned(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        await world.bot.services.dismissals.dismiss(world.aiko.id, SECOND, DismissalKind.SEEN)
        for private, personal in ((False, False), (True, True)):
            top = card(
                await world.aiko.slash(world.channel, "top", scope="everybody", private=private)
            )
            shown = [*listed(top)]
            marked = "✓ you" in "".join(rows(top))
            for _ in range(5):
                top = await press(world, top, "Next ›")
                shown += listed(top)
                marked = marked or "✓ you" in "".join(rows(top))
            assert marked is personal
            assert (SECOND not in shown) is personal


async def test_a_servers_list_needs_a_server(tmp_path: Path):
    async with open_world(tmp_path) as world:
        for options_ in ({"scope": "server"}, {"list": "gems"}):
            said = text(await world.aiko.user.slash("top", **options_))
            assert "ask for it in a server" in said
        result = await world.aiko.slash(world.channel, "top", list="gems", scope="everybody")
        assert "ask for it in a server" in text(result)
        assert not buttons(card(await world.aiko.user.slash("top"))).keys() & {"Most divisive"}


async def test_an_adult_genre_of_an_old_list_is_not_turned_to(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.restrict()
        top = card(await world.aiko.slash(world.channel, "top", genre="Hentai"))
        await world.restrict(restricted=False)
        pressed = buttons(top)["Everywhere"]["custom_id"]
        turned = await world.aiko.click(top, custom_id=pressed)
        assert "nothing of that kind" in text(turned)
        # the message has a list again, of all genres, with the ways on
        assert card(turned).embeds[0].title == "Best loved anime"
        assert not ADULT_IDS & set(listed(card(turned)))
        assert "Most divisive" in buttons(card(turned))


@pytest.mark.parametrize("scope", list(TopScope))
@pytest.mark.parametrize("kind", list(TopKind))
def test_what_is_asked_fits_into_a_button(scope: TopScope, kind: TopKind):
    for genre in (None, *GENRES):
        for page in (0, 9):
            asked = AskedTop(scope, kind, genre, page)
            assert AskedTop.of_code(asked.code) == asked
            assert len(f"riko:top:{2**64}:scope:{asked.code}") <= 100
    with pytest.raises(ValueError, match="no top list"):
        AskedTop.of_code("x")
    with pytest.raises(ValueError, match="no genre"):
        AskedTop.of_code("sb-99-0")
