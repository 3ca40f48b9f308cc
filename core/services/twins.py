"""Taste twins: the members of a server whose ratings agree most with a person's own."""

from __future__ import annotations

import asyncio
from bisect import bisect
from collections import defaultdict
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Final

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import aliased

from core.person import LIKED_FROM
from core.services.asker import read_asker
from core.services.clock import utc_now
from core.services.titles import visible
from core.storage.tables import Member, Rating, User

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.title import Title
    from core.network.bundle import TitleTable
    from core.services.asker import Asker
    from core.services.clock import Clock
    from core.showing import Place
    from core.storage.database import Database

MOST_TWINS: Final = 5
MOST_TITLES: Final = 3
LEAST_COMMON: Final = 5
"""Common titles below which nothing is said of two people."""
SHRINKAGE: Final = 10
"""Common titles at which an agreement counts half: few may agree by chance."""
COUNTS_TOLD: Final = (LEAST_COMMON, 10, 20, 50, 100, 200, 500, 1_000)
"""What is told of common titles: that they are so many or more.

By the very number, and by finer agreements than tenths, somebody who rates one title after another,
or one again and again, could work out what a twin rated and gave.
"""
MOST_CANDIDATES: Final = 500
"""Members of a server that are compared, whoever used Riko there last first."""


@dataclass(frozen=True, slots=True)
class Twin:
    """A member with the same taste; `agreement` is from 0.1 to 1, in tenths.

    Both rated `common` titles or more, one of `COUNTS_TOLD`; `titles` are what they would
    recommend, best first.
    """

    user_id: int
    agreement: float
    common: int
    titles: tuple[Title, ...]


@dataclass(frozen=True, slots=True)
class Twins:
    """A person's twins in a server, nearest first.

    With `on` false they have not allowed it and there are none. `rated` is how many ratings of
    theirs there are to compare; below `LEAST_COMMON` nobody can be compared.
    """

    on: bool
    rated: int = 0
    twins: tuple[Twin, ...] = ()


class TwinService:
    """Finds people with the same taste, of those who allowed it, for those who allowed it.

    Raises `DatabaseError` when the database cannot be read.
    """

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        titles: TitleTable,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock
        rated = ~np.isnan(titles.means)
        self._means = dict(
            zip(titles.ids[rated].tolist(), titles.means[rated].tolist(), strict=True)
        )
        self._mean = float(titles.means[rated].mean()) if rated.any() else 0.0

    async def find(
        self,
        user_id: int,
        guild_id: int,
        place: Place,
    ) -> Twins:
        """Return the twins of `user_id` among the members of a server, best first.

        What they would recommend is what they liked and `user_id` has neither rated nor dismissed,
        each title once, as far as `user_id` may be shown it in `place`.
        """
        async with self._database.read() as session:
            asker = await read_asker(session, user_id, self._clock(), place)
            if not asker.profile.twins:
                return Twins(on=False)
            candidates = (
                select(Member.user_id)
                .join(User, User.id == Member.user_id)
                .where(Member.guild_id == guild_id, Member.user_id != user_id, User.twins)
                .order_by(Member.seen_at.desc())
                .limit(MOST_CANDIDATES)
                .subquery("candidates")
            )
            mine = aliased(Rating, name="mine")
            found = await session.execute(
                select(Rating.user_id, Rating.score, mine.score, Rating.anime_id)
                .select_from(candidates)
                .join(Rating, Rating.user_id == candidates.c.user_id)
                .join(mine, (mine.user_id == user_id) & (mine.anime_id == Rating.anime_id))
            )
            nearest = await asyncio.to_thread(self._nearest, found.all())
            ids = [person for person, _, _ in nearest]
            loved = await session.execute(
                select(Rating.user_id, Rating.anime_id, Rating.score).where(
                    Rating.user_id.in_(ids), Rating.score >= LIKED_FROM
                )
            )
            titles = self._titles(loved.all(), ids, asker)
        return Twins(
            on=True,
            rated=len(asker.ratings),
            twins=tuple(
                Twin(
                    person,
                    round(agreement, 1),
                    COUNTS_TOLD[bisect(COUNTS_TOLD, count) - 1],
                    titles[person],
                )
                for person, agreement, count in nearest
            ),
        )

    def _mean_of(self, anime_id: int) -> float:
        """Return what everybody gives a title, of one nobody knows what titles get."""
        return self._means.get(anime_id, self._mean)

    def _nearest(self, common: Iterable[tuple[int, int, int, int]]) -> list[tuple[int, float, int]]:
        """Return the people who agree most: id, agreement, number of common titles.

        `common` are rows of a person's id, their score, one's own, and the title.
        """
        pairs: defaultdict[int, list[tuple[float, float]]] = defaultdict(list)
        for person, theirs, own, anime_id in common:
            # what everybody thinks of a title is no agreement of two
            mean = self._mean_of(anime_id)
            pairs[person].append((theirs - mean, own - mean))
        found = [
            (person, agreement(np.array(both, dtype=np.float64)), len(both))
            for person, both in pairs.items()
            if len(both) >= LEAST_COMMON
        ]
        found = [entry for entry in found if round(entry[1], 1) > 0]
        found.sort(key=lambda entry: (-entry[1], entry[0]))
        return found[:MOST_TWINS]

    def _titles(
        self,
        loved: Iterable[tuple[int, int, int]],
        ids: Sequence[int],
        asker: Asker,
    ) -> Mapping[int, tuple[Title, ...]]:
        """Return what each of `ids` would recommend, from their rows of person, title and score.

        Each tells what none before them does, or, as twins love much of the same, what others did.
        """
        by_person: defaultdict[int, list[tuple[float, int]]] = defaultdict(list)
        for person, anime_id, score in loved:
            by_person[person].append((score - self._mean_of(anime_id), anime_id))
        told: set[int] = set()
        titles: dict[int, tuple[Title, ...]] = {}
        for person in ids:
            # what they love more than others do says most of them
            ordered = sorted(by_person[person], key=lambda pair: (-pair[0], pair[1]))
            shown = [
                title
                for _, anime_id in ordered
                if anime_id not in asker.done_with
                and (title := visible(self._catalogue, anime_id, asker.showing)) is not None
            ]
            untold = [title for title in shown if title.anime_id not in told]
            titles[person] = tuple((untold or shown)[:MOST_TITLES])
            told |= {title.anime_id for title in titles[person]}
        return titles


def agreement(pairs: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> float:
    """Return how far two people agree on common titles, -1 to 1, from float64[titles, 2].

    Pearson's correlation r of what each gave beyond the titles' means, shrunk to
    r · n / (n + `SHRINKAGE`) for n titles (Herlocker, Konstan & Riedl 2002 weigh few common titles
    down likewise). Who gave all of them alike agrees with nobody: 0.
    """
    centred = pairs - pairs.mean(axis=0)
    (theirs, both), (_, own) = (centred.T @ centred).tolist()
    spread = sqrt(theirs * own)
    count = len(pairs)
    # below this only rounding is left of scores that are all alike
    correlation = both / spread if spread > 1e-9 else 0.0
    return correlation * count / (count + SHRINKAGE)
