"""How a person's rounds went: what they thought of the lists, and what they took from them."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.services.clock import utc_now
from core.services.profiles import read_profile
from core.services.ratings import RatedTitle
from core.services.titles import visible
from core.storage.tables import Rating, Round, RoundTitle

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from core.catalogue.catalogue import Catalogue
    from core.services.clock import Clock
    from core.showing import Place, Showing
    from core.storage.database import Database


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One round; `round_number` counts the person's own from 1, `score` is what they gave it.

    `accepted` are titles of the round whose rating was given after the lists were made; as rated
    titles are never listed, they were not rated before. A rating counts for one round only: the
    last one before it that showed the title. `mean_predicted` and `mean_given` are of those titles,
    what Riko expected and what they got; none if there are none.
    """

    round_number: int
    made_at: datetime
    score: int | None
    rating_count: int
    accepted: tuple[RatedTitle, ...]
    mean_predicted: float | None
    mean_given: float | None


@dataclass(frozen=True, slots=True)
class History:
    """The rounds that were scored or from which something was accepted, newest last."""

    rows: tuple[HistoryRow, ...]


@dataclass(frozen=True, slots=True)
class _Accepted:
    rated: RatedTitle
    predicted: float


class HistoryService:
    """Looks back on a person's rounds. Raises `DatabaseError` when the database fails."""

    def __init__(self, database: Database, catalogue: Catalogue, clock: Clock = utc_now) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock

    async def history(self, user_id: int, place: Place, limit: int = 50) -> History:
        """Return the newest `limit` rounds worth looking back on.

        Titles that may not be shown here count as if they had not been in the lists.
        """
        async with self._database.read() as session:
            profile = await read_profile(session, user_id, self._clock())
            showing = profile.shown_in(place).with_hidden
            accepted = await self._accepted(session, user_id, showing)
            found = await session.scalars(
                select(Round).where(Round.user_id == user_id).order_by(Round.id)
            )
            rows = [
                _row(number, row, accepted.get(row.id, []))
                for number, row in enumerate(found, 1)
                if row.score is not None or row.id in accepted
            ]
        return History(tuple(rows[-limit:]))

    async def _accepted(
        self, session: AsyncSession, user_id: int, showing: Showing
    ) -> dict[int, list[_Accepted]]:
        """Return what was accepted, by the round's id."""
        found = await session.execute(
            select(RoundTitle.round_id, RoundTitle.predicted, Rating)
            .join(Round, Round.id == RoundTitle.round_id)
            .join(
                Rating,
                (Rating.user_id == Round.user_id) & (Rating.anime_id == RoundTitle.anime_id),
            )
            .where(Round.user_id == user_id, Rating.rated_at > Round.created_at)
            .order_by(Round.id)
        )
        # a later round's entry takes the place of an earlier one's
        last = {row.Rating.anime_id: row for row in found.all()}
        accepted: dict[int, list[_Accepted]] = {}
        for round_id, predicted, rating in last.values():
            title = visible(self._catalogue, rating.anime_id, showing)
            if title is not None:
                rated = RatedTitle(title, rating.score, rating.rated_at)
                accepted.setdefault(round_id, []).append(_Accepted(rated, predicted))
        return accepted


def _row(number: int, row: Round, accepted: list[_Accepted]) -> HistoryRow:
    taken = sorted(accepted, key=lambda each: each.rated.rated_at)
    return HistoryRow(
        round_number=number,
        made_at=row.created_at,
        score=row.score,
        rating_count=row.rating_count,
        accepted=tuple(each.rated for each in taken),
        mean_predicted=fmean(each.predicted for each in taken) if taken else None,
        mean_given=fmean(each.rated.score for each in taken) if taken else None,
    )
