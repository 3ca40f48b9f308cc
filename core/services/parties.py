"""Watch parties: what several people would all like to watch, kept for a week for its buttons."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from statistics import fmean
from typing import TYPE_CHECKING, Final

from sqlalchemy import or_, select, update

from core.errors import (
    DatabaseError,
    NobodySharesError,
    NoRatingsError,
    NotInPartyError,
    PartyGoneError,
    PartyPolledError,
)
from core.recommender.filters import NONE
from core.services.asker import predicted_for, read_asker, read_askers
from core.services.clock import utc_now
from core.services.filtered import check_filters, shown_filters
from core.services.party_rows import (
    ListedTitles,
    find_party,
    party_people,
    party_titles,
    remove_old_parties,
    store_party,
)
from core.services.profiles import profile_of
from core.services.rounds import mark_of
from core.services.shared_titles import LEAST_FOR_MEANS
from core.services.titles import visible
from core.showing import shown_to_all
from core.storage.tables import Party, User

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.title import Title
    from core.recommender.filters import Filters
    from core.recommender.request import GroupPick
    from core.services.asker import Asker
    from core.services.clock import Clock
    from core.services.recommends import Recommends
    from core.services.rounds import Mark
    from core.services.shared_titles import SharedTitles
    from core.showing import Place
    from core.storage.database import Database

MOST_PEOPLE: Final = 10
"""People of a party, whoever asks included."""
LESS: Final = 0.5
"""How far below the party's mean a rating must lie to be pointed out to whose it is."""

