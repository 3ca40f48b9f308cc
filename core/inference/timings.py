"""How long answers took, in little memory however many there were."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

# Each class of durations ends a tenth above where it begins: percentiles are exact to 10 %.
_SHORTEST: Final = 1e-4
_RATIO: Final = 1.1
_CLASSES: Final = 160


@dataclass(frozen=True, slots=True)
class Durations:
    """A summary of many durations in seconds; all are 0 when there was none.

    `p50` and `p99` are at most a tenth too long, or 0.1 ms where less was measured; `longest` is
    exact.
    """

    count: int
    p50: float
    p99: float
    longest: float


@dataclass(frozen=True, slots=True)
class Timings:
    """What became of all requests since the worker was made.

    `queue` is the time an answered request waited, `compute` the time from there to its answer.
    `refused` came when too many waited; `late` waited too long and were let go.
    """

    queue: Durations
    compute: Durations
    refused: int
    late: int


class Histogram:
    """Counts durations by size. One thread adds; others may read a summary at any time."""

    def __init__(self) -> None:
        self._counts = [0] * _CLASSES
        self._longest = 0.0

    def add(self, seconds: float) -> None:
        """Count one duration."""
        number = math.ceil(math.log(max(seconds, _SHORTEST) / _SHORTEST, _RATIO))
        self._counts[min(number, _CLASSES - 1)] += 1
        self._longest = max(self._longest, seconds)

    def summary(self) -> Durations:
        """Return count, median, 99th percentile and maximum."""
        counts, longest = self._counts.copy(), self._longest
        return Durations(
            sum(counts), _quantile(counts, 0.5, longest), _quantile(counts, 0.99, longest), longest
        )


def _quantile(counts: list[int], share: float, longest: float) -> float:
    """Return the end of the class that holds the ordered durations' `share`, or `longest`."""
    rank = math.ceil(sum(counts) * share)
    passed = 0
    for number, count in enumerate(counts):
        passed += count
        if count and passed >= rank:
            return min(_SHORTEST * _RATIO**number, longest)
    return 0.0
