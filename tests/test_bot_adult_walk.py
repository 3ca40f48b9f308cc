"""Adult titles are nowhere where they may not be: a walk over everything that Riko answers."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any, Final

import discord
import pytest
from discord import app_commands

from tests.adult_crawl import KINDS, Crawl, enter
from tests.adult_world import (
    ADULT,
    BOTH,
    CHILDISH,
    DISMISSED,
    FIND,
    RATED,
    TAKEN,
    USER_SELECT,
    Message,
    Place,
    answers,
    dumped,
    items_of,
    leaks,
    open_adult_world,
)
from tests.made_lists import mal_entry, mal_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.bot_world import World

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
        yield answers(await place.slash("top", scope="everybody", private=private)), ""
        yield answers(await place.slash("top", list="divisive", private=private)), ""
        yield answers(await place.slash("top", list="gems", private=private)), ""


async def profile_set(place: Place) -> Steps:
    yield answers(await place.slash("profile set", language="romaji", share=True)), ""


async def privacy_import(place: Place) -> Steps:
    data = await place.world.bot.services.privacy.export(place.person.id)
    yield answers(await place.slash("privacy import", file=("riko-export.json", data))), ""


async def import_(place: Place) -> Steps:
    titles = {ADULT[9]: 5, CHILDISH[0]: 2, 105: 7, 7777: 8}
    list_ = mal_file(
        *(mal_entry(anime_id, score) for anime_id, score in titles.items()),
        mal_entry(ADULT[10], 0, "Dropped"),
        mal_entry(ADULT[11], 0),
    )
    yield answers(await place.slash("import", file=("list.xml", list_))), ""
    exported = await place.world.bot.services.privacy.export(place.person.id)
    yield answers(await place.slash("import", file=("riko-export.json", exported))), ""
    yield answers(await place.slash("import", anilist="someone")), ""
    # everything is pressed on this one
    new = mal_entry(109, 8), mal_entry(112, 0, "Dropped"), mal_entry(115, 0), mal_entry(118, 3)
    yield answers(await place.slash("import", file=("list.xml", mal_file(*new)))), ""
    yield answers(await place.slash("import", file=("list.xml", list_))), ""


async def export(place: Place) -> Steps:
    (message,) = answers(await place.slash("export"))
    (file,) = message.attachments
    text = (await file.read()).decode()
    assert leaks([("file", text)]) == []
    assert all(f">{anime_id}<" in text for anime_id in RATED[1:])
    yield [message], ""
    yield answers(await place.slash("export", format="json")), ""


async def privacy_export(place: Place) -> Steps:
    (message,) = answers(await place.slash("privacy export"))
    (file,) = message.attachments
    text = (await file.read()).decode()
    # a genre somebody chose for lists is theirs to take along; titles are there by id alone
    assert leaks([("file", text.replace('"genre":"Hentai"', ""))]) == []
    assert all(f'"anime_id":{anime_id}' in text for anime_id in (*RATED[1:], *DISMISSED, TAKEN))
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
        ("what do people like here", ""),
        ("best hentai in this server", ""),
        ("what should I watch", ""),
        ("something like Secret 4", "Secret 4"),
        ("禁断4みたいなアニメ", "禁断4"),
        ("something like Tiny 2 and Secret 4", ""),
    ):
        yield [*await place.say(text)], typed


async def party(place: Place) -> Steps:
    if place.alone:
        return
    (asked,) = answers(await place.slash("party"))
    (menu,) = [item for item in items_of(asked) if item["type"] == USER_SELECT]
    yield answers(await place.press(asked, menu)), ""
    yield answers(await place.slash("party", genre="Hentai")), "Hentai"
    # each of the two ways to choose takes the other away, and the crawl tries both
    for _ in range(2):
        yield answers(await place.slash("party")), ""


async def twins(place: Place) -> Steps:
    if place.alone:
        return
    yield answers(await place.slash("twins")), ""
    await place.world.bot.services.profiles.save(place.person.id, twins=True)
    yield answers(await place.slash("twins")), ""


def plain(command: str) -> Callable[[Place], Steps]:
    """Return the step of a command without options."""

    async def step(place: Place) -> Steps:
        yield answers(await place.slash(command)), ""

    return step


async def server_settings(place: Place) -> Steps:
    if not place.alone:
        yield answers(await place.slash("server settings")), ""


STEPS: Final[dict[str, Callable[[Place], Steps]]] = {
    "privacy import": privacy_import,
    "import": import_,
    "export": export,
    "recommend": recommend,
    "search": search,
    "similar": similar,
    "ratings": plain("ratings"),
    "history": plain("history"),
    "about": plain("about"),
    "profile view": plain("profile view"),
    BOTH: both_like,
    FIND: find_titles,
    "top": top,
    "rate": rate,
    "unrate": unrate,
    "profile set": profile_set,
    "server settings": server_settings,
    "party": party,
    "twins": twins,
    "privacy show": plain("privacy show"),
    "privacy export": privacy_export,
    "privacy delete": privacy_delete,
}
"""What is done with each command."""

SHOW_NOTHING: Final = {
    "import",
    "export",
    "about",
    "profile set",
    "server settings",
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
                "party genre",
                "recommend genre",
                "top genre",
            }
        else:
            assert [*seen.values(), *suggested.values()] == [[]] * (len(seen) + len(suggested)), (
                seen,
                suggested,
            )
            assert not any(crawl.pressed.values()), crawl.pressed
