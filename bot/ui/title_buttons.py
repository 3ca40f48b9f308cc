"""The buttons below a title's card.

Each carries which titles were found and which of them is shown, so that it can draw the card anew
and works for as long as the message stands. Below a card that everybody sees, what concerns the
person alone opens in a private message.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
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
    showing_of,
    will_save,
)
from bot.ui.limits import names_that_fit
from bot.ui.owned import NEVER, OWNER, TITLE, AnyItem, Button, OwnedItem, view_of
from bot.ui.panel import in_place, open_panel
from bot.ui.poster import poster
from bot.ui.rating import ChooseTitle, RateTitle
from bot.ui.sheets import Shown, attach, sheet
from bot.ui.title_card import SIMILAR_TITLES_SHEET, ForYou, similar_card, title_card
from core.errors import RikoError
from core.services.dismissals import DismissalKind
from core.services.recommendations import Mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.interactions import Interaction
    from bot.ui.reader import Reader
    from core.services.server_lists import ServerMean

_MATCHES: Final = r"(?P<at>\d):(?P<ids>\d{1,10}(?:-\d{1,10})*)"
_LONGEST_IDS: Final = 60
"""Characters of a custom id that are left for the titles found."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Matches:
    """The titles a search found, by id, and which of them is shown, from 0."""

    ids: tuple[int, ...]
    at: int = 0

    @classmethod
    def of(cls, ids: Sequence[int]) -> Self:
        """Return as many of `ids` as fit into a button, at least the first."""
        kept = list(ids)
        while len("-".join(map(str, kept))) > _LONGEST_IDS:
            kept.pop()
        return cls(tuple(kept))

    @property
    def shown(self) -> int:
        """The id of the title that is shown."""
        return self.ids[self.at]

    def __str__(self) -> str:
        """Return what a custom id says of this."""
        return f"{self.at}:{'-'.join(map(str, self.ids))}"


async def answer_with_card(
    interaction: Interaction, matches: Matches, *, private: bool, said: str | None = None
) -> None:
    """Give the card of the title shown, with its poster and buttons.

    What the title is to the person who asked is on it only if the answer is `private`. Raises
    `TitleNotFoundError` for a title that may not be shown here.
    """
    reader, services = await reader_of(interaction), services_of(interaction)
    showing = await showing_of(interaction)
    title = services.titles.get(matches.shown, showing)
    ids = services.titles.shown(matches.ids, showing)
    matches = Matches(ids, ids.index(title.anime_id))
    for_you = await _for_you(interaction, title.anime_id) if private else None
    count = len(matches.ids)
    embed = title_card(
        reader,
        title,
        for_you=for_you,
        server=await _server_mean(interaction, title.anime_id),
        position=(matches.at + 1, count) if count > 1 else None,
    )
    picture = await poster(services.posters, reader, title)
    attach(embed, picture)
    view = view_of(*_buttons(reader, interaction.user.id, matches, for_you))
    await answer(interaction, said, embeds=[embed], view=view, files=[picture])


async def answer_with_similar(interaction: Interaction, anime_id: int, *, private: bool) -> None:
    """Give the best titles of the same kind as one, with their posters and a menu to rate them."""
    reader, services = await reader_of(interaction), services_of(interaction)
    similar = await services.recommendations.similar_to(
        anime_id, place_of(interaction), user_id=interaction.user.id, personal=private
    )
    embed = similar_card(reader, similar, personal=private)
    shown = [Shown(each.title, each.predicted) for each in similar.titles]
    file = await sheet(services.posters, reader, SIMILAR_TITLES_SHEET, shown)
    attach(embed, file)
    titles = [entry.title for entry in similar.titles]
    menu = ChooseTitle.make(reader, interaction.user.id, titles, reader("pick-rate"))
    await answer(
        interaction,
        embeds=[embed],
        view=view_of(menu) if titles else None,
        files=[file] if file else [],
    )


class _CardItem(OwnedItem[Button], template=NEVER):
    """A button of a card that knows all that was found."""

    kind: ClassVar[str]
    label: ClassVar[str]

    def __init__(self, item: Button, *, owner: int, at: int, ids: int | str) -> None:
        super().__init__(item, owner=owner)
        found = tuple(map(int, str(ids).split("-")))
        self.matches = Matches(found, min(at, len(found) - 1))

    @classmethod
    def make(cls, reader: Reader, owner: int, matches: Matches, *, disabled: bool = False) -> Self:
        """Return the button below the card of `matches`."""
        button: Button = discord.ui.Button(
            label=reader(cls.label),
            custom_id=f"riko:{cls.kind}:{owner}:{matches}",
            disabled=disabled,
        )
        ids = "-".join(map(str, matches.ids))
        return cls(button, owner=owner, at=matches.at, ids=ids)


class PreviousMatch(_CardItem, template=f"riko:card-before:{OWNER}:{_MATCHES}"):
    """Shows the match before this one."""

    kind = "card-before"
    label = "page-before"

    async def work(self, interaction: Interaction) -> None:
        """Turn back."""
        await _turn(interaction, self.matches, -1)


class NextMatch(_CardItem, template=f"riko:card-after:{OWNER}:{_MATCHES}"):
    """Shows the match after this one."""

    kind = "card-after"
    label = "page-after"

    async def work(self, interaction: Interaction) -> None:
        """Turn on."""
        await _turn(interaction, self.matches, +1)


