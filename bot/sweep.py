"""Asking Discord who has left a server, so that their traces go from its lists within a day.

Discord tells who leaves only with a privileged intent, but answers for single members without.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

import discord

from core.services.clock import utc_now

if TYPE_CHECKING:
    from bot.app import RikoBot
    from core.services.clock import Clock

MOST_ASKED: Final = 100
"""Members Discord answers for at once."""
PAUSE: Final = 0.5
"""Seconds between two questions: Discord takes 120 a minute of all kinds."""

_log = logging.getLogger(__name__)


class Sweep:
    """Removes who is gone. One for each running bot."""

    def __init__(self, client: RikoBot, clock: Clock = utc_now, pause: float = PAUSE) -> None:
        self._client = client
        self._clock = clock
        self._pause = pause
        self._missed: set[int] = set()

    async def sweep(self) -> None:
        """Look at every server of which anything is kept. Raises `DatabaseError`.

        What is removed stays removed if this is interrupted; the next sweep starts again. A server
        that could not be asked is left to `sweep_missed`.
        """
        guild_id = 0
        while (found := await self._client.services.leaving.next_server(guild_id)) is not None:
            guild_id = found
            await self._try(guild_id)

    async def sweep_missed(self) -> None:
        """Look at the servers again that could not be asked. Raises `DatabaseError`."""
        for guild_id in sorted(self._missed):
            await self._try(guild_id)

    async def _try(self, guild_id: int) -> None:
        self._missed.add(guild_id)
        try:
            if await self._sweep(guild_id):
                self._missed.discard(guild_id)
        except (discord.DiscordException, TimeoutError, OSError) as error:
            _log.warning("server %d is swept another time: %s", guild_id, error)

    async def _sweep(self, guild_id: int) -> bool:
        """Remove who left a server; return whether Discord could tell."""
        guild = self._client.get_guild(guild_id)
        if guild is None:
            if not await self._is_gone(guild_id):
                return False
            members = await self._client.services.leaving.server_gone(guild_id)
            _log.info("server %d is gone, and its %d members", guild_id, members)
            return True
        leaving, last = self._client.services.leaving, 0
        while not guild.unavailable and (
            asked := await leaving.members(guild_id, last, MOST_ASKED)
        ):
            last, when = asked[-1], self._clock()
            found = await guild.query_members(user_ids=list(asked), limit=MOST_ASKED, cache=False)
            gone = set(asked) - {member.id for member in found}
            if gone and not guild.unavailable:
                removed = await leaving.left(guild_id, gone, when)
                _log.info("%d members left server %d", removed, guild_id)
            await asyncio.sleep(self._pause)
        return not guild.unavailable

    async def _is_gone(self, guild_id: int) -> bool:
        """Return whether Riko is surely not in a server, by Discord's own word."""
        if not self._client.is_ready():
            return False
        try:
            await self._client.fetch_guild(guild_id, with_counts=False)
        except (discord.NotFound, discord.Forbidden):
            return True
        return False
