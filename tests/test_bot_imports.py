"""`/import` and `/export`: a list is looked at, taken in by a button, undone, and goes out again."""

from __future__ import annotations

import asyncio
import gzip
import logging
from typing import TYPE_CHECKING

import pytest

from core.services.dismissals import DismissalKind
from core.services.imports.plan import Choices
from tests.bot_world import FIFTH, FIRST, FOURTH, SECOND, THIRD, World, open_world, text
from tests.made_lists import (
    ani_answer,
    ani_entry,
    ani_export,
    ani_titles,
    mal_entry,
    mal_file,
)
from tests.misbehaving import answers, fails, misbehaving
from tests.places import RESTRICTED
from tests.tiny import ADULT_IDS, tiny_catalogue

if TYPE_CHECKING:
    from pathlib import Path

    from simcord.results import InteractionResult, ResponseMessage

LIST = mal_file(
    mal_entry(FIRST, 9, my_finish_date="2015-01-01"),
    mal_entry(SECOND, 2),
    mal_entry(THIRD, 0, "Dropped"),
    mal_entry(FOURTH, 0),
    mal_entry(FIFTH, 0, "Plan to Watch"),
    mal_entry(7777, 10),
    mal_entry(7778, 10, series_title="<![CDATA[@everyone `Movie`]]>"),
)


def labels(message: ResponseMessage) -> list[str]:
    return [item["label"] for row in message.components for item in row["components"]]


def ids_of(message: ResponseMessage) -> list[str]:
    return [item["custom_id"] for row in message.components for item in row["components"]]


def answered(result: InteractionResult) -> ResponseMessage:
    assert result.response is not None
    assert result.response.ephemeral
    return result.response


async def give(world: World, data: bytes, name: str = "animelist.xml") -> ResponseMessage:
    """Let Aiko import a file; return the answer."""
    return answered(await world.aiko.slash(world.channel, "import", file=(name, data)))


async def press(world: World, message: ResponseMessage, label: str) -> ResponseMessage:
    return answered(await world.aiko.click(message, label=label))


async def hidden(world: World) -> set[int]:
    found = await world.bot.services.dismissals.of(world.aiko.id, place=RESTRICTED)
    return {each.title.anime_id for each in found}


@pytest.mark.parametrize(("data", "name"), [(LIST, "a.txt"), (gzip.compress(LIST), "list.xml.gz")])
async def test_a_list_is_shown_then_taken_in_and_undone(tmp_path: Path, data: bytes, name: str):
    async with open_world(tmp_path) as world:
        shown = await give(world, data, name)
        for said in (
            "from MyAnimeList",
            "2 titles",
            "1 you dropped",
            "a 4",
            "1 without",
            "1 you only",
            "2 I do",
        ):
            assert said in shown.content, shown.content
        assert labels(shown) == ["Take in", "Leave dropped out", "Mark unscored as seen", "Cancel"]
        (file,) = shown.attachments
        assert file.filename == "not-known-here.txt"
        assert (await file.read()).decode().splitlines() == [
            "Listed 7777 · https://myanimelist.net/anime/7777",
            "@everyone `Movie` · https://myanimelist.net/anime/7778",
        ]
        assert await world.ratings() == {}

        taken = await press(world, shown, "Take in")
        assert "2 new ratings" in taken.content
        assert "1 dropped" in taken.content
        assert "3 titles rated" in taken.content
        assert [each.filename for each in taken.attachments] == ["not-known-here.txt"]
        assert await world.ratings() == {FIRST: 9, SECOND: 2, THIRD: 4}
        assert await world.bot.services.ratings.scores(world.aiko.id) == await world.ratings()

        undone = await press(world, taken, "Undo")
        assert "Undone" in undone.content
        assert await world.ratings() == {}


@pytest.mark.parametrize(
    ("label", "kept"),
    [("Keep mine", {FIRST: 5, SECOND: 2}), ("Overwrite mine", {FIRST: 9, SECOND: 2})],
)
async def test_conflicts_are_asked_about(tmp_path: Path, label: str, kept: dict[int, int]):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 5), (SECOND, 2))
        shown = await give(world, mal_file(mal_entry(FIRST, 9), mal_entry(SECOND, 2)))
        assert labels(shown) == ["Keep mine", "Overwrite mine", "Cancel"]
        await press(world, shown, label)
        assert await world.ratings() == kept


async def test_titles_without_a_score_are_switched(tmp_path: Path):
    async with open_world(tmp_path) as world:
        shown = await give(world, LIST)
        shown = await press(world, shown, "Leave dropped out")
        assert "1 you dropped without a score: left out" in shown.content
        assert [each.filename for each in shown.attachments] == ["not-known-here.txt"]
        shown = await press(world, shown, "Mark unscored as seen")
        assert labels(shown) == ["Take in", "Count dropped as 4", "Leave unscored out", "Cancel"]
        taken = await press(world, shown, "Take in")
        assert "1 marked as seen" in taken.content
        assert await world.ratings() == {FIRST: 9, SECOND: 2}
        assert await hidden(world) == {FOURTH}
        await press(world, taken, "Undo")
        assert await hidden(world) == set()


