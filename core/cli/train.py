"""`riko train`: a bundle from rating files."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.console import err, out, progress
from core.cli.session import choose_device
from core.errors import RikoError

if TYPE_CHECKING:
    from rich.progress import Progress

    from core.network.trainer import EpochReport


class _Screen:
    """Shows how far training is; a `Reporter`."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("Starting", total=None)

    def stage(self, text: str) -> None:
        """Show `text` with a bar that only moves, or as a line where there is no terminal."""
        self._bar.reset(self._task, description=text, total=None)
        if not self._bar.console.is_terminal:
            self._bar.console.print(text)

    def progress(self, text: str, done: int, total: int) -> None:
        """Show how much of `text` is done."""
        self._bar.update(self._task, description=text, completed=done, total=total)

    def epoch(self, report: EpochReport) -> None:
        """Print a line that stays."""
        self._bar.console.print(
            f"epoch {report.epoch:>3}/{report.epochs}  training {report.training_loss:.4f}  "
            f"held out {report.validation_loss:.4f}{' *' if report.best else ''}  "
            f"{report.minutes:.1f} min"
        )


def train(
    ctx: typer.Context,
    ratings: Annotated[Path, typer.Option(help="Parquet file: user_id, anime_id, score.")],
    catalogue: Annotated[Path, typer.Option(help="Catalogue file; tells which titles are adult.")],
    target: Annotated[Path, typer.Option("--out", help="The bundle folder to write.")],
    users: Annotated[
        Path | None, typer.Option(help="Parquet file: user_id, gender, age_band.")
    ] = None,
    preset: Annotated[
        str, typer.Option(help="riko, or rikonet for the seed's own shape.")
    ] = "riko",
    max_minutes: Annotated[
        float, typer.Option(min=0.1, help="Stop the network's epochs after this long.")
    ] = 40.0,
    everybody: Annotated[
        bool, typer.Option("--everybody", help="Hold nobody out: no honest evaluation afterwards.")
    ] = False,
    split: Annotated[
        int, typer.Option(min=0, max=9, help="Which tenth of the people to hold out.")
    ] = 0,
    about: Annotated[
        str | None,
        typer.Option(help="Words for the model card: source, dates and limits of the ratings."),
    ] = None,
) -> None:
    """Train a network; run again after a stop to go on where it was."""
    try:
        from core.network.training import Plan, Preset
        from core.network.training import train as train_bundle
    except ModuleNotFoundError as error:
        raise RikoError(
            f"Training needs {error.name}; install it in Riko's folder with: "
            "pip install --editable '.[train]'"
        ) from error

    if preset not in set(Preset):
        raise typer.BadParameter("riko or rikonet", param_hint="--preset")
    plan = Plan(
        ratings=ratings,
        users=users,
        catalogue=catalogue,
        out=target,
        preset=Preset(preset),
        split=None if everybody else split,
        max_minutes=max_minutes,
        device=choose_device(ctx),
        about=about,
    )
    began = time.monotonic()
    with progress() as bar:
        data = train_bundle(plan, _Screen(bar))
    for reason, count in data.refused.items():
        err.print(f"{count:,} ratings left out: {reason}")
    minutes = (time.monotonic() - began) / 60
    out.print(f"Wrote {target}: {len(data.ids):,} titles, {minutes:.1f} minutes.")