_POLL_BEGUN: Final = timedelta(minutes=1)
"""After this, a poll that was begun and never noted is taken to have failed."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PartyTitle:
    """A title for a party.

    `predicted` (1–10) is the mean of what all would likely give it, none for a party of two. `new`
    is whether the network does not know it.
    """

    title: Title
    predicted: float | None
    new: bool


@dataclass(frozen=True, slots=True)
class PartyList:
    """What `counted` people would all like, best first.

    `party_id` is none when it could not be kept, or has no titles; then nothing can be asked of it.
    Who they are is not told, nor who was asked for and does not count.
    """

    party_id: int | None
    titles: tuple[PartyTitle, ...]
    counted: int
    filters: Filters = NONE


@dataclass(frozen=True, slots=True)
class OwnTitle:
    """A title of a party to one of its people: what they would likely give it (1–10), if known.

    `less` is whether that is clearly less than the party's mean, where means are told; `mark` what
    became of it.
    """

    title: Title
    predicted: float | None
    less: bool
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class OwnView:
    """A party as it concerns one of its people alone.

    `counted` is whether it was made for them too; `shareable` whether they would be counted today
    as far as they allow it.
    """

    titles: tuple[OwnTitle, ...]
    counted: bool
    shareable: bool


class PartyService:
    """Finds titles for several people and answers what its buttons ask.

    Raises `DatabaseError` when the database fails, `BusyError` or `InferenceError` when the
    recommender does not answer.
    """

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        recommender: Recommends,
        shared: SharedTitles,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._recommender = recommender
        self._shared = shared
        self._clock = clock

    async def make(
        self,
        user_id: int,
        others: Sequence[int],
        place: Place,
        *,
        guild_id: int,
        channel_id: int,
        filters: Filters = NONE,
    ) -> PartyList:
        """Return titles that nobody who counts has rated or dismissed, and keep them.

        `user_id` counts, and of `others` who allowed it and rated something. What is in it, all who
        count may be shown in `place`. Raises `NoRatingsError` when `user_id` has rated nothing the
        recommender knows, `NobodySharesError` when they alone count, `NarrowPartyError` when the
        filters leave too few titles, and what `check_filters` raises.
        """
        now = self._clock()
        asked = {user_id, *others}
        async with self._database.read() as session:
            people = await read_askers(session, asked, now, place)
        counted = self._counted(people, user_id)
        asker = people[user_id]
        # by what the one who asks may see: a refusal must not tell how old the others are
        filters = check_filters(filters, asker.showing)
        picks = await self._shared.find(asker, counted, filters)
        titles = _listed(picks)
        party_id = None
        try:
            async with self._database.write(durable=False) as session:
                await remove_old_parties(session, now)
                if titles:
                    party_id = await store_party(
                        session,
                        user_id,
                        asked,
                        [person.profile.user_id for person in counted],
                        titles,
                        guild_id=guild_id,
                        channel_id=channel_id,
                        now=now,
                    )
        except DatabaseError as error:
            # the titles are worth showing even without buttons
            log.warning("The party of user %d could not be stored: %s", user_id, error)
        means = len(counted) >= LEAST_FOR_MEANS
        return PartyList(
            party_id,
            tuple(
                PartyTitle(self._catalogue[pick.anime_id], mean if means else None, pick.new)
                for pick, (_, mean) in zip(picks, titles, strict=True)
            ),
            len(counted),
            shown_filters(filters, shown_to_all(person.showing for person in counted)),
        )

    async def own_view(self, party_id: int, user_id: int, place: Place) -> OwnView:
        """Return a party's titles as `user_id` would likely rate them today.

        What they may not be shown in `place` is left out. Raises `PartyGoneError`, or
        `NotInPartyError` for somebody it was not made for.
        """
        now = self._clock()
        async with self._database.read() as session:
            party = await find_party(session, party_id, now)
            people = await party_people(session, party_id)
            if user_id not in people:
                raise NotInPartyError
            asker = await read_asker(session, user_id, now, place)
        listed = party_titles(party.titles)
        means = sum(people.values()) >= LEAST_FOR_MEANS
        predicted = await predicted_for(
            asker, [anime_id for anime_id, _ in listed], self._recommender, self._shared.known
        )
        titles: list[OwnTitle] = []
        for anime_id, mean in listed:
            title = visible(self._catalogue, anime_id, asker.showing)
            if title is not None:
                own = predicted.get(anime_id)
                less = means and own is not None and own <= mean - LESS
                titles.append(OwnTitle(title, own, less, mark_of(asker, anime_id)))
        return OwnView(tuple(titles), people[user_id], asker.profile.shareable)

    async def begin_poll(self, party_id: int, user_id: int, place: Place) -> Mapping[int, Title]:
        """Return what to vote on, by place in the list; nobody else gets it until `give_up_poll`.

        What may be shown is as in `make`, judged by today. Places begin at 1. Raises
        `PartyPolledError` when somebody has, `PartyGoneError`, also when nothing of it may be shown
        any more, or `NotInPartyError`.
        """
        now = self._clock()
        async with self._database.write(durable=False) as session:
            party = await find_party(session, party_id, now)
            people = await party_people(session, party_id)
            if user_id not in people:
                raise NotInPartyError
            asked = {person for person, counted in people.items() if counted} | {user_id}
            users = await session.scalars(select(User).where(User.id.in_(asked)))
            showing = shown_to_all(profile_of(user, 0, now).shown_in(place) for user in users)
            shown = {
                at: title
                for at, (anime_id, _) in enumerate(party_titles(party.titles), 1)
                if (title := visible(self._catalogue, anime_id, showing)) is not None
            }
            if not shown:
                raise PartyGoneError
            begun = await session.scalar(
                update(Party)
                .where(
                    Party.id == party_id,
                    Party.poll_id.is_(None),
                    or_(Party.polled_at.is_(None), Party.polled_at < now - _POLL_BEGUN),
                )
                .values(polled_at=now)
                .returning(Party.id)
            )
            if begun is None:
                raise PartyPolledError(party.guild_id, party.channel_id, party.poll_id)
        return shown

    async def note_poll(self, party_id: int, message_id: int) -> None:
        """Note the message of a poll that was begun."""
        async with self._database.write(durable=False) as session:
            await session.execute(
                update(Party).where(Party.id == party_id).values(poll_id=message_id)
            )

    async def poll_of(self, party_id: int) -> int | None:
        """Return the message of the poll about a party, none if there is no poll or no party."""
        async with self._database.read() as session:
            return await session.scalar(select(Party.poll_id).where(Party.id == party_id))

    async def forget_poll(self, party_id: int, message_id: int) -> None:
        """Let another poll be begun, as the one of that message is deleted."""
        async with self._database.write(durable=False) as session:
            await session.execute(
                update(Party)
                .where(Party.id == party_id, Party.poll_id == message_id)
                .values(poll_id=None, polled_at=None)
            )

    async def give_up_poll(self, party_id: int) -> None:
        """Let a poll that was begun and could not be made be begun again."""
        async with self._database.write(durable=False) as session:
            await session.execute(
                update(Party)
                .where(Party.id == party_id, Party.poll_id.is_(None))
                .values(polled_at=None)
            )

    async def sweep(self) -> int:
        """Delete the parties that are over; return how many. Making a party does it too."""
        async with self._database.write(durable=False) as session:
            return await remove_old_parties(session, self._clock())

    def _counted(self, people: Mapping[int, Asker], user_id: int) -> list[Asker]:
        """Return who counts. Raises `NoRatingsError` or `NobodySharesError`."""
        counted = [
            person
            for person in people.values()
            if (person.profile.user_id == user_id or person.profile.shareable)
            and self._shared.counts(person)
        ]
        if not any(person.profile.user_id == user_id for person in counted):
            raise NoRatingsError
        if len(counted) == 1:
            raise NobodySharesError
        return counted


def _listed(picks: Sequence[GroupPick]) -> ListedTitles:
    # in halves: finer means of a party with and without somebody would tell their own part
    return tuple((pick.anime_id, round(fmean(pick.predicted) * 2) / 2) for pick in picks)
