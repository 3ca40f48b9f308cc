"""Puts a question to a recommender: to a baseline's scores, or to a bundle as people get it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from core.clusters.clusters import NO_CLUSTER, Clusters
from core.network.demographics import BRACKETS, GENDERS, NOT_GIVEN
from core.person import HIGHEST_SCORE, LOWEST_SCORE, AgeBracket, Taste
from core.recommender.hybrid_filter import best, pointing, split
from core.recommender.request import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from core.evaluation.baselines.scorer import Scorer
    from core.evaluation.protocol import Profiles, Question
    from core.network.rating_matrix import RatingMatrix
    from core.recommender.engine import Engine
    from core.recommender.request import Lists

RANKING_SIZE: Final = 20
NOTHING: Final = -1
"""Stands in a list where there was no further title."""

AGE_OF: Final = {
    AgeBracket.UNDER_11: 10,
    AgeBracket.FROM_11: 13,
    AgeBracket.FROM_16: 17,
    AgeBracket.FROM_20: 25,
}
"""An age inside each bracket, for people of whom only the bracket is known."""

# What a person gets who changes nothing.
_DEFAULTS: Final = Request(Taste())
_CHUNK: Final = 256


@dataclass(frozen=True, slots=True)
class Answers:
    """What a recommender said to all people of a question.

    `ranking` int32[users, 20] are title numbers, best first; `lists` int32[users, 20] those of
    Similar Anime and then Anime You May Like; both hold `NOTHING` where a title is missing.
    `predicted` float32[hidden ratings], 1–10, is `None` from a recommender without ratings.
    """

    ranking: NDArray[np.int32]
    lists: NDArray[np.int32]
    predicted: NDArray[np.float32] | None


def no_clusters(titles: int) -> Clusters:
    """Return clusters that know nothing: both lists then share the ranking's best twenty."""
    nothing = np.full(titles, NO_CLUSTER, dtype=np.int32)
    return Clusters(nothing, nothing.copy(), np.zeros((0, 0), dtype=np.int16))


def ask_scorer(
    scorer: Scorer,
    question: Question,
    ranked: NDArray[np.bool_],
    clusters: Clusters,
    progress: Callable[[int], None],
) -> Answers:
    """Rank by the scores of a baseline and split into the two lists by the product's own filter.

    `progress` is called with the number of people just done.
    """
    answers = _empty(len(question.profiles))
    predicted: list[NDArray[np.float32]] = []
    rates = True
    for first in range(0, len(question.profiles), _CHUNK):
        people = np.arange(first, min(first + _CHUNK, len(question.profiles)))
        profiles, hidden = question.profiles.rows(people), question.hidden.rows(people)
        scores = scorer.score(profiles)
        allowed = _allowed(profiles, ranked)
        for row, person in enumerate(people.tolist()):
            _put(answers.ranking[person], best(scores.ranking[row], allowed[row], RANKING_SIZE))
            found = split(
                scores.ranking[row],
                allowed[row],
                _pointing(profiles, row, clusters),
                clusters,
                liked_from=_DEFAULTS.liked_from,
                size=_DEFAULTS.list_size,
            )
            _put(answers.lists[person], np.concatenate([found.similar, found.may_like]))
        if scores.rating is None:
            rates = False
        else:
            predicted.append(scores.rating[hidden.user, hidden.title])
        progress(len(people))
    if not rates:
        return answers
    rating = np.concatenate(predicted).clip(LOWEST_SCORE, HIGHEST_SCORE)
    return Answers(answers.ranking, answers.lists, rating.astype(np.float32))


def ask_engine(
    engine: Engine, question: Question, ids: NDArray[np.int32], progress: Callable[[int], None]
) -> Answers:
    """Ask the engine the bot asks; `ids` int32[titles] is the order of the bundle's titles."""
    answers = _empty(len(question.profiles))
    number = {anime_id: index for index, anime_id in enumerate(ids.tolist())}
    predicted: list[float] = []
    for first in range(0, len(question.profiles), _CHUNK):
        people = np.arange(first, min(first + _CHUNK, len(question.profiles)))
        requests = _requests(question.profiles.rows(people), question.hidden.rows(people), ids)
        for person, request, lists in zip(
            people.tolist(), requests, engine.recommend(requests), strict=True
        ):
            _put(answers.ranking[person], np.array([number[i] for i in lists.ranking]))
            _put(answers.lists[person], np.array([number[i] for i in _both(lists)]))
            predicted.extend(lists.predicted[anime_id] for anime_id in request.want)
        progress(len(people))
    return Answers(answers.ranking, answers.lists, np.array(predicted, dtype=np.float32))


def tastes(profiles: Profiles, ids: NDArray[np.int32]) -> list[Taste]:
    """Return the profiles in the recommender's own words."""
    genders: list[int] = profiles.gender.tolist()
    brackets: list[int] = profiles.bracket.tolist()
    shown = _pairs(profiles.shown.start, ids[profiles.shown.title], profiles.shown.score)
    return [
        Taste(
            age=None if bracket == NOT_GIVEN else AGE_OF[BRACKETS[bracket]],
            gender=None if gender == NOT_GIVEN else GENDERS[gender],
            ratings=ratings,
        )
        for ratings, gender, bracket in zip(shown, genders, brackets, strict=True)
    ]


def _requests(profiles: Profiles, hidden: RatingMatrix, ids: NDArray[np.int32]) -> list[Request]:
    left_out = np.split(ids[profiles.left_out.title], profiles.left_out.start[1:-1])
    wanted = np.split(ids[hidden.title], hidden.start[1:-1])
    return [
        Request(
            taste,
            exclude=frozenset(out.tolist()),
            ranking_size=RANKING_SIZE,
            want=tuple(want.tolist()),
        )
        for taste, out, want in zip(tastes(profiles, ids), left_out, wanted, strict=True)
    ]


def _pairs(
    start: NDArray[np.int64], anime_id: NDArray[np.int32], score: NDArray[np.float32]
) -> list[tuple[tuple[int, int], ...]]:
    pairs = list(zip(anime_id.tolist(), score.astype(np.int64).tolist(), strict=True))
    bounds: Sequence[int] = start.tolist()
    return [tuple(pairs[a:b]) for a, b in pairwise(bounds)]


def _both(lists: Lists) -> list[int]:
    return [pick.anime_id for pick in (*lists.similar, *lists.may_like)]


def _allowed(profiles: Profiles, ranked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    allowed = np.repeat(ranked[None, :], len(profiles), axis=0)
    for seen in (profiles.shown, profiles.left_out):
        allowed[seen.user, seen.title] = False
    return allowed


def _pointing(profiles: Profiles, row: int, clusters: Clusters) -> list[tuple[int, int]]:
    """Return the latest ratings that point to a cluster, as the engine chooses them."""
    shown = profiles.shown
    place = slice(int(shown.start[row]), int(shown.start[row + 1]))
    titles: list[int] = shown.title[place].tolist()
    scores: list[float] = shown.score[place].tolist()
    pairs = [(title, int(score)) for title, score in zip(titles, scores, strict=True)]
    return pointing(pairs, clusters, _DEFAULTS.latest, _DEFAULTS.liked_from)


def _empty(people: int) -> Answers:
    def nothing() -> NDArray[np.int32]:
        return np.full((people, RANKING_SIZE), NOTHING, dtype=np.int32)

    return Answers(nothing(), nothing(), None)


def _put(row: NDArray[np.int32], titles: NDArray[np.integer]) -> None:
    row[: len(titles)] = titles
