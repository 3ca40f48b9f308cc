"""The seed's own clusters, read from its `clusters.csv`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from core.clusters.clusters import NO_CLUSTER
from core.errors import BundleError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_LARGEST_CLUSTER: Final = 32_000


def read_seed_clusters(
    path: Path, ids: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return cluster and opposite (int32, `NO_CLUSTER` where the file is silent) of `ids`.

    The file's column `alpha` is a title's cluster and `zeta` the opposite one that the seed uses;
    `omega` is an earlier attempt that it leaves aside. Raises `BundleError` naming the file.
    """
    try:
        table = pd.read_csv(path, usecols=["anime_id", "alpha", "zeta"]).astype("float64")
    except FileNotFoundError:
        raise BundleError(path, "there is no such file") from None
    except (OSError, ValueError) as error:
        raise BundleError(path, f"not a clusters.csv of the seed ({error})") from error
    if not ((table % 1 == 0) & (table >= 0)).to_numpy().all():
        raise BundleError(path, "it holds something else than whole numbers from 0")
    if table[["alpha", "zeta"]].to_numpy().max(initial=0) > _LARGEST_CLUSTER:
        raise BundleError(path, f"a cluster number is above {_LARGEST_CLUSTER}")
    if table["anime_id"].duplicated().any():
        raise BundleError(path, "a title is listed twice")
    numbers = table.astype("int64")
    by_id = numbers.set_index("anime_id").reindex(ids, fill_value=NO_CLUSTER)
    return by_id["alpha"].to_numpy(np.int32), by_id["zeta"].to_numpy(np.int32)
