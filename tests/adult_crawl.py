"""Going where Aiko goes, and pressing every kind of button and menu that opens there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import discord

from bot.app import PERSISTENT
from tests.adult_world import Message, Place, answers, items_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.ui.owned import AnyItem
    from tests.adult_world import Drawn
    from tests.bot_world import World

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
