"""From a person to the two lists."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from core.errors import DatabaseError, RoundGoneError
from core.person import Taste, check_score
from core.recommender.cold_start import TopList, top_lists, votes_of
from core.recommender.request import Request
from core.services.clock import utc_now
from core.services.profiles import read_profile
from core.services.ratings import RatedTitle, read_ratings
from core.services.rounds import (
    Kind,
    ListedTitle,
    Round,
    RoundScore,
    find_round,
    read_titles,
    round_number,
    store_round,
)
from core.services.titles import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.title import Title
    from core.network.bundle import TitleTable
    from core.recommender.request import Lists, Pick
    from core.services.clock import Clock
    from core.services.profiles import Profile
    from core.storage.database import Database
    from core.storage.tables import Rating

__all__ = ["ColdStart", "ListedTitle", "RecommendationService", "Round", "RoundScore"]

RATINGS_WANTED: Final = 5
"""How many ratings somebody without any is asked for."""

log = logging.getLogger(__name__)


class Recommends(Protocol):
    """What answers a request: `core.inference.worker.InferenceWorker`."""

    async def recommend(self, request: Request) -> Lists:
        """Return the answer. Raises `BusyError` or `InferenceError`."""
        ...


@dataclass(frozen=True, slots=True)
class ColdStart:
    """What there is to show without ratings, and how many ratings to ask for."""

    lists: tuple[TopList, ...]
    ratings_wanted: int


@dataclass(frozen=True, slots=True)
class _Asker:
    profile: Profile
    ratings: Mapping[int, Rating]
    """By title id, oldest first."""

    @property
    def taste(self) -> Taste:
        return Taste(
            age=self.profile.age,
            gender=self.profile.gender,
            ratings=tuple((rating.anime_id, rating.score) for rating in self.ratings.values()),
        )


class RecommendationService:
    """Makes, keeps and scores lists.

    Raises `DatabaseError` when the database cannot be read, `BusyError` or `InferenceError` when
    the recommender does not answer. `titles` are those the recommender knows.
    """

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        titles: TitleTable,
        recommender: Recommends,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._recommender = recommender
        self._clock = clock
        self._known = frozenset(titles.ids.tolist())
        votes = votes_of(titles)
        self._cold_starts = {
            allow_adult: ColdStart(
                top_lists(catalogue, votes, allow_adult=allow_adult), RATINGS_WANTED
            )
            for allow_adult in (False, True)
        }

    async def recommend(
        self, user_id: int, *, restricted_channel: bool = False
    ) -> Round | ColdStart:
        """Return new lists for `user_id`, stored so that they can be scored.

        Without a rating the recommender knows, return the cold start. Adult titles are in it only
        in a `restricted_channel`, and not for somebody who may be under age.
        """
        asker = await self._asker(user_id)
        allow_adult = asker.profile.may_see_adult(restricted_channel=restricted_channel)
        if self._known.isdisjoint(asker.ratings):
            return self._cold_starts[allow_adult]
        answer = await self._recommender.recommend(
            Request(asker.taste, allow_adult=allow_adult, with_reasons=True)
        )
        lists = Round(
            round_id=None,
            similar=self._listed(answer.similar, asker.ratings, allow_adult=allow_adult),
            may_like=self._listed(answer.may_like, asker.ratings, allow_adult=allow_adult),
            rating_count=len(self._known & asker.ratings.keys()),
            kinds=tuple(
                Kind(name.genres, tuple(self._catalogue[anime_id] for anime_id in name.examples))
                for name in answer.pool
                if name.examples
            ),
        )
        try:
            async with self._database.write(durable=False) as session:
                round_id = await store_round(session, user_id, lists, self._clock())
        except DatabaseError as error:
            # the lists are worth showing even if they cannot be scored
            log.warning("The lists of user %d could not be stored: %s", user_id, error)
            return lists
        return replace(lists, round_id=round_id)

    async def predict(self, user_id: int, anime_id: int) -> float | None:
        """Return the rating (1–10) `user_id` would likely give a title.

        None when the recommender does not know the title, or nothing the person rated.
        """
        if anime_id not in self._known:
            return None
        asker = await self._asker(user_id)
        if self._known.isdisjoint(asker.ratings):
            return None
        request = Request(asker.taste, want=(anime_id,))
        return (await self._recommender.recommend(request)).predicted.get(anime_id)

    async def titles_of_round(
        self, user_id: int, round_id: int, *, restricted_channel: bool = False
    ) -> tuple[Title, ...]:
        """Return the titles of lists `user_id` was shown, without adult ones where those may not be.

        Raises `RoundGoneError` when there are none with that id, or they are another's.
        """
        async with self._database.read() as session:
            row = await find_round(session, user_id, round_id)
            if row is None:
                raise RoundGoneError
            profile = await read_profile(session, user_id, self._clock())
            allow_adult = profile.may_see_adult(restricted_channel=restricted_channel)
            return await read_titles(session, row, self._catalogue, allow_adult=allow_adult)

    async def score_round(self, user_id: int, round_id: int, score: int) -> RoundScore:
        """Save what `user_id` gives (1–10) lists they were shown, also a second time.

        Raises `InvalidScoreError`, or `RoundGoneError` when there are no such lists, or they
        are another's; nothing is saved then.
        """
        score = check_score(score)
        async with self._database.write() as session:
            row = await find_round(session, user_id, round_id)
            if row is None:
                raise RoundGoneError
            previous = row.score
            row.score = score
            row.scored_at = self._clock()
            return RoundScore(await round_number(session, row), score, previous)

    async def _asker(self, user_id: int) -> _Asker:
        async with self._database.read() as session:
            profile = await read_profile(session, user_id, self._clock())
            ratings = await read_ratings(session, user_id)
        return _Asker(profile, {rating.anime_id: rating for rating in ratings})

    def _listed(
        self, picks: Iterable[Pick], ratings: Mapping[int, Rating], *, allow_adult: bool
    ) -> tuple[ListedTitle, ...]:
        return tuple(
            ListedTitle(
                self._catalogue[pick.anime_id],
                pick.predicted,
                self._because(pick, ratings, allow_adult=allow_adult),
            )
            for pick in picks
        )

    def _because(
        self, pick: Pick, ratings: Mapping[int, Rating], *, allow_adult: bool
    ) -> RatedTitle | None:
        if pick.reason is None:
            return None
        rating = ratings[pick.reason.anime_id]
        title = visible(self._catalogue, rating.anime_id, allow_adult=allow_adult)
        return RatedTitle(title, rating.score, rating.rated_at) if title else None
