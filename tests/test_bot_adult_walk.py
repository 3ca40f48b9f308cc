"""Adult titles are nowhere where they may not be: a walk over everything that Riko answers."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any, Final

import discord
import pytest
from discord import app_commands

from bot.app import PERSISTENT
from tests.adult_world import (
    ADULT,
    CHILDISH,
    DISMISSED,
    RATED,
    TAKEN,
    Message,
    Place,
    answers,
    dumped,
    items_of,
    leaks,
    open_adult_world,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from bot.ui.owned import AnyItem
    from tests.adult_world import Drawn
    from tests.bot_world import World

BOTH, FIND = "What we both like", "Find anime here"

SITUATIONS: Final = {
    # where, and the age: whether adult titles may be shown there
    ("restricted", 15): False,
    ("restricted", 30): True,
    ("restricted", None): True,
    ("plain", 30): False,
    ("plain", None): False,
    ("thread", 15): False,
    ("thread", 30): True,
    ("plain thread", 30): False,
    ("direct", 30): False,
}
WHOLE: Final = {("restricted", 15), ("plain", 30), ("restricted", 30)}
"""Where every button and menu is pressed too."""

KINDS: Final = tuple(kind for room in PERSISTENT for kind in room.PERSISTENT)


async def enter(world: World, drawn: Drawn, where: str, age: int | None) -> Place:
    """Let Aiko, whose age is `age` now, go where the name says."""
    await world.bot.services.profiles.save(world.aiko.id, age=age)
    if where.startswith("plain"):
        await world.restrict(restricted=False)
    if where == "direct":
        return Place(world, drawn, world.aiko.user.dm_channel, world.aiko.user)
    channel = world.channel
    if where.endswith("thread"):
        parent = world.bot.get_channel(channel.id)
        assert isinstance(parent, discord.TextChannel)
        await parent.create_thread(name="thread", type=discord.ChannelType.public_thread)
        await world.env.settle()
        (channel,) = channel.threads
    return Place(world, drawn, channel, world.aiko)


# --- commands ------------------------------------------------------------------------------

Seen = dict[str, list[str]]
"""What gave an adult title away, by step."""
Steps = AsyncGenerator[tuple[list[Message], str], None]
"""The answers to what was done one after the other, each with what was typed for it."""


async def recommend(place: Place) -> Steps:
    for private in (False, True):
        yield answers(await place.slash("recommend", private=private)), ""
    yield answers(await place.slash("recommend", genre="hentai", private=True)), "hentai"


async def search(place: Place) -> Steps:
    for title in (ADULT[7], "Secret 4", "forbidden", "禁断", "Tiny"):
        for private in (False, True):
            result = await place.slash("search", title=str(title), private=private)
            yield answers(result), str(title)


async def similar(place: Place) -> Steps:
    for title in (ADULT[7], "Forbidden 22", CHILDISH[1]):
        yield answers(await place.slash("similar", title=str(title), private=True)), str(title)


async def rate(place: Place) -> Steps:
    yield answers(await place.slash("rate", title=str(ADULT[8]), score=5)), ""
    for line in ("Secret 25 7", "forbidden", "Secret 28"):
        yield answers(await place.slash("rate", title=line)), line.removesuffix(" 7")
    yield answers(await place.slash("rate", title="109", score=6)), ""


async def unrate(place: Place) -> Steps:
    for anime_id in (RATED[0], 109):
        yield answers(await place.slash("unrate", title=str(anime_id))), ""


async def top(place: Place) -> Steps:
    for private in (False, True):
        yield answers(await place.slash("top", private=private)), ""
        result = await place.slash("top", genre="Hentai", private=private)
        yield answers(result), "Hentai"


async def profile_set(place: Place) -> Steps:
    yield answers(await place.slash("profile set", language="romaji", share=True)), ""


async def privacy_import(place: Place) -> Steps:
    data = await place.world.bot.services.privacy.export(place.person.id)
    yield answers(await place.slash("privacy import", file=("riko-export.json", data))), ""


async def privacy_export(place: Place) -> Steps:
    (message,) = answers(await place.slash("privacy export"))
    (file,) = message.attachments
    text = (await file.read()).decode()
    # a genre somebody chose for lists is theirs to take along; titles are there by id alone
    assert leaks([("file", text.replace('"genre": "Hentai"', ""))]) == []
    assert all(f'"anime_id": {anime_id}' in text for anime_id in (*RATED[1:], *DISMISSED, TAKEN))
    yield [message], ""


async def privacy_delete(place: Place) -> Steps:
    for _ in range(2):
        yield answers(await place.slash("privacy delete")), ""


async def both_like(place: Place) -> Steps:
    if not place.alone:
        yield await place.menu(BOTH, place.world.ben), ""


async def find_titles(place: Place) -> Steps:
    if not place.alone:
        said = "I liked Secret 4, Forbidden 7, 禁断10 and Tiny 2"
        yield await place.menu(FIND, await place.world.ben.send(place.channel, said)), ""


async def chat(place: Place) -> Steps:
    for text, typed in (
        ("top hentai", ""),
        ("romantic hentai", ""),
        ("top romance but not hentai", ""),
        ("top romance", ""),
        ("what should I watch", ""),
        ("something like Secret 4", "Secret 4"),
        ("禁断4みたいなアニメ", "禁断4"),
        ("something like Tiny 2 and Secret 4", ""),
    ):
        yield [*await place.say(text)], typed


def plain(command: str) -> Callable[[Place], Steps]:
    """Return the step of a command without options."""

    async def step(place: Place) -> Steps:
        yield answers(await place.slash(command)), ""

    return step


STEPS: Final[dict[str, Callable[[Place], Steps]]] = {
    "privacy import": privacy_import,
    "recommend": recommend,
    "search": search,
    "similar": similar,
    "ratings": plain("ratings"),
    "history": plain("history"),
    "profile view": plain("profile view"),
    BOTH: both_like,
    FIND: find_titles,
    "top": top,
    "rate": rate,
    "unrate": unrate,
    "profile set": profile_set,
    "privacy show": plain("privacy show"),
    "privacy export": privacy_export,
    "privacy delete": privacy_delete,
}
"""What is done with each command."""

SHOW_NOTHING: Final = {
    "profile set",
    "privacy show",
    "privacy export",
    "privacy import",
    "privacy delete",
}
"""Commands that name no title in their messages, wherever they are used."""


def registered(world: World) -> set[str]:
    """Return the names of all commands and context menus."""
    tree = world.bot.tree
    slash = {c.qualified_name for c in tree.walk_commands() if isinstance(c, app_commands.Command)}
    kinds = (discord.AppCommandType.user, discord.AppCommandType.message)
    return slash | {menu.name for kind in kinds for menu in tree.get_commands(type=kind)}


def suggesting(world: World) -> set[tuple[str, str]]:
    """Return the options that suggest something, with their commands."""
    return {
        (command.qualified_name, option.display_name)
        for command in world.bot.tree.walk_commands()
        if isinstance(command, app_commands.Command)
        for option in command.parameters
        if option.autocomplete
    }


async def suggestions(place: Place) -> dict[str, list[str]]:
    """Return what each option suggests of adult titles and genres."""
    found: dict[str, list[str]] = {}
    for command, option in sorted(suggesting(place.world)):
        choices: list[dict[str, Any]] = []
        for typed in ("", "secret 4", "h", f"{RATED[1]}", "Tiny 2 9, forb"):
            choices += await place.autocomplete(command, option, typed)
        assert choices
        said = f"{command} {option}"
        found[said] = leaks(
            [(said, dumped(choices)), ("components", dumped([c["value"] for c in choices]))]
        )
    return found


# --- buttons and menus ---------------------------------------------------------------------


def kind_of(custom_id: str) -> tuple[type[AnyItem], str]:
    """Return which button or menu this is; those with modes are one each."""
    for kind in KINDS:
        match = kind.__discord_ui_compiled_template__.fullmatch(custom_id)
        if match is not None:
            return kind, match.groupdict().get("mode") or ""
    raise AssertionError(f"nothing answers {custom_id}")


class Crawl:
    """Presses one of each kind of button and menu that can be reached from some messages."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.pressed: dict[tuple[str, str], list[str]] = {}
        """By kind and mode, what gave an adult title away."""

    async def all_of(self, messages: Iterable[Message]) -> None:
        """Go through `messages` and all that opens from them."""
        waiting = list(messages)[::-1]
        while waiting:
            message = waiting.pop()
            item = self._next(message)
            if item is None:
                continue
            result = await self.place.press(message, item)
            opened = answers(result)
            kind, mode = kind_of(item["custom_id"])
            self.pressed.setdefault((kind.__name__, mode), []).extend(self.place.shown(*opened))
            # a menu of its own is gone when it is left
            if opened and all(other.id != message.id for other in opened):
                waiting.append(message)
            waiting += [other for other in opened if items_of(other)]

    def _next(self, message: Message) -> dict[str, Any] | None:
        """Return what is pressed next: what was not pressed yet, else the way back to such."""
        items = [item for item in items_of(message) if not item.get("disabled")]
        items.sort(key=lambda item: "delete-everything" in item["custom_id"])
        new = [item for item in items if self._key(item) not in self.pressed]
        if new:
            return new[0]
        back = [item for item in items if item["custom_id"].startswith("riko:back:")]
        roots = {("OpenPick", mode) for mode in ("rate", "not_for_me", "seen", "why")}
        return back[0] if back and not roots <= self.pressed.keys() else None

    @staticmethod
    def _key(item: dict[str, Any]) -> tuple[str, str]:
        kind, mode = kind_of(item["custom_id"])
        return kind.__name__, mode


