"""From a person's ratings to the two lists; everything that happens on the worker's thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from core.clusters.names import name_clusters
from core.network.bundle import MANIFEST
from core.network.predictor import LeftOut
from core.network.riko.predictor import RIKO, RikoPredictor
from core.network.seed.predictor import RIKONET, SeedPredictor
from core.person import HIGHEST_SCORE, LOWEST_SCORE
from core.recommender.group import group_scores
from core.recommender.hybrid_filter import best, pointing, split
from core.recommender.reasons import all_reasons, best_liked, most_telling, strongest_reasons
from core.recommender.request import GroupLists, GroupPick, Lists, Pick, Ranking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from core.catalogue.catalogue import Catalogue
    from core.network.bundle import Bundle
    from core.network.predictor import Prediction, Predictor
    from core.recommender.hybrid_filter import Split
    from core.recommender.request import GroupRequest, Reason, Request

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

    `known` are the ratings of titles that the bundle knows, `latest` those that chose the pool, as
    rows of the bundle; `allowed` bool[titles] may be listed.
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

    Only titles that both the bundle and the catalogue know are ever listed. Not safe for several
    threads at once; `core.inference` gives it one of its own.
    """

    def __init__(self, bundle: Bundle, catalogue: Catalogue, device: str) -> None:
        self._titles = bundle.titles
        self._index_of = bundle.titles.index_of
        self._predictor = build_predictor(bundle, device)
        ids = bundle.titles.ids.tolist()
        known = [catalogue.get(anime_id) for anime_id in ids]
        self._names = name_clusters(bundle.titles.clusters, bundle.titles.counts, known)
        self._known = np.array([title is not None for title in known], dtype=np.bool_)
        adult = np.array([bool(title and title.adult) for title in known], dtype=np.bool_)
        self._for_everybody = self._known & ~adult

    def recommend(self, requests: Sequence[Request]) -> list[Lists]:
        """Return the lists for each request, in order; all share one pass of the network."""
        if not requests:
            return []
        prediction = self._predictor.predict([request.taste for request in requests])
        found = [
            self._find(request, _scores(request, prediction)[row])
            for row, request in enumerate(requests)
        ]
        reasons = self._reasons(requests, found, prediction)
        return [
            self._lists(request, row, prediction, found[row], reasons[row])
            for row, request in enumerate(requests)
        ]

    def recommend_for_group(self, request: GroupRequest) -> GroupLists:
        """Return what suits all members; they share one pass of the network."""
        prediction = self._predictor.predict(request.tastes)
        seen = {anime_id for taste in request.tastes for anime_id, _ in taste.ratings}
        allowed = self._allowed(
            seen | request.exclude, request.only, allow_adult=request.allow_adult
        )
        candidates = np.flatnonzero(allowed)
        if not len(candidates):
            return GroupLists(())
        scores = group_scores(prediction.blend[:, candidates])
        chosen = candidates[best(scores, np.ones_like(candidates, dtype=np.bool_), request.size)]
        return GroupLists(
            tuple(
                GroupPick(int(self._titles.ids[index]), tuple(_shown(prediction.rating[:, index])))
                for index in chosen.tolist()
            )
        )

    def _find(self, request: Request, scores: NDArray[np.float32]) -> _Found:
        seen = {anime_id for anime_id, _ in request.taste.ratings}
        allowed = self._allowed(
            seen | request.exclude, request.only, allow_adult=request.allow_adult
        )
        clusters = self._titles.clusters
        known = [pair for pair in request.taste.ratings if pair[0] in self._index_of]
        rows = [(self._index_of[anime_id], score) for anime_id, score in known]
        latest = pointing(rows, clusters, request.latest, request.liked_from)
        lists = split(
            scores,
            allowed,
            latest,
            clusters,
            liked_from=request.liked_from,
            size=request.list_size,
        )
        return _Found(known, latest, allowed, lists)

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
            answers = self._predictor.effects(list(asked.values()), prediction.of(list(asked)))
            for (row, question), effects in zip(asked.items(), answers, strict=True):
                reasons[row] = strongest_reasons(question.ratings, effects)
        return reasons

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
        picks = list(map(Pick, self._titles.ids[listed].tolist(), _shown(rating[listed]), reasons))
        similar = len(found.split.similar)
        ranking = best(_scores(request, prediction)[row], found.allowed, request.ranking_size)
        wanted = self._rows_of(request.want)
        chosen = self._titles.clusters.chosen(reversed(found.latest), request.liked_from)
        return Lists(
            similar=tuple(picks[:similar]),
            may_like=tuple(picks[similar:]),
            ranking=tuple(self._titles.ids[ranking].tolist()),
            predicted=dict(zip(wanted, _shown(rating[list(wanted.values())]), strict=True)),
            pool=tuple(self._names[number] for number in chosen),
            explanations=self._explanations(request, row, prediction, found.known),
            blind=self._blind(request),
        )

    def _allowed(
        self, hidden: Iterable[int], only: frozenset[int] | None, *, allow_adult: bool
    ) -> NDArray[np.bool_]:
        """Return bool[titles]: which may be listed when the ids `hidden` may not."""
        allowed = (self._known if allow_adult else self._for_everybody).copy()
        if only is not None:
            named = np.zeros_like(allowed)
            named[list(self._rows_of(only).values())] = True
            allowed &= named
        allowed[list(self._rows_of(hidden).values())] = False
        return allowed

    def _rows_of(self, ids: Iterable[int]) -> dict[int, int]:
        """Return the rows of those ids that the bundle knows."""
        return {i: self._index_of[i] for i in ids if i in self._index_of}

    def _explanations(
        self, request: Request, row: int, prediction: Prediction, known: list[tuple[int, int]]
    ) -> dict[int, tuple[Reason, ...]]:
        rows = self._rows_of(request.explain)
        if not rows or not known:
            return dict.fromkeys(rows, ())
        ratings = most_telling(known)
        question = LeftOut(request.taste, ratings, np.array(list(rows.values()), dtype=np.intp))
        [effects] = self._predictor.effects([question], prediction.of([row]), exact=True)
        return {
            # a title's own rating is no reason for it
            anime_id: tuple(reason for reason in found if reason.anime_id != anime_id)
            for anime_id, found in zip(rows, all_reasons(ratings, effects), strict=True)
        }

    def _blind(self, request: Request) -> dict[int, float]:
        rated = {anime_id for anime_id, _ in request.taste.ratings}
        rows = self._rows_of(anime_id for anime_id in request.blind if anime_id in rated)
        if not rows:
            return {}
        rating = self._predictor.predict([request.taste.without(i) for i in rows]).rating
        own = rating[np.arange(len(rows)), list(rows.values())]
        return dict(zip(rows, _shown(own), strict=True))


def _scores(request: Request, prediction: Prediction) -> NDArray[np.float32]:
    """Return what orders the titles of this request, float32[requests, titles]."""
    return prediction.rating if request.ranking is Ranking.PREDICTED else prediction.blend


def _shown(ratings: NDArray[np.float32]) -> list[float]:
    """Return predicted ratings as they are shown: within 1–10, four decimals."""
    inside = np.minimum(np.maximum(ratings.astype(np.float64), LOWEST_SCORE), HIGHEST_SCORE)
    return inside.round(4).tolist()
