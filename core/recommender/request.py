"""What can be asked of the recommender, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
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

    `latest` ratings choose the clusters of Similar Anime; a score of `liked_from` or more picks the
    title's own cluster, a lower one its opposite. `exclude` titles are never listed (dismissed,
    say), nor are `seen` ones, which the person has seen without rating them. Adult titles are
    listed only with `allow_adult`. `ranking_size` asks for that many best unseen titles beside the
    lists, `want` for predicted ratings of particular titles.

    With `only`, nothing else is listed or ranked; ids the bundle does not know are passed over.
    `explain` asks what the ratings did to particular titles (`Lists.explanations`), `blind` for the
    ratings expected of rated titles as if they were not rated (`Lists.blind`): a pass of the network
    for each.
    """

    taste: Taste
    ranking: Ranking = Ranking.BLEND
    allow_adult: bool = False
    exclude: frozenset[int] = frozenset()
    seen: frozenset[int] = frozenset()
    latest: int = 3
    liked_from: int = 6
    list_size: int = 10
    ranking_size: int = 0
    want: tuple[int, ...] = ()
    with_reasons: bool = False
    only: frozenset[int] | None = None
    explain: tuple[int, ...] = ()
    blind: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """A rating of the person's own, and how it moved a title.

    `effect` is the change of the title's score in Riko's own order (`Ranking.BLEND`) that this
    rating brought, also where the lists are ordered by `Ranking.PREDICTED`; positive means that it
    speaks for the title, negative against it.
    """

    anime_id: int
    score: int
    effect: float


@dataclass(frozen=True, slots=True)
class Pick:
    """One recommended title; `predicted` is the rating (1–10) the person would likely give.

    `reason` is the rating that speaks most for the title, if one does. A `new` title is one that
    the network does not know: it is judged by what is like it.
    """

    anime_id: int
    predicted: float
    reason: Reason | None = None
    new: bool = False


@dataclass(frozen=True, slots=True)
class Lists:
    """The two lists, best first, and what else was asked for.

    `predicted` has every wanted title the bundle knows, also rated or hidden ones. `pool` names
    the clusters that Similar Anime came from, that of the latest rating first. `explanations` has
    every title to explain that the bundle knows, with the person's ratings of other titles (of a
    long profile, some of them), the strongest effect first, for or against. `blind` has every
    title to predict blindly that the bundle knows and the person has rated.
    """

    similar: tuple[Pick, ...]
    may_like: tuple[Pick, ...]
    ranking: tuple[int, ...]
    predicted: Mapping[int, float]
    pool: tuple[ClusterName, ...] = ()
    explanations: Mapping[int, tuple[Reason, ...]] = field(
        default_factory=dict[int, "tuple[Reason, ...]"]
    )
    blind: Mapping[int, float] = field(default_factory=dict[int, float])


@dataclass(frozen=True, slots=True)
class GroupRequest:
    """A question for people who want to watch something together.

    Titles that one of them has rated, or that are in `exclude`, are never listed. `seen` is what
    each member has seen without rating it, in the order of `tastes`, or nothing. The other fields
    are those of `Request`. Raises `ValueError` without a member, or if `seen` is of others.
    """

    tastes: tuple[Taste, ...]
    allow_adult: bool = False
    exclude: frozenset[int] = frozenset()
    only: frozenset[int] | None = None
    size: int = 10
    seen: tuple[frozenset[int], ...] = ()

    def __post_init__(self) -> None:
        """Hold what the class promises."""
        if not self.tastes:
            raise ValueError("a group has at least one member")
        if self.seen and len(self.seen) != len(self.tastes):
            raise ValueError("what is seen is told of each member or of none")

    def seen_by_each(self) -> tuple[frozenset[int], ...]:
        """Return what each member has seen, whether they rated it or not."""
        told = self.seen or (frozenset[int](),) * len(self.tastes)
        return tuple(
            seen.union(anime_id for anime_id, _ in taste.ratings)
            for taste, seen in zip(self.tastes, told, strict=True)
        )


@dataclass(frozen=True, slots=True)
class GroupPick:
    """One title for a group; `predicted` is each member's likely rating (1–10), in their order.

    `new` is that of `Pick`.
    """

    anime_id: int
    predicted: tuple[float, ...]
    new: bool = False


@dataclass(frozen=True, slots=True)
class GroupLists:
    """What suits a group, best first."""

    picks: tuple[GroupPick, ...]
