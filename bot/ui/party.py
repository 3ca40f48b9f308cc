"""A watch party's titles for everybody, what they are to each, and the poll about them."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Final

import discord

from bot.interactions import (
    acknowledge,
    answer,
    place_of,
    reader_for_all,
    reader_of,
    services_of,
)
from bot.switches import is_on
from bot.ui.limits import NAME_LENGTHS, VIOLET, first_that_fits
from bot.ui.lists import filters_line, listed_row, new_line
from bot.ui.owned import NEVER, OWNER, Button, OwnedItem, view_of
from bot.ui.rating import ChooseTitle
from bot.ui.sheets import Shown, attach, sheet
from bot.ui.text import clip, plain
from core.services.rounds import ListedTitle

if TYPE_CHECKING:
    from typing import Self

    from bot.interactions import Interaction
    from bot.ui.reader import Reader
    from core.services.parties import OwnTitle, OwnView, PartyList

COMMAND: Final = "party"
"""The command; while it is off, nothing of it is posted, from old messages either."""
SHEET: Final = "party.jpg"
POLL_TIME: Final = timedelta(hours=24)
POLL_ANSWER: Final = 55
"""The longest answer of a poll, in characters."""

_LONGEST_NAME: Final = 40
_PARTY: Final = r"(?P<party_id>\d{1,18})"

_log = logging.getLogger(__name__)


async def show_party(interaction: Interaction, reader: Reader, party: PartyList) -> None:
    """Show a party with its posters to everybody in the channel."""
    owner, party_id = interaction.user, party.party_id
    who = plain(clip(owner.display_name, _LONGEST_NAME))
    embeds = first_that_fits([_embed(reader, party, who, length)] for length in NAME_LENGTHS)
    shown = [Shown(entry.title, entry.predicted) for entry in party.titles]
    file = await sheet(services_of(interaction).posters, reader, SHEET, shown)
    attach(embeds[0], file)
    buttons = () if party_id is None else (AboutMe, Vote)
    await interaction.followup.send(
        embeds=embeds,
        view=view_of(*(kind.make(reader, owner.id, party_id or 0) for kind in buttons)),
        files=[file] if file is not None else [],
    )


class _PartyButton(OwnedItem[Button], template=NEVER):
    """A button for all people of a party; `owner` is who asked for it."""

    kind: ClassVar[str]
    label: ClassVar[str]
    style: ClassVar[discord.ButtonStyle]

    def __init__(self, item: Button, *, owner: int, party_id: int) -> None:
        super().__init__(item, owner=owner)
        self.party_id = party_id

    @classmethod
    def make(cls, reader: Reader, owner: int, party_id: int) -> Self:
        """Return the button below a party."""
        button: Button = discord.ui.Button(
            label=reader(cls.label),
            style=cls.style,
            custom_id=f"riko:{cls.kind}:{owner}:{party_id}",
        )
        return cls(button, owner=owner, party_id=party_id)

    def is_for(self, user_id: int) -> bool:  # noqa: ARG002 - the service knows whom it is for
        """Let everybody press: the service refuses whom the party was not made for."""
        return True


class AboutMe(_PartyButton, template=f"riko:party-me:{OWNER}:{_PARTY}"):
    """Tells whoever presses what they would likely give the titles, and only them."""

    kind = "party-me"
    label = "party-about-me"
    style = discord.ButtonStyle.secondary

    async def work(self, interaction: Interaction) -> None:
        """Tell it, with a menu to rate what they know after all."""
        await acknowledge(interaction)
        reader = await reader_of(interaction)
        view = await services_of(interaction).parties.own_view(
            self.party_id,
            interaction.user.id,
            place_of(interaction),
        )
        said = _counting(reader, view)
        if not view.titles:
            await answer(interaction, said)
            return
        embeds = first_that_fits([_own(reader, view, said, length)] for length in NAME_LENGTHS)
        titles = [entry.title for entry in view.titles]
        menu = ChooseTitle.make(reader, interaction.user.id, titles, reader("named-rate"))
        await answer(interaction, embeds=embeds, view=view_of(menu))


class Vote(_PartyButton, template=f"riko:party-vote:{OWNER}:{_PARTY}"):
    """Makes one of Discord's own polls about the titles: one a party, unless that was deleted."""

    kind = "party-vote"
    label = "party-vote"
    style = discord.ButtonStyle.primary

    async def work(self, interaction: Interaction) -> None:
        """Make the poll in the channel, for everybody to see."""
        if not await is_on(interaction, COMMAND):
            return
        await interaction.response.defer()
        reader, parties = await reader_of(interaction), services_of(interaction).parties
        if not interaction.app_permissions.send_polls:
            await interaction.followup.send(reader("party-no-polls"), ephemeral=True)
            return
        await self._forget_deleted_poll(interaction)
        titles = await parties.begin_poll(
            self.party_id,
            interaction.user.id,
            place_of(interaction),
        )
        everybody = await reader_for_all(interaction)
        poll = discord.Poll(everybody("party-question"), POLL_TIME, multiple=True)
        for at, title in titles.items():
            # by the numbers of the list: what is cut off may be all that tells two names apart
            poll.add_answer(text=clip(f"{at}. {everybody.raw_name(title)}", POLL_ANSWER))
        try:
            message = await interaction.followup.send(poll=poll, wait=True)
        except BaseException as error:
            await parties.give_up_poll(self.party_id)
            if not isinstance(error, discord.Forbidden):
                raise
            _log.warning("interaction %d: its poll was refused: %s", interaction.id, error)
            await interaction.followup.send(reader("party-no-polls"), ephemeral=True)
            return
        await parties.note_poll(self.party_id, message.id)

    async def _forget_deleted_poll(self, interaction: Interaction) -> None:
        """Make room for another poll if the one there was is gone from the channel."""
        parties, channel_id = services_of(interaction).parties, interaction.channel_id
        poll_id = await parties.poll_of(self.party_id)
        if poll_id is None or channel_id is None:
            return
        channel = interaction.client.get_partial_messageable(channel_id)
        try:
            await channel.fetch_message(poll_id)
        except discord.NotFound:
            await parties.forget_poll(self.party_id, poll_id)
        except discord.HTTPException as error:
            # it may well be there
            _log.info("interaction %d: its poll could not be read: %s", interaction.id, error)


