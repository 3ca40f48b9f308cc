"""`/history`: what the lists were given and what was taken from them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.ui.history import ROWS, history_embed
from bot.ui.limits import fits
from bot.ui.reader import Reader
from bot.ui.words import Language
from core.catalogue.title import Title
from core.services.history import HistoryRow
from core.services.ratings import RatedTitle
from core.services.rounds import Round
from core.showing import DIRECT_MESSAGES
from tests.bot_world import FIRST, SECOND, card, open_world, text

if TYPE_CHECKING:
    from pathlib import Path

    from simcord.results import ResponseMessage

    from tests.bot_world import World

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def shown(message: ResponseMessage) -> str:
    (embed,) = message.embeds
    return embed.description or ""


def labels(message: ResponseMessage) -> list[str]:
    return [item["label"] for row in message.components for item in row["components"]]


async def score_lists(world: World, *scores: int) -> None:
    """Let Aiko ask for lists and score them, as often as there are `scores`."""
    services = world.bot.services.recommendations
    for score in scores:
        lists = await services.recommend(world.aiko.id, place=DIRECT_MESSAGES)
        assert isinstance(lists, Round)
        assert lists.round_id is not None
        await services.score_round(world.aiko.id, lists.round_id, score)


async def test_without_a_score_it_says_how_to_give_one(tmp_path: Path):
    async with open_world(tmp_path) as world:
        said = text(await world.aiko.slash(world.channel, "history"))
        assert "Score these lists" in said
        assert "/recommend" in said
        await world.rate((FIRST, 9))
        await world.bot.services.recommendations.recommend(world.aiko.id, place=DIRECT_MESSAGES)
        assert "nothing here yet" in text(await world.aiko.slash(world.channel, "history"))


async def test_scores_and_what_was_taken(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9), (SECOND, 7))
        lists = await world.bot.services.recommendations.recommend(
            world.aiko.id, place=DIRECT_MESSAGES
        )
        assert isinstance(lists, Round)
        assert lists.round_id is not None
        taken = lists.similar[0].title, lists.may_like[3].title
        await world.rate((taken[0].anime_id, 8), (taken[1].anime_id, 5))
        await world.bot.services.recommendations.score_round(world.aiko.id, lists.round_id, 6)
        await score_lists(world, 9)

        history = card(await world.aiko.slash(world.channel, "history"))
        assert history.ephemeral
        newest, older = shown(history).split("**1.**")
        assert "**2.**" in newest
        assert "lists **9** of 10 · from 4 ratings" in newest
        assert "nothing taken from them yet" in newest
        assert "lists **6** of 10 · from 2 ratings" in older
        assert "2 titles taken, you gave them **6.5** on average" in older
        for title, score in zip(taken, (8, 5), strict=True):
            assert f"{title.display} **{score}**" in older

        (chart,) = history.attachments
        assert chart.filename == "history.png"
        description = chart.description or ""
        assert "lists 1: 6" in description
        assert "lists 2: 9" in description
        assert "taken from lists 1: 6.5" in description
        assert labels(history) == []


async def test_long_histories_have_pages_that_survive_a_restart(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        await score_lists(world, *(1 + number % 10 for number in range(ROWS + 2)))
        history = card(await world.aiko.slash(world.channel, "history"))
        assert shown(history).startswith(f"**{ROWS + 2}.**")
        assert labels(history) == ["Older"]

        await world.restart()
        older = card(await world.aiko.click(history, label="Older"))
        assert older.id == history.id
        assert shown(older).startswith("**2.**")
        assert labels(older) == ["Newer"]
        assert [file.filename for file in older.attachments] == ["history.png"]
        newer = card(await world.aiko.click(older, label="Newer"))
        assert shown(newer) == shown(history)


async def test_a_stranger_may_not_turn_the_pages_and_a_gone_page_is_the_last(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        await score_lists(world, *([7] * (ROWS + 1)))
        history = card(await world.aiko.slash(world.channel, "history"))
        world.damage("DELETE FROM rounds WHERE id > 3")
        last = card(await world.aiko.click(history, label="Older"))
        assert shown(last).startswith("**3.**")
        assert labels(last) == []


async def test_pages_of_somebody_who_deleted_everything(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.rate((FIRST, 9))
        await score_lists(world, *([7] * (ROWS + 1)))
        history = card(await world.aiko.slash(world.channel, "history"))
        await world.bot.services.privacy.delete(world.aiko.id)
        gone = (await world.aiko.click(history, label="Older")).response
        assert gone is not None
        assert "nothing here yet" in gone.content
        assert gone.embeds == []
        assert gone.attachments == []
        assert gone.components == []


async def test_others_see_nothing_of_it(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.aiko.slash(world.channel, "profile set", private=False)
        await world.rate((FIRST, 9))
        await score_lists(world, 8)
        assert card(await world.aiko.slash(world.channel, "history")).ephemeral
        assert world.channel.history(viewer=world.ben) == []


@pytest.mark.parametrize("language", list(Language))
def test_the_longest_page_fits(language: Language):
    name = "[*Ω*] 🦊_" * 40
    accepted = tuple(RatedTitle(Title(90_000 + i, name), 10, NOW) for i in range(20))
    rows = tuple(
        HistoryRow(
            round_number=10_000 + number,
            made_at=NOW,
            score=10,
            rating_count=12_345,
            accepted=accepted,
            mean_predicted=8.76,
            mean_given=10.0,
        )
        for number in range(50)
    )
    for page in range(1, 6):
        embed = history_embed(Reader.of(language), rows, page)
        assert fits([embed])
        assert (embed.description or "").count("\n") == 2 * ROWS - 1
