"""The menus below the two lists: titles to pick from, and scores.

A message that only the person who asked can see changes in place: the buttons give way to a menu,
and its rows say what became of the titles. Below lists that everybody sees, a menu opens in a
message of its own for that person, and the lists stay as they are.
"""

from __future__ import annotations

import logging
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Self

import discord

from bot.interactions import (
    acknowledge,
    answer,
    place_of,
    reader_of,
    services_of,
    showing_of,
    will_save,
)
from bot.ui.explanation import explanation
from bot.ui.limits import names_that_fit
from bot.ui.owned import (
    MOST_OPTIONS,
    OWNER,
    ROUND,
    TITLE,
    Button,
    OwnedItem,
    Select,
    score_menu,
    title_options,
)
from bot.ui.panel import in_place, show
from bot.ui.rating import rated_text, title_to_rate
from bot.ui.round_message import OfRound, Redrawn, redrawn, round_of
from bot.ui.text import clip
from core.errors import RikoError
from core.services.dismissals import DismissalKind

if TYPE_CHECKING:
    from bot.interactions import Interaction
    from bot.ui.reader import Reader
    from core.services.recommendations import Round

_log = logging.getLogger(__name__)


class Pick(StrEnum):
    """What titles are picked from the lists for."""

    RATE = "rate"
    NOT_FOR_ME = "not_for_me"
    SEEN = "seen"
    WHY = "why"


ASK: Final = {
    Pick.RATE: "pick-rate",
    Pick.NOT_FOR_ME: "pick-not-for-me",
    Pick.SEEN: "pick-seen",
    Pick.WHY: "pick-why",
}
_DISMISSES: Final = {
    Pick.NOT_FOR_ME: (DismissalKind.NOT_FOR_ME, "dismissed-not-for-me"),
    Pick.SEEN: (DismissalKind.SEEN, "dismissed-seen"),
}
MODE: Final = f"(?P<mode>{'|'.join(Pick)})"


class PickTitle(OwnedItem[Select], template=f"riko:pick:{MODE}:{OWNER}:{ROUND}"):
    """A menu of the titles of two lists."""

    def __init__(self, item: Select, *, mode: str, owner: int, round_id: int) -> None:
        super().__init__(item, owner=owner)
        self.mode = Pick(mode)
        self.round_id = round_id

    @classmethod
    def make(
        cls, reader: Reader, owner: int, round_: Round, mode: Pick, done: str | None = None
    ) -> Self | None:
        """Return the menu for `mode`, none when there is no title to offer.

        Rated titles may be rated again; what is gone may only be explained. `done` is what the menu
        was used for just now, said where the eyes are.
        """
        listed = [
            entry
            for entry in (*round_.similar, *round_.may_like)
            if entry.mark is None
            or mode is Pick.WHY
            or (mode is Pick.RATE and entry.mark.score is not None)
        ]
        if not listed or round_.round_id is None:
            return None
        notes = {
            entry.title.anime_id: f"✓ {entry.mark.score} ·" if entry.mark.score else "✕ ·"
            for entry in listed
            if entry.mark is not None
        }
        chosen = title_options(reader, (entry.title for entry in listed), notes)
        menu: Select = discord.ui.Select(
            custom_id=f"riko:pick:{mode}:{owner}:{round_.round_id}",
            placeholder=reader("pick-next", done=clip(done, 100)) if done else reader(ASK[mode]),
            options=chosen,
            max_values=min(len(chosen), MOST_OPTIONS) if mode in _DISMISSES else 1,
        )
        return cls(menu, mode=mode, owner=owner, round_id=round_.round_id)

    async def work(self, interaction: Interaction) -> None:
        """Ask for the score of the title chosen, dismiss what was chosen, or explain it."""
        chosen = [int(value) for value in self.item.values]
        match self.mode:
            case Pick.RATE:
                await self._ask_for_score(interaction, chosen[0])
            case Pick.WHY:
                await self._explain(interaction, chosen[0])
            case Pick.NOT_FOR_ME | Pick.SEEN:
                await self._dismiss(interaction, chosen)

    async def _ask_for_score(self, interaction: Interaction, anime_id: int) -> None:
        await interaction.response.defer()
        reader = await reader_of(interaction)
        round_ = await round_of(interaction, self)
        title = next(
            (
                entry.title
                for entry in (*round_.similar, *round_.may_like)
                if entry.title.anime_id == anime_id
            ),
            None,
        )
        if title is None:
            await leave_menu(interaction, reader, self, reader("pick-none"), round_.score)
            return
        question = reader("choose-score", title=f"**{reader.name(title)}**")
        menu = GiveScore.make(reader, self.owner, self.round_id, anime_id, reader.raw_name(title))
        await show(interaction, question, menu, BackToButtons.make(reader, self))

    async def _explain(self, interaction: Interaction, anime_id: int) -> None:
        await acknowledge(interaction)
        reader = await reader_of(interaction)
        found = await services_of(interaction).recommendations.why(
            self.owner, anime_id, place_of(interaction)
        )
        await answer(interaction, embeds=[explanation(reader, found)])

    async def _dismiss(self, interaction: Interaction, chosen: list[int]) -> None:
        will_save(interaction)
        await interaction.response.defer()
        reader = await reader_of(interaction)
        kind, key = _DISMISSES[self.mode]
        services = services_of(interaction)
        showing = await showing_of(interaction)
        for anime_id in chosen:
            services.titles.get(anime_id, showing)
        changes = await services.dismissals.dismiss_many(self.owner, chosen, kind)
        gone = [each.title for each in changes.dismissed]
        said = names_that_fit(reader, {key: gone, "dismissed-rated": changes.rated})
        done = ", ".join(reader.raw_name(title) for title in gone)
        await _redraw(interaction, reader, self, said, self.mode, done or None)


