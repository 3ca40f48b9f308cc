"""The people a service answers, read in one go."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.person import Taste
from core.recommender.request import Request
from core.services.dismissals import read_dismissals
from core.services.profiles import profile_of, read_profile
from core.services.ratings import RatedTitle
from core.services.stored_ratings import StoredRating, read_ratings
from core.services.titles import visible
from core.storage.tables import Dismissal, DismissalKind, Rating, User

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from core.catalogue.catalogue import Catalogue
    from core.services.profiles import Profile
    from core.services.recommends import Recommends
    from core.showing import Place, Showing
    from core.storage.database import Database


@dataclass(frozen=True, slots=True)
class Asker:
    """A person's profile, ratings and dismissals; `showing` is what they may be shown here."""

    profile: Profile
    ratings: Mapping[int, StoredRating]
    """By title id, oldest first."""
    dismissed: Mapping[int, DismissalKind]
    showing: Showing

    @property
    def taste(self) -> Taste:
        """What the recommender may know of the person."""
        return Taste(
            age=self.profile.age,
            gender=self.profile.gender,
            ratings=tuple((rating.anime_id, rating.score) for rating in self.ratings.values()),
        )

    @property
    def done_with(self) -> AbstractSet[int]:
        """The titles that are rated or dismissed."""
        return self.ratings.keys() | self.dismissed.keys()

    @property
    def seen(self) -> frozenset[int]:
        """The titles that the person says they have seen without giving a score."""
        return frozenset(i for i, kind in self.dismissed.items() if kind is DismissalKind.SEEN)

    def rated_title(self, catalogue: Catalogue, anime_id: int) -> RatedTitle | None:
        """Return a rating of the person's own, none if it is gone or may not be shown here.

        Genres that the server hides hide nothing that they rated themselves.
        """
        rating = self.ratings.get(anime_id)
        title = visible(catalogue, anime_id, self.showing.with_hidden)
        return RatedTitle(title, rating.score, rating.rated_at) if title and rating else None


async def read_asker(session: AsyncSession, user_id: int, now: datetime, place: Place) -> Asker:
    """Return what there is of `user_id`; a stranger has a profile that says nothing."""
    profile = await read_profile(session, user_id, now)
    ratings = await read_ratings(session, user_id)
    return Asker(
        profile,
        {rating.anime_id: rating for rating in ratings},
        await read_dismissals(session, user_id),
        profile.shown_in(place),
    )


async def read_askers(
    session: AsyncSession, user_ids: Collection[int], now: datetime, place: Place
) -> Mapping[int, Asker]:
    """Return those of `user_ids` of whom something is kept, by id: three statements for all."""
    users = (await session.scalars(select(User).where(User.id.in_(user_ids)))).all()
    ratings: dict[int, dict[int, StoredRating]] = {user.id: {} for user in users}
    rated = await session.execute(
        select(Rating.user_id, Rating.anime_id, Rating.score, Rating.rated_at, Rating.ordinal)
        .where(Rating.user_id.in_(user_ids))
        .order_by(Rating.user_id, Rating.ordinal)
    )
    for user_id, anime_id, score, rated_at, ordinal in rated.all():
        ratings[user_id][anime_id] = StoredRating(anime_id, score, rated_at, ordinal)
    dismissed: dict[int, dict[int, DismissalKind]] = {user.id: {} for user in users}
    found = await session.execute(
        select(Dismissal.user_id, Dismissal.anime_id, Dismissal.kind).where(
            Dismissal.user_id.in_(user_ids)
        )
    )
    for user_id, anime_id, kind in found.all():
        dismissed[user_id][anime_id] = DismissalKind(kind)
    profiles = (profile_of(user, len(ratings[user.id]), now) for user in users)
    return {
        profile.user_id: Asker(
            profile, ratings[profile.user_id], dismissed[profile.user_id], profile.shown_in(place)
        )
        for profile in profiles
    }


async def asker_in(database: Database, user_id: int, now: datetime, place: Place) -> Asker:
    """Return what `read_asker` does, for whoever reads nothing else. Raises `DatabaseError`."""
    return await database.read_in_thread(partial(read_asker, user_id=user_id, now=now, place=place))


async def predicted_for(
    asker: Asker, wanted: Sequence[int], recommender: Recommends, known: AbstractSet[int]
) -> Mapping[int, float]:
    """Return the ratings (1–10) the person would likely give the titles `wanted`, by id.

    Of titles the recommender cannot judge, and for somebody who has rated none of those that the
    network knows (`known`), there is nothing to say. Raises what `recommender` raises.
    """
    if not wanted or known.isdisjoint(asker.ratings):
        return {}
    request = Request(asker.taste, want=tuple(wanted), list_size=0)
    return (await recommender.recommend(request)).predicted
