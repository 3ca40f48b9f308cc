"""A person's taste in numbers: what they rated, which genres they favour, what surprised."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Final

from core.person import HIGHEST_SCORE, LOWEST_SCORE
from core.recommender.cold_start import votes_of
from core.recommender.request import Request
from core.services.asker import asker_in
from core.services.clock import utc_now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.catalogue.catalogue import Catalogue
    from core.network.bundle import TitleTable
    from core.recommender.cold_start import Votes
    from core.services.asker import Asker
    from core.services.clock import Clock
    from core.services.ratings import RatedTitle
    from core.services.recommends import Recommends
    from core.showing import Place
    from core.storage.database import Database

HELPFUL_RATINGS: Final = 20
"""From about this many ratings on, one more changes little."""

SURPRISES: Final = 5
LOOKED_AT: Final = 60
"""Surprises are looked for among this many of the latest ratings."""
SURPRISING: Final = 1.0
"""By how much a score must differ from what was expected, at least."""

_PRIOR: Final = 5
"""With how many titles rated just as the community does every genre starts."""


@dataclass(frozen=True, slots=True)
class GenreTaste:
    """What a person thinks of a genre: how many titles of it they rated, and their mean score.

    `average` is the mean of what the community gives those of the same titles that it rated, none
    if it rated none. Where it did not rate all, `mean` and `average` are of different titles, so
    only `difference` compares: it is of those both rated.
    `difference` is how much more they give its titles than the community gives the same ones; it is
    shrunk as `sum of differences / (n + 5)`, so that one title does not make a favourite genre.
    """

    genre: str
    count: int
    mean: float
    average: float | None
    difference: float


@dataclass(frozen=True, slots=True)
class Surprise:
    """A rating that Riko would not have `expected` (1–10) from the person's other ratings."""

    rating: RatedTitle
    expected: float


@dataclass(frozen=True, slots=True)
class TasteCard:
    """A person's ratings in numbers.

    `distribution` counts the scores from 1 to 10; `mean` is none without ratings. `genres` has the
    most rated first, `surprises` the largest difference; neither shows adult titles where those may
    not be. `wanted` is how many more ratings would still help.
    """

    rating_count: int
    mean: float | None
    distribution: tuple[int, ...]
    genres: tuple[GenreTaste, ...]
    surprises: tuple[Surprise, ...]
    wanted: int


class TasteService:
    """Sums a person's ratings up.

    Raises `DatabaseError` when the database cannot be read, `BusyError` or `InferenceError` when
    the recommender does not answer.
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
        self._votes = votes_of(titles)

    async def card(self, user_id: int, place: Place) -> TasteCard:
        """Return the taste of `user_id` in numbers; all of them are zero for a stranger."""
        asker = await asker_in(self._database, user_id, self._clock(), place)
        scores = [rating.score for rating in asker.ratings.values()]
        counts = Counter(scores)
        return TasteCard(
            rating_count=len(scores),
            mean=fmean(scores) if scores else None,
            distribution=tuple(counts[s] for s in range(LOWEST_SCORE, HIGHEST_SCORE + 1)),
            genres=_genres(asker, self._catalogue, self._votes),
            surprises=await self._surprises(asker),
            wanted=max(0, HELPFUL_RATINGS - len(self._known & asker.ratings.keys())),
        )

    async def _surprises(self, asker: Asker) -> tuple[Surprise, ...]:
        latest = [i for i in list(asker.ratings)[::-1] if i in self._known][:LOOKED_AT]
        if len(latest) < 2:
            # without another rating nothing could be expected
            return ()
        answer = await self._recommender.recommend(
            Request(asker.taste, list_size=0, blind=tuple(latest))
        )
        found = [
            Surprise(rated, answer.blind[anime_id])
            for anime_id in latest
            if anime_id in answer.blind
            and (rated := asker.rated_title(self._catalogue, anime_id)) is not None
        ]
        found.sort(key=lambda each: -_difference(each))
        return tuple(each for each in found if _difference(each) >= SURPRISING)[:SURPRISES]


def _difference(surprise: Surprise) -> float:
    return abs(surprise.rating.score - surprise.expected)


def _genres(
    asker: Asker, catalogue: Catalogue, votes: Mapping[int, Votes]
) -> tuple[GenreTaste, ...]:
    scores: dict[str, list[int]] = {}
    averages: dict[str, list[float]] = {}
    differences: dict[str, list[float]] = {}
    for anime_id in asker.ratings:
        rated = asker.rated_title(catalogue, anime_id)
        if rated is None:
            continue
        community = votes.get(anime_id)
        for genre in asker.showing.with_hidden.genres(rated.title.genres):
            scores.setdefault(genre, []).append(rated.score)
            if community is not None:
                averages.setdefault(genre, []).append(community.mean)
                differences.setdefault(genre, []).append(rated.score - community.mean)
    tastes = [
        GenreTaste(
            genre,
            len(given),
            fmean(given),
            fmean(averages[genre]) if genre in averages else None,
            sum(differences.get(genre, ())) / (len(differences.get(genre, ())) + _PRIOR),
        )
        for genre, given in scores.items()
    ]
    return tuple(sorted(tastes, key=lambda taste: (-taste.count, taste.genre)))
