"""What Riko does by itself: a changed catalogue, digests, and forgetting who left."""

import logging
from datetime import datetime, timedelta
from typing import Final

import discord
from discord.ext import commands, tasks

from bot.digests import Digests
from bot.interactions import RikoClient
from bot.sweep import Sweep
from core.errors import DatabaseError
from core.services.clock import Clock, utc_now

MINUTES: Final = 10
"""How often it is looked whether something is due."""
SWEPT_AGAIN: Final = timedelta(hours=20)
"""Less than a day, so that no trace stays longer."""

_log = logging.getLogger(__name__)


class HousekeepingCog(commands.Cog):
    """Looks every few minutes whether something is due."""

    def __init__(
        self, client: RikoClient, digests: Digests, sweep: Sweep, clock: Clock = utc_now
    ) -> None:
        self._client = client
        self._digests = digests
        self._sweep = sweep
        self._clock = clock
        self._swept: datetime | None = None

    async def cog_load(self) -> None:
        """Begin."""
        self.look.start()

    async def cog_unload(self) -> None:
        """Stop."""
        self.look.cancel()

    @tasks.loop(minutes=MINUTES)
    async def look(self) -> None:
        """Do what is due; what fails is tried again the next time."""
        if self._client.stopping or not self._client.is_ready():
            return
        try:
            await self._client.reload_if_changed()
            await self._digests.send_due()
            now = self._clock()
            if self._swept is None or now - self._swept >= SWEPT_AGAIN:
                await self._sweep.sweep()
                await self._client.services.parties.sweep()
                self._swept = now
            else:
                await self._sweep.sweep_missed()
        except DatabaseError as error:
            _log.warning("what is due has to wait: %s", error)
        except Exception:  # noqa: BLE001 - a loop that ends would never do anything again
            _log.exception("what is due could not be done")

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Forget a server that Riko was taken out of; not one that is merely unavailable."""
        try:
            members = await self._client.services.leaving.server_gone(guild.id)
        except DatabaseError as error:
            # the next sweep finds it
            _log.warning("server %d could not be forgotten: %s", guild.id, error)
        else:
            _log.info("taken out of server %d with %d members", guild.id, members)
