"""From answers to figures with bootstrap intervals.

Everything a figure needs is kept as sums per person. A figure over a group is then a formula on
the group's summed sums, and a bootstrap draw is the same formula with people counted anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from core.evaluation import metrics
from core.person import LIKED_FROM

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from core.evaluation.answers import Answers
    from core.evaluation.protocol import Question

NDCG_AT: Final = 10
RECALL_AT: Final = 20
DRAWS: Final = 1000

_COLUMNS: Final[tuple[str, ...]] = (
    "ratings", "error", "squared", "x", "y", "xx", "xy",
    "raters", "own_rmse", "own_mae",
    "likers", "liked_ndcg", "liked_recall", "hit",
    "viewers", "seen_ndcg", "seen_recall",
    "listed", "popularity",
)  # fmt: skip
_Sums = dict[str, "NDArray[np.float64]"]


def _ratio(above: str, below: str) -> Callable[[_Sums], NDArray[np.float64]]:
    return lambda sums: sums[above] / sums[below]


def _slope(sums: _Sums) -> NDArray[np.float64]:
    n = sums["ratings"]
    spread = n * sums["xx"] - sums["x"] ** 2
    # Predictions that are all alike have no slope; rounding leaves a little spread.
    spread = np.where(spread > 1e-6 * n**2, spread, np.nan)
    return (n * sums["xy"] - sums["x"] * sums["y"]) / spread


_RATING_FORMULAS: Final[dict[str, Callable[[_Sums], NDArray[np.float64]]]] = {
    "RMSE": lambda sums: np.sqrt(sums["squared"] / sums["ratings"]),
    "MAE": _ratio("error", "ratings"),
    "RMSE per person": _ratio("own_rmse", "raters"),
    "MAE per person": _ratio("own_mae", "raters"),
    "calibration slope": _slope,
}
_LIST_FORMULAS: Final[dict[str, Callable[[_Sums], NDArray[np.float64]]]] = {
    f"liked NDCG@{NDCG_AT}": _ratio("liked_ndcg", "likers"),
    f"liked Recall@{RECALL_AT}": _ratio("liked_recall", "likers"),
    "liked hit in both lists": _ratio("hit", "likers"),
    f"seen NDCG@{NDCG_AT}": _ratio("seen_ndcg", "viewers"),
    f"seen Recall@{RECALL_AT}": _ratio("seen_recall", "viewers"),
    f"log popularity@{NDCG_AT}": _ratio("popularity", "listed"),
}
_FORMULAS: Final = _LIST_FORMULAS | _RATING_FORMULAS
COVERAGE: Final = f"coverage@{NDCG_AT}"
RATING_METRICS: Final = tuple(_RATING_FORMULAS)
LIST_METRICS: Final = (*_LIST_FORMULAS, COVERAGE)


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value and the bounds of its 95 % bootstrap interval, where it has one."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """One recommender in one group of one split.

    `sums` float64[people, sums]; `ratings` is how many hidden ratings were asked for.
    """

    sums: NDArray[np.float64]
    coverage: float
    ratings: int


def tally(
    answers: Answers, question: Question, ranked: NDArray[np.bool_], counts: NDArray[np.int64]
) -> dict[tuple[str, str], Tally]:
    """Return what `figures` needs for each slice of the question, by group and name.

    `ranked` bool[titles] are the titles that can be listed; hidden ones that cannot are asked for
    their rating alone. `counts` int64[titles] is their popularity among the training people.
    """
    sums = _sums(answers, question, ranked, counts)
    return {
        (part.group, part.name): Tally(
            sums[part.users],
            metrics.coverage(answers.ranking[part.users, :NDCG_AT], int(ranked.sum())),
            int(question.hidden.lengths[part.users].sum()),
        )
        for part in question.slices
    }


def figures(splits: Sequence[Tally], draws: int = DRAWS) -> dict[str, Figure]:
    """Return the mean over `splits` of every metric, with intervals over people.

    A metric that cannot be computed, such as the RMSE of popularity, is left out.
    """
    points = [_apply(split.sums.sum(axis=0, keepdims=True)) for split in splits]
    drawn = [_apply(_redrawn(split.sums, draws)) for split in splits]
    found: dict[str, Figure] = {}
    for name in _FORMULAS:
        value = float(np.mean([point[name][0] for point in points]))
        if np.isfinite(value):
            sample = np.mean([draw[name] for draw in drawn], axis=0)
            low, high = np.nanpercentile(sample, [2.5, 97.5]).tolist()
            found[name] = Figure(value, low, high)
    # People drawn twice cover nothing new, so the bootstrap would be biased here.
    found[COVERAGE] = Figure(float(np.mean([split.coverage for split in splits])))
    return found


def _redrawn(sums: NDArray[np.float64], draws: int) -> NDArray[np.float64]:
    people = len(sums)
    # Seeded alike for every recommender: all are resampled with the same people.
    times = np.random.default_rng(people).multinomial(people, [1 / people] * people, size=draws)
    return times @ sums


def _apply(sums: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    named: _Sums = dict(zip(_COLUMNS, sums.T, strict=True))
    with np.errstate(invalid="ignore", divide="ignore"):
        return {name: formula(named) for name, formula in _FORMULAS.items()}


def _sums(
    answers: Answers, question: Question, ranked: NDArray[np.bool_], counts: NDArray[np.int64]
) -> NDArray[np.float64]:
    people = len(question.profiles)
    sums: _Sums = {str(name): np.zeros(people) for name in _COLUMNS}
    if answers.predicted is not None:
        sums |= _rating_sums(answers.predicted, question)
    listable = question.hidden.only(ranked[question.hidden.title])
    for who, what, relevant in (
        ("likers", "liked", listable.only(listable.score >= LIKED_FROM)),
        ("viewers", "seen", listable),
    ):
        n = relevant.lengths
        hits = metrics.found(answers.ranking, relevant)
        sums[who] = (n > 0).astype(np.float64)
        sums[f"{what}_ndcg"] = np.nan_to_num(metrics.ndcg(hits, n, NDCG_AT))
        sums[f"{what}_recall"] = np.nan_to_num(metrics.recall(hits, n, RECALL_AT))
        if what == "liked":
            in_lists = metrics.found(answers.lists, relevant)
            sums["hit"] = np.nan_to_num(metrics.hit(in_lists, n))
    top = answers.ranking[:, :NDCG_AT]
    sums["listed"] = (top >= 0).sum(axis=1).astype(np.float64)
    sums["popularity"] = np.where(top >= 0, np.log1p(counts)[top], 0).sum(axis=1)
    return np.column_stack([sums[name] for name in _COLUMNS])


def _rating_sums(predicted: NDArray[np.float32], question: Question) -> _Sums:
    hidden = question.hidden
    x, y = predicted.astype(np.float64), hidden.score.astype(np.float64)
    parts = {
        "ratings": np.ones_like(x),
        "error": np.abs(x - y),
        "squared": (x - y) ** 2,
        "x": x,
        "y": y,
        "xx": x * x,
        "xy": x * y,
    }
    sums: _Sums = {
        name: np.bincount(hidden.user, weights=part, minlength=hidden.users).astype(np.float64)
        for name, part in parts.items()
    }
    n = np.maximum(sums["ratings"], 1)
    return sums | {
        "raters": (sums["ratings"] > 0).astype(np.float64),
        "own_rmse": np.sqrt(sums["squared"] / n),
        "own_mae": sums["error"] / n,
    }
