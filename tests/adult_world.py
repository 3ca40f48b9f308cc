"""A bot whose catalogue is a third adult titles, and everything of it that a person sees."""

from __future__ import annotations

import json
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, cast

import discord
import simcord
from simcord.results import ResponseMessage

import bot.ui.history
import bot.ui.poster
import bot.ui.profile_card
import bot.ui.sheets
import core.services.assembly
from bot.limits import Turns
from bot.ui.pictures.sheet import SheetItem
from bot.ui.pictures.thread import draw
from core.catalogue.catalogue import Catalogue
from core.catalogue.posters import PosterStore
from core.recommender.filters import NONE, Filters
from core.services.dismissals import DismissalKind
from core.services.recommendations import Round
from tests.bot_world import World, open_world
from tests.places import RESTRICTED
from tests.tiny import FIRST_ID, TITLES, tiny_catalogue

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable, Sequence
    from pathlib import Path

    import pytest

    from core.catalogue.title import Title

ADULT: Final = tuple(range(FIRST_ID + 1, FIRST_ID + TITLES, 3))
"""The adult titles: of two clusters out of six, all of them."""
RATED, DISMISSED = ADULT[:4], ADULT[4:6]
"""Adult titles that the person rated or dismissed when they saw them."""
CHILDISH: Final = (101, 103, 104, 106)
"""Titles for everybody that the person rated."""
TAKEN: Final = ADULT[6]
"""An adult title that was in a list and was rated then."""
LOVED: Final = ADULT[-1]
"""An adult title that only Ben, whose taste is the same, has rated."""

BOTH, FIND = "What we both like", "Find anime here"

MARKS: Final = re.compile(
    rf"forbidden|secret|禁断|hentai|成人向け|/anime/(?:{'|'.join(map(str, ADULT))})\b",
    re.IGNORECASE,
)
"""What gives an adult title away in words."""
IDS: Final = re.compile(rf"(?<!\d)0*(?:{'|'.join(map(str, ADULT))})(?!\d)")
"""What gives it away in buttons and menus; elsewhere such a number may be a count."""

PICTURES: Final[dict[object, bytes]] = {}
"""One of each kind, by the function that drew it."""

USER_SELECT: Final = discord.ComponentType.user_select.value

Message = ResponseMessage | discord.Message


def adult_catalogue() -> Catalogue:
    """The tiny catalogue, a third of it adult and named so that it is recognised."""

    def named(number: int, title: Title) -> Title:
        if title.anime_id not in ADULT:
            return replace(title, genres=("Romance", *title.genres[:2]), adult=False)
        return replace(
            title,
            title=f"Forbidden {number}",
            title_english=f"Secret {number}",
            title_japanese=f"禁断{number}",
            synonyms=(f"Tiny Secret {number}",),
            genres=("Hentai", "Romance"),
            image_url=f"https://posters.invalid/{title.anime_id}.jpg",
            adult=True,
        )

    return Catalogue(named(number, title) for number, title in enumerate(tiny_catalogue().titles))


