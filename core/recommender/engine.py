"""From a person's ratings to the two lists; everything that happens on the worker's thread."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from core.network.bundle import MANIFEST
from core.network.predictor import LeftOut
from core.network.riko.predictor import RIKO, RikoPredictor
from core.network.seed.predictor import RIKONET, SeedPredictor
from core.person import HIGHEST_SCORE, LOWEST_SCORE, Taste
from core.recommender.franchises import FOLLOWED_FROM
from core.recommender.group import group_scores
from core.recommender.hybrid_filter import best, pointing, split
from core.recommender.reasons import all_reasons, best_liked, most_telling, strongest_reasons
from core.recommender.request import GroupLists, GroupPick, Lists, Pick, Ranking
from core.recommender.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from core.catalogue.catalogue import Catalogue
    from core.network.bundle import Bundle
    from core.network.predictor import Prediction, Predictor
    from core.recommender.hybrid_filter import Split
    from core.recommender.request import GroupRequest, Reason, Request

LISTED_FROM: Final = 5
"""Who would give a title less than this is not recommended it while there are enough others."""

PREDICTORS: Final[dict[str, Callable[[Bundle, str], Predictor]]] = {
    RIKO: RikoPredictor,
    RIKONET: SeedPredictor,
}


def build_predictor(bundle: Bundle, device: str) -> Predictor:
    """Return the predictor for the bundle's kind of network on `device`.

    Raises `BundleError` for an unknown kind or weights that do not fit.
    """
    build = PREDICTORS.get(bundle.manifest.kind)
    if build is None:
        raise bundle.problem(MANIFEST, f"“{bundle.manifest.kind}” networks are unknown here")
    return build(bundle, device)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a request's lists are made from.

    `known` are the ratings of titles that the network knows, `latest` those that chose the pool, as
    rows; `allowed` bool[rows] may be listed.
    """

    known: list[tuple[int, int]]
    latest: list[tuple[int, int]]
    allowed: NDArray[np.bool_]
    split: Split

    @property
    def listed(self) -> NDArray[np.intp]:
        """Rows of the titles of both lists."""
        return np.concatenate([self.split.similar, self.split.may_like])


