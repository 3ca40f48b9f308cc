"""A name for each cluster that a person understands: what is typical of it, and who is in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy as np

from core.clusters.clusters import NO_CLUSTER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from core.catalogue.title import Title
    from core.clusters.clusters import Clusters

_GENRES: Final = 2
_TITLES: Final = 2
# A genre is typical only if this share of the cluster has it, and this many of its titles.
_LEAST_SHARE: Final = 0.4
_LEAST_TITLES: Final = 3


@dataclass(frozen=True, slots=True)
class ClusterName:
    """Up to two genres that set a cluster apart, and ids of its best-known titles.

    There are up to two of those, not of one franchise.
    """

    genres: tuple[str, ...]
    examples: tuple[int, ...]


def name_clusters(
    clusters: Clusters, counts: NDArray[np.int64], titles: Sequence[Title | None]
) -> tuple[ClusterName, ...]:
    """Return the name of each cluster.

    `titles` has the catalogue's entry for each row of the clusters, `None` where it has none;
    `counts` int64[titles] says how well known each is. Adult titles name nothing. A genre counts
    by how much more of the cluster has it than of all titles.
    """
    known = [title if title is not None and not title.adult else None for title in titles]
    everywhere = Counter(genre for title in known if title for genre in title.genres)
    total = max(1, sum(title is not None for title in known))
    by_count: list[int] = np.argsort(-counts, kind="stable").tolist()
    members: list[list[Title]] = [[] for _ in range(clusters.count)]
    for row in by_count:
        title = known[row]
        number = int(clusters.cluster[row])
        if title is not None and number != NO_CLUSTER:
            members[number].append(title)
    return tuple(
        ClusterName(
            _typical(inside, everywhere, total),
            tuple(title.anime_id for title in islice(_one_of_a_franchise(inside), _TITLES)),
        )
        for inside in members
    )


def _one_of_a_franchise(titles: list[Title]) -> Iterator[Title]:
    shown: set[str] = set()
    for title in titles:
        if title.franchise is None or title.franchise not in shown:
            yield title
            shown.add(title.franchise or "")


def _typical(members: list[Title], everywhere: Counter[str], total: int) -> tuple[str, ...]:
    here = Counter(genre for title in members for genre in title.genres)

    def excess(genre: str) -> float:
        share, usual = here[genre] / len(members), everywhere[genre] / total
        return float(share * np.log(share / usual))

    least = max(_LEAST_TITLES, _LEAST_SHARE * len(members))
    common = [genre for genre, n in here.items() if n >= least]
    ranked = sorted(common, key=lambda genre: (-excess(genre), genre))
    return tuple(genre for genre in ranked[:_GENRES] if excess(genre) > 0)
