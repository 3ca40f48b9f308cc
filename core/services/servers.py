"""What the people who run a server set for it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from core.catalogue.title import GENRES
from core.errors import InvalidInputError
from core.services.clock import utc_now
from core.services.memory import Memory
from core.services.profiles import KEEP, Keep
from core.storage.tables import FEWEST_VOTES, MOST_VOTES, DigestTrouble, Server
from core.storage.week import week_of

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from sqlalchemy.ext.asyncio import AsyncSession

    from core.services.clock import Clock
    from core.storage.database import Database

__all__ = [
    "FEWEST_VOTES",
    "MOST_VOTES",
    "Among",
    "DigestTrouble",
    "ServerService",
    "ServerSettings",
]

SERVERS: Final = 5_000
"""Of how many servers the settings are kept in memory."""


_HAS_DIGEST: Final = Server.digest_channel_id > 0
"""Unlike `IS NOT NULL`, SQLite answers this by the index."""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What is set for a server; the defaults are those of a server that set nothing.

    `private` is whether answers are private for people who have not chosen themselves, `language`
    (`en`, `ja`, none: each person's own) that of what everybody sees, `adult` whether
    age-restricted channels may show adult titles, `least_votes` how many votes a title needs in the
    server's top lists. `digest_trouble` is why the weekly digest ended by itself, if it did.
    """

    private: bool = True
    language: str | None = None
    adult: bool = True
    least_votes: int = FEWEST_VOTES
    hidden_genres: frozenset[str] = frozenset()
    commands_off: frozenset[str] = frozenset()
    digest_channel_id: int | None = None
    digest_trouble: DigestTrouble | None = None

    @classmethod
    def of(cls, row: Server) -> ServerSettings:
        """Return what `row` says."""
        return cls(
            private=row.private,
            language=row.language,
            adult=row.adult,
            least_votes=row.least_votes,
            hidden_genres=_names(row.hidden_genres),
            commands_off=_names(row.commands_off),
            digest_channel_id=row.digest_channel_id,
            digest_trouble=None
            if row.digest_trouble is None
            else DigestTrouble(row.digest_trouble),
        )


NOT_SET: Final = ServerSettings()
"""The settings of a server that set nothing, and of direct messages."""

UNREADABLE: Final = ServerSettings(adult=False)
"""What is taken to be set where it cannot be read and never was."""


@dataclass(frozen=True, slots=True)
class Among:
    """Which of the names `offered` were `chosen`; nothing is said of other names."""

    offered: AbstractSet[str]
    chosen: AbstractSet[str]

    def changed(self, before: AbstractSet[str]) -> frozenset[str]:
        """Return `before` with this choice in it."""
        return frozenset((before - self.offered) | (self.chosen & self.offered))


