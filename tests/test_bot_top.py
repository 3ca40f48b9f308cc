"""`/top`: the best loved titles, for one person or for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.ui.limits import fits
from bot.ui.reader import Reader
from bot.ui.top import top_embeds
from bot.ui.words import Language
from core.catalogue.title import Title
from core.services.dismissals import DismissalKind
from core.services.toplists import TopEntry, TopList
from tests.bot_world import card, open_world, options, text
from tests.tiny import ADULT_IDS

if TYPE_CHECKING:
    from pathlib import Path

    from simcord.results import ResponseMessage


def listed(message: ResponseMessage) -> list[int]:
    return [int(option["value"]) for option in options(message)]


def rows(message: ResponseMessage) -> list[str]:
    (embed,) = message.embeds
    return (embed.description or "").splitlines()


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
        catalogue = world.bot.services.titles
        for anime_id in listed(top):
            assert "Romance" in catalogue.get(anime_id, allow_adult=False).genres


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
        said = text(await world.aiko.slash(world.channel, "top", genre="Mecha"))
        assert "nothing of this genre" in said


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
    own = {90_000 + i: 10 for i in range(10)}
    for genre in (None, "Slice of Life"):
        embeds = top_embeds(Reader.of(language), TopList(genre, entries), own)
        assert fits(embeds)
        assert len((embeds[0].description or "").splitlines()) == 10


async def test_it_works_in_a_direct_message(tmp_path: Path):
    async with open_world(tmp_path) as world:
        assert len(listed(card(await world.aiko.user.slash("top")))) == 10
