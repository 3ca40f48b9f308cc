"""All parts of the benchmark in order, and what they found together."""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import torch

from core.bench import floor, growth, search, seed_network, seed_path, shipped
from core.bench.effort import Effort
from core.bench.figures import Curve, Figure, Found

if TYPE_CHECKING:
    from collections.abc import Sequence

Part = tuple[str, Callable[[Effort, Path], Found]]
"""What is measured, for the progress line, and the function that does it in a folder of its own."""

# What wants all cores comes before the worker, which leaves one to the event loop.
PARTS: Final[tuple[Part, ...]] = (
    ("reading memory", floor.measure),
    ("the seed's path", seed_path.measure),
    ("the seed-shaped network", seed_network.measure),
    ("the shipped bundle", shipped.measure),
    ("the search", search.measure),
    ("growth", growth.measure),
)

_RATIOS: Final = (
    (seed_network.INT8_ONE, floor.INT8_FLOOR, 2.3),
    (seed_network.INT8_ONE, seed_path.DENSE, None),
    (seed_network.INT8_ONE, seed_path.SEED_PATH, None),
    (seed_network.INT8_MANY, seed_path.SEED_PATH_RATE, None),
    (seed_path.DENSE, floor.FLOAT_FLOOR, None),
    (shipped.OURS_ONE, seed_path.SEED_PATH, None),
)


@dataclass(frozen=True, slots=True)
class Machine:
    """Where the figures are from. `load` is how busy the machine was before, in cores."""

    system: str
    processor: str
    cores: int
    python: str
    torch: str
    load: float | None


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times the second figure's median goes into the first's, and the most it may."""

    of: str
    over: str
    times: float
    limit: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the limit is kept; none when there is none."""
        return None if self.limit is None else self.times <= self.limit


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Everything one run found."""

    measured: str
    machine: Machine
    figures: tuple[Figure, ...]
    ratios: tuple[Ratio, ...]
    curves: tuple[Curve, ...]


def run(parts: Sequence[Part], effort: Effort, begin: Callable[[str], None]) -> Benchmark:
    """Measure all `parts`; `begin` is told the name of each before it starts."""
    machine = this_machine()
    found: Found = []
    for name, measure in parts:
        begin(name)
        # a database or weights that are still open cannot be deleted on Windows
        with tempfile.TemporaryDirectory(prefix="riko-", ignore_cleanup_errors=True) as folder:
            found += measure(effort, Path(folder))
    figures = tuple(each for each in found if isinstance(each, Figure))
    return Benchmark(
        measured=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=machine,
        figures=figures,
        ratios=ratios(figures),
        curves=tuple(each for each in found if isinstance(each, Curve)),
    )


def ratios(figures: Sequence[Figure]) -> tuple[Ratio, ...]:
    """Return how the figures that were measured compare."""
    medians = {figure.name: figure.spread.median for figure in figures}
    return tuple(
        Ratio(of, over, medians[of] / medians[over], limit)
        for of, over, limit in _RATIOS
        if of in medians and medians.get(over)
    )


def this_machine() -> Machine:
    """Return what this machine is, and how busy."""
    return Machine(
        system=platform.system(),
        processor=platform.processor() or platform.machine(),
        cores=floor.all_cores(),
        python=platform.python_version(),
        torch=str(torch.__version__),
        load=os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    )