class GiveScore(OwnedItem[Select], template=f"riko:give:{OWNER}:{ROUND}:{TITLE}"):
    """A menu of scores for one title of the lists."""

    def __init__(self, item: Select, *, owner: int, round_id: int, anime_id: int) -> None:
        super().__init__(item, owner=owner)
        self.round_id = round_id
        self.anime_id = anime_id

    @classmethod
    def make(cls, reader: Reader, owner: int, round_id: int, anime_id: int, name: str) -> Self:
        """Return the menu for the title with the id `anime_id`, whose name is `name`."""
        menu = score_menu(
            reader,
            f"riko:give:{owner}:{round_id}:{anime_id}",
            reader("choose-score", title=clip(name, 100)),
        )
        return cls(menu, owner=owner, round_id=round_id, anime_id=anime_id)

    async def work(self, interaction: Interaction) -> None:
        """Save the score chosen and offer the titles again."""
        will_save(interaction)
        await interaction.response.defer()
        reader = await reader_of(interaction)
        services = services_of(interaction)
        title = await title_to_rate(interaction, self.anime_id)
        change = await services.ratings.rate(self.owner, title.anime_id, int(self.item.values[0]))
        done = f"{reader.raw_name(title)}: {change.score}"
        await _redraw(interaction, reader, self, rated_text(reader, change), Pick.RATE, done)


class ScoreForLists(OwnedItem[Select], template=f"riko:lists-score:{OWNER}:{ROUND}"):
    """A menu of scores for the two lists; choosing one saves it."""

    def __init__(self, item: Select, *, owner: int, round_id: int) -> None:
        super().__init__(item, owner=owner)
        self.round_id = round_id

    @classmethod
    def make(cls, reader: Reader, owner: int, round_id: int) -> Self:
        """Return the menu for the lists with the id `round_id`."""
        menu = score_menu(reader, f"riko:lists-score:{owner}:{round_id}", reader("lists-score"))
        return cls(menu, owner=owner, round_id=round_id)

    async def work(self, interaction: Interaction) -> None:
        """Save the score chosen."""
        will_save(interaction)
        await interaction.response.defer()
        reader = await reader_of(interaction)
        score = int(self.item.values[0])
        change = await services_of(interaction).recommendations.score_round(
            self.owner, self.round_id, score
        )
        if change.previous is None or change.previous == change.score:
            said = reader("lists-scored", number=change.round_number, score=change.score)
        else:
            said = reader(
                "lists-scored-again",
                number=change.round_number,
                score=change.score,
                previous=change.previous,
            )
        await leave_menu(interaction, reader, self, said, change.score)


class BackToButtons(OwnedItem[Button], template=f"riko:back:{OWNER}:{ROUND}"):
    """Leaves a menu: the buttons stand below the lists again."""

    def __init__(self, item: Button, *, owner: int, round_id: int) -> None:
        super().__init__(item, owner=owner)
        self.round_id = round_id

    @classmethod
    def make(cls, reader: Reader, item: OfRound) -> Self:
        """Return the button that leads back to the buttons of the lists `item` belongs to."""
        custom_id = f"riko:back:{item.owner}:{item.round_id}"
        button: Button = discord.ui.Button(label=reader("button-back"), custom_id=custom_id, row=1)
        return cls(button, owner=item.owner, round_id=item.round_id)

    async def work(self, interaction: Interaction) -> None:
        """Bring the buttons back, or take the menu's own message away."""
        await interaction.response.defer()
        if in_place(interaction):
            await self._bring_buttons_back(interaction)
        else:
            await interaction.delete_original_response()

    async def _bring_buttons_back(self, interaction: Interaction) -> None:
        score = None
        try:
            score = (await round_of(interaction, self)).score
        except RikoError as error:
            # the way back leads out of any menu
            _log.warning("the score of round %d is not known: %s", self.round_id, error)
        await leave_menu(interaction, await reader_of(interaction), self, None, score)


PERSISTENT: Final = (PickTitle, GiveScore, ScoreForLists, BackToButtons)
"""What the bot registers before the first event, so that old messages keep working."""


async def leave_menu(
    interaction: Interaction,
    reader: Reader,
    item: OfRound,
    said: str | None,
    score: int | None,
    lists: Redrawn | None = None,
) -> None:
    """Say something and leave the menu: the buttons stand there again, below `lists` if given."""
    # the buttons open the menus, and this leads back to them
    from bot.ui.round_buttons import lists_buttons

    below = lists_buttons(reader, item.owner, item.round_id, score) if in_place(interaction) else ()
    lists = lists or Redrawn()
    await show(interaction, said, *below, embeds=lists.embeds, files=lists.files)


async def _redraw(
    interaction: Interaction,
    reader: Reader,
    item: OfRound,
    said: str,
    mode: Pick,
    done: str | None,
) -> None:
    """Say what was saved, show it in the lists, and offer the titles again for `mode`."""
    try:
        round_ = await round_of(interaction, item)
    except RikoError as error:
        # it is saved, and that is what the person must hear
        _log.warning("round %d cannot be drawn again: %s", item.round_id, error)
        await leave_menu(interaction, reader, item, said, None)
        return
    lists = await redrawn(interaction, reader, round_)
    menu = PickTitle.make(reader, item.owner, round_, mode, done)
    if menu is None:
        await leave_menu(interaction, reader, item, said, round_.score, lists)
    else:
        back = BackToButtons.make(reader, item)
        await show(interaction, said, menu, back, embeds=lists.embeds, files=lists.files)
