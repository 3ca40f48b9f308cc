"""Riko used by one of two people in their direct messages, which the other reads too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bot_world import FIRST, SECOND, THIRD, card, everything_shown, open_world, options

if TYPE_CHECKING:
    from pathlib import Path


async def test_what_is_ones_own_opens_in_a_message_of_its_own(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9), (SECOND, 3), (THIRD, 8))
        world.move_between_two_people()
        lists = card(await world.aiko.slash(world.channel, "recommend", private=False))
        assert not lists.ephemeral
        menu = (await world.aiko.click(lists, label="Rate these")).response
        assert menu is not None
        assert menu.id != lists.id
        assert menu.ephemeral
        scores = (await world.aiko.select(menu, [options(menu)[0]["value"]])).response
        assert scores is not None
        rated = (await world.aiko.select(scores, ["7"])).response
        assert rated is not None
        assert rated.ephemeral
        more = card(await world.aiko.click(lists, label="More"))
        assert not more.ephemeral
        seen = everything_shown(world.channel, world.ben)
        for own in ("because you gave", "you gave it", "saved"):
            assert own not in seen


async def test_turning_to_another_match_tells_nothing_of_ones_own(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9), (SECOND, 3), (THIRD, 8))
        world.move_between_two_people()
        found = card(await world.aiko.slash(world.channel, "search", title="Tiny", private=False))
        turned = card(await world.aiko.click(found, label="Next ›"))
        assert turned.id == found.id
        assert "For you" not in [field.name for field in turned.embeds[0].fields]