class NotForMe(_CardItem, template=f"riko:card-hide:{OWNER}:{_MATCHES}"):
    """Dismisses the title; it is never recommended again."""

    kind = "card-hide"
    label = "lists-not-for-me"

    async def work(self, interaction: Interaction) -> None:
        """Dismiss it and offer to bring it back."""
        will_save(interaction)
        await open_panel(interaction)
        reader, services = await reader_of(interaction), services_of(interaction)
        title = services.titles.get(self.matches.shown, await showing_of(interaction))
        dismissed = await services.dismissals.dismiss(
            self.owner, title.anime_id, DismissalKind.NOT_FOR_ME
        )
        if dismissed is None:
            said = names_that_fit(reader, {"dismissed-rated": [title]})
            await _say(interaction, reader, self, said, None)
        else:
            said = names_that_fit(reader, {"dismissed-not-for-me": [title]})
            await _say(interaction, reader, self, said, BringBack)


class BringBack(_CardItem, template=f"riko:card-show:{OWNER}:{_MATCHES}"):
    """Takes a dismissal back."""

    kind = "card-show"
    label = "bring-back"

    async def work(self, interaction: Interaction) -> None:
        """Let the title be recommended again."""
        will_save(interaction)
        await open_panel(interaction)
        reader, services = await reader_of(interaction), services_of(interaction)
        title = services.titles.get(self.matches.shown, await showing_of(interaction))
        await services.dismissals.restore(self.owner, title.anime_id)
        said = names_that_fit(reader, {"brought-back": [title]})
        await _say(interaction, reader, self, said, NotForMe)


class MoreLikeThis(OwnedItem[Button], template=f"riko:like:{OWNER}:{TITLE}"):
    """Shows the best titles of the same kind in a message of its own."""

    def __init__(self, item: Button, *, owner: int, anime_id: int) -> None:
        super().__init__(item, owner=owner)
        self.anime_id = anime_id

    @classmethod
    def make(cls, reader: Reader, owner: int, anime_id: int) -> Self:
        """Return the button for the title with the id `anime_id`."""
        custom_id = f"riko:like:{owner}:{anime_id}"
        button: Button = discord.ui.Button(label=reader("more-like-this"), custom_id=custom_id)
        return cls(button, owner=owner, anime_id=anime_id)

    async def work(self, interaction: Interaction) -> None:
        """Give the list."""
        client_of(interaction).turns.take(interaction)
        private = is_private_message(interaction)
        await acknowledge(interaction, private=private)
        await answer_with_similar(interaction, self.anime_id, private=private)


PERSISTENT: Final = (PreviousMatch, NextMatch, NotForMe, BringBack, MoreLikeThis)
"""What the bot registers before the first event, so that old messages keep working."""


def _buttons(reader: Reader, owner: int, matches: Matches, for_you: ForYou | None) -> list[AnyItem]:
    mark = for_you.mark if for_you else None
    buttons: list[AnyItem] = [
        RateTitle.make(reader, owner, matches.shown),
        MoreLikeThis.make(reader, owner, matches.shown),
    ]
    if mark is None:
        buttons.append(NotForMe.make(reader, owner, matches))
    elif mark.dismissed is not None:
        buttons.append(BringBack.make(reader, owner, matches))
    if len(matches.ids) > 1:
        last = len(matches.ids) - 1
        buttons += (
            PreviousMatch.make(reader, owner, matches, disabled=matches.at == 0),
            NextMatch.make(reader, owner, matches, disabled=matches.at == last),
        )
    return buttons


async def _turn(interaction: Interaction, matches: Matches, by: int) -> None:
    """Show the match before or after this one, passing over what may not be shown any more."""
    await interaction.response.defer()
    titles = services_of(interaction).titles
    beyond = range(matches.at + 1, len(matches.ids)) if by > 0 else range(matches.at - 1, -1, -1)
    shown = titles.shown(matches.ids, await showing_of(interaction))
    at = next((place for place in beyond if matches.ids[place] in shown), matches.at)
    private = is_private_message(interaction)
    await answer_with_card(interaction, replace(matches, at=at), private=private)


async def _say(
    interaction: Interaction,
    reader: Reader,
    item: _CardItem,
    said: str,
    then: type[_CardItem] | None,
) -> None:
    """Say what was saved above a private card, else in the person's own message with a way back."""
    if in_place(interaction):
        await answer_with_card(interaction, item.matches, private=True, said=said)
    elif then is None:
        await answer(interaction, said)
    else:
        only = Matches((item.matches.shown,))
        await answer(interaction, said, view=view_of(then.make(reader, item.owner, only)))


async def _for_you(interaction: Interaction, anime_id: int) -> ForYou:
    """Return what the title is to the person; as far as it can be read, as the card is worth more."""
    services, user_id = services_of(interaction), interaction.user.id
    try:
        score = (await services.ratings.scores(user_id)).get(anime_id)
        if score is not None:
            return ForYou(Mark(score=score))
        dismissed = await services.dismissals.of(user_id, place_of(interaction))
        kind = next((each.kind for each in dismissed if each.title.anime_id == anime_id), None)
        predicted = await services.recommendations.predict(user_id, anime_id)
    except RikoError as error:
        _log.warning("interaction %d: nothing of the person's own: %s", interaction.id, error)
        return ForYou()
    new = anime_id in services.recommendations.newcomers
    return ForYou(None if kind is None else Mark(dismissed=kind), predicted, new)


async def _server_mean(interaction: Interaction, anime_id: int) -> ServerMean | None:
    if interaction.guild_id is None:
        return None
    try:
        return await services_of(interaction).server_lists.mean(interaction.guild_id, anime_id)
    except RikoError as error:
        _log.warning("interaction %d: no mean of the server: %s", interaction.id, error)
        return None
