"""`riko db`: make, copy, bring back and check the database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from core.cli.session import locations
from core.errors import DatabaseError
from core.storage.copies import copy_to, path_now
from core.storage.counting import recount
from core.storage.examine import examine
from core.storage.failures import database_failures
from core.storage.location import database_path
from core.storage.private import make_private_folder
from core.storage.restore import restore as restore_copy
from core.storage.schema import newest_revision
from core.storage.schema import upgrade as upgrade_schema

app = typer.Typer(no_args_is_help=True, help="Make, copy, bring back and check the database.")

DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        envvar="RIKO_DATABASE_URL",
        metavar="URL",
        help="sqlite+aiosqlite:///path/to/riko.db; riko.db in Riko's data folder by default.",
    ),
]
NewCopy = Annotated[
    Path | None,
    typer.Argument(help="Where to write the copy; beside the database by default."),
]
OldCopy = Annotated[Path, typer.Argument(help="A copy made by `riko db backup` or an upgrade.")]


@app.command()
def upgrade(ctx: typer.Context, database_url: DatabaseUrl = None) -> None:
    """Make the database, or bring it up to date; a copy is kept first."""
    path = _path(ctx, database_url)
    done = upgrade_schema(path)
    if done.before is None:
        typer.echo(f"{path} is made, revision {done.after}.")
    elif done.copy is None:
        typer.echo(f"{path} is up to date, revision {done.after}.")
    else:
        typer.echo(
            f"{path} is upgraded from revision {done.before} to {done.after}; "
            f"a copy of what it was: {done.copy}"
        )


@app.command()
def backup(ctx: typer.Context, file: NewCopy = None, database_url: DatabaseUrl = None) -> None:
    """Copy the database, also while Riko runs."""
    path = _path(ctx, database_url)
    if not path.exists():
        raise DatabaseError(f"There is no database at {path}; nothing was copied.")
    copy = path_now(path) if file is None else file.expanduser().absolute()
    with database_failures(copy):
        make_private_folder(copy.parent)
        copy_to(path, copy)
    typer.echo(f"{path} is copied to {copy}")


@app.command()
def restore(ctx: typer.Context, file: OldCopy, database_url: DatabaseUrl = None) -> None:
    """Bring a copy back; the present database is kept beside it. Stop Riko first."""
    path = _path(ctx, database_url)
    kept = restore_copy(path, file.expanduser().absolute())
    was = f"; what was there is kept as {kept}" if kept else ""
    typer.echo(f"{path} is restored from {file}{was}")


@app.command()
def check(ctx: typer.Context, database_url: DatabaseUrl = None) -> None:
    """Read the whole database and say whether it is sound."""
    path = _path(ctx, database_url)
    condition = examine(path)
    if condition.problems:
        more = len(condition.problems) - 1
        others = f", and {more} more" if more else ""
        raise DatabaseError(
            f"{path} is damaged: {condition.problems[0]}{others}. "
            "Bring a copy back with `riko db restore`."
        )
    if condition.revision == newest_revision():
        typer.echo(f"{path} is sound, revision {condition.revision}.")
    else:
        has = f"revision {condition.revision}" if condition.revision else "no tables yet"
        typer.echo(f"{path} is sound, {has}; `riko db upgrade` brings it up to date.")


@app.command()
def rebuild(ctx: typer.Context, database_url: DatabaseUrl = None) -> None:
    """Recount from the ratings what the members of each server think, and say what was wrong."""
    path = _path(ctx, database_url)
    done = recount(path, datetime.now(UTC))
    wrong = f"{done.wrong:,} of them were wrong" if done.wrong else "all were right"
    typer.echo(f"{path} has {done.titles:,} rated titles in {done.servers:,} servers; {wrong}.")


def _path(ctx: typer.Context, database_url: str | None) -> Path:
    return database_path(database_url or locations(ctx).database_url)
