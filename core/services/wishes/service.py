"""Answers what a sentence asks for, and finds the titles a message names."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from core.errors import TitleNotFoundError
from core.person import HIGHEST_SCORE, Taste
from core.recommender.request import Request
from core.services.asker import asker_in, predicted_for
from core.services.clock import utc_now
from core.services.filtered import check_filters
from core.services.rounds import ListedTitle, mark_of
from core.services.titles import visible
from core.services.wishes.understand import understand
from core.services.wishes.wish import MOST_TITLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.title import Title
    from core.recommender.cold_start import TopEntry, TopRanking
    from core.services.asker import Asker
    from core.services.clock import Clock
    from core.services.filtered import FilteredTitles
    from core.services.recommends import Recommends
    from core.services.rounds import Mark
    from core.services.wishes.understand import Names
    from core.services.wishes.wish import Wish
    from core.showing import Place, Showing
    from core.storage.database import Database

_LIST_SIZE: Final = 10
_MOST_NAMED: Final = 15
"""Titles of one message that are listed."""
_FUTURE: Final = 200
"""One title in so many may be of a year to come; those do not say which year it is."""


@dataclass(frozen=True, slots=True)
class Like:
    """What is like `titles`, most fitting first; `predicted` only for the person who asks.

    `known` is whether the recommender knows any of `titles`.
    """

    titles: tuple[Title, ...]
    found: tuple[ListedTitle, ...]
    known: bool = True


class WishService:
    """Understands sentences and answers them.

    With `personal` an answer is for the person who asks: without what they rated or dismissed, and
    with the ratings they would give. Otherwise it tells nothing of them. What they may not be shown
    in a `place` is as if it were not there.

    Raises `DatabaseError` when the database cannot be read, `BusyError` or `InferenceError` when
    the recommender does not answer.
    """

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        ranking: TopRanking,
        names: Names,
        recommender: Recommends,
        filtered: FilteredTitles,
        known: AbstractSet[int],
        clock: Clock = utc_now,
        newcomers: AbstractSet[int] = frozenset(),
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._names = names
        self._recommender = recommender
        self._clock = clock
        self._ranking = ranking
        self._known = known
        self._newcomers = newcomers
        self._filtered = filtered
        self._newest = _newest_year(catalogue, known | newcomers)

    async def understand(
        self,
        sentence: str,
        place: Place,
        *,
        user_id: int,
    ) -> Wish | None:
        """Return what `sentence` asks for; none when nothing in it is understood.

        Raises `TitleNotFoundError` when it compares with something that no title is called, and
        `GenreNotFoundError` for a genre that may not be shown here.
        """
        showing = place.to_anybody
        if place.restricted:
            # the age matters only where adult titles may be shown at all
            showing = (await self._asker(user_id, place)).showing
        wish = await asyncio.to_thread(understand, sentence, self._names, self._newest, showing)
        return None if wish is None else _allowed(wish, showing)

    async def allowed(self, wish: Wish, place: Place, *, user_id: int) -> Wish:
        """Return `wish`, which was understood earlier or elsewhere, as it may be repeated here.

        Raises `GenreNotFoundError` as `understand`.
        """
        return _allowed(wish, (await self._asker(user_id, place)).showing)

    async def like(
        self,
        wish: Wish,
        place: Place,
        *,
        user_id: int,
        personal: bool,
    ) -> Like:
        """Return what is like the titles of `wish` and passes its filters.

        They are chosen as for somebody who gave just those titles a 10: first from the same
        clusters, then, where the filters leave too few, from everywhere. Raises
        `TitleNotFoundError` when none of the titles may be shown, `GenreNotFoundError` as
        `understand`.
        """
        asker = await self._asker(user_id, place)
        wish = _allowed(wish, asker.showing)
        shown = [
            visible(self._catalogue, anime_id, asker.showing)
            for anime_id in wish.titles[:MOST_TITLES]
        ]
        titles = tuple(title for title in shown if title is not None)
        if not titles:
            raise TitleNotFoundError(wish.titles[0] if wish.titles else "")
        able = self._known | self._newcomers
        known = [title.anime_id for title in titles if title.anime_id in able]
        if not known:
            return Like(titles, (), known=False)
        request = Request(
            # the last one counts as the latest
            Taste(ratings=tuple((anime_id, HIGHEST_SCORE) for anime_id in reversed(known))),
            allow_adult=asker.showing.adult,
            exclude=frozenset(asker.dismissed) if personal else frozenset(),
            seen=asker.seen.union(asker.ratings) if personal else frozenset(),
            only=await self._filtered.ids(wish.filters, asker.showing),
            latest=MOST_TITLES,
            list_size=_LIST_SIZE,
        )
        lists = await self._recommender.recommend(request)
        found = [pick.anime_id for pick in (*lists.similar, *lists.may_like)][:_LIST_SIZE]
        wanted = found if personal else ()
        predicted = await predicted_for(asker, wanted, self._recommender, self._known)
        return Like(titles, tuple(self._listed(anime_id, predicted) for anime_id in found))

    async def top(
        self,
        wish: Wish,
        place: Place,
        *,
        user_id: int,
        personal: bool,
    ) -> tuple[TopEntry, ...]:
        """Return the best-liked titles that pass the filters of `wish`, one of a franchise.

        Raises `GenreNotFoundError` as `understand`.
        """
        asker = await self._asker(user_id, place)
        wish = _allowed(wish, asker.showing)
        return self._ranking.best(
            wish.filters.genre,
            _LIST_SIZE,
            showing=asker.showing,
            exclude=asker.dismissed.keys() if personal else frozenset(),
            only=await self._filtered.ids(wish.filters, asker.showing),
        )

    async def named_in(
        self,
        text: str,
        place: Place,
        *,
        user_id: int,
    ) -> tuple[ListedTitle, ...]:
        """Return the titles named in `text`, for `user_id`: with their mark, or what they would give."""
        asker = await self._asker(user_id, place)
        found = await asyncio.to_thread(self._names.find_in_text, text, asker.showing, _MOST_NAMED)
        unrated = [title.anime_id for title in found if title.anime_id not in asker.ratings]
        predicted = await predicted_for(asker, unrated, self._recommender, self._known)
        return tuple(
            self._listed(title.anime_id, predicted, mark_of(asker, title.anime_id))
            for title in found
        )

    async def _asker(self, user_id: int, place: Place) -> Asker:
        return await asker_in(self._database, user_id, self._clock(), place)

    def _listed(
        self, anime_id: int, predicted: Mapping[int, float], mark: Mark | None = None
    ) -> ListedTitle:
        return ListedTitle(
            self._catalogue[anime_id],
            predicted.get(anime_id),
            None,
            mark,
            anime_id in self._newcomers,
        )


def _allowed(wish: Wish, showing: Showing) -> Wish:
    return replace(wish, filters=check_filters(wish.filters, showing))


def _newest_year(catalogue: Catalogue, known: AbstractSet[int]) -> int:
    years = sorted(
        (title.year for title in catalogue.titles if title.year and title.anime_id in known),
        reverse=True,
    )
    return years[len(years) // _FUTURE] if years else utc_now().year
