"""The scores people give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from core.errors import TitleNotFoundError
from core.person import check_score
from core.services.clock import utc_now
from core.services.profiles import add_person
from core.storage.tables import Rating

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.title import Title
    from core.services.clock import Clock
    from core.storage.database import Database


@dataclass(frozen=True, slots=True)
class RatedTitle:
    """A title, the score (1–10) a person gave it last, and when."""

    title: Title
    score: int
    rated_at: datetime


@dataclass(frozen=True, slots=True)
class RatingChange:
    """What a new score changed: `previous` is none for a title rated the first time.

    `rating_count` is how many titles the person has rated now, `known_count` how many of them the
    network knows; `known` is whether this is one of those.
    """

    title: Title
    score: int
    previous: int | None
    rating_count: int
    known: bool
    known_count: int


class RatingService:
    """Saves and reads ratings. Raises `DatabaseError` when the database fails.

    `known` are the ids of the titles the network can learn from.
    """

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        known: AbstractSet[int],
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._known = known
        self._clock = clock

    async def rate(self, user_id: int, anime_id: int, score: int) -> RatingChange:
        """Save a score, which makes the title the person's latest; when this returns, it is kept.

        Raises `InvalidScoreError` or `TitleNotFoundError`; nothing is saved then.
        """
        score = check_score(score)
        title = self._catalogue.get(anime_id)
        if title is None:
            raise TitleNotFoundError(anime_id)
        now = self._clock()
        async with self._database.write() as session:
            # one look at all their ratings: every statement more keeps other writers waiting
            found = await session.execute(
                select(Rating.anime_id, Rating.score, Rating.ordinal)
                .where(Rating.user_id == user_id)
                .order_by(Rating.ordinal)
            )
            before = found.all()
            if not before:
                await add_person(session, user_id, now)
            ordinal = before[-1].ordinal + 1 if before else 1
            given = {"score": score, "rated_at": now, "ordinal": ordinal}
            await session.execute(
                insert(Rating)
                .values(user_id=user_id, anime_id=anime_id, **given)
                .on_conflict_do_update(index_elements=["user_id", "anime_id"], set_=given)
            )
        scores = {row.anime_id: row.score for row in before}
        rated = scores.keys() | {anime_id}
        return RatingChange(
            title,
            score,
            previous=scores.get(anime_id),
            rating_count=len(rated),
            known=anime_id in self._known,
            known_count=len(rated & self._known),
        )

    async def of(self, user_id: int) -> tuple[RatedTitle, ...]:
        """Return what `user_id` rated, latest first, as far as the catalogue knows it."""
        async with self._database.read() as session:
            ratings = await read_ratings(session, user_id)
        return tuple(
            RatedTitle(title, rating.score, rating.rated_at)
            for rating in reversed(ratings)
            if (title := self._catalogue.get(rating.anime_id)) is not None
        )

    async def score_of(self, user_id: int, anime_id: int) -> int | None:
        """Return the score `user_id` gave a title, none if they did not."""
        async with self._database.read() as session:
            return await session.scalar(
                select(Rating.score).where(Rating.user_id == user_id, Rating.anime_id == anime_id)
            )


async def read_ratings(session: AsyncSession, user_id: int) -> Sequence[Rating]:
    """Return all ratings of `user_id`, oldest first; a title rated again counts from then."""
    found = await session.scalars(
        select(Rating).where(Rating.user_id == user_id).order_by(Rating.ordinal)
    )
    return found.all()
