"""The buttons below the lists and the menus they open.

Each carries all it needs in its custom id (who asked, which lists, which title), so it works for
as long as the message stands, restarts included. Only the person who asked may use it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Generic, Self, TypeVar, cast

import discord

from bot.errors import answer_failure
from bot.interactions import (
    acknowledge,
    adult_allowed,
    answer,
    client_of,
    is_restricted,
    services_of,
)
from bot.ui import texts
from bot.ui.texts import clip
from core.person import HIGHEST_SCORE, LOWEST_SCORE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.interactions import Interaction
    from core.catalogue.title import Title
    from core.services.recommendations import ColdStart, Round

OPTION_LENGTH: Final = 100
MOST_OPTIONS: Final = 25
NO_ROUND: Final = 0
"""Stands in a custom id where the titles come from the cold start."""

Button = discord.ui.Button[discord.ui.View]
Select = discord.ui.Select[discord.ui.View]
ItemT = TypeVar("ItemT", Button, Select)


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
    return _view(ChooseTitle.make(owner, NO_ROUND, titles, texts.CHOOSE_TITLE))


def _template(kind: str) -> re.Pattern[str]:
    return re.compile(
        rf"riko:{kind}:(?P<owner>\d{{1,20}}):(?P<round_id>\d{{1,18}})(:(?P<anime_id>\d{{1,10}}))?"
    )


class _OwnedItem(discord.ui.DynamicItem[ItemT], Generic[ItemT], template=re.compile("(?!)")):
    """A button or menu of one person; `work` does what it is for."""

    def __init__(self, item: ItemT, *, owner: int, round_id: int, anime_id: int = 0) -> None:
        super().__init__(item)
        self.owner = owner
        self.round_id = round_id
        self.anime_id = anime_id

    @classmethod
    async def from_custom_id(
        cls,
        interaction: Interaction,  # noqa: ARG003 - part of the signature discord.py calls
        item: discord.ui.Item[discord.ui.View],
        match: re.Match[str],
        /,
    ) -> Self:
        """Return what was pressed, with the numbers its custom id carries."""
        numbers = {name: int(number or 0) for name, number in match.groupdict().items()}
        return cls(cast("ItemT", item), **numbers)

    async def callback(self, interaction: Interaction) -> None:
        """Run `work` if the person who asked for the lists is the one who pressed.

        discord.py would only log what a dynamic item raises, so failures are answered here.
        """
        try:
            if client_of(interaction).punctuality.is_late(interaction):
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


class RateFromLists(_OwnedItem[Button], template=_template("rate")):
    """Opens a menu of the twenty titles, seen by the person who pressed it only."""

    @classmethod
    def make(cls, owner: int, round_id: int) -> Self:
        """Return the button for the lists with the id `round_id`."""
        button: Button = discord.ui.Button(
            label=texts.RATE_FROM_LIST,
            style=discord.ButtonStyle.primary,
            custom_id=f"riko:rate:{owner}:{round_id}",
        )
        return cls(button, owner=owner, round_id=round_id)

    async def work(self, interaction: Interaction) -> None:
        """Offer the titles."""
        await acknowledge(interaction)
        menu = await _titles_of_round(interaction, self.owner, self.round_id)
        if menu is None:
            await answer(interaction, texts.NOTHING_TO_RATE)
        else:
            await answer(interaction, texts.WHICH_TITLE, view=_view(menu))


class ScoreLists(_OwnedItem[Button], template=_template("lists")):
    """Opens a menu of scores for the two lists."""

    @classmethod
    def make(cls, owner: int, round_id: int) -> Self:
        """Return the button for the lists with the id `round_id`."""
        button: Button = discord.ui.Button(
            label=texts.SCORE_LISTS,
            style=discord.ButtonStyle.secondary,
            custom_id=f"riko:lists:{owner}:{round_id}",
        )
        return cls(button, owner=owner, round_id=round_id)

    async def work(self, interaction: Interaction) -> None:
        """Offer the scores."""
        await interaction.response.send_message(
            texts.HOW_GOOD_ARE_LISTS,
            view=_view(ChooseListsScore.make(self.owner, self.round_id)),
            ephemeral=True,
        )


class ChooseTitle(_OwnedItem[Select], template=_template("title")):
    """A menu of titles; choosing one asks for its score."""

    @classmethod
    def make(cls, owner: int, round_id: int, titles: Iterable[Title], placeholder: str) -> Self:
        """Return a menu of `titles`, each of them once."""
        distinct = {title.anime_id: title for title in titles}
        options = [
            discord.SelectOption(
                label=clip(texts.option_label(rank, title.display), OPTION_LENGTH),
                description=clip(texts.facts(title), OPTION_LENGTH) or None,
                value=str(title.anime_id),
            )
            for rank, title in enumerate(distinct.values(), 1)
        ]
        menu: Select = discord.ui.Select(
            custom_id=f"riko:title:{owner}:{round_id}",
            placeholder=placeholder,
            options=options[:MOST_OPTIONS],
        )
        return cls(menu, owner=owner, round_id=round_id)

    async def work(self, interaction: Interaction) -> None:
        """Ask for the score of the title chosen."""
        if self.round_id == NO_ROUND:
            # the menu belongs to the cold start, which must stay as it is
            await acknowledge(interaction)
        else:
            await interaction.response.defer()
        title = services_of(interaction).titles.resolve(
            self.item.values[0], allow_adult=await adult_allowed(interaction)
        )
        menu = ChooseScore.make(self.owner, self.round_id, title.anime_id)
        await answer(interaction, texts.choose_score(title), view=_view(menu))


class ChooseScore(_OwnedItem[Select], template=_template("score")):
    """A menu of scores for one title; choosing one saves it."""

    @classmethod
    def make(cls, owner: int, round_id: int, anime_id: int) -> Self:
        """Return the menu for the title with the id `anime_id`."""
        menu = _scores(f"riko:score:{owner}:{round_id}:{anime_id}")
        return cls(menu, owner=owner, round_id=round_id, anime_id=anime_id)

    async def work(self, interaction: Interaction) -> None:
        """Save the score chosen and offer the titles again."""
        await interaction.response.defer()
        score = int(self.item.values[0])
        change = await services_of(interaction).ratings.rate(self.owner, self.anime_id, score)
        menu = None
        if self.round_id != NO_ROUND:
            menu = await _titles_of_round(interaction, self.owner, self.round_id)
        await answer(interaction, texts.rated(change), view=_view(menu) if menu else None)


class ChooseListsScore(_OwnedItem[Select], template=_template("lists-score")):
    """A menu of scores for the two lists; choosing one saves it."""

    @classmethod
    def make(cls, owner: int, round_id: int) -> Self:
        """Return the menu for the lists with the id `round_id`."""
        return cls(_scores(f"riko:lists-score:{owner}:{round_id}"), owner=owner, round_id=round_id)

    async def work(self, interaction: Interaction) -> None:
        """Save the score chosen."""
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
    round_ = await services_of(interaction).recommendations.get_round(
        owner, round_id, restricted_channel=is_restricted(interaction)
    )
    listed = [entry.title for entry in (*round_.similar, *round_.may_like)]
    if not listed:
        return None
    return ChooseTitle.make(owner, round_id, listed, texts.WHICH_TITLE)


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
