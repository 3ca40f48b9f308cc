"""Several people at once, read in one go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.person import Taste
from core.services.profiles import profile_of
from core.storage.tables import Dismissal, DismissalKind, Rating, User

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from core.services.profiles import Profile


@dataclass(frozen=True, slots=True)
class Companion:
    """One of several people: their profile, what they rated, and the ids of what they know."""

    profile: Profile
    taste: Taste
    done_with: frozenset[int]
    """The titles that are rated or dismissed."""
    seen: frozenset[int]
    """The titles that the person says they have seen without giving a score."""


async def read_companions(
    session: AsyncSession, user_ids: Collection[int], now: datetime
) -> Mapping[int, Companion]:
    """Return those of `user_ids` of whom something is kept, by id: three statements for all."""
    users = (await session.scalars(select(User).where(User.id.in_(user_ids)))).all()
    ratings: dict[int, list[tuple[int, int]]] = {user.id: [] for user in users}
    done_with: dict[int, set[int]] = {user.id: set() for user in users}
    rated = await session.execute(
        select(Rating.user_id, Rating.anime_id, Rating.score)
        .where(Rating.user_id.in_(user_ids))
        .order_by(Rating.user_id, Rating.ordinal)
    )
    for user_id, anime_id, score in rated.all():
        ratings[user_id].append((anime_id, score))
        done_with[user_id].add(anime_id)
    dismissed = await session.execute(
        select(Dismissal.user_id, Dismissal.anime_id, Dismissal.kind).where(
            Dismissal.user_id.in_(user_ids)
        )
    )
    seen: dict[int, set[int]] = {user.id: set() for user in users}
    for user_id, anime_id, kind in dismissed.all():
        done_with[user_id].add(anime_id)
        if kind == DismissalKind.SEEN:
            seen[user_id].add(anime_id)
    found: dict[int, Companion] = {}
    for user in users:
        profile = profile_of(user, len(ratings[user.id]), now)
        taste = Taste(profile.age, profile.gender, tuple(ratings[user.id]))
        found[user.id] = Companion(
            profile, taste, frozenset(done_with[user.id]), frozenset(seen[user.id])
        )
    return found
