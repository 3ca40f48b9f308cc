"""What suits several people at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_MISERY: Final = 0.5
"""How much the least pleased member counts beside the average of all."""


def group_scores(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return one score a title, float32[titles], from the members' own: float32[members, titles].

    `LEAST_MISERY * min + (1 - LEAST_MISERY) * mean` over the members. In Masthoff's survey
    (Group Recommender Systems, 2015) people who choose for a group care both for the average and
    for nobody being miserable; the average alone lets a majority overrule one person every time,
    the minimum alone forgets everybody but that one. Scores of different members are not on one
    scale, so each member's are first brought to mean 0 and standard deviation 1 over the titles
    that can be chosen: nobody gets a louder voice by a profile that spreads scores widely.
    """
    centred = scores - scores.mean(axis=1, keepdims=True)
    spread = centred.std(axis=1, keepdims=True)
    comparable = centred / np.where(spread > 0, spread, 1)
    return LEAST_MISERY * comparable.min(axis=0) + (1 - LEAST_MISERY) * comparable.mean(axis=0)
