"""From a person's ratings to the two lists; everything that happens on the worker's thread."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from core.clusters.names import name_clusters
from core.network.bundle import MANIFEST
from core.network.riko.predictor import RIKO, RikoPredictor
from core.network.seed.predictor import RIKONET, SeedPredictor
from core.person import HIGHEST_SCORE, LOWEST_SCORE
from core.recommender.hybrid_filter import best, pointing, split
from core.recommender.request import Lists, Pick, Ranking, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from core.catalogue.catalogue import Catalogue
    from core.network.bundle import Bundle
    from core.network.predictor import Predictor
    from core.person import Taste
    from core.recommender.request import Request

REASON_CANDIDATES: Final = 12
"""A reason is looked for among this many of the best-liked titles; each costs one more row."""

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
        self._adult = np.array([bool(title and title.adult) for title in known], dtype=np.bool_)

    def recommend(self, requests: Sequence[Request]) -> list[Lists]:
        """Return the lists for each request, in order; all share one pass of the network."""
        if not requests:
            return []
        prediction = self._predictor.predict([request.taste for request in requests])
        return [
            self._lists(request, prediction.rating[row], prediction.blend[row])
            for row, request in enumerate(requests)
        ]

    def _lists(
        self, request: Request, rating: NDArray[np.float32], blend: NDArray[np.float32]
    ) -> Lists:
        scores = rating if request.ranking is Ranking.PREDICTED else blend
        allowed = self._allowed(request)
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
        listed = np.concatenate([lists.similar, lists.may_like])
        reasons = self._reasons(request, known, listed, blend)
        picks = [
            Pick(int(self._titles.ids[index]), _shown(float(rating[index])), reason)
            for index, reason in zip(listed.tolist(), reasons, strict=True)
        ]
        ranking = best(scores, allowed, request.ranking_size)
        wanted = {i: self._index_of[i] for i in request.want if i in self._index_of}
        return Lists(
            similar=tuple(picks[: len(lists.similar)]),
            may_like=tuple(picks[len(lists.similar) :]),
            ranking=tuple(self._titles.ids[ranking].tolist()),
            predicted={
                anime_id: _shown(float(rating[index])) for anime_id, index in wanted.items()
            },
            pool=tuple(
                self._names[number]
                for number in clusters.chosen(reversed(latest), request.liked_from)
            ),
        )

    def _allowed(self, request: Request) -> NDArray[np.bool_]:
        allowed = self._known.copy()
        if not request.allow_adult:
            allowed &= ~self._adult
        seen = {anime_id for anime_id, _ in request.taste.ratings} | request.exclude
        allowed[[self._index_of[i] for i in seen if i in self._index_of]] = False
        return allowed

    def _reasons(
        self,
        request: Request,
        known: list[tuple[int, int]],
        listed: NDArray[np.intp],
        blend: NDArray[np.float32],
    ) -> list[Reason | None]:
        """For each listed title, the liked one without which its score would fall most.

        Each liked title is left out in turn, all in one batch (after Sprout). Having watched a
        title one disliked can speak for another, too, but nobody would call that a reason.
        `known` are the person's ratings of titles the bundle knows.
        """
        liked = [pair for pair in reversed(known) if pair[1] >= request.liked_from]
        # the sort is stable: of equal scores the latest come first
        ratings = sorted(liked, key=lambda pair: -pair[1])[:REASON_CANDIDATES]
        if not request.with_reasons or not ratings or not len(listed):
            return [None] * len(listed)
        without = [_without(request.taste, anime_id) for anime_id, _ in ratings]
        sizes = np.full(len(without), len(known), dtype=np.int64)
        effects = blend[listed] - self._predictor.blend_at(without, listed, sizes)
        strongest: list[int] = effects.argmax(axis=0).tolist()
        return [
            Reason(*ratings[row], effect) if (effect := float(effects[row, column])) > 0 else None
            for column, row in enumerate(strongest)
        ]


def _without(taste: Taste, anime_id: int) -> Taste:
    return replace(taste, ratings=tuple(pair for pair in taste.ratings if pair[0] != anime_id))


def _shown(rating: float) -> float:
    """Return a predicted rating as it is shown: within 1–10."""
    return round(min(max(rating, LOWEST_SCORE), HIGHEST_SCORE), 4)
