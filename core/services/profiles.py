"""What a person said about themselves, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select, update
from sqlalchemy.dialects.sqlite import insert

from core.person import ADULT_AGE, Gender, check_age, check_gender
from core.services.clock import utc_now
from core.storage import tables

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from core.services.clock import Clock
    from core.storage.database import Database


class Keep(Enum):
    """Stands for "leave it as it is" where `None` means "forget it"."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP


@dataclass(frozen=True, slots=True)
class Profile:
    """What Riko knows of a person; `age` in years, none: not said."""

    user_id: int
    age: int | None
    gender: Gender | None
    rating_count: int

    @property
    def surely_adult(self) -> bool:
        """Whether the person is of age even if this year's birthday is still to come."""
        return self.age is not None and self.age > ADULT_AGE

    def may_see_adult(self, *, restricted_channel: bool) -> bool:
        """Return whether adult titles may be shown to this person in such a channel.

        Not saying one's age is enough in a channel restricted to adults, because Discord itself
        admits only adults there.
        """
        return restricted_channel and (self.age is None or self.surely_adult)


class ProfileService:
    """Reads and saves profiles. Raises `DatabaseError` when the database fails."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock

    async def view(self, user_id: int) -> Profile:
        """Return the profile of `user_id`; an empty one if they never said or rated anything."""
        async with self._database.read() as session:
            return await read_profile(session, user_id, self._clock())

    async def save(
        self,
        user_id: int,
        *,
        age: int | Keep | None = KEEP,
        gender: Gender | Keep | None = KEEP,
    ) -> Profile:
        """Save what is given, forget what is `None`, and return the profile as it is then.

        Raises `InvalidAgeError` or `InvalidGenderError`; nothing is saved then.
        """
        now = self._clock()
        changes: dict[str, int | str | None] = {}
        if age is not KEEP:
            # the year is kept, not the age: it stays right when the year turns
            changes["birth_year"] = None if age is None else now.year - check_age(age)
        if gender is not KEEP:
            changes["gender"] = None if gender is None else check_gender(gender).value
        if not changes:
            return await self.view(user_id)
        async with self._database.write() as session:
            await add_person(session, user_id, now)
            await session.execute(
                update(tables.User).where(tables.User.id == user_id).values(changes)
            )
            return await read_profile(session, user_id, now)


async def read_profile(session: AsyncSession, user_id: int, now: datetime) -> Profile:
    """Return the profile of `user_id` with the age they reach in the year of `now`."""
    rated = (
        select(func.count())
        .select_from(tables.Rating)
        .where(tables.Rating.user_id == user_id)
        .scalar_subquery()
    )
    found = await session.execute(select(tables.User, rated).where(tables.User.id == user_id))
    row = found.one_or_none()
    if row is None:
        return Profile(user_id, None, None, 0)
    user, rating_count = row
    return Profile(
        user_id=user_id,
        age=None if user.birth_year is None else now.year - user.birth_year,
        gender=None if user.gender is None else Gender(user.gender),
        rating_count=rating_count,
    )


async def add_person(session: AsyncSession, user_id: int, now: datetime) -> None:
    """Make sure that `user_id` has a row to which ratings and answers can belong."""
    await session.execute(
        insert(tables.User).values(id=user_id, created_at=now).on_conflict_do_nothing()
    )
