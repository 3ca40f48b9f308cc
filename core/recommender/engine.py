"""From a person's ratings to the two lists; everything that happens on the worker's thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from core.network import seed_predictor
from core.network.bundle import MANIFEST
from core.person import HIGHEST_SCORE, LOWEST_SCORE
from core.recommender.hybrid_filter import best, split
from core.recommender.request import Lists, Pick, Ranking, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from core.catalogue.catalogue import Catalogue
    from core.network.bundle import Bundle
    from core.network.predictor import Prediction, Predictor
    from core.person import Taste
    from core.recommender.request import Request

REASON_CANDIDATES: Final = 24
"""A reason is looked for among this many of the latest ratings; each costs one more row."""

PREDICTORS: Final[dict[str, Callable[[Bundle, str], Predictor]]] = {
    seed_predictor.KIND: seed_predictor.SeedPredictor,
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
class _Rows:
    """Where one request's predictions stand in the batch: `first`, then one row a left-out."""

    first: int
    left_out: tuple[int, ...]


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
        self._known = np.array([title is not None for title in known], dtype=np.bool_)
        self._adult = np.array([bool(title and title.adult) for title in known], dtype=np.bool_)

    def recommend(self, requests: Sequence[Request]) -> list[Lists]:
        """Return the lists for each request, in order; all share one pass of the network."""
        tastes: list[Taste] = []
        places: list[_Rows] = []
        for request in requests:
            left_out = self._candidates(request) if request.with_reasons else ()
            places.append(_Rows(len(tastes), left_out))
            tastes.append(request.taste)
            tastes.extend(_without(request.taste, anime_id) for anime_id in left_out)
        if not tastes:
            return []
        prediction = self._predictor.predict(tastes)
        return [
            self._lists(request, place, prediction)
            for request, place in zip(requests, places, strict=True)
        ]

    def _candidates(self, request: Request) -> tuple[int, ...]:
        known = [anime_id for anime_id, _ in request.taste.ratings if anime_id in self._index_of]
        return tuple(known[-REASON_CANDIDATES:])

    def _lists(self, request: Request, place: _Rows, prediction: Prediction) -> Lists:
        by_rating = request.ranking is Ranking.PREDICTED
        order = prediction.rating if by_rating else prediction.blend
        scores, rating = order[place.first], prediction.rating[place.first]
        allowed = self._allowed(request)
        known = [(self._index_of[i], s) for i, s in request.taste.ratings if i in self._index_of]
        # A rated title without a cluster points nowhere: the next older one takes its place.
        pointing = [pair for pair in known if self._points(pair, request.liked_from)]
        latest = pointing[len(pointing) - min(request.latest, len(pointing)) :]
        lists = split(
            scores,
            allowed,
            latest,
            self._titles.clusters,
            liked_from=request.liked_from,
            size=request.list_size,
        )
        ranking = best(scores, allowed, request.ranking_size)
        rows = order[place.first + 1 : place.first + 1 + len(place.left_out)]

        def picks(indices: NDArray[np.intp]) -> tuple[Pick, ...]:
            reasons = _reasons(indices, scores, rows, place.left_out, request.taste)
            return tuple(
                Pick(int(self._titles.ids[index]), _shown(rating[index]), reason)
                for index, reason in zip(indices.tolist(), reasons, strict=True)
            )

        wanted = {i: self._index_of[i] for i in request.want if i in self._index_of}
        return Lists(
            similar=picks(lists.similar),
            may_like=picks(lists.may_like),
            ranking=tuple(self._titles.ids[ranking].tolist()),
            predicted={anime_id: _shown(rating[index]) for anime_id, index in wanted.items()},
        )

    def _points(self, rated: tuple[int, int], liked_from: int) -> bool:
        return bool(self._titles.clusters.chosen([rated], liked_from))

    def _allowed(self, request: Request) -> NDArray[np.bool_]:
        allowed = self._known.copy()
        if not request.allow_adult:
            allowed &= ~self._adult
        seen = {anime_id for anime_id, _ in request.taste.ratings} | request.exclude
        allowed[[self._index_of[i] for i in seen if i in self._index_of]] = False
        return allowed


def _without(taste: Taste, anime_id: int) -> Taste:
    return replace(taste, ratings=tuple(pair for pair in taste.ratings if pair[0] != anime_id))


def _reasons(
    indices: NDArray[np.intp],
    scores: NDArray[np.float32],
    rows: NDArray[np.float32],
    left_out: tuple[int, ...],
    taste: Taste,
) -> list[Reason | None]:
    """For each title, the rating without which its score would fall most (leave-one-out)."""
    if not left_out or not len(indices):
        return [None] * len(indices)
    effects = scores[indices] - rows[:, indices]
    given = dict(taste.ratings)
    strongest: list[int] = effects.argmax(axis=0).tolist()
    reasons: list[Reason | None] = []
    for column, row in enumerate(strongest):
        effect = float(effects[row, column])
        anime_id = left_out[row]
        reasons.append(Reason(anime_id, given[anime_id], effect) if effect > 0 else None)
    return reasons


def _shown(rating: np.float32) -> float:
    """Return a predicted rating as it is shown: within 1–10, two decimals."""
    return round(min(max(float(rating), LOWEST_SCORE), HIGHEST_SCORE), 2)
