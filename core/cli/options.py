"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from core.recommender.request import Ranking

BundleOption = Annotated[
    Path | None,
    typer.Option("--bundle", help="Bundle folder; the starter's by default.", show_default=False),
]
CatalogueOption = Annotated[
    Path | None,
    typer.Option(
        "--catalogue",
        help=(
            "Catalogue file (csv or parquet); by default the one inside the bundle named, else "
            "RIKO_CATALOGUE, else the one `riko data` made, else the starter's."
        ),
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
RankingOption = Annotated[
    Ranking,
    typer.Option(
        "--ranking",
        help=(
            "blend: Riko's order; predicted: by predicted rating alone, RikoNet's order, to which "
            "also belongs --adult include, as RikoNet leaves nothing out."
        ),
    ),
]
AdultOption = Annotated[
    Literal["exclude", "include"], typer.Option("--adult", help="Whether adult titles are listed.")
]
