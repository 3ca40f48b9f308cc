"""`riko bundle`: bring in the seed's network, and look at what a bundle says of itself."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer
from rich.table import Table

from core.cli.answers import to_line
from core.cli.console import err, out, tables
from core.cli.options import JsonOption

if TYPE_CHECKING:
    from core.network.bundle import JsonValue

_LABELS: Final = {
    "width": "units a layer",
    "layer_sizes": "layers",
    "data_digest": "digest of the ratings",
    "people": "people trained on",
    "ratings": "ratings trained on",
    "held_out_split": "tenth held out of training",
    "refused": "ratings left out",
    "validation_loss": "loss while training",
    "measured_on": "measured on",
}

app = typer.Typer(no_args_is_help=True, help="Import a network, or inspect a bundle.")


@app.command("import")
def import_(
    weights: Annotated[Path, typer.Option(help="The seed's autoEncoder.pth.")],
    columns: Annotated[Path, typer.Option(help="The seed's inputFormater.csv.")],
    clusters: Annotated[Path, typer.Option(help="The seed's clusters.csv.")],
    catalogue: Annotated[Path, typer.Option(help="The seed's anime_cleaned.csv.")],
    out_: Annotated[Path, typer.Option("--out", help="The bundle folder to write.")],
    genres: Annotated[
        Path | None, typer.Option(help="The seed's anime_genres.csv.", show_default=False)
    ] = None,
    activation: Annotated[
        str, typer.Option(help="Activation the network was trained with.")
    ] = "selu",
    last_layer_activation: Annotated[
        bool, typer.Option(help="Whether the output layer uses it too (else a ReLU).")
    ] = False,
    precision: Annotated[
        Literal["int8", "float32"],
        typer.Option(
            help="int8: a quarter of the size and several times as fast, lists differ in hardly "
            "a title; float32: the weights as they are."
        ),
    ] = "int8",
) -> None:
    """Make a bundle from the seed's published files."""
    from core.network.seed.activations import ACTIVATIONS
    from core.network.seed.importing import SeedFiles, import_seed
    from core.network.seed.precision import Precision

    if activation.casefold() not in ACTIVATIONS:
        raise typer.BadParameter(f"one of {', '.join(ACTIVATIONS)}", param_hint="--activation")
    files = SeedFiles(weights, columns, clusters, catalogue, genres)
    with err.status("Reading the seed's files"):
        done = import_seed(
            files,
            out_,
            activation=activation,
            last_layer_activation=last_layer_activation,
            precision=Precision(precision),
        )
    layers = "-".join(str(size) for size in done.shape.layer_sizes)
    out.print(f"Wrote {out_}: network {layers}, {done.titles} titles.")
    for reason, count in done.catalogue.refused.items():
        out.print(f"  {count} rows of {catalogue} were refused: {reason}")
    for reason, count in done.catalogue.mended.items():
        out.print(f"  {count} values of {catalogue} were left out: {reason}")
    if done.unknown_to_catalogue:
        out.print(f"  {done.unknown_to_catalogue} titles are not in the catalogue: never shown")
    if done.without_cluster:
        out.print(f"  {done.without_cluster} titles have no cluster: rating them picks no pool")


@app.command()
def info(
    path: Annotated[Path, typer.Argument(metavar="DIR", help="The bundle folder.")],
    as_machine: JsonOption = False,
) -> None:
    """Print what a bundle holds, after checking that it is whole."""
    from core.network.bundle import load_bundle

    bundle = load_bundle(path)
    document = asdict(bundle.manifest)
    if as_machine:
        typer.echo(to_line(document))
        return
    table = Table(show_header=False, title=str(path), title_justify="left")
    table.add_row("kind", bundle.manifest.kind)
    table.add_row("created", bundle.manifest.created)
    table.add_row("titles", f"{len(bundle.titles.ids):,}")
    table.add_row("clusters", f"{bundle.titles.clusters.count:,}")
    table.add_row("numbers stored", f"{sum(t.numel() for t in bundle.weights.values()):,}")
    table.add_row("size", f"{bundle.size / 1e6:.1f} MB")
    for section in (bundle.manifest.network, bundle.manifest.training, bundle.manifest.metrics):
        for name, value in section.items():
            _add(table, _LABELS.get(name, name), value)
    tables().print(table)


def _add(table: Table, label: str, value: JsonValue) -> None:
    """Add a row for `value`, or one for each entry if it is made of named ones."""
    if isinstance(value, dict):
        for name, entry in value.items():
            _add(table, f"{label}: {name}", entry)
    elif isinstance(value, int) and not isinstance(value, bool):
        table.add_row(label, f"{value:,}")
    else:
        table.add_row(label, value if isinstance(value, str) else json.dumps(value))
