"""What an engine must know of a catalogue; the only part of it that changes with the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.clusters.names import name_clusters

if TYPE_CHECKING:
    from core.catalogue.catalogue import Catalogue
    from core.network.bundle import TitleTable


class Shelf:
    """Which of a bundle's titles a catalogue has, and what their clusters are called in it.

    It belongs to no device, so it can be made while an engine answers from another one; see
    `Engine.over`. `known` bool[titles] says which titles the catalogue has, `for_everybody` which
    of those are not adult.
    """

    __slots__ = ("for_everybody", "known", "names")

    def __init__(self, titles: TitleTable, catalogue: Catalogue) -> None:
        found = [catalogue.get(anime_id) for anime_id in titles.ids.tolist()]
        self.names = name_clusters(titles.clusters, titles.counts, found)
        self.known = np.array([title is not None for title in found], dtype=np.bool_)
        adult = np.array([bool(title and title.adult) for title in found], dtype=np.bool_)
        self.for_everybody = self.known & ~adult
