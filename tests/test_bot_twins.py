"""`/twins`: who has the same taste, for those who allow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.limits import Turns
from bot.ui.limits import first_that_fits, fits
from bot.ui.reader import Reader
from bot.ui.twins import _embed
from bot.ui.words import Language
from core.catalogue.title import Title
from core.services.twins import Twin, Twins
from tests.bot_world import World, card, open_world, options, text

if TYPE_CHECKING:
    from pathlib import Path

    import simcord

TASTE = ((101, 9), (102, 2), (103, 10), (104, 3), (105, 8), (106, 1), (107, 9))


async def like_aiko(world: World, member: simcord.MemberActor, *loved: int) -> None:
    """Let `member` have Aiko's taste, love others too, and use Riko here."""
    given = [*TASTE, *((anime_id, 10) for anime_id in loved)]
    await world.bot.services.ratings.rate_many(member.id, given)
    await world.bot.services.profiles.save(member.id, twins=True)
    await world.bot.services.top.saw_member(world.guild.id, member.id)


async def ask(world: World, member: simcord.MemberActor) -> simcord.InteractionResult:
    world.bot.turns = Turns()
    return await member.slash(world.channel, "twins")


@pytest.mark.parametrize("language", list(Language))
def test_the_longest_names_fit(language: Language):
    name = "[*Ω*] 🦊_" * 40
    titles = [Title(90_000 + i, name, title_japanese=name) for i in range(15)]
    twins = tuple(
        Twin(2**63, 0.99, 30_000, tuple(titles[first : first + 3])) for first in range(0, 15, 3)
    )
    attempts = [[_embed(Reader.of(language), Twins(True, 1, twins), size)] for size in (90, 15)]
    (embed,) = first_that_fits(attempts)
    assert fits([embed])
    assert (embed.description or "").count("/anime/") == 15


async def test_it_is_off_until_switched_on_and_then_shows_them(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate(*TASTE)
        await like_aiko(world, world.ben, 120, 121)
        asked = (await ask(world, world.aiko)).response
        assert asked is not None
        assert asked.ephemeral
        assert "works both ways" in asked.content
        # Aiko is not found before
        assert "Nobody here shares your taste yet" in text(await ask(world, world.ben))
        await world.restart()
        twins = card(await world.aiko.click(asked, label="Switch it on"))
        assert twins.ephemeral
        rows = twins.embeds[0].description or ""
        assert f"<@{world.ben.id}>" in rows
        assert "5 or more titles in common" in rows
        assert "% alike" in rows
        assert "/anime/120)" in rows
        assert "★" not in rows
        assert {option["value"] for option in options(twins)} == {"120", "121"}
        # and now they find each other
        found = card(await ask(world, world.ben))
        assert f"<@{world.aiko.id}>" in (found.embeds[0].description or "")
        assert "you already know all they love" in (found.embeds[0].description or "")


async def test_a_twins_title_can_be_rated(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await like_aiko(world, world.aiko)
        await like_aiko(world, world.ben, 120)
        twins = card(await ask(world, world.aiko))
        asked = (await world.aiko.select(twins, ["120"])).response
        assert asked is not None
        await world.aiko.select(asked, ["8"])
        assert (await world.ratings())[120] == 8


async def test_two_who_love_the_same_both_recommend_it(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await like_aiko(world, world.aiko)
        await like_aiko(world, world.ben, 120, 121)
        await like_aiko(world, world.guild.add_member(world.env.create_user("cleo")), 120, 121)
        twins = card(await ask(world, world.aiko))
        said = twins.embeds[0].description or ""
        assert said.count("/anime/120)") == said.count("/anime/121)") == 2
        assert "you know all" not in said
        assert sorted(option["value"] for option in options(twins)) == ["120", "121"]


async def test_who_switches_it_off_is_gone(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await like_aiko(world, world.aiko)
        await like_aiko(world, world.ben, 120)
        assert card(await ask(world, world.aiko)).embeds
        await world.ben.slash(world.channel, "profile set", twins=False)
        assert "Nobody here" in text(await ask(world, world.aiko))


async def test_with_few_ratings_there_is_nothing_to_compare(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate(*TASTE[:4])
        await world.bot.services.profiles.save(world.aiko.id, twins=True)
        assert "at least 5" in text(await ask(world, world.aiko))


async def test_only_in_an_age_restricted_channel_do_twins_recommend_adult_titles(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await like_aiko(world, world.aiko)
        await like_aiko(world, world.ben, 132)
        for restricted in (False, True):
            await world.restrict(restricted=restricted)
            rows = card(await ask(world, world.aiko)).embeds[0].description or ""
            assert ("/anime/132)" in rows) == restricted
        await world.bot.services.profiles.save(world.aiko.id, age=15)
        assert "/anime/132)" not in str(card(await ask(world, world.aiko)).embeds[0].description)
