"""From a person to the two lists, and what else they ask about titles."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from core.errors import DatabaseError, NoRatingsError, RoundGoneError
from core.person import Taste, check_score
from core.recommender.cold_start import GenreList, TopRanking, votes_of
from core.recommender.filters import NONE, Filters
from core.recommender.request import Request
from core.services.asker import Asker, asker_in, predicted_for, read_asker
from core.services.clock import utc_now
from core.services.explanations import Explanation, effects
from core.services.filtered import FilteredTitles, check_filters, shown_filters
from core.services.kinds import TitleKinds
from core.services.rounds import (
    Kind,
    ListedTitle,
    Mark,
    Round,
    RoundScore,
    StoredKind,
    drawn_anew,
    find_round,
    read_entries,
    round_number,
    shown_before,
    shown_kind,
    store_round,
    stored_filters,
)
from core.services.titles import get_title
from core.showing import DIRECT_MESSAGES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.title import Title
    from core.network.bundle import TitleTable
    from core.recommender.request import Pick
    from core.recommender.shelf import Shelf
    from core.services.clock import Clock
    from core.services.recommends import Recommends
    from core.showing import Place
    from core.storage.database import Database

__all__ = [
    "ColdStart",
    "Explanation",
    "Filters",
    "Kind",
    "ListedTitle",
    "Mark",
    "RecommendationService",
    "Round",
    "RoundScore",
    "SimilarTitles",
]

RATINGS_WANTED: Final = 5
"""How many ratings somebody without any is asked for."""

_LIST_SIZE: Final = 10
_LATEST: Final = 3
"""How many of the latest ratings choose the clusters if a person does not say."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ColdStart:
    """What there is to show without ratings, and how many ratings to ask for.

    With `filters` there is one list of what passes them, else one for each of a few genres.
    """

    lists: tuple[GenreList, ...]
    ratings_wanted: int
    filters: Filters = NONE


@dataclass(frozen=True, slots=True)
class SimilarTitles:
    """What is like a title, most fitting first; `kind` is what its cluster is like, if known.

    `predicted` of each is for the person who asks, none if they have rated nothing or the answer
    is not personal.
    """

    title: Title
    kind: Kind | None
    titles: tuple[ListedTitle, ...]


