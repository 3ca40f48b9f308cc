"""Sending each server's weekly digest, exactly once.

A digest is claimed in the database before it is sent, and noted as done afterwards. What is claimed
and not done may have been sent or not: Riko was stopped in between, or Discord's answer got lost.
The channel tells which it is.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import discord

from bot.switches import switchable
from bot.ui.digest import draw_digest
from bot.ui.reader import Reader
from bot.ui.words import Language
from core.errors import RikoError
from core.services.clock import utc_now
from core.services.digests import due_at, due_week
from core.services.servers import DigestTrouble

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.app import RikoBot
    from core.services.clock import Clock
    from core.services.digests import Digest
    from core.services.servers import ServerSettings

NEEDED: Final = ("view_channel", "send_messages", "embed_links", "attach_files")
"""The permissions that posting a digest takes."""
_CLOCKS_DIFFER: Final = timedelta(days=1)

_log = logging.getLogger(__name__)


class Digests:
    """Sends digests. One for each running bot."""

    def __init__(self, client: RikoBot, clock: Clock = utc_now) -> None:
        self._client = client
        self._clock = clock
        # what somebody has claimed and not done is taken for interrupted, so one at a time
        self._turn = asyncio.Lock()

    async def send_due(self) -> None:
        """Send the digests of this week that are due, from Monday, 9:00 UTC on.

        Each tells of the week before, however late it is. Raises `DatabaseError`.
        """
        week = due_week(self._clock())
        if week is None:
            return
        async with self._turn:
            servers = self._client.services.servers
            for guild_id in await servers.claimed(week):
                await self._guarded(guild_id, week, interrupted=True)
            for guild_id in await servers.due(week):
                await self._guarded(guild_id, week)

    async def _guarded(self, guild_id: int, week: int, *, interrupted: bool = False) -> None:
        """Send one digest; what fails is logged, and concerns no other server.

        A claim stays then, and what became of the digest is found out the next time.
        """
        try:
            if interrupted:
                await self._find_out(guild_id, week)
            else:
                await self._send(guild_id, week)
        except (RikoError, discord.HTTPException, TimeoutError, OSError) as error:
            _log.warning("the digest of server %d is put off: %s", guild_id, error)
        except Exception:  # noqa: BLE001 - one server's digest must not stop the others'
            _log.exception("the digest of server %d failed", guild_id)

    async def _find_out(self, guild_id: int, week: int) -> None:
        """Note an interrupted digest as done if it stands in its channel, else let it be sent."""
        servers, guild = self._client.services.servers, self._client.get_guild(guild_id)
        if guild is None or guild.unavailable:
            # no channel can tell yet, and what may stand there must not be sent again
            _log.info("the digest of server %d waits: the server is not there", guild_id)
            return
        channel = self._channel(guild_id, await servers.settings(guild_id))
        if channel is not None and await self._stands_in(channel, week):
            await servers.done(guild_id, week)
        else:
            await servers.release(guild_id, week)

    async def _stands_in(self, channel: discord.TextChannel, week: int) -> bool:
        me, mark = self._client.user, due_at(week)
        if not channel.permissions_for(channel.guild.me).read_message_history:
            # Discord then answers with no messages, and never twice is worth more than once
            return True
        try:
            # Discord's clock may differ from the host's
            async for message in channel.history(after=mark - _CLOCKS_DIFFER, limit=None):
                if message.author == me and any(each.timestamp == mark for each in message.embeds):
                    return True
        except discord.Forbidden:
            # never twice is worth more than once at any rate
            return True
        return False

    async def _send(self, guild_id: int, week: int) -> None:
        services = self._client.services
        settings = await services.servers.claim(guild_id, week)
        if settings is None or settings.digest_channel_id is None:
            return
        channel_id, guild = settings.digest_channel_id, self._client.get_guild(guild_id)
        if guild is None or guild.unavailable:
            _log.info("the digest of server %d waits: the server is not there", guild_id)
            await services.servers.release(guild_id, week)
            return
        channel = self._channel(guild_id, settings)
        if channel is None:
            await self._end(guild_id, channel_id, DigestTrouble.CHANNEL_GONE)
            return
        if lacking(channel) is not None:
            await self._end(guild_id, channel_id, DigestTrouble.NOT_ALLOWED)
            return
        digest = await services.digests.make(guild_id, settings, week)
        if digest is not None:
            try:
                await self._post(channel, settings, digest, week)
            except discord.NotFound:
                await self._end(guild_id, channel_id, DigestTrouble.CHANNEL_GONE)
                return
            except discord.Forbidden:
                await self._end(guild_id, channel_id, DigestTrouble.NOT_ALLOWED)
                return
        await services.servers.done(guild_id, week)

    async def _post(
        self, channel: discord.TextChannel, settings: ServerSettings, digest: Digest, week: int
    ) -> None:
        guild = channel.guild
        language = (
            Language(settings.language)
            if settings.language
            else Language.of_locale(guild.preferred_locale)
        )
        on = set(switchable(self._client.tree)) - settings.commands_off
        embed, file = await draw_digest(
            self._client.services.posters,
            Reader.of(language),
            digest,
            guild.name,
            on,
            due_at(week),
        )
        files: Sequence[discord.File] = [] if file is None else [file]
        await channel.send(embed=embed, files=files)

    def _channel(self, guild_id: int, settings: ServerSettings) -> discord.TextChannel | None:
        guild, channel_id = self._client.get_guild(guild_id), settings.digest_channel_id
        if guild is None or channel_id is None:
            return None
        channel = guild.get_channel(channel_id)
        return channel if isinstance(channel, discord.TextChannel) else None

    async def _end(self, guild_id: int, channel_id: int, trouble: DigestTrouble) -> None:
        _log.warning(
            "no digest in channel %d of server %d any more: %s", channel_id, guild_id, trouble
        )
        await self._client.services.servers.end_digest(guild_id, channel_id, trouble)


def lacking(channel: discord.abc.GuildChannel) -> str | None:
    """Return the first permission that Riko lacks to post a digest in `channel`, none if none."""
    permissions = channel.permissions_for(channel.guild.me)
    return next((name for name in NEEDED if not getattr(permissions, name)), None)
