"""What a measurement found: figures with their spread and their budget, and curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

MILLISECONDS = "ms"
USERS_A_SECOND = "users/s"
MEGABYTES = "MB"
SECONDS = "s"
PERCENT = "%"
COUNT = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """A summary of samples: their number, median, quartiles, 99th percentile, least and most."""

    count: int
    median: float
    low: float
    high: float
    p99: float
    least: float
    most: float

    @classmethod
    def of(cls, samples: Sequence[float]) -> Spread:
        """Summarise `samples`; raises `ValueError` if there is none.

        Quartiles and percentile lie between two samples where they fall between them.
        """
        if not samples:
            raise ValueError("there is nothing to summarise")
        values = np.asarray(samples, dtype=np.float64)
        low, median, high, p99 = np.percentile(values, (25, 50, 75, 99)).tolist()
        return cls(len(values), median, low, high, p99, float(values.min()), float(values.max()))


@dataclass(frozen=True, slots=True)
class Budget:
    """A promise: the figure's `of` is to be at most `limit`, or at least, with `at_least`."""

    limit: float
    of: Literal["median", "p99", "most"] = "median"
    at_least: bool = False

    def met(self, spread: Spread) -> bool:
        """Return whether `spread` keeps the promise."""
        value = self.value(spread)
        return value >= self.limit if self.at_least else value <= self.limit

    def value(self, spread: Spread) -> float:
        """Return the number that was promised something of."""
        return {"median": spread.median, "p99": spread.p99, "most": spread.most}[self.of]


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured, in `unit`."""

    name: str
    unit: str
    spread: Spread
    budget: Budget | None = None

    @property
    def met(self) -> bool | None:
        """Whether the budget is met; none when there is none."""
        return None if self.budget is None else self.budget.met(self.spread)


@dataclass(frozen=True, slots=True)
class Curve:
    """How something grows with `of`: a spread of milliseconds for each size, in order."""

    name: str
    of: str
    points: tuple[tuple[int, Spread], ...]


Found = list[Figure | Curve]
"""What one part of the benchmark returns."""
