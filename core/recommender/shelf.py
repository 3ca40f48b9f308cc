"""What an engine must know of a catalogue; the only part of it that changes with the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.catalogue.franchises import find_parts
from core.clusters.names import name_clusters
from core.recommender.franchises import FranchiseRules
from core.recommender.newcomers.placement import place_newcomers, with_newcomers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.catalogue.catalogue import Catalogue
    from core.network.bundle import TitleTable


class Shelf:
    """The titles that can be listed over a catalogue, and what is known of them.

    The rows are those of the bundle's titles, then, with `newcomers`, titles of the catalogue that
    the bundle does not know and that could be placed. With `franchises`, what is listed follows
    the rules of franchises, and what the person would dislike is left out as far as it can be.
    Both are what the bot does; measuring a network is done without.

    It belongs to no device, so it can be made while an engine answers from another one; see
    `Engine.over`. `ids` int32[rows]; `known` bool[rows] says which titles the catalogue has,
    `for_everybody` which of those are not adult; `learnt` is the number of the bundle's titles.
    """

    __slots__ = (
        "clusters",
        "for_everybody",
        "franchises",
        "ids",
        "index_of",
        "known",
        "learnt",
        "names",
        "placement",
    )

    def __init__(
        self,
        titles: TitleTable,
        catalogue: Catalogue,
        *,
        newcomers: bool = False,
        franchises: bool = False,
    ) -> None:
        parts = find_parts(catalogue) if newcomers or franchises else ()
        self.learnt = len(titles.ids)
        self.ids = titles.ids
        self.clusters = titles.clusters
        self.placement = place_newcomers(titles, catalogue, parts) if newcomers else None
        if self.placement is not None:
            self.ids = np.concatenate([self.ids, self.placement.ids])
            self.clusters = with_newcomers(self.clusters, self.placement)
        ids: list[int] = self.ids.tolist()
        self.index_of = {anime_id: row for row, anime_id in enumerate(ids)}
        found = [catalogue.get(anime_id) for anime_id in ids]
        self.names = name_clusters(titles.clusters, titles.counts, found[: self.learnt])
        self.known = np.array([title is not None for title in found], dtype=np.bool_)
        adult = np.array([bool(title and title.adult) for title in found], dtype=np.bool_)
        self.for_everybody = self.known & ~adult
        self.franchises = FranchiseRules(parts, self.index_of) if franchises else None

    @property
    def newcomers(self) -> frozenset[int]:
        """The ids of the titles that can be listed though the network does not know them."""
        return frozenset(self.ids[self.learnt :].tolist())

    def rows_of(self, ids: Iterable[int]) -> dict[int, int]:
        """Return the rows of those ids that can be listed."""
        return {i: self.index_of[i] for i in ids if i in self.index_of}
