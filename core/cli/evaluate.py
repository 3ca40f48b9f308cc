"""`riko evaluate`: how good a bundle's recommendations are, beside baselines."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from core.cli.console import err, progress, tables
from core.errors import InvalidInputError

if TYPE_CHECKING:
    from rich.progress import Progress

    from core.evaluation.report import Sheet


def evaluate(
    ratings: Annotated[Path, typer.Option(help="Parquet file of user_id, anime_id, score.")],
    users: Annotated[Path, typer.Option(help="Parquet file of user_id, gender, age_band.")],
    bundle: Annotated[
        list[Path] | None,
        typer.Option(help="Bundle folder; may be given once a split.", show_default=False),
    ] = None,
    catalogue: Annotated[
        Path | None,
        typer.Option(help="Only its titles, adult ones apart, are ranked.", show_default=False),
    ] = None,
    baselines: Annotated[
        bool, typer.Option("--baselines", help="Also fit and measure the baselines.")
    ] = False,
    splits: Annotated[int, typer.Option(min=1, max=10, help="How many splits to measure.")] = 1,
    seed_clusters: Annotated[
        Path | None,
        typer.Option(help="The seed's clusters.csv, for its own recipe.", show_default=False),
    ] = None,
    full_seed_minutes: Annotated[
        float, typer.Option(min=0, help="Also train the seed's recipe in full size for so long.")
    ] = 0.0,
    json_: Annotated[
        Path | None, typer.Option("--json", help="Write all figures here.", show_default=False)
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option(help="Write the report here.", show_default=False)
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw the report here, a PNG.", show_default=False)
    ] = None,
    newcomers: Annotated[
        int,
        typer.Option(min=0, help="Also hide known titles so many times and judge them by others."),
    ] = 0,
    record: Annotated[
        bool, typer.Option("--record", help="Write the figures into the bundle's manifest.")
    ] = False,
) -> None:
    """Measure a bundle on people its training left out, beside baselines that learn afresh."""
    if not bundle and not baselines:
        raise InvalidInputError("Name what to measure: --bundle DIR, --baselines, or both.")
    if record and len(bundle or []) != 1:
        raise InvalidInputError("--record takes exactly one --bundle DIR.")
    if newcomers and (len(bundle or []) != 1 or catalogue is None):
        raise InvalidInputError("--newcomers takes exactly one --bundle DIR, and --catalogue FILE.")
    for target in (json_, markdown, plot):
        if target is not None and not target.parent.is_dir():
            raise InvalidInputError(f"The folder {target.parent} does not exist; make it first.")
    if baselines and find_spec("scipy") is None:
        raise InvalidInputError(
            "Baselines need scipy; install it in Riko's folder with: "
            "pip install --editable '.[train]'."
        )

    from core.catalogue.load import load_catalogue
    from core.evaluation import report, run
    from core.evaluation.data import read_evaluation_data
    from core.network.bundle import load_bundle

    with err.status("Reading ratings and bundles"):
        bundles = [load_bundle(path) for path in bundle or []]
        titles = None if catalogue is None else load_catalogue(catalogue).catalogue
        data = read_evaluation_data(ratings, users)
    for reason, rows in data.training.refused.items():
        err.print(f"Left out {rows:,} rows: {reason}.")
    table = ()
    if baselines:
        from core.evaluation.baselines.table import baselines as all_baselines

        table = all_baselines(seed_clusters, full_seed_minutes)
    with progress() as bar:
        result = run.evaluate(data, bundles, titles, table, splits, _Bar(bar))

    for caution in result.cautions:
        err.print(f"Note: {caution}")
    for sheet in report.sheets(result, intervals=False):
        tables().print(_table(sheet))
    if newcomers and titles is not None:
        from core.evaluation.newcomers import measure_newcomers

        with err.status("Hiding titles"):
            figures = measure_newcomers(data, bundles[0], titles, draws=newcomers)
        for sheet in report.newcomer_sheets(figures):
            tables().print(_table(sheet))
    if record:
        from core.evaluation.model_card import model_card
        from core.network.bundle import record_metrics

        record_metrics(bundles[0], model_card(result))
    if json_ is not None:
        text = json.dumps(asdict(result), indent=1, ensure_ascii=False) + "\n"
        json_.write_text(text, encoding="utf-8")
    if plot is not None:
        from core.evaluation.plot import draw

        draw(result, plot)
    if markdown is not None:
        picture = None if plot is None else Path(plot).name
        markdown.write_text(report.markdown(result, picture), encoding="utf-8")


class _Bar:
    """Shows which recommender is at work and how many people it has answered."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("Holding people out", total=None)

    def begin(self, name: str, people: int) -> None:
        self._bar.reset(self._task, total=people, description=name)

    def advance(self, people: int) -> None:
        self._bar.advance(self._task, people)

    def done(self, name: str, seconds: float) -> None:
        err.print(f"{name}: {seconds:.0f} s")


def _table(sheet: Sheet) -> Table:
    table = Table(title=sheet.heading, title_justify="left", title_style="bold")
    for number, name in enumerate(sheet.header):
        table.add_column(name, justify="right" if number else "left", no_wrap=not number)
    for row in sheet.rows:
        table.add_row(*row)
    return table
