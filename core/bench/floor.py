"""How quickly this machine reads memory: no network is quicker than its weights can be read."""

from __future__ import annotations

import os
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import torch

from core.bench.effort import timed
from core.bench.figures import MILLISECONDS, Figure, Spread

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from core.bench.effort import Effort
    from core.bench.figures import Found

INT8_FLOOR: Final = "floor: reading the bytes of one int8 pass, one core"
INT8_FLOOR_ALL: Final = "floor: reading the bytes of one int8 pass, all cores"
FLOAT_FLOOR: Final = "floor: reading the bytes of one dense float32 pass, all cores"

_COLUMNS: Final = (1024, 8192)
_FLOAT: Final = 4


def int8_bytes(layers: Sequence[int]) -> int:
    """Return what one int8 pass must read: all matrices twice but the first, a gather, once."""
    matrices = [a * b for a, b in pairwise(layers)]
    return 2 * sum(matrices) - matrices[0]


def float_bytes(layers: Sequence[int]) -> int:
    """Return what one dense float32 pass must read: all matrices, there and back."""
    return 2 * _FLOAT * sum(a * b for a, b in pairwise(layers))


def measure(effort: Effort, folder: Path) -> Found:  # noqa: ARG001 - as all parts
    """Return how long the bytes of a pass take to be read, in the quickest of several ways."""
    cores = all_cores()
    return [
        _figure(INT8_FLOOR, int8_bytes(effort.layers), 1, effort),
        _figure(INT8_FLOOR_ALL, int8_bytes(effort.layers), cores, effort),
        _figure(FLOAT_FLOOR, float_bytes(effort.layers), cores, effort),
    ]


def all_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _figure(name: str, size: int, threads: int, effort: Effort) -> Figure:
    torch.set_num_threads(threads)
    ways: list[Spread] = []
    for columns in _COLUMNS:
        matrix = torch.rand(max(1, size // _FLOAT // columns), columns)
        vector = torch.rand(columns)
        ways.append(
            Spread.of(timed(lambda m=matrix, v=vector: torch.mv(m, v), max(3, effort.rounds // 4)))
        )
    return Figure(name, MILLISECONDS, min(ways, key=lambda spread: spread.median))