class ServerService:
    """Reads and changes the settings of servers. Raises `DatabaseError` when the database fails."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock
        self._settings: Memory[ServerSettings] = Memory(SERVERS)
        # unlike those, never forgotten: what stands in for them while they cannot be read
        self._last: Memory[ServerSettings] = Memory(SERVERS)

    async def settings(self, guild_id: int) -> ServerSettings:
        """Return what is set for a server; asks the database the first time only."""
        settings = await self._settings.get_or_read(guild_id, lambda: self._read(guild_id))
        self._last.put(guild_id, settings)
        return settings

    def last_known(self, guild_id: int) -> ServerSettings:
        """Return what was set for a server when it was read last, or else `UNREADABLE`."""
        return self._last.get(guild_id) or UNREADABLE

    async def change(
        self,
        guild_id: int,
        *,
        private: bool | Keep = KEEP,
        language: str | Keep | None = KEEP,
        adult: bool | Keep = KEEP,
        least_votes: int | Keep = KEEP,
        hidden_genres: Among | Keep = KEEP,
        commands_off: Among | Keep = KEEP,
        digest_channel_id: int | Keep | None = KEEP,
    ) -> ServerSettings:
        """Save what is given, nothing else, and return the settings as they are then.

        A digest that is switched on comes next week first. Raises `InvalidInputError` for a number
        of votes or a genre that there is not; nothing is saved then.
        """
        if least_votes is not KEEP and not FEWEST_VOTES <= least_votes <= MOST_VOTES:
            raise InvalidInputError(f"The votes are a number from {FEWEST_VOTES} to {MOST_VOTES}.")
        if hidden_genres is not KEEP and not hidden_genres.chosen <= set(GENRES):
            raise InvalidInputError("That is none of the genres.")
        given = {"private": private, "language": language, "adult": adult}
        given |= {"least_votes": least_votes}
        values: dict[str, object] = {name: each for name, each in given.items() if each is not KEEP}
        try:
            async with self._database.write() as session:
                await session.execute(
                    insert(Server).values(guild_id=guild_id).on_conflict_do_nothing()
                )
                # writers take turns, so what is read here is still so when it is written
                row = await session.get_one(Server, guild_id)
                before = ServerSettings.of(row)
                if hidden_genres is not KEEP:
                    values["hidden_genres"] = _json(hidden_genres.changed(before.hidden_genres))
                if commands_off is not KEEP:
                    values["commands_off"] = _json(commands_off.changed(before.commands_off))
                if digest_channel_id is not KEEP:
                    values |= {"digest_channel_id": digest_channel_id, "digest_trouble": None}
                    if before.digest_channel_id is None:
                        this_week = week_of(self._clock())
                        values |= {"digest_week": this_week, "digest_done_week": this_week}
                    elif before.digest_channel_id != digest_channel_id:
                        # one that was claimed may stand in the channel before, where nobody looks
                        values["digest_done_week"] = row.digest_week
                if values:
                    await session.execute(
                        update(Server).where(Server.guild_id == guild_id).values(values)
                    )
                settings = await _read_settings(session, guild_id)
        finally:
            self._settings.forget(guild_id)
        self._settings.put(guild_id, settings)
        self._last.put(guild_id, settings)
        return settings

    async def reset(self, guild_id: int) -> None:
        """Forget all that is set for a server."""
        try:
            async with self._database.write() as session:
                await session.execute(delete(Server).where(Server.guild_id == guild_id))
        finally:
            self._settings.forget(guild_id)

    async def due(self, week: int) -> tuple[int, ...]:
        """Return the ids of the servers whose digest of `week` nobody has claimed."""
        async with self._database.read() as session:
            found = await session.scalars(
                select(Server.guild_id).where(
                    _HAS_DIGEST,
                    Server.digest_week.is_(None) | (Server.digest_week < week),
                )
            )
            return tuple(found)

    async def claim(self, guild_id: int, week: int) -> ServerSettings | None:
        """Take it upon oneself to send the digest of `week`; return the settings it is made by.

        Of many that try, one succeeds; none also when the digest was switched off meanwhile.
        """
        async with self._database.write() as session:
            claimed = await session.scalar(
                update(Server)
                .where(
                    Server.guild_id == guild_id,
                    _HAS_DIGEST,
                    Server.digest_week.is_(None) | (Server.digest_week < week),
                )
                .values(digest_week=week)
                .returning(Server.guild_id)
            )
            return None if claimed is None else await _read_settings(session, guild_id)

    async def claimed(self, week: int) -> tuple[int, ...]:
        """Return the ids of the servers whose digest of `week` was claimed and never finished."""
        async with self._database.read() as session:
            found = await session.scalars(
                select(Server.guild_id).where(
                    _HAS_DIGEST,
                    Server.digest_week == week,
                    Server.digest_done_week.is_(None) | (Server.digest_done_week < week),
                )
            )
            return tuple(found)

    async def done(self, guild_id: int, week: int) -> None:
        """Note that the digest of `week`, which was claimed, is sent or has nothing to say."""
        await self._set(guild_id, week, digest_done_week=week)

    async def release(self, guild_id: int, week: int) -> None:
        """Let the digest of `week`, which was claimed and could not be sent, be claimed again."""
        await self._set(guild_id, week, digest_week=Server.digest_done_week)

    async def end_digest(self, guild_id: int, channel_id: int, trouble: DigestTrouble) -> None:
        """Switch off the digest in a channel where it cannot be sent, and remember why.

        If another channel was set meanwhile, the next digest comes there.
        """
        try:
            async with self._database.write() as session:
                here = Server.digest_channel_id == channel_id
                await session.execute(
                    update(Server)
                    .where(Server.guild_id == guild_id)
                    .values(
                        digest_channel_id=case((here, None), else_=Server.digest_channel_id),
                        digest_trouble=case((here, trouble.value), else_=Server.digest_trouble),
                        digest_week=Server.digest_done_week,
                    )
                )
        finally:
            self._settings.forget(guild_id)

    def forget(self, guild_id: int) -> None:
        """Drop what is kept in memory of a server, whose row somebody else changed."""
        self._settings.forget(guild_id)

    async def _set(self, guild_id: int, week: int, **values: object) -> None:
        async with self._database.write() as session:
            await session.execute(
                update(Server)
                .where(Server.guild_id == guild_id, Server.digest_week == week)
                .values(values)
            )

    async def _read(self, guild_id: int) -> ServerSettings:
        async with self._database.read() as session:
            return await _read_settings(session, guild_id)


async def _read_settings(session: AsyncSession, guild_id: int) -> ServerSettings:
    row = await session.get(Server, guild_id, populate_existing=True)
    return NOT_SET if row is None else ServerSettings.of(row)


def _json(names: AbstractSet[str]) -> str | None:
    return json.dumps(sorted(names)) if names else None


def _names(stored: str | None) -> frozenset[str]:
    return frozenset() if stored is None else frozenset(cast("list[str]", json.loads(stored)))
