"""The buttons below the lists and the menus they open.

Each carries all it needs in its custom id (who asked, which lists, which title), so it works for
as long as the message stands, restarts included. Only the person who asked may use it.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, ClassVar, Final, Generic, Self, TypeVar, cast

import discord

from bot.errors import answer_failure
from bot.interactions import (
    acknowledge,
    admit,
    adult_allowed,
    answer,
    is_restricted,
    services_of,
    will_save,
)
from bot.ui import texts
from bot.ui.texts import clip
from core.errors import RikoError
from core.person import HIGHEST_SCORE, LOWEST_SCORE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.interactions import Interaction
    from core.catalogue.title import Title
    from core.services.recommendations import ColdStart, Round

OPTION_LENGTH: Final = 100
MOST_OPTIONS: Final = 25

_OWNER: Final = r"(?P<owner>\d{1,20})"
_ROUND: Final = r"(?P<round_id>\d{1,18})"
_TITLE: Final = r"(?P<anime_id>\d{1,10})"
_NONE: Final = re.compile("(?!)")
"""Matches nothing: what is never shown itself, only its subclasses are."""

Button = discord.ui.Button[discord.ui.View]
Select = discord.ui.Select[discord.ui.View]
ItemT = TypeVar("ItemT", Button, Select)

_log = logging.getLogger(__name__)


def below_lists(owner: int, round_: Round) -> discord.ui.View | None:
    """Return the buttons below the lists of `round_`, for the person with the id `owner`.

    There are none when the lists could not be stored, as nothing would be known of them later.
    """
    if round_.round_id is None:
        return None
    return _view(
        RateFromLists.make(owner, round_.round_id), ScoreLists.make(owner, round_.round_id)
    )


def below_cold_start(owner: int, start: ColdStart) -> discord.ui.View | None:
    """Return the menu below the cold start, from which titles are rated at once."""
    titles = [entry.title for top in start.lists for entry in top.entries]
    if not titles:
        return None
    return _view(ChooseTitle.make(owner, None, titles, texts.CHOOSE_TITLE))


class _OwnedItem(discord.ui.DynamicItem[ItemT], Generic[ItemT], template=_NONE):
    """A button or menu of one person; `work` does what it is for."""

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
        """Return what was pressed, with the numbers its custom id carries."""
        numbers = {name: int(number) for name, number in match.groupdict().items() if number}
        return cls(cast("ItemT", item), **numbers)

    async def callback(self, interaction: Interaction) -> None:
        """Run `work` if the person who asked for the lists is the one who pressed.

        discord.py would only log what a dynamic item raises, so failures are answered here.
        """
        try:
            if not await admit(interaction):
                return
            if interaction.user.id == self.owner:
                await self.work(interaction)
            else:
                await interaction.response.send_message(texts.NOT_YOURS, ephemeral=True)
        except Exception as error:  # noqa: BLE001 - the person is told, the unknown is logged
            await answer_failure(interaction, error)

    async def work(self, interaction: Interaction) -> None:
        """Do what the button or menu is for."""
        raise NotImplementedError


class _RoundButton(_OwnedItem[Button], template=_NONE):
    """A button below the lists with the id `round_id`."""

    kind: ClassVar[str]
    text: ClassVar[str]
    colour: ClassVar[discord.ButtonStyle]

    def __init__(self, item: Button, *, owner: int, round_id: int) -> None:
        super().__init__(item, owner=owner)
        self.round_id = round_id

    @classmethod
    def make(cls, owner: int, round_id: int) -> Self:
        """Return the button for the lists with the id `round_id`."""
        custom_id = f"riko:{cls.kind}:{owner}:{round_id}"
        button: Button = discord.ui.Button(label=cls.text, style=cls.colour, custom_id=custom_id)
        return cls(button, owner=owner, round_id=round_id)


class RateFromLists(_RoundButton, template=f"riko:rate:{_OWNER}:{_ROUND}"):
    """Opens a menu of the twenty titles, seen by the person who pressed it only."""

    kind = "rate"
    text = texts.RATE_FROM_LIST
    colour = discord.ButtonStyle.primary

    async def work(self, interaction: Interaction) -> None:
        """Offer the titles."""
        await acknowledge(interaction)
        menu = await _titles_of_round(interaction, self.owner, self.round_id)
        if menu is None:
            await answer(interaction, texts.NOTHING_TO_RATE)
        else:
            await answer(interaction, texts.WHICH_TITLE, view=_view(menu))


class ScoreLists(_RoundButton, template=f"riko:lists:{_OWNER}:{_ROUND}"):
    """Opens a menu of scores for the two lists."""

    kind = "lists"
    text = texts.SCORE_LISTS
    colour = discord.ButtonStyle.secondary

    async def work(self, interaction: Interaction) -> None:
        """Offer the scores."""
        await interaction.response.send_message(
            texts.HOW_GOOD_ARE_LISTS,
            view=_view(ChooseListsScore.make(self.owner, self.round_id)),
            ephemeral=True,
        )


class ChooseTitle(_OwnedItem[Select], template=f"riko:title:{_OWNER}(:{_ROUND})?"):
    """A menu of titles; choosing one asks for its score.

    The titles are those of the lists with the id `round_id`, none: of the cold start.
    """

    def __init__(self, item: Select, *, owner: int, round_id: int | None = None) -> None:
        super().__init__(item, owner=owner)
        self.round_id = round_id

    @classmethod
    def make(
        cls, owner: int, round_id: int | None, titles: Iterable[Title], placeholder: str
    ) -> Self:
        """Return a menu of `titles`, each of them once."""
        distinct = {title.anime_id: title for title in titles}
        options = [
            discord.SelectOption(
                label=clip(title.display, OPTION_LENGTH),
                description=clip(texts.facts(title), OPTION_LENGTH) or None,
                value=str(title.anime_id),
            )
            for title in distinct.values()
        ]
        menu: Select = discord.ui.Select(
            custom_id=f"riko:title:{owner}{_of_round(round_id)}",
            placeholder=placeholder,
            options=options[:MOST_OPTIONS],
        )
        return cls(menu, owner=owner, round_id=round_id)

    async def work(self, interaction: Interaction) -> None:
        """Ask for the score of the title chosen."""
        if self.round_id is None:
            # the menu belongs to the cold start, which must stay as it is
            await acknowledge(interaction)
        else:
            await interaction.response.defer()
        title = services_of(interaction).titles.get(
            int(self.item.values[0]), allow_adult=await adult_allowed(interaction)
        )
        menu = ChooseScore.make(self.owner, title.anime_id, self.round_id)
        await answer(interaction, texts.choose_score(title), view=_view(menu))


class ChooseScore(_OwnedItem[Select], template=f"riko:score:{_OWNER}:{_TITLE}(:{_ROUND})?"):
    """A menu of scores for one title; choosing one saves it."""

    def __init__(
        self, item: Select, *, owner: int, anime_id: int, round_id: int | None = None
    ) -> None:
        super().__init__(item, owner=owner)
        self.anime_id = anime_id
        self.round_id = round_id

    @classmethod
    def make(cls, owner: int, anime_id: int, round_id: int | None) -> Self:
        """Return the menu for the title with the id `anime_id`, chosen from the lists `round_id`."""
        menu = _scores(f"riko:score:{owner}:{anime_id}{_of_round(round_id)}")
        return cls(menu, owner=owner, anime_id=anime_id, round_id=round_id)

    async def work(self, interaction: Interaction) -> None:
        """Save the score chosen and offer the titles again."""
        will_save(interaction)
        await interaction.response.defer()
        services = services_of(interaction)
        title = services.titles.get(self.anime_id, allow_adult=await adult_allowed(interaction))
        score = int(self.item.values[0])
        change = await services.ratings.rate(self.owner, title.anime_id, score)
        menu = None
        if self.round_id is not None:
            try:
                menu = await _titles_of_round(interaction, self.owner, self.round_id)
            except RikoError as error:
                # the rating is saved, and that is what the person must hear
                _log.warning("round %d cannot be offered again: %s", self.round_id, error)
        await answer(interaction, texts.rated(change), view=_view(menu) if menu else None)


class ChooseListsScore(_OwnedItem[Select], template=f"riko:lists-score:{_OWNER}:{_ROUND}"):
    """A menu of scores for the two lists; choosing one saves it."""

    def __init__(self, item: Select, *, owner: int, round_id: int) -> None:
        super().__init__(item, owner=owner)
        self.round_id = round_id

    @classmethod
    def make(cls, owner: int, round_id: int) -> Self:
        """Return the menu for the lists with the id `round_id`."""
        return cls(_scores(f"riko:lists-score:{owner}:{round_id}"), owner=owner, round_id=round_id)

    async def work(self, interaction: Interaction) -> None:
        """Save the score chosen."""
        will_save(interaction)
        await interaction.response.defer()
        score = int(self.item.values[0])
        recommendations = services_of(interaction).recommendations
        change = await recommendations.score_round(self.owner, self.round_id, score)
        await answer(interaction, texts.lists_scored(change))


PERSISTENT: Final = (RateFromLists, ScoreLists, ChooseTitle, ChooseScore, ChooseListsScore)
"""What the bot registers before the first event, so that old messages keep working."""


async def _titles_of_round(
    interaction: Interaction, owner: int, round_id: int
) -> ChooseTitle | None:
    """Return a menu of the titles of a round that may be shown here now."""
    titles = await services_of(interaction).recommendations.titles_of_round(
        owner, round_id, restricted_channel=is_restricted(interaction)
    )
    return ChooseTitle.make(owner, round_id, titles, texts.WHICH_TITLE) if titles else None


def _of_round(round_id: int | None) -> str:
    return "" if round_id is None else f":{round_id}"


def _scores(custom_id: str) -> Select:
    return discord.ui.Select(
        custom_id=custom_id,
        placeholder=texts.CHOOSE_SCORE,
        options=[
            discord.SelectOption(label=str(score), value=str(score))
            for score in range(HIGHEST_SCORE, LOWEST_SCORE - 1, -1)
        ],
    )


def _view(*items: _OwnedItem[Button] | _OwnedItem[Select]) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for item in items:
        view.add_item(item)
    return view
