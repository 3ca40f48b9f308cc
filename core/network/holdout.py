"""Who is left out of training, so that a network can be measured on people it never saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPLITS: Final = 10
"""How many ways there are to hold people out; each person is held out in exactly one."""


def held_out_users(user_ids: NDArray[np.integer], split: int) -> NDArray[np.bool_]:
    """Mark the tenth of `user_ids` int[users] that `split` (0–9) holds out, bool[users].

    Only a person's own id decides, so training and evaluation agree without exchanging files,
    whoever else is in their data, and every population loses about a tenth. Raises `ValueError`
    for an unknown split.
    """
    if not 0 <= split < SPLITS:
        raise ValueError(f"split {split} is not between 0 and {SPLITS - 1}")
    return mixed(user_ids) % np.uint64(SPLITS) == split


def mixed(numbers: NDArray[np.integer]) -> NDArray[np.uint64]:
    """Return for each number another that looks random but is always the same, uint64.

    The finaliser of SplitMix64 (Steele, Lea & Flood, 2014).
    """
    x = numbers.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
