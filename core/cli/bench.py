"""`riko bench`: how quick Riko is here, and whether it keeps what was promised.

The command itself is registered by `bot.__main__`, which adds the parts that need Discord.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from rich.table import Table

from core.bench.effort import FULL, QUICK
from core.bench.run import run
from core.cli.console import err, tables
from core.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from core.bench.figures import Budget, Figure
    from core.bench.run import Benchmark, Part

_VERDICT: Final = {True: "met", False: "missed", None: ""}


def bench(
    parts: Sequence[Part], json_file: Path | None, plot_file: Path | None, *, quick: bool
) -> None:
    """Measure `parts`, print tables, and write the files asked for.

    Raises `InvalidInputError` before anything is measured if a file cannot be written.
    """
    for target in (json_file, plot_file):
        if target is not None and not target.parent.is_dir():
            raise InvalidInputError(f"The folder {target.parent} does not exist; make it first.")
    with err.status("Measuring") as status:
        found = run(
            parts, QUICK if quick else FULL, lambda name: status.update(f"Measuring {name}")
        )
    show(found)
    if json_file is not None:
        text = json.dumps(asdict(found), indent=1, ensure_ascii=False) + "\n"
        json_file.write_text(text, encoding="utf-8")
    if plot_file is not None:
        from core.bench.plot import draw

        draw(found.curves, plot_file)


def show(found: Benchmark) -> None:
    """Print everything as tables."""
    show_figures("Figures", found.figures)
    table = _table("Ratios of medians", "of", "over", "times", "budget", "")
    for ratio in found.ratios:
        limit = "" if ratio.limit is None else f"≤ {ratio.limit:g}"
        table.add_row(ratio.of, ratio.over, f"{ratio.times:.3g}", limit, _VERDICT[ratio.met])
    tables().print(table)
    for curve in found.curves:
        table = _table(f"{curve.name}: ms", curve.of, "median", "quartiles", "p99")
        for size, spread in curve.points:
            quartiles = f"{_number(spread.low)} – {_number(spread.high)}"
            table.add_row(f"{size:,}", _number(spread.median), quartiles, _number(spread.p99))
        tables().print(table)
    machine = found.machine
    load = "" if machine.load is None else f", load {machine.load:.1f} before"
    tables().print(
        f"{machine.cores} cores ({machine.processor}), {machine.system}, "
        f"Python {machine.python}, torch {machine.torch}{load}"
    )


def show_figures(title: str, figures: Sequence[Figure]) -> None:
    """Print figures as a table."""
    table = _table(title, "measured", "median", "quartiles", "p99", "budget", "")
    for figure in figures:
        table.add_row(*_row(figure))
    tables().print(table)


def _row(figure: Figure) -> tuple[str, ...]:
    spread, unit = figure.spread, figure.unit
    one = spread.count == 1
    return (
        figure.name,
        f"{_number(spread.median)} {unit}".strip(),
        "" if one else f"{_number(spread.low)} – {_number(spread.high)}",
        "" if one else _number(spread.p99),
        "" if figure.budget is None else _promise(figure.budget, unit),
        _VERDICT[figure.met],
    )


def _promise(budget: Budget, unit: str) -> str:
    sign = "≥" if budget.at_least else "≤"
    of = "" if budget.of == "median" else f"{budget.of} "
    return f"{of}{sign} {budget.limit:,g} {unit}".strip()


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column(first, no_wrap=True)
    for name in others:
        table.add_column(name, justify="right", no_wrap=True)
    return table
