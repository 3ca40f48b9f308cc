"""Ordering what the members of a server rated: now, and as it was when a week began."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import Float, Integer, case, func, select, type_coerce

from core.storage.tables import ServerTitle

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.ext.asyncio import AsyncSession

PRIOR_VOTES: Final = 5
"""How many votes at the mean of all people everywhere every title starts with.

The estimate is that of `core.recommender.cold_start.TopRanking`; a server has fewer people.
"""
PRIOR_SPREAD: Final = 1.5
"""The standard deviation those votes are taken to have, where spreads are compared."""
FINE_FROM: Final = 30
"""Of fewer votes, means are told in halves: finer ones would tell what was given in between two.

One vote of 30 moves the mean by some 0.2 at most, of five by 0.9.
"""
LEAST_SPREAD: Final = 2.0
"""Members whose scores of a title deviate less than this are not divided over it."""


_FLOAT: Final[Float[float]] = Float()


class TopKind(StrEnum):
    """Which of a server's three lists."""

    BEST = "best"
    """What its members love most."""
    DIVISIVE = "divisive"
    """What they disagree about most."""
    GEMS = "gems"
    """What they love and few people elsewhere know."""


class Standing(NamedTuple):
    """What the members of a server think of a title.

    `mean` (1–10) is drawn towards what is usual as far as the votes are few, and as exact as it may
    be told to anybody (`FINE_FROM`).
    """

    anime_id: int
    votes: int
    mean: float

    @classmethod
    def of(cls, anime_id: int, votes: int, mean: float) -> Standing:
        """Return the standing of a title whose exact mean is `mean`."""
        return cls(anime_id, votes, mean if votes >= FINE_FROM else round(mean * 2) / 2)


async def read_standings(
    session: AsyncSession,
    guild_id: int,
    kind: TopKind,
    *,
    overall: float,
    least_votes: int,
    began: int | None = None,
    only: AbstractSet[int] | None = None,
    exclude: AbstractSet[int] = frozenset(),
    most: int | None = None,
) -> list[Standing]:
    """Return up to `most` titles with `least_votes` or more, in the order of `kind`.

    Means are drawn towards `overall`; gems have more than that. With `only`, other titles are left
    out, and those in `exclude` always. The order is by the exact means. With `began`, a week, it is all as it was when that week
    began, which is known of the present week and the one before.
    """
    votes, total, squares = sums_as_began(began)
    weight = votes + PRIOR_VOTES
    mean = type_coerce((total + PRIOR_VOTES * overall) / weight, _FLOAT)
    deviations = squares - total * total / votes
    variance = type_coerce((deviations + PRIOR_VOTES * PRIOR_SPREAD**2) / weight, _FLOAT)
    statement = (
        select(ServerTitle.anime_id, votes, mean)
        .where(ServerTitle.guild_id == guild_id, votes >= least_votes)
        .order_by(
            (variance if kind is TopKind.DIVISIVE else mean).desc(),
            votes.desc(),
            ServerTitle.anime_id,
        )
        .limit(most)
    )
    if kind is TopKind.DIVISIVE:
        statement = statement.where(deviations >= LEAST_SPREAD**2 * votes)
    if kind is TopKind.GEMS:
        statement = statement.where(mean > overall)
    if only is not None:
        statement = statement.where(ServerTitle.anime_id.in_(_each(only)))
    if exclude:
        statement = statement.where(ServerTitle.anime_id.not_in(_each(exclude)))
    found = await session.execute(statement)
    return [Standing.of(row[0], row[1], row[2]) for row in found.all()]


async def read_gains(
    session: AsyncSession,
    guild_id: int,
    *,
    overall: float,
    least_votes: int,
    week: int,
    most: int,
) -> list[tuple[Standing, int]]:
    """Return up to `most` titles with new votes in `week`, those with the most first.

    It is all as it was when that week ended, or now, if it has not.
    """
    votes, total, _ = sums_as_began(week + 1)
    gained = votes - sums_as_began(week)[0]
    mean = type_coerce((total + PRIOR_VOTES * overall) / (votes + PRIOR_VOTES), _FLOAT)
    found = await session.execute(
        select(ServerTitle.anime_id, votes, mean, gained)
        .where(ServerTitle.guild_id == guild_id, votes >= least_votes, gained > 0)
        .order_by(gained.desc(), mean.desc(), ServerTitle.anime_id)
        .limit(most)
    )
    return [(Standing.of(row[0], row[1], row[2]), row[3]) for row in found.all()]


def _each(ids: AbstractSet[int]) -> Select[int]:
    """Return `ids` as one parameter, however many there are."""
    return select(func.json_each(json.dumps(list(ids))).table_valued("value").c.value)


def sums_as_began(began: int | None) -> list[ColumnElement[int]]:
    """Return votes, total and squares as the week `began` did, none: as they are now."""
    row = ServerTitle
    if began is None:
        return [type_coerce(each, Integer) for each in (row.votes, row.total, row.squares)]
    # a row whose week is over has not changed since
    return [
        type_coerce(
            case((row.week < began, now), (row.week == began, as_began), else_=as_before_began),
            Integer,
        )
        for now, as_began, as_before_began in (
            (row.votes, row.began_votes, row.before_votes),
            (row.total, row.began_total, row.before_total),
            (row.squares, row.began_squares, row.before_squares),
        )
    ]
