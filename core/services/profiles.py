"""What a person said about themselves, and what follows from it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.sqlite import insert

from core.errors import DatabaseError
from core.person import ADULT_AGE, Gender, TitleLanguage, check_age, check_gender
from core.services.clock import utc_now
from core.services.memory import Memory
from core.showing import Showing
from core.storage import tables

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from core.services.clock import Clock
    from core.showing import Place
    from core.storage.database import Database


log = logging.getLogger(__name__)


class Keep(Enum):
    """Stands for "leave it as it is" where `None` means "forget it"."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP


@dataclass(frozen=True, slots=True)
class Profile:
    """What Riko knows of a person and how they want it; `age` in years, none: not said."""

    user_id: int
    age: int | None
    gender: Gender | None
    rating_count: int
    title_language: TitleLanguage | None = None
    """In which language titles are named; none: as usual where the person reads."""
    private: bool = True
    """Whether answers are shown to the person alone unless they say otherwise."""
    in_server_lists: bool = True
    """Whether the ratings count, namelessly, in what a server's members think."""
    shareable: bool = False
    """Whether others may ask for what they and this person would like, for two or a party."""
    profile_asked: bool = False
    """Whether the person was asked for age and gender."""
    private_chosen: bool = False
    """Whether the person chose `private`; until then a server's own setting counts there."""
    twins: bool = False
    """Whether members of the same servers with the same taste may find this person."""

    @property
    def surely_adult(self) -> bool:
        """Whether the person is of age even if this year's birthday is still to come."""
        return self.age is not None and self.age > ADULT_AGE

    @property
    def may_see_adult(self) -> bool:
        """Whether adult titles may be shown to this person in a channel restricted to adults.

        Not saying one's age is enough there, because Discord itself admits only adults.
        """
        return self.age is None or self.surely_adult

    def shown_in(self, place: Place) -> Showing:
        """Return what this person may be shown in `place`."""
        return Preferences.of(self).shown_in(place)


@dataclass(frozen=True, slots=True)
class Preferences:
    """What of a profile every answer needs.

    `may_see_adult` is whether adult titles may be shown to the person in a channel restricted to
    adults.
    """

    title_language: TitleLanguage | None = None
    private: bool = True
    may_see_adult: bool = False
    private_chosen: bool = False

    def private_in(self, server: bool) -> bool:
        """Return whether answers are private where those of people who chose nothing are `server`."""
        return self.private if self.private_chosen else server

    def shown_in(self, place: Place) -> Showing:
        """Return what the person may be shown in `place`."""
        return Showing(place.restricted and self.may_see_adult, place.hidden_genres)

    @classmethod
    def of(cls, profile: Profile) -> Preferences:
        """Return what `profile` says."""
        return cls(
            profile.title_language,
            profile.private,
            profile.may_see_adult,
            profile.private_chosen,
        )


UNKNOWN: Final = Preferences(private_chosen=True)
"""What somebody is taken to prefer whose choices could not be read: nothing becomes public."""


