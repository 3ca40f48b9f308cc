"""What every command and button asks of an interaction: how old it is, where it was made."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque
from typing import TYPE_CHECKING, Final, Protocol, cast, runtime_checkable
from weakref import ref

import discord

from bot.ui.reader import Reader
from bot.ui.words import Language, Words, words_in
from core.errors import DatabaseError, RikoError
from core.services.profiles import UNKNOWN
from core.services.servers import NOT_SET, ServerSettings
from core.showing import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.limits import Turns
    from bot.options import ScoresAtHand
    from core.services.assembly import Services
    from core.services.profiles import Preferences
    from core.showing import Showing

# not under TYPE_CHECKING: discord.py reads the annotations of cogs at run time
Interaction = discord.Interaction[discord.Client]

TOO_LATE: Final = 2.8
"""Seconds after which acknowledging is pointless: Discord forgets an interaction after three."""

CLOCK_SECONDS: Final = 600.0
"""How long an interaction counts for what the host's clock is wrong by."""

PROFILE_SECONDS: Final = 1.0
"""How long one waits for a profile that is needed before the interaction can be acknowledged."""

_UNANSWERED_PUBLIC: Final = "unanswered_public"
_SAVING: Final = "saving"
_SERVICES: Final = "services"
_SERVER: Final = "server"
_SEEN_BY_ALL: Final = "seen_by_all"

_log = logging.getLogger(__name__)


class Punctuality:
    """Tells interactions that arrived too late to be answered from those in time.

    An interaction's age is the host's clock minus Discord's, so a host whose clock is wrong would
    see every interaction as late. The smallest age of the last minutes stands for that difference.
    Should the clock be set meanwhile, one interaction is dropped, and those after it are measured
    against that one.
    """

    def __init__(self) -> None:
        # when, and how old; both grow from left to right, so the first age is the smallest
        self._recent: deque[tuple[float, float]] = deque()

    def is_late(self, interaction: Interaction) -> bool:
        """Return whether `interaction` must be dropped, and say so in the log."""
        age = (discord.utils.utcnow() - interaction.created_at).total_seconds()
        late = self.lateness(age, time.monotonic())
        if late <= TOO_LATE:
            return False
        _log.warning("dropped interaction %d: %.1f s late", interaction.id, late)
        return True

    def lateness(self, age: float, now: float) -> float:
        """Return by how many seconds an interaction of apparently `age` seconds is late.

        `now` are seconds of a clock that nobody sets.
        """
        while self._recent and self._recent[0][0] < now - CLOCK_SECONDS:
            self._recent.popleft()
        late = max(0.0, age - self._recent[0][1]) if self._recent else 0.0
        if late > TOO_LATE:
            self._recent.clear()
        while self._recent and self._recent[-1][1] >= age:
            self._recent.pop()
        self._recent.append((now, age))
        return late


@runtime_checkable
class RikoClient(Protocol):
    """What commands and buttons need of the client they run in."""

    @property
    def user(self) -> discord.ClientUser | None:
        """Riko's own account; none before it is logged in."""
        ...

    @property
    def services(self) -> Services:
        """The open services."""
        ...

    @property
    def punctuality(self) -> Punctuality:
        """What has been learnt about late interactions."""
        ...

    @property
    def turns(self) -> Turns:
        """Who has asked for lists how often just now."""
        ...

    @property
    def scores_at_hand(self) -> ScoresAtHand:
        """The scores that suggestions show."""
        ...

    @property
    def stopping(self) -> bool:
        """Whether nothing new is begun any more."""
        ...

    def is_ready(self) -> bool:
        """Return whether it is known which servers Riko is in."""
        ...

    async def reload_if_changed(self) -> bool:
        """Put the catalogue in place if its files were changed; return whether it was."""
        ...


_RIKO: Final[set[type[discord.Client]]] = set()


def client_of(interaction: Interaction) -> RikoClient:
    """Return the client that received `interaction`."""
    client = interaction.client
    # looked at once: whether all the members are there takes 0.1 ms, and an answer asks many times
    if type(client) not in _RIKO:
        if not isinstance(client, RikoClient):
            raise TypeError(f"{type(client).__name__} is not Riko")
        _RIKO.add(type(client))
    return cast("RikoClient", client)