@dataclass
class Drawn:
    """What was handed to the functions that draw, in words, and whose posters were asked for."""

    pictures: list[str] = field(default_factory=list)
    posters: set[int] = field(default_factory=set)

    def record(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Record from now on; everything is fetched as ever, and a picture of each kind drawn.

        The others would take most of the time, and nobody looks at them: all that a picture can
        show is in what its function is handed.
        """

        async def drawing(function: Any, *args: Any) -> Any:
            for arg in args:
                items = arg if isinstance(arg, list) else [arg]
                self.pictures += [
                    f"{item.name} {item.genres} /anime/{item.anime_id}"
                    if isinstance(item, SheetItem)
                    else repr(item)
                    for item in items
                ]
            if function not in PICTURES:
                PICTURES[function] = await draw(function, *args)
            return PICTURES[function]

        asked = self.posters

        class RecordingPosters(PosterStore):
            async def fetch(self, titles: Sequence[Title]) -> dict[int, bytes]:
                asked.update(title.anime_id for title in titles)
                return await super().fetch(titles)

        for room in (bot.ui.sheets, bot.ui.poster, bot.ui.profile_card, bot.ui.history):
            monkeypatch.setattr(room, "draw", drawing)
        monkeypatch.setattr(core.services.assembly, "PosterStore", RecordingPosters)

    def taken(self) -> list[str]:
        """Return what was drawn since the last time."""
        found, self.pictures = self.pictures, []
        return found


def parts_of(message: Message) -> dict[str, str]:
    """Return all of a message that its readers get, by part, as text."""
    components = items_of(message)
    return {
        "content": message.content,
        "embeds": dumped([embed.to_dict() for embed in message.embeds]),
        "components": dumped(components),
        "poll": repr(message._message.poll if isinstance(message, ResponseMessage) else None),
        "files": dumped([[file.filename, file.description] for file in message.attachments]),
    }


def items_of(message: Message) -> list[dict[str, Any]]:
    """Return the buttons and menus of a message."""
    rows = cast(
        "list[dict[str, Any]]",
        [row if isinstance(row, dict) else row.to_dict() for row in message.components],
    )
    return [dict(item) for row in rows for item in row["components"]]


def dumped(value: object) -> str:
    """Return `value` as text in which Japanese stays readable."""
    return json.dumps(value, ensure_ascii=False)


def leaks(parts: Iterable[tuple[str, str]]) -> list[str]:
    """Return what in `parts`, names of parts with their texts, gives an adult title away."""
    found: list[str] = []
    for name, text in parts:
        kinds = (MARKS, IDS) if name == "components" else (MARKS,)
        found += [
            f"{name}: …{text[max(0, match.start() - 60) : match.end() + 30]}…"
            for kind in kinds
            for match in kind.finditer(text)
        ]
    return found


@dataclass
class Place:
    """One person in one place: uses commands, presses, and gathers what they see."""

    world: World
    drawn: Drawn
    channel: simcord.ChannelHandle
    person: simcord.MemberActor | simcord.UserHandle
    known: dict[int, dict[str, str]] = field(default_factory=dict)
    """The parts of messages seen so far: what stays as it was is not shown anew."""

    @property
    def alone(self) -> bool:
        """Whether this is a direct message."""
        return self.channel.guild is None

    async def slash(self, name: str, **options: object) -> simcord.InteractionResult:
        """Run a command, as often as one likes."""
        self.world.bot.turns = Turns()
        if self.alone:
            return await self.person.slash(name, **options)  # type: ignore[call-arg,arg-type]
        return await self.person.slash(self.channel, name, **options)  # type: ignore[arg-type]

    async def autocomplete(self, name: str, option: str, typed: str) -> list[dict[str, Any]]:
        """Return what is suggested."""
        if self.alone:
            return await self.person.autocomplete(name, option, typed)  # type: ignore[call-arg,arg-type]
        return await self.person.autocomplete(self.channel, name, option, typed)  # type: ignore[arg-type]

    async def menu(self, name: str, target: Any) -> list[Message]:
        """Use a context menu on a member or a message."""
        self.world.bot.turns = Turns()
        assert not isinstance(self.person, simcord.UserHandle)
        return answers(await self.person.context_menu(self.channel, name, target))

    async def press(self, message: Message, item: dict[str, Any]) -> simcord.InteractionResult:
        """Press a button, or choose from a menu: an adult title where one is offered."""
        self.world.bot.turns = Turns()
        if item["type"] == discord.ComponentType.channel_select.value:
            return await self.person.select(message, [self.channel], custom_id=item["custom_id"])
        if item["type"] == USER_SELECT:
            return await self.person.select(message, [self.world.ben], custom_id=item["custom_id"])
        if "options" not in item:
            return await self.person.click(message, custom_id=item["custom_id"])
        values = [option["value"] for option in item["options"]]
        adult = [value for value in values if value.isdecimal() and int(value) in ADULT]
        chosen = (adult or values)[:1]
        return await self.person.select(message, chosen, custom_id=item["custom_id"])

    async def say(self, text: str) -> list[discord.Message]:
        """Say something to Riko; return what it answers."""
        self.world.bot.turns = Turns()
        before = {message.id for message in self._history()}
        user = self.world.bot.user
        assert user is not None
        if self.alone:
            await self.person.send_dm(text)  # type: ignore[union-attr]
        else:
            await self.person.send(self.channel, f"<@{user.id}> {text}")  # type: ignore[union-attr]
        return [
            message
            for message in self._history()
            if message.id not in before and message.author.id == user.id
        ]

    def _history(self) -> list[discord.Message]:
        return self.channel.history(viewer=self.person)

    def shown(self, *messages: Message, typed: str = "") -> list[str]:
        """Return what in `messages`, and in what was drawn, gives an adult title away.

        Parts of a message that are as they were seen before are not shown anew, and what the person
        `typed` may be repeated to them once.
        """
        found: list[str] = []
        for message in messages:
            before = self.known.get(message.id, {})
            now = parts_of(message)
            self.known[message.id] = now
            if typed:
                now = {**now, "content": now["content"].replace(typed, "", 1)}
            found += leaks((name, text) for name, text in now.items() if text != before.get(name))
        return found + leaks(("picture", text) for text in self.drawn.taken())


def answers(result: simcord.InteractionResult) -> list[Message]:
    """Return the messages of an answer."""
    return [*([result.response] if result.response else []), *result.followups]


async def live(world: World) -> None:
    """Let Aiko, as an adult in the restricted channel, rate, dismiss, and take from lists."""
    services, aiko = world.bot.services, world.aiko.id
    await services.profiles.save(aiko, age=30, shareable=True)
    await services.profiles.save(world.ben.id, age=30, shareable=True, twins=True)
    for user_id in range(9_000, 9_005):
        scores = [(i, 9 if user_id % 2 else 1) for i in (*ADULT[8:14], *range(103, 151, 3))]
        await services.ratings.rate_many(user_id, scores)
        await services.top.saw_member(world.guild.id, user_id)
    given = [(anime_id, 8) for anime_id in CHILDISH] + [
        (RATED[0], 1),
        *((i, 10) for i in RATED[1:]),
    ]
    await services.ratings.rate_many(aiko, given)
    loved = [(107, 8), (110, 7), (LOVED, 10)]
    await services.ratings.rate_many(world.ben.id, [*given, *loved])
    await services.top.saw_member(world.guild.id, world.ben.id)
    for anime_id in (*DISMISSED, 112):
        await services.dismissals.dismiss(aiko, anime_id, DismissalKind.SEEN)
    for number in range(12):
        filters = Filters(genre="Hentai") if number == 11 else NONE
        lists = await services.recommendations.recommend(aiko, filters=filters, place=RESTRICTED)
        assert isinstance(lists, Round)
        assert lists.round_id is not None
        await services.recommendations.score_round(aiko, lists.round_id, 1 + number % 10)
        listed = {entry.title.anime_id for entry in (*lists.similar, *lists.may_like)}
        if number == 11:
            assert TAKEN in listed
    await services.ratings.rate(aiko, TAKEN, 9)


@asynccontextmanager
async def open_adult_world(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[tuple[World, Drawn]]:
    """Start the bot; its first channel is restricted, and Aiko has used it there as an adult."""
    drawn = Drawn()
    drawn.record(monkeypatch)
    async with open_world(folder, catalogue=adult_catalogue()) as world:
        await world.restrict()
        await world.let_manage(world.aiko)
        await live(world)
        yield world, drawn
        assert not drawn.posters & set(ADULT), "an adult title's poster was asked for"
