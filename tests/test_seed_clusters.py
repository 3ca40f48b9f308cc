from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.clusters.seed import read_seed_clusters
from core.errors import BundleError

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "anime_id,title,alpha,omega,zeta\n"


def test_own_and_opposite_cluster_of_each_title(tmp_path: Path) -> None:
    path = tmp_path / "clusters.csv"
    path.write_text(HEADER + '5,"A, B",3,9,7\n6,C,0,9,3\n')
    cluster, opposite = read_seed_clusters(path, np.array([6, 99, 5], dtype=np.int32))
    assert cluster.tolist() == [0, -1, 3]
    assert opposite.tolist() == [3, -1, 7]


@pytest.mark.parametrize(
    "rows",
    ["5,A,1.7,0,2\n", "5,A,-1,0,2\n", "5,A,4294967297,0,2\n", "5,A,x,0,2\n", "5,A,,0,2\n",
     "5,A,1,0,2\n5,B,1,0,2\n"],
)  # fmt: skip
def test_numbers_that_are_none_are_refused(tmp_path: Path, rows: str) -> None:
    path = tmp_path / "clusters.csv"
    path.write_text(HEADER + rows)
    with pytest.raises(BundleError, match=r"clusters\.csv"):
        read_seed_clusters(path, np.array([5], dtype=np.int32))
