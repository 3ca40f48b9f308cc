"""What every command and button asks of an interaction: how old it is, where it was made."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

import discord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.services.assembly import Services

# not under TYPE_CHECKING: discord.py reads the annotations of cogs at run time
Interaction = discord.Interaction[discord.Client]

TOO_LATE: Final = 2.8
"""Seconds after which acknowledging is pointless: Discord forgets an interaction after three."""

_log = logging.getLogger(__name__)


class Punctuality:
    """Tells interactions that arrived too late to be answered from those in time.

    An interaction's age is the host's clock minus Discord's, so a host whose clock is wrong would
    see every interaction as late. The smallest age seen so far stands for that difference.
    """

    def __init__(self) -> None:
        self._offset = math.inf

    def is_late(self, interaction: Interaction) -> bool:
        """Return whether `interaction` must be dropped, and say so in the log."""
        late = self.lateness((discord.utils.utcnow() - interaction.created_at).total_seconds())
        if late <= TOO_LATE:
            return False
        _log.warning("dropped interaction %d: %.1f s late", interaction.id, late)
        return True

    def lateness(self, age: float) -> float:
        """Return by how many seconds an interaction of apparently `age` seconds is late."""
        self._offset = min(self._offset, age)
        return age - self._offset


@runtime_checkable
class RikoClient(Protocol):
    """What commands and buttons need of the client they run in."""

    @property
    def services(self) -> Services:
        """The open services."""
        ...

    @property
    def punctuality(self) -> Punctuality:
        """What has been learnt about late interactions."""
        ...


def client_of(interaction: Interaction) -> RikoClient:
    """Return the client that received `interaction`."""
    client = interaction.client
    if not isinstance(client, RikoClient):
        raise TypeError(f"{type(client).__name__} is not Riko")
    return client


def services_of(interaction: Interaction) -> Services:
    """Return the services of the client that received `interaction`."""
    return client_of(interaction).services


async def acknowledge(interaction: Interaction, *, private: bool = True) -> None:
    """Tell Discord that an answer follows; the person sees that Riko is thinking."""
    await interaction.response.defer(ephemeral=private, thinking=True)
    # a failure may be told to this person only, and Discord fixes now who sees the answer
    interaction.extras[_UNANSWERED_PUBLIC] = not private


async def answer(
    interaction: Interaction,
    content: str | None = None,
    *,
    embeds: Sequence[discord.Embed] = (),
    view: discord.ui.View | None = None,
) -> None:
    """Give the answer that was acknowledged, or replace the message a menu belongs to."""
    await interaction.edit_original_response(content=content, embeds=embeds, view=view)
    interaction.extras[_UNANSWERED_PUBLIC] = False


async def answer_privately(interaction: Interaction, content: str) -> None:
    """Say `content` to this person only, whatever has been acknowledged or answered before."""
    if not interaction.response.is_done():
        await interaction.response.send_message(content, ephemeral=True)
        return
    if interaction.extras.get(_UNANSWERED_PUBLIC):
        # The next message would become the public answer, so that answer must exist and go first.
        await interaction.edit_original_response(content="…")
        await interaction.delete_original_response()
        interaction.extras[_UNANSWERED_PUBLIC] = False
    await interaction.followup.send(content, ephemeral=True)


_UNANSWERED_PUBLIC: Final = "unanswered_public"


def is_restricted(interaction: Interaction) -> bool:
    """Return whether `interaction` was made in a channel Discord restricts to adults."""
    channel = interaction.channel
    return isinstance(
        channel,
        discord.TextChannel
        | discord.VoiceChannel
        | discord.StageChannel
        | discord.ForumChannel
        | discord.Thread,
    ) and bool(channel.is_nsfw())


async def adult_allowed(interaction: Interaction) -> bool:
    """Return whether this answer may contain adult titles; reads the profile only if it matters."""
    if not is_restricted(interaction):
        return False
    profile = await services_of(interaction).profiles.view(interaction.user.id)
    return profile.may_see_adult(restricted_channel=True)