class RecommendationService:
    """Makes, keeps and scores lists, and says why a title is in them and what is like it.

    Titles a person rated or dismissed are in no list, and what they may not be shown in a `place`
    is as if it were not there.

    Raises `DatabaseError` when the database cannot be read, `BusyError` or `InferenceError` when
    the recommender does not answer. `titles` are those the network knows, `shelf` is what the
    recommender answers over: `newcomers` can be recommended though the network knows them not.
    """

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        titles: TitleTable,
        recommender: Recommends,
        clock: Clock = utc_now,
        shelf: Shelf | None = None,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._recommender = recommender
        self._clock = clock
        self._known = frozenset(titles.ids.tolist())
        self._votes = votes_of(titles)
        self.ranking = TopRanking(catalogue, self._votes)
        self._kinds = TitleKinds(catalogue, titles, shelf.placement if shelf else None)
        self._franchises = shelf.franchises if shelf else None
        self.newcomers = shelf.newcomers if shelf else frozenset[int]()
        self.filtered = FilteredTitles(catalogue)

    async def recommend(
        self,
        user_id: int,
        place: Place,
        *,
        filters: Filters = NONE,
    ) -> Round | ColdStart:
        """Return new lists for `user_id`, stored so that they can be scored.

        Without a rating the recommender knows, return the cold start: the best liked titles that
        pass the filters. Raises `GenreNotFoundError` for a genre that there is not, or not here.
        """
        asker = await self._asker(user_id, place)
        filters = check_filters(filters, asker.showing)
        if self._known.isdisjoint(asker.ratings):
            return await self._cold_start(asker, filters)
        return await self._new_round(asker, filters)

    async def more(
        self,
        user_id: int,
        round_id: int,
        place: Place,
    ) -> Round:
        """Return lists that continue a round, with its filters.

        What that round and those it continues have shown is left out. Raises `RoundGoneError` when
        it is not there, another's, or of a genre that may not be shown (nor named) here, and
        `NoRatingsError` when the person has taken all ratings back.
        """
        async with self._database.read() as session:
            row = await find_round(session, user_id, round_id)
            if row is None:
                raise RoundGoneError
            shown = await shown_before(session, user_id, round_id)
            asker = await read_asker(session, user_id, self._clock(), place)
        filters = stored_filters(row)
        if shown_filters(filters, asker.showing) != filters:
            # to go on without the genre would be something else than was asked for
            raise RoundGoneError
        if self._known.isdisjoint(asker.ratings):
            raise NoRatingsError
        return await self._new_round(asker, filters, shown, round_id)

    async def round(
        self,
        user_id: int,
        round_id: int,
        place: Place,
    ) -> Round:
        """Return a stored round as it is to be shown today.

        What became of its titles since is marked, reasons are today's ratings, and titles that may
        not be shown here are left out. Raises `RoundGoneError` when it is not there or another's.
        """
        async with self._database.read() as session:
            row = await find_round(session, user_id, round_id)
            if row is None:
                raise RoundGoneError
            entries = await read_entries(session, round_id)
            asker = await read_asker(session, user_id, self._clock(), place)
        return drawn_anew(row, entries, asker, self._catalogue, self.newcomers)

    def knows_any(self, anime_ids: Iterable[int]) -> bool:
        """Return whether the network knows any of these titles, and so learns from their ratings."""
        return not self._known.isdisjoint(anime_ids)

    async def score_round(self, user_id: int, round_id: int, score: int) -> RoundScore:
        """Save what `user_id` gives (1–10) lists they were shown, also a second time.

        Raises `InvalidScoreError`, or `RoundGoneError` when there are no such lists, or they are
        another's; nothing is saved then.
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

    async def predict(self, user_id: int, anime_id: int) -> float | None:
        """Return the rating (1–10) `user_id` would likely give a title.

        None when the recommender cannot judge the title, or knows nothing the person rated.
        """
        # a number shows no title, so it does not matter where
        asker = await self._asker(user_id, DIRECT_MESSAGES)
        return (await predicted_for(asker, [anime_id], self._recommender, self._known)).get(
            anime_id
        )

    async def why(self, user_id: int, anime_id: int, place: Place) -> Explanation:
        """Return what the ratings of `user_id` did to a title.

        A rating of that very title is left aside. Raises `TitleNotFoundError`, also for a title
        that may not be shown here.
        """
        asker = await self._asker(user_id, place)
        title = get_title(self._catalogue, anime_id, asker.showing)
        votes = self._votes.get(anime_id)
        predicted, up, down = None, (), ()
        others = {i: rating for i, rating in asker.ratings.items() if i != anime_id}
        if not self._known.isdisjoint(others):
            request = Request(
                replace(asker, ratings=others).taste,
                want=(anime_id,),
                explain=(anime_id,),
                list_size=0,
            )
            answer = await self._recommender.recommend(request)
            predicted = answer.predicted.get(anime_id)
            up, down = effects(asker, self._catalogue, answer.explanations.get(anime_id, ()))
        return Explanation(
            title,
            predicted,
            votes.mean if votes else None,
            up,
            down,
            self._kinds.of(anime_id, asker.showing),
        )

    async def similar_to(
        self,
        anime_id: int,
        place: Place,
        *,
        user_id: int,
        personal: bool = True,
        size: int = _LIST_SIZE,
    ) -> SimilarTitles:
        """Return titles of the same cluster, filled from the nearest ones.

        They are ordered as for somebody who gave just this title a 10. A `personal` answer leaves
        out what `user_id` rated or dismissed and has the ratings they would give; another tells
        nothing of them. Raises `TitleNotFoundError`, also for a title that may not be shown here;
        of one the recommender cannot judge there is nothing to say.
        """
        asker = await self._asker(user_id, place)
        title = get_title(self._catalogue, anime_id, asker.showing)
        if anime_id not in self._known and anime_id not in self.newcomers:
            return SimilarTitles(title, None, ())
        # the hybrid filter's first list for such a person is just that
        request = Request(
            Taste(ratings=((anime_id, 10),)),
            allow_adult=asker.showing.adult,
            exclude=frozenset(asker.dismissed) if personal else frozenset(),
            seen=asker.seen.union(asker.ratings) if personal else frozenset(),
            only=await self.filtered.ids(NONE, asker.showing),
            list_size=size,
        )
        found = (await self._recommender.recommend(request)).similar
        wanted = [pick.anime_id for pick in found] if personal else ()
        predicted = await predicted_for(asker, wanted, self._recommender, self._known)
        listed = tuple(
            ListedTitle(
                self._catalogue[pick.anime_id], predicted.get(pick.anime_id), None, new=pick.new
            )
            for pick in found
        )
        return SimilarTitles(title, self._kinds.of(anime_id, asker.showing), listed)

    async def _cold_start(self, asker: Asker, filters: Filters) -> ColdStart:
        hidden = asker.done_with
        if self._franchises is not None:
            seen = asker.ratings.keys() | asker.seen
            hidden = hidden | self._franchises.closed(seen, asker.dismissed.keys() - seen)
        if not filters.narrows:
            lists = self.ranking.lists(showing=asker.showing, exclude=hidden)
            return ColdStart(lists, RATINGS_WANTED)
        best = self.ranking.best(
            filters.genre,
            _LIST_SIZE,
            showing=asker.showing,
            exclude=hidden,
            only=await self.filtered.ids(filters, asker.showing),
        )
        return ColdStart((GenreList(filters.genre, best),), RATINGS_WANTED, filters)

    async def _new_round(
        self,
        asker: Asker,
        filters: Filters,
        shown: AbstractSet[int] = frozenset(),
        previous_id: int | None = None,
    ) -> Round:
        answer = await self._recommender.recommend(
            Request(
                asker.taste,
                allow_adult=asker.showing.adult,
                exclude=frozenset(shown | asker.dismissed.keys()),
                seen=asker.seen,
                only=await self.filtered.ids(filters, asker.showing),
                latest=filters.latest or _LATEST,
                list_size=_LIST_SIZE,
                with_reasons=True,
            )
        )
        kinds = (
            shown_kind(self._catalogue, StoredKind(name.genres, name.examples), asker.showing)
            for name in answer.pool
        )
        lists = Round(
            round_id=None,
            similar=self._listed(answer.similar, asker),
            may_like=self._listed(answer.may_like, asker),
            rating_count=len(self._known & asker.ratings.keys()),
            kinds=tuple(kind for kind in kinds if kind is not None),
            filters=shown_filters(filters, asker.showing),
            previous_id=previous_id,
        )
        if not lists.similar and not lists.may_like:
            return lists
        user_id = asker.profile.user_id
        try:
            round_id = await self._database.write_in_thread(
                partial(store_round, user_id=user_id, lists=lists, now=self._clock()),
                durable=False,
            )
        except DatabaseError as error:
            # the lists are worth showing even if they cannot be scored
            log.warning("The lists of user %d could not be stored: %s", user_id, error)
            return lists
        return replace(lists, round_id=round_id)

    async def _asker(self, user_id: int, place: Place) -> Asker:
        return await asker_in(self._database, user_id, self._clock(), place)

    def _listed(self, picks: Iterable[Pick], asker: Asker) -> tuple[ListedTitle, ...]:
        return tuple(
            ListedTitle(
                self._catalogue[pick.anime_id],
                pick.predicted,
                asker.rated_title(self._catalogue, pick.reason.anime_id) if pick.reason else None,
                new=pick.new,
            )
            for pick in picks
        )
