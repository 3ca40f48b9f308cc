"""How well liked and how popular a title is, whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from core.catalogue.title import Title

_PRIOR_RATINGS: Final = 10
_PRIOR_VOTES: Final = 100
# With fewer titles to compare, nothing can be said of how MyAnimeList's scores relate to ratings.
_LEAST_COMPARED: Final = 50


def usual_ratings(
    counts: NDArray[np.int64],
    means: NDArray[np.float32],
    known: Sequence[Title],
    new: Sequence[Title],
    near: NDArray[np.intp],
    weights: NDArray[np.float32],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean rating (1–10) to expect of `known` and of `new` titles.

    Known ones have their own `means` of `counts` ratings, drawn towards the mean of all. New ones
    have what their neighbours have, and MyAnimeList's own score, brought to the scale of the
    ratings by a line through the known titles: the more votes it has, the more it counts.
    """
    total = np.nan_to_num(means).astype(np.float64) * counts
    overall = total.sum() / max(counts.sum(), 1)
    usual = (total + _PRIOR_RATINGS * overall) / (counts + _PRIOR_RATINGS)
    neighbours = (weights * usual[near]).sum(axis=0)
    line = _line(_scores(known), usual)
    if line is None:
        return usual, neighbours
    slope, offset = line
    score = _scores(new)
    votes = np.array([title.scored_by or 0 for title in new], dtype=np.float64)
    votes[np.isnan(score)] = 0
    own = slope * np.nan_to_num(score) + offset
    return usual, (votes * own + _PRIOR_VOTES * neighbours) / (votes + _PRIOR_VOTES)


def popularity(titles: Sequence[Title]) -> NDArray[np.float64]:
    """Return the logarithm of how many people have each title on their list, NaN if unknown."""
    return np.log1p([np.nan if title.members is None else title.members for title in titles])


def _scores(titles: Sequence[Title]) -> NDArray[np.float64]:
    return np.array([np.nan if title.score is None else title.score for title in titles])


def _line(score: NDArray[np.float64], usual: NDArray[np.float64]) -> tuple[float, float] | None:
    """Return slope and offset of `usual` on `score` by least squares."""
    there = ~np.isnan(score)
    if there.sum() < _LEAST_COMPARED or np.ptp(score[there]) == 0:
        return None
    slope, offset = np.polyfit(score[there], usual[there], 1)
    return float(slope), float(offset)
