"""Products of the matrix of ratings with itself, title by title."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.network.rating_matrix import RatingMatrix

# A dense product costs titles² a person, a sparse one ratings² at a hundredth of the pace.
_DENSE_FROM: Final = 0.08
_CHUNK: Final = 512


def gram(
    ratings: RatingMatrix, left: NDArray[np.float32], right: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the sums over people of `left` at one title times `right` at another.

    `left` and `right` float32[ratings] hold a number for each rating; the answer is
    float32[titles, titles].
    """
    n = ratings.titles
    heavy = ratings.lengths > _DENSE_FROM * n
    light = np.flatnonzero(~heavy)
    columns = csr(ratings, left)[light].T.tocsr()
    rows = csr(ratings, right)[light]
    product = np.zeros((n, n), dtype=np.float32)
    for first in range(0, n, _CHUNK):
        product[first : first + _CHUNK] = (columns[first : first + _CHUNK] @ rows).toarray()
    people = np.flatnonzero(heavy)
    for first in range(0, len(people), _CHUNK):
        some = people[first : first + _CHUNK]
        a, b = csr(ratings, left)[some].toarray(), csr(ratings, right)[some].toarray()
        for start in range(0, n, _CHUNK):
            product[start : start + _CHUNK] += a[:, start : start + _CHUNK].T @ b
    return product


def csr(ratings: RatingMatrix, values: NDArray[np.float32]) -> sparse.csr_array[np.float32]:
    """Return `values` float32[ratings] as a sparse matrix of people and titles."""
    shape = (ratings.users, ratings.titles)
    matrix = sparse.csr_array((values, ratings.title, ratings.start), shape=shape)
    return cast("sparse.csr_array[np.float32]", matrix)


def presence(ratings: RatingMatrix) -> NDArray[np.float32]:
    """Return 1 for each rating, float32[ratings]."""
    return np.ones(len(ratings.title), dtype=np.float32)