class Engine:
    """Answers requests with a bundle's network over the titles of a catalogue.

    Only titles that both the bundle and the catalogue know are ever listed; `over` a shelf that
    says so, titles that only the catalogue knows are, too. Not safe for several threads at once;
    `core.inference` gives it one of its own.
    """

    def __init__(self, bundle: Bundle, catalogue: Catalogue, device: str) -> None:
        self._predictor = build_predictor(bundle, device)
        self._shelf = Shelf(bundle.titles, catalogue)

    def over(self, shelf: Shelf) -> Engine:
        """Return an engine with the same network, which is not copied, over another catalogue.

        Costs nothing, so it may be done for each request. `shelf` is of the same bundle.
        """
        engine = copy(self)
        engine._shelf = shelf
        return engine

    def recommend(self, requests: Sequence[Request]) -> list[Lists]:
        """Return the lists for each request, in order; all share one pass of the network."""
        if not requests:
            return []
        prediction = self._predict([request.taste for request in requests])
        found = [
            self._find(request, _scores(request, prediction)[row], prediction.rating[row])
            for row, request in enumerate(requests)
        ]
        reasons = self._reasons(requests, found, prediction)
        return [
            self._lists(request, row, prediction, found[row], reasons[row])
            for row, request in enumerate(requests)
        ]

    def recommend_for_group(self, request: GroupRequest) -> GroupLists:
        """Return what suits all members; they share one pass of the network."""
        prediction = self._predict(request.tastes)
        allowed = self._allowed_for_group(request)
        candidates = np.flatnonzero(allowed)
        if not len(candidates):
            return GroupLists(())
        scores = group_scores(prediction.blend[:, candidates])
        chosen = candidates[best(scores, np.ones_like(candidates, dtype=np.bool_), request.size)]
        return GroupLists(
            tuple(
                GroupPick(
                    int(self._shelf.ids[row]),
                    tuple(_shown(prediction.rating[:, row])),
                    new=row >= self._shelf.learnt,
                )
                for row in chosen.tolist()
            )
        )

    def _predict(self, tastes: Sequence[Taste]) -> Prediction:
        """Return predictions for all titles of the shelf."""
        placement = self._shelf.placement
        if placement is None:
            return self._predictor.predict(tastes)
        return placement.extend(self._predictor.predict(list(map(self._readable, tastes))))

    def _readable(self, taste: Taste) -> Taste:
        """Return `taste`, or if the network can read none of its ratings, what stands for them.

        Somebody who names only a new title means what is like it; the network would take them for
        somebody who named nothing.
        """
        placement = self._shelf.placement
        rows = self._shelf.rows_of(anime_id for anime_id, _ in taste.ratings)
        if placement is None or not rows or min(rows.values()) < self._shelf.learnt:
            return taste
        return replace(
            taste,
            ratings=Taste.of(
                (int(self._shelf.ids[known]), score)
                for anime_id, score in taste.ratings
                if anime_id in rows
                for known in placement.behind(np.array([rows[anime_id]], dtype=np.intp)).tolist()
            ).ratings,
        )

    def _find(
        self, request: Request, scores: NDArray[np.float32], rating: NDArray[np.float32]
    ) -> _Found:
        allowed = worth = self._allowed_for(request)
        if self._shelf.franchises is not None:
            worth = _worth_listing(allowed, rating, 2 * request.list_size)
        clusters = self._shelf.clusters
        rows = self._shelf.rows_of(anime_id for anime_id, _ in request.taste.ratings)
        rated = [(rows[i], score) for i, score in request.taste.ratings if i in rows]
        latest = pointing(rated, clusters, request.latest, request.liked_from)
        lists = split(
            scores,
            worth,
            latest,
            clusters,
            liked_from=request.liked_from,
            size=request.list_size,
        )
        return _Found(self._known(request.taste.ratings), latest, allowed, lists)

    def _known(self, ratings: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return those ratings that the network reads."""
        rows, learnt = self._shelf.index_of, self._shelf.learnt
        return [pair for pair in ratings if rows.get(pair[0], learnt) < learnt]

    def _reasons(
        self, requests: Sequence[Request], found: Sequence[_Found], prediction: Prediction
    ) -> list[list[Reason | None]]:
        """Return the reason of each listed title; all that ask share one pass of the network."""
        reasons: list[list[Reason | None]] = [[None] * len(lists.listed) for lists in found]
        asked: dict[int, LeftOut] = {}
        for row, (request, lists) in enumerate(zip(requests, found, strict=True)):
            liked = best_liked(lists.known, request.liked_from)
            if request.with_reasons and liked and reasons[row]:
                asked[row] = LeftOut(request.taste, liked, lists.listed)
        if asked:
            answers = self._effects(list(asked.values()), prediction.of(list(asked)))
            for (row, question), effects in zip(asked.items(), answers, strict=True):
                reasons[row] = strongest_reasons(question.ratings, effects)
        return reasons

    def _effects(
        self, questions: Sequence[LeftOut], whole: Prediction, *, exact: bool = False
    ) -> list[NDArray[np.float32]]:
        """Return what `Predictor.effects` does; on newcomers, through what they are like."""
        placement = self._shelf.placement
        if placement is None:
            return self._predictor.effects(questions, whole, exact=exact)
        known = [replace(each, titles=placement.behind(each.titles)) for each in questions]
        answers = self._predictor.effects(known, whole, exact=exact)
        return [
            placement.carried(question.titles, effects)
            for question, effects in zip(questions, answers, strict=True)
        ]

    def _lists(
        self,
        request: Request,
        row: int,
        prediction: Prediction,
        found: _Found,
        reasons: list[Reason | None],
    ) -> Lists:
        rating = prediction.rating[row]
        listed = found.listed
        ids = self._shelf.ids[listed].tolist()
        new = (listed >= self._shelf.learnt).tolist()
        picks = list(map(Pick, ids, _shown(rating[listed]), reasons, new))
        similar = len(found.split.similar)
        ranking = best(_scores(request, prediction)[row], found.allowed, request.ranking_size)
        wanted = self._shelf.rows_of(request.want)
        chosen = self._shelf.clusters.chosen(reversed(found.latest), request.liked_from)
        return Lists(
            similar=tuple(picks[:similar]),
            may_like=tuple(picks[similar:]),
            ranking=tuple(self._shelf.ids[ranking].tolist()),
            predicted=dict(zip(wanted, _shown(rating[list(wanted.values())]), strict=True)),
            pool=tuple(self._shelf.names[number] for number in chosen),
            explanations=self._explanations(request, row, prediction, found.known),
            blind=self._blind(request),
        )

    def _allowed_for(self, request: Request) -> NDArray[np.bool_]:
        """Return bool[rows]: which titles may be listed to the person."""
        rated = dict(request.taste.ratings)
        hidden = rated.keys() | request.exclude | request.seen
        allowed = self._allowed(hidden, request.only, allow_adult=request.allow_adult)
        if self._shelf.franchises is not None:
            seen = rated.keys() | request.seen
            # a first part that is not to be listed takes all that follows with it
            self._shelf.franchises.narrow(
                allowed, seen, _not_followed(request.taste) | (request.exclude - seen)
            )
        return allowed

    def _allowed_for_group(self, request: GroupRequest) -> NDArray[np.bool_]:
        """Return bool[rows]: which titles may be listed to all members."""
        seen = request.seen_by_each()
        by_some = frozenset[int]().union(*seen)
        allowed = self._allowed(
            by_some | request.exclude, request.only, allow_adult=request.allow_adult
        )
        if self._shelf.franchises is not None:
            refused = (request.exclude - by_some).union(*map(_not_followed, request.tastes))
            self._shelf.franchises.narrow(allowed, seen[0].intersection(*seen[1:]), refused)
        return allowed

    def _allowed(
        self, hidden: Iterable[int], only: frozenset[int] | None, *, allow_adult: bool
    ) -> NDArray[np.bool_]:
        """Return bool[rows]: which may be listed when the ids `hidden` may not."""
        shelf = self._shelf
        allowed = (shelf.known if allow_adult else shelf.for_everybody).copy()
        if only is not None:
            named = np.zeros_like(allowed)
            named[list(shelf.rows_of(only).values())] = True
            allowed &= named
        allowed[list(shelf.rows_of(hidden).values())] = False
        return allowed

    def _explanations(
        self, request: Request, row: int, prediction: Prediction, known: list[tuple[int, int]]
    ) -> dict[int, tuple[Reason, ...]]:
        rows = self._shelf.rows_of(request.explain)
        if not rows or not known:
            return dict.fromkeys(rows, ())
        ratings = most_telling(known)
        question = LeftOut(request.taste, ratings, np.array(list(rows.values()), dtype=np.intp))
        [effects] = self._effects([question], prediction.of([row]), exact=True)
        return {
            # a title's own rating is no reason for it
            anime_id: tuple(reason for reason in found if reason.anime_id != anime_id)
            for anime_id, found in zip(rows, all_reasons(ratings, effects), strict=True)
        }

    def _blind(self, request: Request) -> dict[int, float]:
        rated = {anime_id for anime_id, _ in request.taste.ratings}
        rows = self._shelf.rows_of(anime_id for anime_id in request.blind if anime_id in rated)
        if not rows:
            return {}
        rating = self._predict([request.taste.without(i) for i in rows]).rating
        own = rating[np.arange(len(rows)), list(rows.values())]
        return dict(zip(rows, _shown(own), strict=True))


def _scores(request: Request, prediction: Prediction) -> NDArray[np.float32]:
    """Return what orders the titles of this request, float32[requests, titles]."""
    return prediction.rating if request.ranking is Ranking.PREDICTED else prediction.blend


def _not_followed(taste: Taste) -> frozenset[int]:
    """Return the titles after which the person wants no more of the franchise."""
    return frozenset(anime_id for anime_id, score in taste.ratings if score < FOLLOWED_FROM)


def _worth_listing(
    allowed: NDArray[np.bool_], rating: NDArray[np.float32], needed: int
) -> NDArray[np.bool_]:
    """Return `allowed` without what the person would probably dislike, if `needed` titles stay.

    A small cluster would else be listed to its last title, whatever that is.
    """
    worth = allowed & (rating >= LISTED_FROM)
    return worth if np.count_nonzero(worth) >= needed else allowed


def _shown(ratings: NDArray[np.float32]) -> list[float]:
    """Return predicted ratings as they are shown: within 1–10, four decimals."""
    inside = np.minimum(np.maximum(ratings.astype(np.float64), LOWEST_SCORE), HIGHEST_SCORE)
    return inside.round(4).tolist()
