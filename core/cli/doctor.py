"""`riko doctor`: what is installed, what was found where, and what is wrong."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final

import typer

from core.cli.console import out
from core.cli.options import JsonOption
from core.cli.session import locations
from core.errors import RikoError

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.services.locations import Locations

_NEEDED: Final = ("torch", "discord.py", "numpy", "sqlalchemy")
_OPTIONAL: Final = {
    "simcord": "`riko play` needs it: pip install 'riko[play]'",
    "scipy": "`riko train` needs it: pip install 'riko[train]'",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `problem` says what to do, or nothing when all is well."""

    subject: str
    found: str
    problem: str | None = None
    optional: bool = False


def doctor(ctx: typer.Context, as_machine: JsonOption = False) -> None:
    """Look over this installation; exit code 1 if something needs mending."""
    where = locations(ctx)
    findings = [_python(), *_packages()]
    for examine in (_device, _data, _database):
        findings += _guarded(examine, where)
    if as_machine:
        typer.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            mark = "[green]ok[/]  " if finding.problem is None else "[red]bad[/] "
            if finding.problem and finding.optional:
                mark = "[yellow]note[/]"
            out.print(f"{mark} {finding.subject:<12} {finding.found}")
            if finding.problem:
                out.print(f"     {'':<12} {finding.problem}")
    if any(finding.problem and not finding.optional for finding in findings):
        raise typer.Exit(1)


def _guarded(examine: Callable[[Locations], list[Finding]], where: Locations) -> list[Finding]:
    try:
        return examine(where)
    except RikoError as error:
        return [Finding(examine.__name__.strip("_"), "not usable", str(error))]


def _python() -> Finding:
    return Finding("python", f"{platform.python_version()} on {platform.platform(terse=True)}")


def _packages() -> list[Finding]:
    findings: list[Finding] = []
    for name in (*_NEEDED, *_OPTIONAL):
        try:
            findings.append(Finding(name, version(name)))
        except PackageNotFoundError:
            hint = _OPTIONAL.get(name, "reinstall Riko: pip install --editable .")
            findings.append(Finding(name, "not installed", hint, optional=name in _OPTIONAL))
    return findings


def _device(where: Locations) -> list[Finding]:
    from core.inference.device import Available, DeviceChoice, devices_to_try

    choice = DeviceChoice(where.device)
    device = devices_to_try(choice, Available.here())[0]
    if choice in {DeviceChoice.AUTO, device}:
        return [Finding("device", device)]
    problem = f"RIKO_DEVICE asks for {choice}, which is not here; the bot uses {device}."
    return [Finding("device", device, problem, optional=True)]


def _data(where: Locations) -> list[Finding]:
    from core.recommender.engine import build_predictor
    from core.recommender.loading import load_data

    data = load_data(where.bundle, where.catalogue)
    build_predictor(data.bundle, "cpu")
    ids = data.bundle.titles.ids.tolist()
    shown = sum(anime_id in data.catalogue for anime_id in ids)
    kind, created = data.bundle.manifest.kind, data.bundle.manifest.created
    return [
        Finding("bundle", f"{data.bundle.path} ({kind} of {created}, {len(ids):,} titles)"),
        Finding(
            "catalogue",
            f"{data.catalogue_path} ({len(data.catalogue):,} titles, {shown:,} of them ranked)",
        ),
    ]


def _database(where: Locations) -> list[Finding]:
    from core.storage.examine import examine
    from core.storage.location import database_path

    path = database_path(where.database_url)
    if not path.exists():
        return [Finding("database", f"{path} (not there yet: the first start makes it)")]
    condition = examine(path)
    problem = "; ".join(condition.problems) or None
    return [Finding("database", f"{path} (revision {condition.revision})", problem)]
