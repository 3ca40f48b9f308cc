"""`riko doctor`: what is installed, what was found where, and what is wrong."""

from __future__ import annotations

import math
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final

import typer
from rich.text import Text

from core.cli.answers import to_line
from core.cli.console import date_in_words, out
from core.cli.options import JsonOption
from core.cli.session import find_device, locations
from core.errors import RikoError

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.recommender.loading import Data
    from core.services.locations import Locations

NEEDED: Final = (
    "discord.py", "torch", "numpy", "pandas", "pyarrow", "sqlalchemy", "aiosqlite", "alembic",
    "pydantic", "pydantic-settings", "typing-extensions", "typer", "rich", "safetensors",
    "threadpoolctl", "rapidfuzz",
    "aiohttp", "pillow", "matplotlib", "matplotlib-fontja", "platformdirs", "fluent.runtime", "defusedxml",
)  # fmt: skip
"""What pyproject.toml demands; it cannot be asked, as Riko may run from a folder of source."""
OPTIONAL: Final = {
    "simcord": "`riko play` needs it: pip install --editable '.[play]'",
    "deep-translator": "`riko data translate` needs it: pip install --editable '.[translate]'",
    "scipy": "`riko train` needs it: pip install --editable '.[train]'",
}
EXACT: Final = {"torch": "2.13.0", "simcord": "3.2.1"}
"""Those that pyproject.toml pins to one version."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `problem` says what to do, or nothing when all is well."""

    subject: str
    found: str
    problem: str | None = None
    optional: bool = False


def doctor(ctx: typer.Context, as_machine: JsonOption = False) -> None:
    """Look over this installation; exit code 1 if something has to be fixed."""
    findings = [_python(), *_packages()]
    try:
        where = locations(ctx)
    except RikoError as error:
        findings.append(Finding("settings", "not usable", str(error)))
    else:
        for examine in (_device, _data, _database):
            findings += _guarded(examine, where)
    if as_machine:
        typer.echo(to_line([asdict(finding) for finding in findings]))
    else:
        for finding in findings:
            _print(finding)
    if any(finding.problem and not finding.optional for finding in findings):
        raise typer.Exit(1)


def _print(finding: Finding) -> None:
    word, colour = ("note", "yellow") if finding.optional else ("bad", "red")
    if finding.problem is None:
        word, colour = "ok", "green"
    out.print(Text.assemble((f"{word:<4}", colour), f" {finding.subject:<17} {finding.found}"))
    if finding.problem:
        out.print(f"{'':<22} {finding.problem}")


def _guarded(examine: Callable[[Locations], list[Finding]], where: Locations) -> list[Finding]:
    subject = examine.__name__.strip("_")
    try:
        return examine(where)
    except RikoError as error:
        return [Finding(subject, "not usable", str(error))]
    except Exception as error:  # noqa: BLE001 - whatever it is, the rest of the report matters
        return [Finding(subject, "not usable", f"{type(error).__name__}: {error}")]


def _python() -> Finding:
    return Finding("python", f"{platform.python_version()} on {platform.platform(terse=True)}")


def _packages() -> list[Finding]:
    return [_package(name) for name in (*NEEDED, *OPTIONAL)]


def _package(name: str) -> Finding:
    hint = OPTIONAL.get(name, "reinstall Riko: pip install --editable .")
    optional = name in OPTIONAL
    try:
        found = version(name)
    except PackageNotFoundError:
        return Finding(name, "not installed", hint, optional)
    wanted = EXACT.get(name)
    # behind a "+" stands how it was built: 2.13.0+cpu
    if wanted is None or found.partition("+")[0] == wanted:
        return Finding(name, found)
    return Finding(name, found, f"Riko needs {wanted}; {hint}", optional)


def _device(where: Locations) -> list[Finding]:
    device, problem = find_device(where.device)
    return [Finding("device", device, problem, optional=True)]


def _data(where: Locations) -> list[Finding]:
    from core.recommender.loading import load_data

    data = load_data(where.bundle, where.chosen_catalogue, folder=where.data)
    kind, created = data.bundle.manifest.kind, data.bundle.manifest.created
    titles = len(data.bundle.titles.ids)
    return [
        Finding("bundle", f"{data.bundle.path} ({kind} of {created}, {titles:,} titles)"),
        Finding(
            "catalogue",
            f"{data.catalogue_path} ({_made(data)}{len(data.catalogue):,} titles, "
            f"{data.ranked:,} of them learnt by the network)",
        ),
        _network(data, find_device(where.device)[0]),
    ]


def _made(data: Data) -> str:
    origin = data.loaded.origin
    return f"made {date_in_words(origin.made)}, " if origin else ""


def _network(data: Data, device: str) -> Finding:
    """Ask for one prediction, as weights may load and yet be of no use."""
    from core.person import Taste
    from core.recommender.engine import Engine
    from core.recommender.request import Request

    ids: list[int] = data.bundle.titles.ids.tolist()
    request = Request(Taste(ratings=((ids[0], 9),)), want=tuple(ids), allow_adult=True)
    [lists] = Engine(data.bundle, data.catalogue, device).recommend([request])
    if all(math.isfinite(rating) for rating in lists.predicted.values()):
        return Finding("network", f"answers on {device}")
    problem = f"{data.bundle.path} predicts numbers that are not finite: train or import it again."
    return Finding("network", f"runs on {device}", problem)


def _database(where: Locations) -> list[Finding]:
    from core.storage.examine import examine
    from core.storage.location import database_path

    path = database_path(where.database_url)
    if not path.exists():
        return [Finding("database", f"{path} (not there yet: the first start makes it)")]
    condition = examine(path)
    problem = "; ".join(condition.problems) or None
    return [Finding("database", f"{path} (revision {condition.revision})", problem)]
