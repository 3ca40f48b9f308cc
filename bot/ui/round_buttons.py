"""The two lists as an answer, with the buttons below them.

The menus those open are in `bot.ui.round_menus`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Self

import discord

from bot.interactions import (
    acknowledge,
    answer,
    client_of,
    is_private_message,
    place_of,
    reader_of,
    services_of,
)
from bot.ui.owned import NEVER, OWNER, ROUND, AnyItem, Button, OwnedItem, view_of
from bot.ui.panel import open_panel, show
from bot.ui.round_menus import (
    ASK,
    MODE,
    BackToButtons,
    Pick,
    PickTitle,
    ScoreForLists,
    leave_menu,
)
from bot.ui.round_message import Redrawn, draw_lists, redrawn, round_of

if TYPE_CHECKING:
    from bot.interactions import Interaction
    from bot.ui.reader import Reader
    from core.services.recommendations import Round

_BUTTON: Final = {
    Pick.RATE: "lists-rate",
    Pick.NOT_FOR_ME: "lists-not-for-me",
    Pick.SEEN: "lists-seen",
    Pick.WHY: "lists-why",
}


async def answer_with_lists(interaction: Interaction, round_: Round, *, private: bool) -> None:
    """Give the two lists with their poster sheets, and buttons for the person who asked.

    There are no buttons when the lists could not be stored: nothing would be known of them later.
    """
    reader = await reader_of(interaction)
    embeds, files = await draw_lists(
        services_of(interaction).posters, reader, round_, personal=private
    )
    owner, round_id = interaction.user.id, round_.round_id
    await answer(
        interaction,
        embeds=embeds,
        view=None
        if round_id is None
        else view_of(*lists_buttons(reader, owner, round_id, round_.score)),
        files=files,
    )


def lists_buttons(
    reader: Reader, owner: int, round_id: int, score: int | None
) -> tuple[AnyItem, ...]:
    """Return the buttons below the lists, to which the person gave `score`, if any."""
    scoring = ScoreLists.make(reader, owner, round_id)
    if score is not None:
        scoring.item.label = reader("lists-score-again", score=score)
    return (
        *(OpenPick.make(reader, owner, round_id, mode) for mode in Pick),
        MoreLists.make(reader, owner, round_id),
        scoring,
    )


class _RoundItem(OwnedItem[Button], template=NEVER):
    """A button of the lists with the id `round_id`."""

    kind: ClassVar[str]
    label: ClassVar[str]
    style: ClassVar[discord.ButtonStyle] = discord.ButtonStyle.secondary
    line: ClassVar[int] = 1
    """The row of buttons it stands in."""

    def __init__(self, item: Button, *, owner: int, round_id: int) -> None:
        super().__init__(item, owner=owner)
        self.round_id = round_id

    @classmethod
    def make(cls, reader: Reader, owner: int, round_id: int) -> Self:
        """Return the button for the lists with the id `round_id`."""
        custom_id = f"riko:{cls.kind}:{owner}:{round_id}"
        button: Button = discord.ui.Button(
            label=reader(cls.label), style=cls.style, custom_id=custom_id, row=cls.line
        )
        return cls(button, owner=owner, round_id=round_id)


class OpenPick(OwnedItem[Button], template=f"riko:open:{MODE}:{OWNER}:{ROUND}"):
    """Opens the menu of the titles to pick from."""

    def __init__(self, item: Button, *, mode: str, owner: int, round_id: int) -> None:
        super().__init__(item, owner=owner)
        self.mode = Pick(mode)
        self.round_id = round_id

    @classmethod
    def make(cls, reader: Reader, owner: int, round_id: int, mode: Pick) -> Self:
        """Return the button that opens the menu for `mode`."""
        button: Button = discord.ui.Button(
            label=reader(_BUTTON[mode]),
            style=(
                discord.ButtonStyle.primary if mode is Pick.RATE else discord.ButtonStyle.secondary
            ),
            custom_id=f"riko:open:{mode}:{owner}:{round_id}",
            row=1 if mode is Pick.WHY else 0,
        )
        return cls(button, mode=mode, owner=owner, round_id=round_id)

    async def work(self, interaction: Interaction) -> None:
        """Offer the titles."""
        await open_panel(interaction)
        reader = await reader_of(interaction)
        round_ = await round_of(interaction, self)
        lists = await redrawn(interaction, reader, round_) if round_.left_out else Redrawn()
        menu = PickTitle.make(reader, self.owner, round_, self.mode)
        if menu is None:
            left = round_.similar or round_.may_like
            said = reader("pick-done" if left else "pick-none")
            await leave_menu(interaction, reader, self, said, round_.score, lists)
        else:
            back = BackToButtons.make(reader, self)
            asked = reader(ASK[self.mode])
            await show(interaction, asked, menu, back, embeds=lists.embeds, files=lists.files)


class MoreLists(_RoundItem, template=f"riko:more:{OWNER}:{ROUND}"):
    """Shows the next ten of both lists, in a message of their own."""

    kind = "more"
    label = "lists-more"
    line = 0

    async def work(self, interaction: Interaction) -> None:
        """Continue the lists."""
        client_of(interaction).turns.take(interaction)
        private = is_private_message(interaction)
        await acknowledge(interaction, private=private)
        round_ = await services_of(interaction).recommendations.more(
            self.owner, self.round_id, place_of(interaction)
        )
        await answer_with_lists(interaction, round_, private=private)


class ScoreLists(_RoundItem, template=f"riko:lists:{OWNER}:{ROUND}"):
    """Opens a menu of scores for the two lists."""

    kind = "lists"
    label = "lists-score"

    async def work(self, interaction: Interaction) -> None:
        """Offer the scores."""
        await open_panel(interaction)
        reader = await reader_of(interaction)
        menu = ScoreForLists.make(reader, self.owner, self.round_id)
        await show(interaction, reader("lists-how-good"), menu, BackToButtons.make(reader, self))


PERSISTENT: Final = (OpenPick, MoreLists, ScoreLists)
"""What the bot registers before the first event, so that old messages keep working."""
