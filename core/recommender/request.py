"""What can be asked of the recommender, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.clusters.names import ClusterName
    from core.person import Taste


class Ranking(StrEnum):
    """How titles are ordered."""

    BLEND = "blend"
    """Ours: how likely the person is to watch and like it."""
    PREDICTED = "predicted"
    """The seed's: the network's predicted rating alone."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question to the recommender.

    `latest` ratings choose the clusters of Similar Anime; a score of `liked_from` or more picks
    the title's own cluster, a lower one its opposite. `exclude` titles are never listed (dismissed,
    say). Adult titles are listed only with `allow_adult`. `ranking_size` asks for that many best
    unseen titles beside the lists, `want` for predicted ratings of particular titles.
    """

    taste: Taste
    ranking: Ranking = Ranking.BLEND
    allow_adult: bool = False
    exclude: frozenset[int] = frozenset()
    latest: int = 3
    liked_from: int = 6
    list_size: int = 10
    ranking_size: int = 0
    want: tuple[int, ...] = ()
    with_reasons: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """The rating of the person's own that moved a title most.

    `effect` is the change of the title's score in Riko's own order (`Ranking.BLEND`) that this
    rating brought, also where the lists are ordered by `Ranking.PREDICTED`; positive means that it
    speaks for the title.
    """

    anime_id: int
    score: int
    effect: float


@dataclass(frozen=True, slots=True)
class Pick:
    """One recommended title; `predicted` is the rating (1–10) the person would likely give."""

    anime_id: int
    predicted: float
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Lists:
    """The two lists, best first, and what else was asked for.

    `predicted` has every wanted title the bundle knows, also rated or hidden ones. `pool` names
    the clusters that Similar Anime came from, that of the latest rating first.
    """

    similar: tuple[Pick, ...]
    may_like: tuple[Pick, ...]
    ranking: tuple[int, ...]
    predicted: Mapping[int, float]
    pool: tuple[ClusterName, ...] = ()
