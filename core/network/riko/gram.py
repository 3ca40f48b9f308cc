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

# People with this many ratings are multiplied as dense rows: their sparse product is slower.
_DENSE_FROM: Final = 300
_DENSE_ROWS: Final = 512

Matrix = sparse.csr_matrix


def matrix(ratings: RatingMatrix, values: NDArray[np.float32]) -> Matrix:
    """Return `ratings` as a scipy matrix with `values` float32[ratings] in place of the scores."""
    shape = (ratings.users, ratings.titles)
    return sparse.csr_matrix((values, ratings.title, ratings.start), shape=shape)


def gram(left: Matrix, right: Matrix, weight: NDArray[np.float32], device: str) -> Tensor:
    """Return `left.T @ diag(weight) @ right` as float32[titles, titles] on `device`.

    Both are people by titles; `weight` is float32[people].
    """
    heavy = np.diff(left.indptr) >= _DENSE_FROM
    light = np.flatnonzero(~heavy)
    product = (left[light].T @ (sparse.diags(weight[light]) @ right[light])).toarray()
    total = torch.as_tensor(product.astype(np.float32)).to(device)
    rows = np.flatnonzero(heavy)
    for first in range(0, len(rows), _DENSE_ROWS):
        some = rows[first : first + _DENSE_ROWS]
        a = torch.as_tensor(left[some].toarray() * weight[some, None]).to(device)
        b = torch.as_tensor(right[some].toarray()).to(device)
        total.addmm_(a.T, b)
    return total


def top_rows(score: Tensor, k: int) -> Tensor:
    """Return, for each column of `score`, the `k` rows with the highest values: int64[columns, k].

    The diagonal is left out: a title is no support for itself.
    """
    score.fill_diagonal_(-torch.inf)
    columns = [
        torch.topk(score[:, first : first + 1024], k, dim=0).indices.T
        for first in range(0, score.shape[1], 1024)
    ]
    return torch.cat(columns)
