"""`/party`: who counts, what everybody sees, what only each sees, and the poll."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bot_world import FIRST, FOURTH, SECOND, THIRD, World, open_world

if TYPE_CHECKING:
    from pathlib import Path

    import simcord
    from simcord.results import ResponseMessage


async def sharing(world: World, member: simcord.MemberActor, *scores: tuple[int, int]) -> None:
    """Let `member` rate, and be counted."""
    await world.bot.services.ratings.rate_many(member.id, list(scores))
    await world.bot.services.profiles.save(member.id, shareable=True)


async def panel(world: World, **options: object) -> ResponseMessage:
    """Let Aiko ask for a party; return the question who comes."""
    asked = (await world.aiko.slash(world.channel, "party", **options)).response
    assert asked is not None
    assert asked.ephemeral
    return asked


def people_menu(message: ResponseMessage) -> str:
    (item,) = [i for r in message.components for i in r["components"] if i["type"] == 5]
    return item["custom_id"]


async def test_a_party(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9), (SECOND, 4))
        await sharing(world, world.ben, (THIRD, 9), (FOURTH, 3))
        asked = await panel(world)
        result = await world.aiko.select(asked, [world.ben])
        print(result, result.response, result.followups)
        (party,) = result.followups
        assert not party.ephemeral
        print(party.embeds[0].to_dict(), party.components)
        print((await world.ben.click(party, label="What about me?")).response)
        voted = await world.ben.click(party, label="Vote")
        print(voted, voted.followups)
        voted = await world.ben.click(party, label="Vote")
        print(voted, voted.followups)
        assert 0
