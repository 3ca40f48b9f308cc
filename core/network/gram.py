"""Products of sparse user-by-title matrices that end up dense: title by title."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import torch
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from core.network.rating_matrix import RatingMatrix

# People who rated more than this share of the titles are multiplied as dense rows: their sparse
# product is slower.
_DENSE_FROM: Final = 0.03
_CHUNK: Final = 512

Matrix = sparse.csr_matrix


def matrix(ratings: RatingMatrix, values: NDArray[np.float32]) -> Matrix:
    """Return `ratings` as a scipy matrix with `values` float32[ratings] in place of the scores."""
    shape = (ratings.users, ratings.titles)
    return sparse.csr_matrix((values, ratings.title, ratings.start), shape=shape)


def gram(left: Matrix, right: Matrix, device: str = "cpu") -> Tensor:
    """Return `left.T @ right` as float32[titles, titles] on `device`.

    Both are people by titles and have their entries in the same places.
    """
    titles = left.shape[1]
    heavy = np.diff(left.indptr) > _DENSE_FROM * titles
    columns, rows = left[~heavy].T.tocsr(), right[~heavy]
    total = torch.empty(titles, titles, device=device)
    for first in range(0, titles, _CHUNK):
        # A sparse product of everything would need several times the memory of the dense result.
        part = (columns[first : first + _CHUNK] @ rows).toarray()
        total[first : first + _CHUNK] = torch.as_tensor(part)
    people = np.flatnonzero(heavy)
    for first in range(0, len(people), _CHUNK):
        some = people[first : first + _CHUNK]
        a = torch.as_tensor(left[some].toarray()).to(device)
        total.addmm_(a.T, torch.as_tensor(right[some].toarray()).to(device))
    return total
