"""Messages outlive the moment: what was opened where adult titles may be shown, pressed later."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pytest

from tests.adult_crawl import Crawl, enter
from tests.adult_world import (
    ADULT,
    BOTH,
    RATED,
    Message,
    Place,
    answers,
    dumped,
    items_of,
    leaks,
    open_adult_world,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bot_world import World


async def opened_before(place: Place) -> list[Message]:
    """Open lists, cards, pages and menus with adult titles, as far as their last question."""
    messages: list[Message] = []

    async def do(command: str, **options: object) -> Message:
        (message, *_) = answers(await place.slash(command, **options))
        messages.append(message)
        return message

    async def press(message: Message, beginning: str) -> Message:
        item = next(i for i in items_of(message) if i["custom_id"].startswith(beginning))
        (opened, *_) = answers(await place.press(message, item))
        messages.append(opened)
        return opened

    await do("recommend", private=True)
    public = await do("recommend", private=False)
    for mode in ("not_for_me", "seen", "why"):
        await press(public, f"riko:open:{mode}")
    await press(await press(public, "riko:open:rate"), "riko:pick:rate")
    await do("recommend", genre="Hentai", private=True)
    for private in (False, True):
        found = await do("search", title="tiny", private=private)
        for _ in range(2):
            await press(found, "riko:card-after")
    assert leaks([("components", dumped(items_of(found)))]), "the pages have no adult title"
    await press(await do("search", title=str(ADULT[12]), private=False), "riko:card-hide")
    await do("similar", title=str(ADULT[7]), private=True)
    await do("top", genre="Hentai", private=True)
    await do("ratings")
    await press(await do("ratings"), "riko:hidden")
    await do("history")
    await do("rate", title=str(ADULT[8]), score=5)
    await do("rate", title="Secret 25 7, Tiny 10 8")
    await do("unrate", title=str(RATED[0]))
    await do("rate", title=str(ADULT[9]))
    messages += await place.menu(BOTH, place.world.ben)
    await place.world.bot.services.profiles.save(place.person.id, private=True)
    messages += await place.say("romantic hentai")
    messages += await place.say("top romance but not hentai")
    messages += await place.say("something like Secret 4")
    place.shown(*messages)
    return list({message.id: message for message in messages}.values())


AFTERWARDS: Final = {
    "OpenPick", "PickTitle", "GiveScore", "MoreLists", "ChooseTitle", "ChooseScore", "RateTitle",
    "UndoRating", "PreviousMatch", "NextMatch", "NotForMe", "BringBack", "MoreLikeThis",
    "RatingsPage", "HiddenPage", "BringBackTitles", "ShowMe",
}  # fmt: skip
"""The buttons and menus that show adult titles while those may be shown."""


@pytest.mark.parametrize("change", ["the channel is opened", "the age is another", "nothing"])
async def test_what_was_opened_before_is_judged_anew_when_pressed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
):
    async with open_adult_world(tmp_path, monkeypatch) as (world, drawn):
        place = await enter(world, drawn, "restricted", 30)
        messages = await opened_before(place)
        ratings, hidden = await kept(world)
        if change == "the channel is opened":
            await world.restrict(restricted=False)
        elif change == "the age is another":
            await world.bot.services.profiles.save(world.aiko.id, age=17)
        shown: dict[str, list[str]] = {}
        for message in messages:
            # from each message anew, as any of them may be the one that is pressed
            crawl = Crawl(place)
            await crawl.all_of([message])
            for (kind, _), found in crawl.pressed.items():
                shown.setdefault(kind, []).extend(found)
        assert shown.keys() >= AFTERWARDS
        if change == "nothing":
            assert {kind for kind in AFTERWARDS if not shown[kind]} == set()
            return
        assert not any(shown.values()), shown
        ratings_now, hidden_now = await kept(world)
        new = {
            anime_id
            for anime_id in ADULT
            if ratings_now.get(anime_id, 0) and not ratings.get(anime_id)
        }
        assert new <= {RATED[0]}, "only undoing brings a rating of an adult title back"
        assert hidden_now & set(ADULT) == hidden & set(ADULT)


async def kept(world: World) -> tuple[dict[int, int], set[int]]:
    """Return the person's scores and what they dismissed, adult or not, as the file has it."""
    export = json.loads(await world.bot.services.privacy.export(world.aiko.id))
    return (
        {rating["anime_id"]: rating["score"] for rating in export["ratings"]},
        {dismissal["anime_id"] for dismissal in export["dismissals"]},
    )