def services_of(interaction: Interaction) -> Services:
    """Return the services that answer `interaction`.

    They stay the same to its end, so that no answer is of two catalogues when one is replaced.
    """
    pinned: ref[Services] | None = interaction.extras.get(_SERVICES)
    services = None if pinned is None else pinned()
    if services is None:
        services = client_of(interaction).services
        # weakly, because what discord.py keeps of an interaction must not keep a catalogue
        interaction.extras[_SERVICES] = ref(services)
    return services


def server_of(interaction: Interaction) -> ServerSettings:
    """Return what is set for the server `interaction` was made in; see `admit`."""
    settings = interaction.extras.get(_SERVER, NOT_SET)
    return settings if isinstance(settings, ServerSettings) else NOT_SET


async def server_settings(services: Services, guild_id: int | None) -> ServerSettings:
    """Return what is set for a server, none: for direct messages.

    Never fails: when it cannot be read in time, what was known last is returned, and the log says
    so.
    """
    if guild_id is None:
        return NOT_SET
    try:
        async with asyncio.timeout(PROFILE_SECONDS):
            return await services.servers.settings(guild_id)
    except (TimeoutError, DatabaseError) as error:
        reason = str(error) or "time-out"
        _log.warning("the settings of server %d could not be read: %s", guild_id, reason)
        return services.servers.last_known(guild_id)


def words_of(interaction: Interaction) -> Words:
    """Return the texts in the language of whoever made `interaction`."""
    return words_in(Language.of_locale(interaction.locale))


async def reader_of(interaction: Interaction) -> Reader:
    """Return who reads the answer to `interaction`, once it is acknowledged.

    A private one is in the language of whoever made it, with the names of titles as they prefer;
    what everybody sees is in the language set for the server, if one is.
    """
    language = server_of(interaction).language
    if language is not None and _is_seen_by_all(interaction):
        return Reader.of(Language(language))
    preferences = await _preferences(interaction)
    return Reader.of(Language.of_locale(interaction.locale), preferences.title_language)


async def reader_for_all(interaction: Interaction) -> Reader:
    """Return who reads a message for everybody that does not answer `interaction` but follows it.

    It is in the language set for the server, else in that of whoever made `interaction`.
    """
    language = server_of(interaction).language
    if language is not None:
        return Reader.of(Language(language))
    return await reader_of(interaction)


def _is_seen_by_all(interaction: Interaction) -> bool:
    """Return whether everybody sees the answer: as acknowledged, or a public message changes."""
    seen = interaction.extras.get(_SEEN_BY_ALL)
    if seen is None:
        changes = interaction.response.type in {
            discord.InteractionResponseType.deferred_message_update,
            discord.InteractionResponseType.message_update,
        }
        return changes and not is_private_message(interaction)
    return bool(seen)


async def admit(interaction: Interaction) -> bool:
    """Return whether to work on `interaction`, and read what is set for its server.

    One that is too late is dropped; while Riko stops, the person is told so.
    """
    client = client_of(interaction)
    if client.punctuality.is_late(interaction):
        return False
    if not client.stopping:
        settings = await server_settings(client.services, interaction.guild_id)
        interaction.extras[_SERVER] = settings
        return True
    if interaction.type is not discord.InteractionType.autocomplete:
        try:
            await interaction.response.send_message(
                words_of(interaction)("error-stopping"), ephemeral=True
            )
        except discord.HTTPException as error:
            _log.warning("interaction %d could not be refused: %s", interaction.id, error)
    return False


async def note_member(interaction: Interaction) -> None:
    """Note who used Riko in which server, for the server's means and top lists."""
    if interaction.guild_id is not None:
        top = services_of(interaction).top
        await top.saw_member(interaction.guild_id, interaction.user.id)


def will_save(interaction: Interaction) -> None:
    """Note that the person expects something to be saved, for the sentence about a failure."""
    interaction.extras[_SAVING] = True


def was_to_save(interaction: Interaction) -> bool:
    """Return whether the person expects something to be saved."""
    return bool(interaction.extras.get(_SAVING))


async def acknowledge(interaction: Interaction, *, private: bool = True) -> None:
    """Tell Discord that an answer follows; the person sees that Riko is thinking."""
    await interaction.response.defer(ephemeral=private, thinking=True)
    interaction.extras[_SEEN_BY_ALL] = not private
    # a failure may be told to this person only, and Discord fixes now who sees the answer
    interaction.extras[_UNANSWERED_PUBLIC] = not private