# --- the walk ------------------------------------------------------------------------------


@pytest.mark.parametrize(("where", "age"), SITUATIONS)
async def test_adult_titles_are_where_they_may_be_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, age: int | None
):
    async with open_adult_world(tmp_path, monkeypatch) as (world, drawn):
        assert set(STEPS) == registered(world), "a command has no step in the walk, or is gone"
        place = await enter(world, drawn, where, age)
        suggested = await suggestions(place)
        seen: dict[str, list[str]] = {}
        messages: list[Message] = []
        for name, step in {"chat": chat, **STEPS}.items():
            seen[name] = []
            async for answered, typed in step(place):
                seen[name] += place.shown(*answered, typed=typed)
                messages += answered
        crawl = Crawl(place)
        if (where, age) in WHOLE:
            # deleting everything comes last
            messages.sort(key=lambda message: "delete-everything" in dumped(items_of(message)))
            await crawl.all_of(messages)
            assert {kind for kind, _ in crawl.pressed} == {kind.__name__ for kind in KINDS}
        if SITUATIONS[where, age]:
            assert {name for name, found in seen.items() if not found} == SHOW_NOTHING
            assert {name for name, found in suggested.items() if found} == {
                "recommend genre",
                "top genre",
            }
        else:
            assert [*seen.values(), *suggested.values()] == [[]] * (len(seen) + len(suggested)), (
                seen,
                suggested,
            )
            assert not any(crawl.pressed.values()), crawl.pressed


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
