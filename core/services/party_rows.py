"""Parties as they are stored: written, found again, cleared away."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from pydantic import TypeAdapter
from sqlalchemy import delete, insert, literal, select

from core.errors import PartyGoneError
from core.storage.columns import UtcDateTime
from core.storage.tables import Party, PartyPerson, User

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

KEPT: Final = timedelta(days=7)
"""How long a party is kept for its buttons."""

ListedTitles = tuple[tuple[int, float], ...]
"""Title ids, best first, each with the mean (1–10) of what the people would likely give it."""

_TITLES: Final = TypeAdapter[ListedTitles](ListedTitles)


async def store_party(
    session: AsyncSession,
    user_id: int,
    people: Collection[int],
    counted: Collection[int],
    titles: ListedTitles,
    *,
    guild_id: int,
    channel_id: int,
    now: datetime,
) -> int | None:
    """Store a party that `user_id` asked for and return its id; none if they were deleted meanwhile.

    Of `people`, nothing is stored of those of whom nothing else is kept.
    """
    # inserted from the people's own rows, so that without those nothing is
    asked_by = select(
        User.id,
        literal(guild_id),
        literal(channel_id),
        literal(now, UtcDateTime),
        literal(_TITLES.dump_json(titles).decode()),
    ).where(User.id == user_id)
    columns = ["user_id", "guild_id", "channel_id", "created_at", "titles"]
    party = insert(Party).from_select(columns, asked_by).returning(Party.id)
    party_id = await session.scalar(party)
    if party_id is None:
        return None
    known = select(literal(party_id), User.id, User.id.in_(counted)).where(User.id.in_(people))
    await session.execute(
        insert(PartyPerson).from_select(["party_id", "user_id", "counted"], known)
    )
    return party_id


async def find_party(session: AsyncSession, party_id: int, now: datetime) -> Party:
    """Return a party. Raises `PartyGoneError` when it is not there or over."""
    party = await session.get(Party, party_id)
    if party is None or party.created_at < now - KEPT:
        raise PartyGoneError
    return party


async def party_people(session: AsyncSession, party_id: int) -> dict[int, bool]:
    """Return whom a party was made for, by id, with whether they counted."""
    found = await session.execute(
        select(PartyPerson.user_id, PartyPerson.counted).where(PartyPerson.party_id == party_id)
    )
    return {row.user_id: row.counted for row in found}


async def remove_old_parties(session: AsyncSession, now: datetime) -> int:
    """Delete the parties that are over and return how many they were."""
    old = delete(Party).where(Party.created_at < now - KEPT).returning(Party.id)
    return len((await session.scalars(old)).all())


def party_titles(stored: str) -> ListedTitles:
    """Return what `Party.titles` holds. Raises `ValueError` for anything else."""
    return _TITLES.validate_json(stored)