class ProfileService:
    """Reads and saves profiles. Raises `DatabaseError` when the database fails."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock
        self._preferences: Memory[Preferences] = Memory()
        # whom there is nothing to ask for ever, so that not every rating asks the database
        self._asked: Memory[bool] = Memory()

    async def view(self, user_id: int) -> Profile:
        """Return the profile of `user_id`; an empty one if they never said or rated anything."""
        return await self._database.read_in_thread(
            partial(read_profile, user_id=user_id, now=self._clock())
        )

    async def save(
        self,
        user_id: int,
        *,
        age: int | Keep | None = KEEP,
        gender: Gender | Keep | None = KEEP,
        title_language: TitleLanguage | Keep | None = KEEP,
        private: bool | Keep = KEEP,
        in_server_lists: bool | Keep = KEEP,
        shareable: bool | Keep = KEEP,
        twins: bool | Keep = KEEP,
    ) -> Profile:
        """Save what is given, forget what is `None`, and return the profile as it is then.

        Raises `InvalidAgeError` or `InvalidGenderError`; nothing is saved then.
        """
        now = self._clock()
        changes: dict[str, int | str | bool | None] = {}
        if age is not KEEP:
            # the year is kept, not the age: it stays right when the year turns
            changes["birth_year"] = None if age is None else now.year - check_age(age)
        if gender is not KEEP:
            changes["gender"] = None if gender is None else check_gender(gender).value
        if title_language is not KEEP:
            changes["title_language"] = None if title_language is None else title_language.value
        settings = {
            "private": private,
            "in_server_lists": in_server_lists,
            "shareable": shareable,
            "twins": twins,
        }
        changes |= {name: choice for name, choice in settings.items() if choice is not KEEP}
        if private is not KEEP:
            changes["private_chosen"] = True
        if not changes:
            return await self.view(user_id)
        try:
            async with self._database.write() as session:
                await add_person(session, user_id, now)
                await session.execute(
                    update(tables.User).where(tables.User.id == user_id).values(changes)
                )
                profile = await read_profile(session, user_id, now)
        finally:
            self.forget(user_id)
        self._preferences.put(user_id, Preferences.of(profile))
        return profile

    async def preferences(self, user_id: int) -> Preferences:
        """Return what every answer needs to know; asks the database the first time only.

        Never fails: when the database does, `UNKNOWN` is returned, and the log says so.
        """
        try:
            return await self._preferences.get_or_read(user_id, lambda: self._read(user_id))
        except DatabaseError as error:
            log.warning("The preferences of user %d could not be read: %s", user_id, error)
            return UNKNOWN

    def preferences_in_memory(self, user_id: int) -> Preferences | None:
        """Return what `preferences` would, if that needs no database."""
        return self._preferences.get(user_id)

    async def ask_for_profile(self, user_id: int) -> bool:
        """Return whether to ask `user_id` for age and gender now, and note that it was done.

        That is once a person, and never if they said either.
        """
        if self._asked.get(user_id):
            return False
        profile = await self.view(user_id)
        if profile.profile_asked or profile.age is not None or profile.gender is not None:
            self._asked.put(user_id, True)
            return False
        user = tables.User
        async with self._database.write() as session:
            await add_person(session, user_id, self._clock())
            asked = await session.scalar(
                update(user)
                .where(
                    user.id == user_id,
                    user.profile_asked_at.is_(None),
                    user.birth_year.is_(None),
                    user.gender.is_(None),
                )
                .values(profile_asked_at=self._clock())
                .returning(user.id)
            )
        return asked is not None

    def forget(self, user_id: int) -> None:
        """Drop what is kept in memory of `user_id`, whose rows somebody else changed."""
        self._preferences.forget(user_id)
        self._asked.forget(user_id)

    async def _read(self, user_id: int) -> Preferences:
        return Preferences.of(await self.view(user_id))


# built once: that takes longer than running it
_PROFILE: Final = select(
    tables.User,
    select(func.count())
    .select_from(tables.Rating)
    .where(tables.Rating.user_id == bindparam("person"))
    .scalar_subquery(),
).where(tables.User.id == bindparam("person"))


async def read_profile(session: AsyncSession, user_id: int, now: datetime) -> Profile:
    """Return the profile of `user_id` with the age they reach in the year of `now`."""
    found = await session.execute(_PROFILE, {"person": user_id})
    row = found.one_or_none()
    if row is None:
        return Profile(user_id, None, None, 0)
    user, rating_count = row
    return profile_of(user, rating_count, now)


def profile_of(user: tables.User, rating_count: int, now: datetime) -> Profile:
    """Return what the row of a person says; see `read_profile`."""
    return Profile(
        user_id=user.id,
        age=None if user.birth_year is None else now.year - user.birth_year,
        gender=None if user.gender is None else Gender(user.gender),
        rating_count=rating_count,
        title_language=_language(user.title_language),
        private=user.private,
        private_chosen=user.private_chosen,
        in_server_lists=user.in_server_lists,
        shareable=user.shareable,
        profile_asked=user.profile_asked_at is not None,
        twins=user.twins,
    )


def _language(stored: str | None) -> TitleLanguage | None:
    return None if stored is None else TitleLanguage(stored)


async def add_person(session: AsyncSession, user_id: int, now: datetime) -> None:
    """Make sure that `user_id` has a row to which ratings and answers can belong."""
    await session.execute(
        insert(tables.User).values(id=user_id, created_at=now).on_conflict_do_nothing()
    )
