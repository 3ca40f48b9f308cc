"""`riko data`: fetch the catalogue, keep it up to date, say what is in it, translate its names."""

from __future__ import annotations

from dataclasses import asdict

import typer
from rich.table import Table

from core.cli.answers import to_line
from core.cli.console import date_in_words, tables
from core.cli.data_crawl import crawl
from core.cli.data_fetch import fetch
from core.cli.data_translate import translate
from core.cli.options import BundleOption, CatalogueOption, JsonOption
from core.cli.session import locations, open_data

app = typer.Typer(
    no_args_is_help=True,
    help="Fetch the catalogue, keep it up to date, say what is in it, translate its names.",
)
app.command()(fetch)
app.command()(crawl)
app.command()(translate)


@app.command()
def info(
    ctx: typer.Context,
    bundle: BundleOption = None,
    catalogue: CatalogueOption = None,
    as_machine: JsonOption = False,
) -> None:
    """Say which catalogue is used, how recent it is, and how much is in it."""
    from core.catalogue.origin import MYANIMELIST
    from core.recommender.facts import facts_of

    facts = facts_of(open_data(ctx, bundle, catalogue), locations(ctx).data)
    if as_machine:
        moments = {"made": facts.made, "checked": facts.checked}
        dates = {name: at.isoformat() if at else None for name, at in moments.items()}
        typer.echo(to_line(asdict(facts) | {"catalogue": str(facts.catalogue), **dates}))
        return
    table = Table(show_header=False, title=str(facts.catalogue), title_justify="left")
    table.add_row("which", facts.kind)
    table.add_row("made", date_in_words(facts.made))
    if MYANIMELIST in facts.sources:
        checked = date_in_words(facts.checked) if facts.checked else "not all of it yet"
        table.add_row("checked since", checked)
    table.add_row("made of", ", ".join(facts.sources) or "not recorded")
    for label, count in (
        ("titles", facts.titles),
        ("known to the network", facts.network_knows),
        ("with a poster", facts.posters),
        ("with an English name", facts.english),
        ("translated by a machine", facts.translated),
        ("for adults", facts.adult),
    ):
        table.add_row(label, f"{count:,}")
    table.add_row("newest year", str(facts.newest_year or "not known"))
    tables().print(table)
