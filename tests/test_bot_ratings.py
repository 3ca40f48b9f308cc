"""The pages of ratings and of hidden titles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.catalogue.catalogue import Catalogue
from core.catalogue.write import write_catalogue
from core.services.dismissals import DismissalKind
from core.showing import DIRECT_MESSAGES
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
from tests.tiny import ADULT_IDS, tiny_catalogue

if TYPE_CHECKING:
    from pathlib import Path

    import simcord

ADULT = min(ADULT_IDS)
TWELVE = [anime_id for anime_id in range(FIRST, FIRST + 14) if anime_id not in ADULT_IDS][:12]


async def ratings(world: World) -> simcord.ResponseMessage:
    shown = card(await world.aiko.slash(world.channel, "ratings"))
    assert shown.ephemeral
    return shown


async def press(
    world: World, message: simcord.ResponseMessage, label: str
) -> simcord.ResponseMessage:
    return card(await world.aiko.click(message, label=label))


def listed(message: simcord.ResponseMessage) -> list[int]:
    """The titles of a page, in order."""
    rows = (message.embeds[0].description or "").splitlines()
    return [int(row.split("/anime/")[1].split(")")[0]) for row in rows if "/anime/" in row]


async def test_nothing_is_rated_or_hidden_yet(tmp_path: Path):
    async with open_world(tmp_path) as world:
        shown = await ratings(world)
        assert "not rated anything yet" in (shown.embeds[0].description or "")
        assert "/rate" in (shown.embeds[0].description or "")
        hidden = await press(world, shown, "Hidden titles")
        assert "Nothing is hidden" in (hidden.embeds[0].description or "")
        back = await press(world, hidden, "Your ratings")
        assert "not rated anything yet" in (back.embeds[0].description or "")


async def test_pages_of_ten_the_latest_first(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate(*((anime_id, 1 + anime_id % 10) for anime_id in TWELVE))
        first = await ratings(world)
        assert listed(first) == TWELVE[:1:-1]
        assert "12 titles" in (first.embeds[0].description or "")
        assert "Page 1 of 2" in (first.embeds[0].footer.text or "")
        assert first.attachments
        assert [option["value"] for option in options(first)] == [
            str(anime_id) for anime_id in TWELVE[:1:-1]
        ]
        assert all(option["label"].startswith("✓ ") for option in options(first))
        await world.restart()
        second = await press(world, first, "Next ›")
        assert listed(second) == TWELVE[1::-1]
        assert listed(await press(world, second, "‹ Previous")) == TWELVE[:1:-1]


async def test_how_the_scores_are_spread(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9), (SECOND, 9), (THIRD, 4))
        described = ((await ratings(world)).embeds[0].description or "").replace("\xa0", " ")
        assert "3 titles, 7.3 on average" in described
        assert "**9** × 2 · **4** × 1" in described


async def test_a_page_that_is_gone_is_the_last_one(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate(*((anime_id, 5) for anime_id in TWELVE[:11]))
        first = await ratings(world)
        for anime_id in TWELVE[:5]:
            await world.bot.services.ratings.unrate(world.aiko.id, anime_id)
        again = await press(world, first, "Next ›")
        assert listed(again) == TWELVE[10:4:-1]
        assert again.embeds[0].footer.text is None


async def test_rating_again_from_a_page(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9), (SECOND, 5))
        shown = await ratings(world)
        asked = (await world.aiko.select(shown, [str(FIRST)])).response
        assert asked is not None
        assert asked.ephemeral
        rated = (await world.aiko.select(asked, ["2"])).response
        assert rated is not None
        assert "9 → **2**" in rated.content
        assert await world.ratings() == {FIRST: 2, SECOND: 5}


async def test_hidden_titles_come_back(tmp_path: Path):
    async with open_world(tmp_path) as world:
        dismissals = world.bot.services.dismissals
        await dismissals.dismiss(world.aiko.id, FIRST, DismissalKind.NOT_FOR_ME)
        await dismissals.dismiss(world.aiko.id, SECOND, DismissalKind.SEEN)
        await dismissals.dismiss(world.aiko.id, THIRD, DismissalKind.SEEN)
        hidden = await press(world, await ratings(world), "Hidden titles")
        assert set(listed(hidden)) == {FIRST, SECOND, THIRD}
        assert "not for you" in (hidden.embeds[0].description or "")
        assert "✓ seen" in (hidden.embeds[0].description or "")
        await world.restart()
        left = (await world.aiko.select(hidden, [str(FIRST), str(THIRD)])).response
        assert left is not None
        assert "may recommend" in left.content
        assert listed(left) == [SECOND]
        # pressed in a second window that still shows the title
        await world.aiko.select(left, [str(SECOND)])
        assert await world.bot.services.dismissals.of(world.aiko.id, place=DIRECT_MESSAGES) == ()


async def test_hidden_titles_have_pages_too(tmp_path: Path):
    async with open_world(tmp_path) as world:
        for anime_id in TWELVE:
            await world.bot.services.dismissals.dismiss(world.aiko.id, anime_id, DismissalKind.SEEN)
        first = await press(world, await ratings(world), "Hidden titles")
        shown = listed(first)
        second = await press(world, first, "Next ›")
        assert sorted(shown + listed(second)) == TWELVE
        assert "Page 2 of 2" in (second.embeds[0].footer.text or "")


async def test_adult_titles_only_where_they_may_be_shown(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.restrict()
        other = world.guild.create_text_channel("open")
        await world.rate((ADULT, 10), (FIRST, 8))
        await world.bot.services.dismissals.dismiss(
            world.aiko.id, max(ADULT_IDS), DismissalKind.SEEN
        )
        assert listed(await ratings(world)) == [FIRST, ADULT]
        shown = card(await world.aiko.slash(other, "ratings"))
        assert listed(shown) == [FIRST]
        await press(world, shown, "Hidden titles")
        seen = everything_shown(other, world.aiko)
        assert not any(f"anime/{adult}" in seen for adult in ADULT_IDS)
        assert everything_shown(other, world.ben) == ""
        hidden = await press(world, await ratings(world), "Hidden titles")
        assert listed(hidden) == [max(ADULT_IDS)]


async def test_ratings_of_titles_that_left_the_catalogue_are_counted_and_can_be_removed(
    tmp_path: Path,
):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9), (SECOND, 5))
        fewer = Catalogue(t for t in tiny_catalogue().titles if t.anime_id != FIRST)
        write_catalogue(fewer, tmp_path / "catalogue.parquet")
        await world.restart()
        shown = (await ratings(world)).embeds[0].description or ""
        assert "And 1 more of a title the catalogue no longer has: number 101" in shown
        said = text(await world.ben.slash(world.channel, "unrate", title=str(FIRST)))
        assert "No anime" in said
        removal = await world.aiko.slash(world.channel, "unrate", title=str(FIRST))
        assert removal.response is not None
        assert "101" in removal.response.content
        assert "no longer has" not in ((await ratings(world)).embeds[0].description or "")
        await world.aiko.click(removal.response, label="Undo")
        shown = (await ratings(world)).embeds[0].description or ""
        assert "number 101" in shown
        await world.aiko.slash(world.channel, "unrate", title=str(SECOND))
        shown = (await ratings(world)).embeds[0].description or ""
        assert "number 101" in shown
        assert "not rated anything" not in shown
