"""How much is measured, and how something is timed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_WARM_UP: Final = 2


@dataclass(frozen=True, slots=True)
class Effort:
    """Sizes and repetitions.

    `layers` is the seed's network, its first layer the titles and five demographic columns.
    `rounds` is for what takes milliseconds, `slow_rounds` for what takes a second. `titles`,
    `people` and `ratings` are the sizes of the curves, `catalogue` that of the search, `crowd` the
    people who use the bot for `seconds`.
    """

    layers: tuple[int, ...] = (6673, 8192, 2048, 512, 256)
    rounds: int = 100
    slow_rounds: int = 5
    titles: tuple[int, ...] = (6_668, 20_000, 100_000)
    people: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 64)
    ratings: tuple[int, ...] = (5, 20, 100, 300, 1_000)
    catalogue: int = 20_896
    crowd: int = 50
    seconds: float = 60.0


FULL: Final = Effort()
QUICK: Final = Effort(
    rounds=20, slow_rounds=2, titles=(6_668, 20_000), people=(1, 8, 32), ratings=(5, 100, 1_000),
    seconds=10.0,
)  # fmt: skip


def timed(work: Callable[[], object], rounds: int) -> list[float]:
    """Return how long `work` took each time, in milliseconds; first tries do not count."""
    for _ in range(min(_WARM_UP, rounds)):
        work()
    return [once(work) for _ in range(rounds)]


def once(work: Callable[[], object]) -> float:
    """Return how long `work` took, in milliseconds."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1e3
