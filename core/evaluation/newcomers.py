"""How well titles are judged that the network does not know: known ones are hidden from it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from statistics import fmean
from typing import TYPE_CHECKING, Final

import numpy as np

from core.catalogue.catalogue import Catalogue
from core.catalogue.franchises import find_parts
from core.clusters.clusters import Clusters
from core.errors import InvalidInputError
from core.evaluation.answers import tastes
from core.evaluation.protocol import prepare
from core.evaluation.run import HELD_OUT
from core.network.bundle import TitleTable
from core.network.predictor import Prediction
from core.person import HIGHEST_SCORE, LIKED_FROM, LOWEST_SCORE, Taste
from core.recommender.engine import build_predictor
from core.recommender.hybrid_filter import pointing, split
from core.recommender.newcomers.placement import place_newcomers
from core.recommender.request import Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from core.evaluation.data import EvaluationData
    from core.evaluation.protocol import Question
    from core.network.bundle import Bundle
    from core.network.predictor import Predictor

SHARE: Final = 0.1
"""A draw hides this share of the titles with `LEAST_RATED` ratings or more."""
LEAST_RATED: Final = 50
LEAST_SHOWN: Final = 5
"""People with fewer ratings of the titles that are left are not asked."""

_PRIOR: Final = 5
_DEFAULTS: Final = Request(Taste())
_CHUNK: Final = 128


@dataclass(frozen=True, slots=True)
class NewcomerFigures:
    """How hidden titles are judged; means over the draws.

    First the root mean squared error of what people gave hidden titles, `ratings` of them: by
    `placement`; by the `network`, which knows the titles; by the mean of all ratings (`overall`);
    by the mean of the titles' `genres`; and by that and what the person usually gives above it.

    Then the two lists: which share of the hidden titles somebody liked is in them by placement
    (`hits`) and by the network, and which share of their places hidden titles take in either case.
    """

    ratings: float
    placement: float
    network: float
    overall: float
    genres: float
    person_and_genres: float
    hits: float
    network_hits: float
    places: float
    network_places: float


def measure_newcomers(
    data: EvaluationData, bundle: Bundle, catalogue: Catalogue, *, draws: int
) -> NewcomerFigures:
    """Hide known titles in `draws` random ways and judge them by placement.

    People are those of the split the bundle was trained without; of the catalogue, only what the
    bundle knows counts. Raises `InvalidInputError` when nobody rated a title that could be hidden.
    """
    ids: list[int] = bundle.titles.ids.tolist()
    known = Catalogue(title for i in ids if (title := catalogue.get(i)) is not None)
    ranked = np.array([i in known for i in ids], dtype=np.bool_)
    split_ = bundle.manifest.training.get(HELD_OUT)
    held_out = split_ if isinstance(split_, int) else 0
    question = prepare(data, held_out, bundle.titles.ids, ranked).questions[0]
    predictor = build_predictor(bundle, "cpu")
    able = np.flatnonzero(ranked & (bundle.titles.counts >= LEAST_RATED))
    found: list[NewcomerFigures] = []
    for draw in range(draws):
        hidden = np.zeros_like(ranked)
        random = np.random.default_rng(draw)
        hidden[random.choice(able, round(SHARE * len(able)), replace=False)] = True
        world = HiddenTitles(bundle.titles, known, ranked, hidden)
        found.append(_figures(world, _people(question, bundle.titles, hidden), predictor))
    return NewcomerFigures(
        *(fmean(getattr(each, item.name) for each in found) for item in fields(NewcomerFigures))
    )


@dataclass(frozen=True, slots=True)
class _Person:
    """What is told of a person, and the hidden titles (rows) they rated, with their scores."""

    taste: Taste
    rows: NDArray[np.intp]
    scores: NDArray[np.float64]


def _people(question: Question, titles: TitleTable, hidden: NDArray[np.bool_]) -> list[_Person]:
    hidden_ids = frozenset(titles.ids[hidden].tolist())
    index_of = titles.index_of
    asked = question.hidden
    people: list[_Person] = []
    for person, taste in enumerate(tastes(question.profiles, titles.ids)):
        place = slice(int(asked.start[person]), int(asked.start[person + 1]))
        rows, scores = asked.title[place], asked.score[place]
        shown = [pair for pair in taste.ratings if pair[0] in hidden_ids]
        rows = np.array([*rows[hidden[rows]].tolist(), *(index_of[i] for i, _ in shown)], np.intp)
        scores = np.array([*scores[hidden[asked.title[place]]].tolist(), *(s for _, s in shown)])
        left = tuple(pair for pair in taste.ratings if pair[0] not in hidden_ids)
        if len(rows) and len(left) >= LEAST_SHOWN:
            people.append(_Person(replace(taste, ratings=left), rows, scores.astype(np.float64)))
    if not people:
        raise InvalidInputError("Nobody who was held out rated a title that could be hidden.")
    return people


class HiddenTitles:
    """Some titles hidden, and placed as newcomers; arrays are in the order of the bundle."""

    def __init__(
        self,
        titles: TitleTable,
        catalogue: Catalogue,
        ranked: NDArray[np.bool_],
        hidden: NDArray[np.bool_],
    ) -> None:
        clusters = titles.clusters
        left = TitleTable(
            titles.ids[~hidden],
            titles.counts[~hidden],
            titles.means[~hidden],
            Clusters(clusters.cluster[~hidden], clusters.opposite[~hidden], clusters.neighbours),
        )
        placement = place_newcomers(left, catalogue, find_parts(catalogue))
        if placement is None:
            raise InvalidInputError("The bundle knows too few titles to hide some of them.")
        self.index_of = titles.index_of
        self.hidden = hidden
        self.ranked = ranked
        self.known_clusters = clusters
        self._placement = placement
        self._kept = np.flatnonzero(~hidden)
        self._placed = np.array([self.index_of[i] for i in placement.ids.tolist()], dtype=np.intp)
        cluster, opposite = clusters.cluster.copy(), clusters.opposite.copy()
        cluster[self._placed], opposite[self._placed] = placement.cluster, placement.opposite
        self.clusters = Clusters(cluster, opposite, clusters.neighbours)
        # what could not be placed is not listed
        self.listable = ranked & ~hidden
        self.listable[self._placed] = True
        self.overall, self.genres = _genre_means(left, catalogue, titles.ids.tolist())

    def placed(self, prediction: Prediction) -> Prediction:
        """Return what would be predicted without knowing the hidden titles."""
        rating, blend = prediction.rating.copy(), prediction.blend.copy()
        found = self._placement.extend(Prediction(rating[:, self._kept], blend[:, self._kept]))
        rating[:, self.hidden] = self.overall
        rating[:, self._placed] = found.rating[:, len(self._kept) :]
        blend[:, self._placed] = found.blend[:, len(self._kept) :]
        return Prediction(rating, blend)


def _figures(
    world: HiddenTitles, people: Sequence[_Person], predictor: Predictor
) -> NewcomerFigures:
    errors: list[NDArray[np.float64]] = []
    hits = np.zeros(2)
    places = np.zeros(2)
    liked = listed = 0
    for first in range(0, len(people), _CHUNK):
        some = people[first : first + _CHUNK]
        network = predictor.predict([person.taste for person in some])
        placed = world.placed(network)
        for row, person in enumerate(some):
            usual = world.genres[person.rows]
            guesses = (
                placed.rating[row, person.rows],
                network.rating[row, person.rows],
                np.full(len(usual), world.overall),
                usual,
                usual + _above_genres(world, person.taste),
            )
            inside = np.clip(guesses, LOWEST_SCORE, HIGHEST_SCORE)
            errors.append((inside - person.scores) ** 2)
            wanted = person.rows[person.scores >= LIKED_FROM]
            liked += len(wanted)
            for number, (scores, allowed, clusters) in enumerate(
                (
                    (placed.blend[row], world.listable, world.clusters),
                    (network.blend[row], world.ranked, world.known_clusters),
                )
            ):
                found = _listed(world, person.taste, scores, allowed, clusters)
                hits[number] += np.isin(wanted, found).sum()
                places[number] += world.hidden[found].sum()
            listed += 2 * _DEFAULTS.list_size
    squared = np.concatenate(errors, axis=1)
    return NewcomerFigures(
        squared.shape[1],
        *np.sqrt(squared.mean(axis=1)).tolist(),
        *(hits / max(liked, 1)).tolist(),
        *(places / listed).tolist(),
    )


def _listed(
    world: HiddenTitles,
    taste: Taste,
    scores: NDArray[np.float32],
    allowed: NDArray[np.bool_],
    clusters: Clusters,
) -> NDArray[np.intp]:
    """Return the titles of both lists."""
    rated = [(world.index_of[i], score) for i, score in taste.ratings]
    allowed = allowed.copy()
    allowed[[row for row, _ in rated]] = False
    latest = pointing(rated, clusters, _DEFAULTS.latest, _DEFAULTS.liked_from)
    found = split(
        scores,
        allowed,
        latest,
        clusters,
        liked_from=_DEFAULTS.liked_from,
        size=_DEFAULTS.list_size,
    )
    return np.concatenate([found.similar, found.may_like])


def _above_genres(world: HiddenTitles, taste: Taste) -> float:
    """Return how far the person's scores lie above the means of the titles' genres, shrunk."""
    above = [score - world.genres[world.index_of[i]] for i, score in taste.ratings]
    return float(sum(above) / (len(above) + _PRIOR))


def _genre_means(
    left: TitleTable, catalogue: Catalogue, ids: Sequence[int]
) -> tuple[float, NDArray[np.float64]]:
    """Return the mean of all ratings, and for each of `ids` the mean of its genres' means."""
    total: dict[str, float] = {}
    count: dict[str, int] = {}
    rows = zip(left.ids.tolist(), left.counts.tolist(), left.means.tolist(), strict=True)
    for anime_id, votes, mean in rows:
        title = catalogue.get(anime_id)
        for genre in title.genres if title is not None and votes else ():
            total[genre] = total.get(genre, 0) + votes * mean
            count[genre] = count.get(genre, 0) + votes
    overall = float(np.nansum(left.counts * left.means) / left.counts.sum())
    usual: list[float] = []
    for anime_id in ids:
        title = catalogue.get(anime_id)
        genres = [genre for genre in title.genres if genre in count] if title else []
        usual.append(fmean(total[g] / count[g] for g in genres) if genres else overall)
    return overall, np.array(usual)