PERSISTENT: Final = (AboutMe, Vote)
"""What the bot registers before the first event, so that old messages keep working."""


def _embed(reader: Reader, party: PartyList, who: str, length: int) -> discord.Embed:
    listed = [
        ListedTitle(entry.title, entry.predicted, None, new=entry.new) for entry in party.titles
    ]
    rows = [
        listed_row(reader, rank, entry, length, personal=False)
        for rank, entry in enumerate(listed, 1)
    ]
    # whoever asks counts; of others it is not told, so they are not named
    said = reader("party-for", who=who, count=party.counted)
    embed = discord.Embed(
        title=reader("party-title"),
        description="\n".join([said, *rows]),
        colour=VIOLET,
    )
    means = any(entry.predicted is not None for entry in party.titles)
    notes = [reader("party-footer-means" if means else "party-footer")]
    if (new := new_line(reader, listed)) is not None:
        notes.append(new)
    if (narrowed := filters_line(reader, party.filters)) is not None:
        notes.append(narrowed)
    return embed.set_footer(text="\n".join(notes))


def _own(reader: Reader, view: OwnView, said: str, length: int) -> discord.Embed:
    rows = [_own_row(reader, rank, entry, length) for rank, entry in enumerate(view.titles, 1)]
    return discord.Embed(
        title=reader("party-own-title"), description="\n".join([said, *rows]), colour=VIOLET
    ).set_footer(text=reader("party-own-footer"))


def _own_row(reader: Reader, rank: int, entry: OwnTitle, length: int) -> str:
    listed = ListedTitle(entry.title, entry.predicted, None, entry.mark)
    row = listed_row(reader, rank, listed, length, personal=True)
    if entry.less and entry.mark is None:
        row += f" · **{reader('party-less')}**"
    return row


def _counting(reader: Reader, view: OwnView) -> str:
    """Say whether the person counts, and what it takes."""
    if view.counted:
        return reader("party-you-count")
    return reader("party-count-rate" if view.shareable else "party-count-share")
