"""`riko recommend`: the two lists for one person, in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from core.cli.answers import as_json, to_line
from core.cli.console import err, out, tables
from core.cli.options import (
    AdultOption,
    BundleOption,
    CatalogueOption,
    JsonOption,
    RankingOption,
)
from core.cli.session import build_engine, open_data
from core.errors import InvalidInputError, shorten
from core.person import Taste, check_age, check_gender, check_score
from core.recommender.request import Ranking, Request
from core.showing import ANYBODY, EVERYTHING

if TYPE_CHECKING:
    from core.catalogue.catalogue import Catalogue
    from core.catalogue.search import TitleIndex
    from core.catalogue.title import Title
    from core.clusters.names import ClusterName
    from core.recommender.loading import Data
    from core.recommender.request import Pick
    from core.recommender.shelf import Shelf
    from core.showing import Showing

_ROOMY: Final = 110


def recommend(
    ctx: typer.Context,
    rate: Annotated[
        list[str] | None,
        typer.Option("--rate", metavar="TITLE=SCORE", help="May be given often, oldest first."),
    ] = None,
    age: Annotated[str | None, typer.Option(help="Age in years.", show_default=False)] = None,
    gender: Annotated[
        str | None, typer.Option(help="male, female or another.", show_default=False)
    ] = None,
    bundle: BundleOption = None,
    catalogue: CatalogueOption = None,
    ranking: RankingOption = Ranking.BLEND,
    adult: AdultOption = "exclude",
    as_machine: JsonOption = False,
) -> None:
    """Show Similar Anime and Anime You May Like for the given ratings, as the bot lists them.

    Of a franchise that is the part which comes next, once; new titles are among the rest. `riko
    predict` does without both, and so does --ranking predicted, RikoNet's own way.
    """
    from core.recommender.shelf import Shelf  # torch takes its time

    data = open_data(ctx, bundle, catalogue)
    shelf = Shelf(data.bundle.titles, data.catalogue, newcomers=True, franchises=True)
    index = data.title_index()
    showing = EVERYTHING if adult == "include" else ANYBODY
    taste = Taste.of(
        [_rating(text, index, showing) for text in rate or []],
        age=None if age is None else check_age(age, minimum=1),
        gender=None if gender is None else check_gender(gender),
    )
    if not taste.ratings and not as_machine:
        _show_cold_start(data, shelf, showing)
        return
    listed = shelf if ranking is Ranking.BLEND else None
    known = (listed or data.bundle.titles).index_of
    for anime_id, _ in taste.ratings:
        if anime_id not in known:
            name = data.catalogue[anime_id].display
            err.print(f"The network does not know {name} yet: that rating changes nothing.")
    request = Request(taste, ranking, allow_adult=showing.adult, with_reasons=not as_machine)
    [lists] = build_engine(ctx, data).recommend([request], listed)
    if as_machine:
        typer.echo(to_line(as_json(lists)))
        return
    tables().print(_table("Similar Anime", lists.similar, data.catalogue))
    if lists.pool:
        kinds = " · ".join(_kind(name, data.catalogue) for name in lists.pool if name.examples)
        out.print(f"Kinds of anime chosen from: {kinds}")
    out.print()
    tables().print(_table("Anime You May Like", lists.may_like, data.catalogue))


def _rating(text: str, index: TitleIndex, showing: Showing) -> tuple[int, int]:
    name, equals, score = text.rpartition("=")
    if not equals or not name.strip():
        raise InvalidInputError(
            f'A rating is TITLE=SCORE, as in --rate "Cowboy Bebop=9", not {shorten(text)}.'
        )
    return index.resolve(name, showing).anime_id, check_score(score)


def _kind(name: ClusterName, catalogue: Catalogue) -> str:
    """Return a cluster's name, such as “Drama, Mystery (Monster, Death Note)”."""
    examples = ", ".join(catalogue[anime_id].display for anime_id in name.examples)
    return f"{', '.join(name.genres)} ({examples})" if name.genres else examples


def _table(heading: str, picks: tuple[Pick, ...], catalogue: Catalogue) -> Table:
    table = Table(
        title=heading, title_justify="left", title_style="bold",
        box=SIMPLE_HEAD, show_edge=False, pad_edge=False,
    )  # fmt: skip
    table.add_column("#", justify="right")
    table.add_column("Title")
    # In an ordinary terminal the longest genre is room enough: titles need the rest.
    table.add_column("Genres", max_width=14 if tables().width < _ROOMY else None)
    table.add_column("Expected", justify="right")
    table.add_column("Because of your")
    for rank, pick in enumerate(picks, start=1):
        title = catalogue[pick.anime_id]
        because = ""
        if pick.reason:
            because = f"{catalogue[pick.reason.anime_id].display} ({pick.reason.score})"
        table.add_row(
            str(rank),
            _name(title, new=pick.new),
            ", ".join(title.genres[:2]),
            f"{pick.predicted:.1f}",
            because,
        )
    return table


def _name(title: Title, *, new: bool) -> str:
    name = f"{title.display} ({title.year})" if title.year else title.display
    return f"{name}, new to Riko" if new else name


def _show_cold_start(data: Data, shelf: Shelf, showing: Showing) -> None:
    from core.recommender.cold_start import TopRanking, votes_of

    err.print("Nothing is rated yet, so here is what everybody likes. Add --rate TITLE=SCORE.")
    ranking = TopRanking(data.catalogue, votes_of(data.bundle.titles))
    sequels = shelf.franchises.closed((), ()) if shelf.franchises else frozenset[int]()
    for top in ranking.lists(showing=showing, exclude=sequels):
        table = Table("#", "Title", "Mean", "Votes", title=f"Top {top.genre}", title_justify="left")
        for rank, entry in enumerate(top.entries, start=1):
            table.add_row(str(rank), entry.title.display, f"{entry.mean:.2f}", str(entry.votes))
        tables().print(table)
