"""Removing the traces of people who left a server, and of servers that Riko is no longer in.

What people said and rated stays theirs; only that they used Riko in a server goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy import delete, func, select

from core.storage.tables import Member, Party, PartyPerson, Server, ServerTitle

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import CursorResult

    from core.services.servers import ServerService
    from core.services.toplists import TopService
    from core.storage.database import Database


class LeavingService:
    """Knows who used Riko in which server. Raises `DatabaseError` when the database fails."""

    def __init__(self, database: Database, servers: ServerService, top: TopService) -> None:
        self._database = database
        self._servers = servers
        self._top = top

    async def next_server(self, after: int = 0) -> int | None:
        """Return the smallest id above `after` of a server of which anything is kept."""
        async with self._database.read() as session:
            found = [
                await session.scalar(select(func.min(table.guild_id)).where(table.guild_id > after))
                for table in (Member, Server, Party)
            ]
        return min((guild_id for guild_id in found if guild_id is not None), default=None)

    async def members(self, guild_id: int, after: int = 0, size: int = 100) -> tuple[int, ...]:
        """Return the ids of up to `size` people of a server, the smallest above `after`.

        They are those who used Riko there, asked for a party or are in one.
        """
        in_parties = select(PartyPerson.user_id).join(Party, Party.id == PartyPerson.party_id)
        each = (
            (select(Member.user_id).where(Member.guild_id == guild_id), Member.user_id),
            (select(Party.user_id).where(Party.guild_id == guild_id), Party.user_id),
            (in_parties.where(Party.guild_id == guild_id), PartyPerson.user_id),
        )
        found: set[int] = set()
        async with self._database.read() as session:
            for people, user_id in each:
                first = people.where(user_id > after).distinct().order_by(user_id).limit(size)
                found.update(await session.scalars(first))
        return tuple(sorted(found)[:size])

    async def left(self, guild_id: int, user_ids: Collection[int], when: datetime) -> int:
        """Remove those of `user_ids` from a server who had left it by `when`; return how many.

        Who used Riko there since `when` has come back and stays. They are in no party of it either,
        and those they asked for are gone.
        """
        async with self._database.write() as session:
            gone = await session.scalars(
                delete(Member)
                .where(
                    Member.guild_id == guild_id, Member.user_id.in_(user_ids), Member.seen_at < when
                )
                .returning(Member.user_id)
            )
            removed = frozenset(gone)
            back = await session.scalars(
                select(Member.user_id).where(
                    Member.guild_id == guild_id, Member.user_id.in_(user_ids)
                )
            )
            away = frozenset(user_ids) - frozenset(back)
            await session.execute(
                delete(Party).where(Party.guild_id == guild_id, Party.user_id.in_(away))
            )
            here = select(Party.id).where(Party.guild_id == guild_id)
            await session.execute(
                delete(PartyPerson).where(
                    PartyPerson.user_id.in_(away), PartyPerson.party_id.in_(here)
                )
            )
        self._top.forget_members(guild_id, removed)
        return len(away)

    async def server_gone(self, guild_id: int) -> int:
        """Remove a server's lists, members, settings and parties; return how many members it had."""
        try:
            async with self._database.write() as session:
                # the lists first: there is nothing then that each member must be taken out of
                for table in (ServerTitle, Server, Party):
                    await session.execute(delete(table).where(table.guild_id == guild_id))
                gone = await session.execute(delete(Member).where(Member.guild_id == guild_id))
        finally:
            self._servers.forget(guild_id)
            self._top.forget_members(guild_id)
        return cast("CursorResult[object]", gone).rowcount
