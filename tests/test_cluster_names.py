from __future__ import annotations

import numpy as np

from core.catalogue.title import Title
from core.clusters.clusters import Clusters
from core.clusters.names import name_clusters


def test_a_name_is_what_sets_a_cluster_apart_and_its_best_known_titles() -> None:
    titles: list[Title | None] = [
        Title(1, "A", genres=("Comedy", "School")),
        Title(2, "B", genres=("Comedy", "School", "Romance"), franchise="B"),
        Title(6, "B 2", genres=("Comedy", "School"), franchise="B"),
        Title(3, "C", genres=("Comedy", "Mecha")),
        Title(4, "D", genres=("Mecha", "Space")),
        Title(7, "F", genres=("Mecha", "Comedy")),
        Title(5, "E", genres=("Hentai", "Mecha"), adult=True),
        None,
        Title(8, "G", genres=("Sports",)),
    ]
    cluster = np.array([0, 0, 0, 1, 1, 1, 1, 2, 3], dtype=np.int32)
    clusters = Clusters(cluster, cluster, np.zeros((4, 0), dtype=np.int16))
    counts = np.array([5, 9, 7, 1, 2, 0, 99, 50, 3])
    school, mecha, nothing, lonely = name_clusters(clusters, counts, titles)
    assert school.genres == ("School", "Comedy")
    assert school.examples == (2, 1), "one of a franchise"
    assert mecha.genres == ("Mecha",)
    assert mecha.examples == (4, 3), "adult titles name nothing"
    assert (nothing.genres, nothing.examples) == ((), ())
    assert (lonely.genres, lonely.examples) == ((), (8,)), "one title makes no genre typical"