async def test_cancelling_leaves_everything(tmp_path: Path):
    async with open_world(tmp_path) as world:
        shown = await give(world, LIST)
        left = await press(world, shown, "Cancel")
        assert left.content == "Nothing was changed."
        assert await world.ratings() == {}
        assert left.components == []


async def test_a_second_press_does_nothing(tmp_path: Path):
    async with open_world(tmp_path) as world:
        shown = await give(world, LIST)
        token = ids_of(shown)[0].split(":")[4]
        # the first press is under way, and its answer has not arrived
        await world.bot.services.imports.take_in(world.aiko.id, token, Choices(), overwrite=False)
        again = await world.aiko.click(shown, label="Take in")
        assert "taken in already" in again.followups[0].content
        assert await world.ratings() == {FIRST: 9, SECOND: 2, THIRD: 4}
        assert (await world.bot.services.privacy.show(world.aiko.id)).undo_steps == 1


async def test_a_stranger_may_not_press(tmp_path: Path):
    async with open_world(tmp_path) as world:
        shown = await give(world, LIST)
        for custom_id in ids_of(shown):
            said = text(await world.press_anyway(world.ben, shown, custom_id))
            assert "belong to the person who asked" in said
        seen = [message.content for message in world.channel.history(viewer=world.ben)]
        assert all("belong to the person who asked" in content for content in seen)
        await press(world, shown, "Take in")


async def test_after_a_restart_the_list_is_to_be_given_again(tmp_path: Path):
    async with open_world(tmp_path) as world:
        shown = await give(world, LIST)
        await world.restart()
        *others, cancel = labels(shown)
        for label in others:
            said = await world.aiko.click(shown, label=label)
            assert "once more" in said.followups[0].content
        # to give up what is gone is no failure
        assert (await press(world, shown, cancel)).content == "Nothing was changed."
        taken = await press(world, await give(world, LIST), "Take in")
        await world.restart()
        await press(world, taken, "Undo")
        assert await world.ratings() == {}


async def test_deleting_everything_in_between(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 5))
        shown = await give(world, LIST)
        asked = answered(await world.aiko.slash(world.channel, "privacy delete"))
        await press(world, asked, "Delete everything")
        said = await world.aiko.click(shown, label="Keep mine")
        assert "once more" in said.followups[0].content
        assert not (await world.bot.services.privacy.show(world.aiko.id)).known


async def test_what_is_rated_between_preview_and_press_is_not_lost(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 5))
        shown = await give(world, LIST)
        await world.rate((SECOND, 10))
        await world.bot.services.dismissals.dismiss(world.aiko.id, FOURTH, DismissalKind.NOT_FOR_ME)
        taken = await press(world, shown, "Overwrite mine")
        assert "1 with your own score" in taken.content
        assert await world.ratings() == {FIRST: 9, SECOND: 10, THIRD: 4}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"hello", "I cannot read that file"),
        (LIST[:400], "damaged or cut off"),
        (b"\x1f\x8b broken", "damaged or cut off"),
        (gzip.compress(b"<myanimelist>" + b" " * 50_000_000), "too large"),
        (b"<myanimelist></myanimelist>", "no anime in that list"),
        (b"<myanimelist>" + b" " * 11_000_000, "too large"),
        (b'{"format": "riko-export", "version": 1}', "no export of Riko's"),
    ],
)
async def test_a_bad_file_is_one_sentence(tmp_path: Path, data: bytes, said: str):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 5))
        result = await world.aiko.slash(world.channel, "import", file=("x.xml", data))
        assert said in text(result)
        assert await world.ratings() == {FIRST: 5}


async def test_exactly_one_of_the_options(tmp_path: Path):
    async with open_world(tmp_path) as world:
        for options in ({}, {"file": ("a.xml", LIST), "anilist": "someone"}):
            said = text(await world.aiko.slash(world.channel, "import", **options))
            assert "either a file or" in said


