"""Buttons and menus of one person that work for as long as their message stands.

Each carries all it needs in its custom id (who asked, which lists, which title), so that restarts
do not matter. Only the person who asked may use it. Every class stands in the `PERSISTENT` of its
module, which the bot registers before the first event.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Generic, Self, TypeVar, cast

import discord

from bot.errors import answer_failure
from bot.interactions import admit, note_member, words_of
from bot.ui.text import clip
from core.person import HIGHEST_SCORE, LOWEST_SCORE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.interactions import Interaction
    from bot.ui.reader import Reader
    from core.catalogue.title import Title

OPTION_LENGTH: Final = 100
MOST_OPTIONS: Final = 25

OWNER: Final = r"(?P<owner>\d{1,20})"
ROUND: Final = r"(?P<round_id>\d{1,18})"
TITLE: Final = r"(?P<anime_id>\d{1,10})"
NEVER: Final = re.compile("(?!)")
"""The template of what is never shown itself, only its subclasses are: it matches nothing."""

Button = discord.ui.Button[discord.ui.View]
Select = discord.ui.Select[discord.ui.View]
ChannelSelect = discord.ui.ChannelSelect[discord.ui.View]
UserSelect = discord.ui.UserSelect[discord.ui.View]
ItemT = TypeVar("ItemT", Button, Select, ChannelSelect, UserSelect)
AnyItem = (
    discord.ui.DynamicItem[Button]
    | discord.ui.DynamicItem[Select]
    | discord.ui.DynamicItem[ChannelSelect]
    | discord.ui.DynamicItem[UserSelect]
)


class OwnedItem(discord.ui.DynamicItem[ItemT], Generic[ItemT], template=NEVER):
    """A button or menu of one person; `work` does what it is for.

    The named groups of a subclass's template are the keyword arguments of its `__init__`: ints
    where they hold digits, else texts.
    """

    def __init__(self, item: ItemT, *, owner: int) -> None:
        super().__init__(item)
        self.owner = owner

    @classmethod
    async def from_custom_id(
        cls,
        interaction: Interaction,  # noqa: ARG003 - part of the signature discord.py calls
        item: discord.ui.Item[discord.ui.View],
        match: re.Match[str],
        /,
    ) -> Self:
        """Return what was pressed, with what its custom id carries."""
        carried = {
            name: int(value) if value.isdecimal() else value
            for name, value in match.groupdict().items()
            if value
        }
        return cls(cast("ItemT", item), **carried)  # pyright: ignore[reportArgumentType]

    async def callback(self, interaction: Interaction) -> None:
        """Run `work` if the person who asked is the one who pressed.

        discord.py would only log what a dynamic item raises, so failures are answered here.
        """
        try:
            if not await admit(interaction):
                return
            if self.is_for(interaction.user.id):
                await self.work(interaction)
                # many rate by menus only, and have used no command since Riko keeps anything of them
                await note_member(interaction)
            else:
                await interaction.response.send_message(
                    words_of(interaction)("not-yours"), ephemeral=True
                )
        except Exception as error:  # noqa: BLE001 - the person is told, the unknown is logged
            await answer_failure(interaction, error)

    def is_for(self, user_id: int) -> bool:
        """Return whether `user_id` may press: the person who asked."""
        return user_id == self.owner

    async def work(self, interaction: Interaction) -> None:
        """Do what the button or menu is for."""
        raise NotImplementedError


def view_of(*items: AnyItem | None) -> discord.ui.View:
    """Return a view of `items` that never times out; `None` stands for nothing."""
    view = discord.ui.View(timeout=None)
    for item in items:
        if item is not None:
            view.add_item(item)
    return view


def title_options(
    reader: Reader, titles: Iterable[Title], notes: dict[int, str] | None = None
) -> list[discord.SelectOption]:
    """Return an option a title, each once, as many as a menu holds; `notes` stand in front."""
    distinct = {title.anime_id: title for title in titles}
    options: list[discord.SelectOption] = []
    for title in list(distinct.values())[:MOST_OPTIONS]:
        note = (notes or {}).get(title.anime_id)
        name = reader.raw_name(title)
        options.append(
            discord.SelectOption(
                label=clip(f"{note} {name}" if note else name, OPTION_LENGTH),
                description=clip(reader.facts(title), OPTION_LENGTH) or None,
                value=str(title.anime_id),
            )
        )
    return options


def score_menu(reader: Reader, custom_id: str, placeholder: str) -> Select:
    """Return a menu of the scores, best first, each with what it means."""
    return discord.ui.Select(
        custom_id=custom_id,
        placeholder=clip(placeholder, 150),
        options=[
            discord.SelectOption(
                label=str(score), description=reader(f"score-{score}"), value=str(score)
            )
            for score in range(HIGHEST_SCORE, LOWEST_SCORE - 1, -1)
        ],
    )
