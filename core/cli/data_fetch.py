"""`riko data fetch`: the seed's public files, and the catalogue made of them."""

from __future__ import annotations

import asyncio
import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from core import starter
from core.catalogue.load import load_catalogue
from core.catalogue.seed_files import (
    CLUSTERS,
    COLUMNS,
    GENRES,
    TITLES,
    FetchedFile,
    Sources,
    fetch_network,
    fetch_seed,
)
from core.cli.answers import to_line
from core.cli.console import err, out, transfers
from core.cli.options import JsonOption
from core.cli.session import locations
from core.outside.drive import is_drive_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rich.progress import Progress, TaskID


def fetch(
    ctx: typer.Context,
    mirror: Annotated[
        list[str] | None,
        typer.Option(
            envvar="RIKO_MIRRORS",
            metavar="ADDRESS_OR_FOLDER",
            help="A folder of the files, on the web or here, to try first; repeatable.",
            show_default=False,
        ),
    ] = None,
    network: Annotated[
        bool, typer.Option("--network", help="Also the seed's trained network, about 291 MB.")
    ] = False,
    drive_id: Annotated[
        str | None,
        typer.Option(
            envvar="RIKO_DRIVE_ID",
            help="The network's file id on Google Drive, which the seed's notebook names.",
            show_default=False,
        ),
    ] = None,
    unverified: Annotated[
        bool, typer.Option("--unverified", help="Take files that are not the published ones.")
    ] = False,
    as_machine: JsonOption = False,
) -> None:
    """Fetch the seed's public files and make a catalogue of all their titles.

    What broke off goes on where it stopped, and nothing is replaced until it is whole.
    """
    if drive_id is not None and not is_drive_id(drive_id):
        raise typer.BadParameter(
            "the letters, digits, - and _ in the file's address", param_hint="--drive-id"
        )
    home = locations(ctx)
    sources = Sources(tuple(mirror or ()), verified=not unverified)
    from core.catalogue.seed_catalogue import make_catalogue  # pyarrow takes its time

    with home.data.held():
        with transfers() as bar:
            files = asyncio.run(
                _fetch(home.data.seed, sources, _screen(bar), drive_id, network=network)
            )
        with err.status("Making the catalogue"):
            made = make_catalogue(home.data, load_catalogue(starter.CATALOGUE).catalogue)
    command = _import_command(home.data.seed, home.home / "bundle", files[-1]) if network else None
    if as_machine:
        typer.echo(
            to_line(
                {
                    "files": [{"path": str(each.path), "from": each.place} for each in files],
                    "catalogue": str(home.data.catalogue),
                    "titles": made.titles,
                    "seeds": made.seeds,
                    "refused": dict(made.refused),
                    "mended": dict(made.mended),
                    "import": command,
                }
            )
        )
        return
    for each in files:
        out.print(f"{each.path}: {f'from {each.place}' if each.place else 'there already'}")
    out.print(f"Wrote {home.data.catalogue}: {made.titles:,} titles, {made.seeds:,} the seed's.")
    for reason, count in made.refused.items():
        out.print(f"  {count:,} rows of {TITLES} were refused: {reason}")
    for reason, count in made.mended.items():
        out.print(f"  {count:,} values of {TITLES} were left out: {reason}")
    if home.catalogue is not None:
        out.print(f"RIKO_CATALOGUE names {home.catalogue}, so that is still the one used.")
    if command is not None:
        out.print("To use the network, run this and set RIKO_BUNDLE to the folder it writes:")
        out.print(f"  {command}")


async def _fetch(
    folder: Path,
    sources: Sources,
    progress: Callable[[str, int, int | None], None],
    drive_id: str | None,
    *,
    network: bool,
) -> tuple[FetchedFile, ...]:
    files = await fetch_seed(folder, sources, progress)
    if network:
        files = (*files, await fetch_network(folder, sources, drive_id, progress))
    return files


def _screen(bar: Progress) -> Callable[[str, int, int | None], None]:
    """Return what shows a line with a bar for each file."""
    tasks: dict[str, TaskID] = {}

    def show(name: str, done: int, total: int | None) -> None:
        task = tasks.get(name)
        if task is None:
            task = tasks[name] = bar.add_task(name, total=total)
        bar.update(task, completed=done, total=total)

    return show


def _import_command(seed: Path, bundle: Path, network: FetchedFile) -> str:
    words = (
        *("riko", "bundle", "import", "--weights", str(network.path)),
        *("--columns", str(seed / COLUMNS), "--clusters", str(seed / CLUSTERS)),
        *("--catalogue", str(seed / TITLES), "--genres", str(seed / GENRES)),
        *("--out", str(bundle)),
    )
    return shlex.join(words)
