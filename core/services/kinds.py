"""What kind of anime a title is: the name of its cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.clusters.clusters import NO_CLUSTER
from core.clusters.names import name_clusters
from core.services.rounds import Kind, StoredKind, shown_kind

if TYPE_CHECKING:
    from core.catalogue.catalogue import Catalogue
    from core.network.bundle import TitleTable
    from core.recommender.newcomers.placement import Placement
    from core.showing import Showing


class TitleKinds:
    """The kinds of all titles the recommender can list; adult titles name none."""

    def __init__(
        self, catalogue: Catalogue, titles: TitleTable, placement: Placement | None = None
    ) -> None:
        ids: list[int] = titles.ids.tolist()
        known = [catalogue.get(anime_id) for anime_id in ids]
        self._catalogue = catalogue
        self._kinds = tuple(
            StoredKind(name.genres, name.examples)
            for name in name_clusters(titles.clusters, titles.counts, known)
        )
        cluster: list[int] = titles.clusters.cluster.tolist()
        self._cluster_of = dict(zip(ids, cluster, strict=True))
        if placement is not None:
            self._cluster_of |= zip(placement.ids.tolist(), placement.cluster.tolist(), strict=True)

    def of(self, anime_id: int, showing: Showing) -> Kind | None:
        """Return what of a title's kind may be shown.

        None if it has no cluster, that cluster has no name, or none of its examples may be shown.
        """
        number = self._cluster_of.get(anime_id, NO_CLUSTER)
        if number == NO_CLUSTER:
            return None
        return shown_kind(self._catalogue, self._kinds[number], showing)
