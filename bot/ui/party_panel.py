"""Who comes to a watch party: a menu of people, and everybody in the voice channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic

import discord

from bot.interactions import (
    answer,
    client_of,
    place_of,
    reader_for_all,
    reader_of,
    services_of,
)
from bot.switches import is_on
from bot.ui.lists import filters_line
from bot.ui.owned import NEVER, OWNER, Button, ItemT, OwnedItem, UserSelect, view_of
from bot.ui.party import COMMAND, show_party
from core.recommender.filters import Filters
from core.services.filtered import check_filters
from core.services.parties import MOST_PEOPLE
from core.showing import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from bot.interactions import Interaction
    from bot.ui.reader import Reader

_FILTERS: Final = (
    r"(?P<genre>[^:]*):(?P<kind>[^:]*):(?P<year_from>\d*):(?P<year_to>\d*):(?P<hide_sequels>1?)"
)
MOST_IN_VOICE: Final = 50
"""People of a voice channel who are asked for at once."""


async def ask_who_comes(interaction: Interaction, filters: Filters) -> None:
    """Offer to choose the people of a party, whose titles `filters` narrow.

    Raises `InvalidYearsError` for years in the wrong order.
    """
    check_filters(filters, EVERYTHING)
    reader, owner = await reader_of(interaction), interaction.user.id
    said = [reader("party-who", most=MOST_PEOPLE - 1)]
    if (narrowed := filters_line(reader, filters)) is not None:
        said.append(narrowed)
    await answer(interaction, "\n".join(said), view=_ways(reader, owner, filters))


class _Invitation(OwnedItem[ItemT], Generic[ItemT], template=NEVER):
    """A way to say who comes; it carries the filters."""

    def __init__(
        self,
        item: ItemT,
        *,
        owner: int,
        genre: str | None = None,
        kind: str | None = None,
        year_from: int | None = None,
        year_to: int | None = None,
        hide_sequels: int = 0,
    ) -> None:
        super().__init__(item, owner=owner)
        self.filters = Filters(genre, kind, year_from, year_to, bool(hide_sequels))

    async def work(self, interaction: Interaction) -> None:
        """Make the party if the command is on this very moment."""
        if await is_on(interaction, COMMAND):
            await self.choose(interaction)

    async def choose(self, interaction: Interaction) -> None:
        """Find out who comes, and make the party of them."""
        raise NotImplementedError

    async def invite(self, interaction: Interaction, others: Iterable[int]) -> None:
        """Make the party of the owner and `others` and show it to everybody in the channel.

        Raises what `PartyService.make` does; the menu stays then, to choose others.
        """
        client_of(interaction).turns.take(interaction)
        await interaction.response.defer()
        reader = await reader_of(interaction)
        invited = [user_id for user_id in others if user_id != self.owner]
        guild_id, channel_id = interaction.guild_id, interaction.channel_id
        if not invited or guild_id is None or channel_id is None:
            await answer(
                interaction, reader("party-nobody"), view=_ways(reader, self.owner, self.filters)
            )
            return
        party = await services_of(interaction).parties.make(
            self.owner,
            invited,
            place_of(interaction),
            guild_id=guild_id,
            channel_id=channel_id,
            filters=self.filters,
        )
        if not party.titles:
            await answer(
                interaction, reader("party-none"), view=_ways(reader, self.owner, self.filters)
            )
            return
        await show_party(interaction, await reader_for_all(interaction), party)
        await answer(interaction, reader("party-shown"))


class PartyPeople(_Invitation[UserSelect], template=f"riko:party-people:{OWNER}:{_FILTERS}"):
    """A menu of the server's members; choosing makes the party."""

    @classmethod
    def make(cls, reader: Reader, owner: int, filters: Filters) -> Self:
        """Return the menu."""
        menu: UserSelect = discord.ui.UserSelect(
            custom_id=f"riko:party-people:{owner}:{_carried(filters)}",
            placeholder=reader("party-choose"),
            max_values=MOST_PEOPLE - 1,
        )
        return cls(menu, owner=owner)

    async def choose(self, interaction: Interaction) -> None:
        """Make the party of those chosen; bots do not watch."""
        chosen = self.item.values[: MOST_PEOPLE - 1]
        await self.invite(interaction, [user.id for user in chosen if not user.bot])


class PartyVoice(_Invitation[Button], template=f"riko:party-voice:{OWNER}:{_FILTERS}"):
    """Makes the party of everybody in the voice channel of whoever asks."""

    @classmethod
    def make(cls, reader: Reader, owner: int, filters: Filters) -> Self:
        """Return the button."""
        button: Button = discord.ui.Button(
            label=reader("party-voice"), custom_id=f"riko:party-voice:{owner}:{_carried(filters)}"
        )
        return cls(button, owner=owner)

    async def choose(self, interaction: Interaction) -> None:
        """Make the party, or say why not."""
        reader, heard = await reader_of(interaction), _in_voice(interaction)
        if heard is None or len(heard) > MOST_IN_VOICE:
            await interaction.response.defer()
            key = "party-no-voice" if heard is None else "party-voice-full"
            await answer(
                interaction,
                reader(key, most=MOST_IN_VOICE),
                view=_ways(reader, self.owner, self.filters),
            )
            return
        await self.invite(interaction, heard)


PERSISTENT: Final = (PartyPeople, PartyVoice)
"""What the bot registers before the first event, so that old messages keep working."""


def _ways(reader: Reader, owner: int, filters: Filters) -> discord.ui.View:
    """Return both ways to say who comes."""
    people, voice = (kind.make(reader, owner, filters) for kind in (PartyPeople, PartyVoice))
    return view_of(people, voice)


def _carried(filters: Filters) -> str:
    """Return what a custom id says of `filters`."""
    parts = (filters.genre, filters.type, filters.year_from, filters.year_to)
    return ":".join([*(str(part or "") for part in parts), "1" if filters.hide_sequels else ""])


def _in_voice(interaction: Interaction) -> list[int] | None:
    """Return who is in the voice channel of whoever asks, them included; none: in no channel.

    Bots that are known to be ones are left out.
    """
    user, guild = interaction.user, interaction.guild
    channel = user.voice.channel if isinstance(user, discord.Member) and user.voice else None
    if guild is None or channel is None:
        return None
    members = {user_id: guild.get_member(user_id) for user_id in channel.voice_states}
    return [user_id for user_id, member in members.items() if not (member and member.bot)]