async def test_nobody_keeps_riko_busy_with_lists(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        exported = await world.bot.services.privacy.export(world.aiko.id)
        for _ in range(5):
            assert (await give(world, LIST)).components
            await world.aiko.slash(world.channel, "privacy import", file=("a.json", exported))
        for command in ("import", "privacy import"):
            said = text(await world.aiko.slash(world.channel, command, file=("a.xml", LIST)))
            assert "a lot of lists" in said
        other = await world.ben.slash(world.channel, "import", file=("a.xml", LIST))
        assert answered(other).components


async def test_a_list_that_says_nothing_new_has_no_buttons(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        shown = await give(world, mal_file(mal_entry(FIRST, 9)))
        assert "nothing new" in shown.content
        assert shown.components == []


async def test_the_list_of_an_anilist_account(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    name = "Zettai404"
    async with misbehaving() as site:
        site.at(
            "/",
            answers(ani_answer(ani_entry(FIRST, 85), ani_entry(None, 10))),
            answers({"errors": [{"message": "Private User"}], "data": None}, 404),
            answers({"errors": [{"message": "User not found"}], "data": None}, 404),
            fails(403),
        )
        async with open_world(tmp_path, anilist=site.url) as world:
            slash = world.aiko.slash
            shown = answered(await slash(world.channel, "import", anilist=name))
            assert "from AniList" in shown.content
            assert "85 becomes a 9" in shown.content
            await press(world, shown, "Take in")
            assert await world.ratings() == {FIRST: 9}
            for said in ("is private", "no account", "127.0.0.1"):
                assert said in text(await slash(world.channel, "import", anilist=name))
            assert "no account" in text(await slash(world.channel, "import", anilist="no name!"))
        assert len(site.asked) == 4
        assert name not in caplog.text
        files = await asyncio.to_thread(
            lambda: [p.read_bytes() for p in (tmp_path / "home").rglob("*") if p.is_file()]
        )
        assert not any(name.encode() in content for content in files)


async def test_the_data_export_of_anilist(tmp_path: Path):
    own = [(900 + at, 85, 2) for at in range(230)]
    async with misbehaving() as site:
        site.at(
            "/", *(answers(ani_titles((900, FIRST), (901, None))) for _ in range(5)), fails(403)
        )
        async with open_world(tmp_path, anilist=site.url) as world:
            shown = await give(world, ani_export(*own), "gdpr_data.json")
            assert "1 title with a score" in shown.content
            assert "229 I do not know" in shown.content
            lines = (await shown.attachments[0].read()).decode().splitlines()
            assert lines[:2] == ["Title 901", "AniList 902"]
            await press(world, shown, "Take in")
            assert await world.ratings() == {FIRST: 9}
            assert "same" not in (await give(world, ani_export(own[0]))).content
            assert len(site.asked) == 5
            # the word of how long it takes makes room for that of the failure
            said = await world.aiko.slash(
                world.channel, "import", file=("a.json", ani_export(*own))
            )
            assert "name of your AniList account" in said.followups[0].content
            history = world.channel.history(viewer=world.aiko)
            assert not any("asking AniList" in each.content for each in history)


async def test_what_is_too_much_for_a_file_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bot.ui.imports.MOST_BYTES", 60)
    async with open_world(tmp_path) as world:
        shown = await give(world, mal_file(*(mal_entry(number, 9) for number in range(7000, 7005))))
        lines = (await shown.attachments[0].read()).decode().splitlines()
        assert len(lines) == 2
        assert lines[1] == "… and 4 more"


async def test_hundreds_of_titles_are_undone_in_one_sentence(tmp_path: Path):
    async with open_world(tmp_path) as world:
        shown = await give(world, mal_file(*(mal_entry(i, 7) for i in range(101, 161))))
        taken = await press(world, shown, "Take in")
        await world.rate((FIRST, 1))
        undone = await press(world, taken, "Undo")
        assert "titles as before" in undone.content
        assert "1 changed since" in undone.content
        assert await world.ratings() == {FIRST: 1}


async def test_ratings_go_out_and_come_in_again(tmp_path: Path):
    async with open_world(tmp_path) as world:
        assert "not rated anything" in text(await world.aiko.slash(world.channel, "export"))
        adult = min(ADULT_IDS)
        given = [(THIRD, 3), (FIRST, 9), (adult, 10), (SECOND, 1)]
        await world.bot.services.ratings.rate_many(world.aiko.id, given)
        out = answered(await world.aiko.slash(world.channel, "export"))
        (file,) = out.attachments
        data = await file.read()
        assert file.filename == "riko-ratings.xml"
        assert tiny_catalogue()[adult].title.encode() not in data
        before = await world.bot.services.ratings.of(world.aiko.id)
        await world.bot.services.privacy.delete(world.aiko.id)
        await press(world, await give(world, data), "Take in")
        after = await world.bot.services.ratings.of(world.aiko.id)
        assert [(each.title, each.score) for each in after] == [
            (each.title, each.score) for each in before
        ]


async def test_rikos_own_export_goes_both_ways(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        out = answered(await world.aiko.slash(world.channel, "export", format="json"))
        (file,) = out.attachments
        assert file.filename == "riko-export.json"
        data = await file.read()
        await world.rate((SECOND, 9))
        said = await give(world, data)
        assert said.content.startswith("Taken in:")
        assert [each.filename for each in said.attachments] == ["riko-before-import.json"]
        assert await world.ratings() == {FIRST: 9}


async def test_in_japanese(tmp_path: Path):
    async with open_world(tmp_path) as world:
        world.speak_japanese()
        shown = await give(world, LIST)
        assert "MyAnimeList のリスト" in shown.content
        taken = await press(world, shown, "取り込む")
        assert "取り込みました" in taken.content