async def acknowledge_as_chosen(interaction: Interaction, chosen: bool | None) -> bool:
    """Acknowledge, privately or not as `chosen`, else as the person chose last; return which.

    For somebody who never chose it is as set for the server. A choice is remembered; should that
    fail, it still counts for this answer.
    """
    preferences = await _preferences(interaction)
    usual = preferences.private_in(server_of(interaction).private)
    private = usual if chosen is None else chosen
    await acknowledge(interaction, private=private)
    remembered = preferences.private if preferences.private_chosen else None
    if chosen is not None and chosen != remembered:
        try:
            await services_of(interaction).profiles.save(interaction.user.id, private=private)
        except RikoError as error:
            _log.warning("interaction %d: privacy not remembered: %s", interaction.id, error)
    return private


async def answer(
    interaction: Interaction,
    content: str | None = None,
    *,
    embeds: Sequence[discord.Embed] = (),
    view: discord.ui.View | None = None,
    files: Sequence[discord.File] = (),
) -> None:
    """Give the answer that was acknowledged, or replace the message a menu belongs to."""
    await interaction.edit_original_response(
        content=content, embeds=embeds, view=view, attachments=files
    )
    interaction.extras[_UNANSWERED_PUBLIC] = False


async def answer_privately(interaction: Interaction, content: str) -> None:
    """Say `content` to this person only, whatever has been acknowledged or answered before."""
    if not interaction.response.is_done():
        await interaction.response.send_message(content, ephemeral=True)
        return
    if interaction.extras.get(_UNANSWERED_PUBLIC):
        await _withdraw_public_answer(interaction)
        interaction.extras[_UNANSWERED_PUBLIC] = False
    await interaction.followup.send(content, ephemeral=True)


async def _withdraw_public_answer(interaction: Interaction) -> None:
    """Take away the public "thinking…", whose place the next message would take.

    To Discord it becomes an answer, after which others may follow, only by being edited. Should
    that fail, it is deleted all the same: better no sentence than a "thinking…" for ever.
    """
    try:
        await interaction.edit_original_response(content="…")
    except discord.HTTPException as error:
        _log.warning("interaction %d: its answer could not be edited: %s", interaction.id, error)
    with contextlib.suppress(discord.NotFound):
        await interaction.delete_original_response()


def place_of(interaction: Interaction) -> Place:
    """Return where the answer to `interaction` is shown."""
    return place_in(interaction.channel, server_of(interaction))


def place_in(channel: object, server: ServerSettings) -> Place:
    """Return what place `channel` is.

    Adult titles have one where Discord restricts it to adults and `server` allows them.
    """
    restricted = (
        server.adult
        and isinstance(
            channel,
            discord.TextChannel
            | discord.VoiceChannel
            | discord.StageChannel
            | discord.ForumChannel
            | discord.Thread,
        )
        and bool(channel.is_nsfw())
    )
    return Place(restricted, server.hidden_genres)


def is_private_message(interaction: Interaction) -> bool:
    """Return whether only the person who pressed can see the message they pressed on.

    That is one for them alone, or in their direct messages with Riko. The direct messages of two
    people in which one of them uses Riko are read by both; Discord tells which it is.
    """
    message = interaction.message
    return message is not None and (
        message.flags.ephemeral or interaction.context.dm_channel is True
    )


async def _preferences(interaction: Interaction) -> Preferences:
    """Return what the person prefers; `UNKNOWN` when it cannot be read in time."""
    try:
        async with asyncio.timeout(PROFILE_SECONDS):
            return await services_of(interaction).profiles.preferences(interaction.user.id)
    except TimeoutError:
        _log.warning("interaction %d: preferences unknown: time-out", interaction.id)
        return UNKNOWN


async def showing_of(interaction: Interaction) -> Showing:
    """Return what the answer may show to whoever asks; reads the profile only if it matters.

    A profile that cannot be read in time allows no adult titles: this is asked before the
    interaction is acknowledged, and Discord waits for three seconds only.
    """
    place = place_of(interaction)
    if not place.restricted:
        return place.to_anybody
    try:
        async with asyncio.timeout(PROFILE_SECONDS):
            profile = await services_of(interaction).profiles.view(interaction.user.id)
    except (TimeoutError, DatabaseError) as error:
        _log.warning(
            "interaction %d: no adult titles, as the profile could not be read: %s",
            interaction.id,
            str(error) or "time-out",
        )
        return place.to_anybody
    return profile.shown_in(place)
