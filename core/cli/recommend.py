"""`riko recommend`: the two lists for one person, in the terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from core.cli.console import err, out
from core.cli.options import (
    AdultOption,
    BundleOption,
    CatalogueOption,
    JsonOption,
    RankingOption,
)
from core.cli.predict import as_json
from core.cli.session import build_engine, open_data
from core.errors import InvalidInputError, shorten
from core.person import Taste, check_age, check_gender, check_score
from core.recommender.request import Ranking, Request

if TYPE_CHECKING:
    from core.catalogue.catalogue import Catalogue
    from core.catalogue.search import TitleIndex
    from core.recommender.loading import Data
    from core.recommender.request import Pick


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
    """Show Similar Anime and Anime You May Like for the given ratings."""
    from core.catalogue.search import TitleIndex

    data = open_data(ctx, bundle, catalogue)
    counts = data.bundle.titles.counts.tolist()
    popularity = dict(zip(data.bundle.titles.ids.tolist(), counts, strict=True))
    index = TitleIndex(data.catalogue, popularity)
    allow_adult = adult == "include"
    ratings: dict[int, int] = {}
    for text in rate or []:
        anime_id, score = _rating(text, index, allow_adult=allow_adult)
        ratings.pop(anime_id, None)
        ratings[anime_id] = score
    taste = Taste(
        age=None if age is None else check_age(age, minimum=1),
        gender=None if gender is None else check_gender(gender),
        ratings=tuple(ratings.items()),
    )
    if not ratings and not as_machine:
        _show_cold_start(data, allow_adult=allow_adult)
        return
    request = Request(taste, ranking, allow_adult=allow_adult, with_reasons=not as_machine)
    [lists] = build_engine(ctx, data).recommend([request])
    if as_machine:
        typer.echo(json.dumps(as_json(lists), ensure_ascii=False))
        return
    out.print(_table("Similar Anime", lists.similar, data.catalogue))
    out.print(_table("Anime You May Like", lists.may_like, data.catalogue))


def _rating(text: str, index: TitleIndex, *, allow_adult: bool) -> tuple[int, int]:
    name, equals, score = text.rpartition("=")
    if not equals or not name.strip():
        raise InvalidInputError(
            f'A rating is TITLE=SCORE, as in --rate "Cowboy Bebop=9", not {shorten(text)}.'
        )
    return index.resolve(name, allow_adult=allow_adult).anime_id, check_score(score)


def _table(heading: str, picks: tuple[Pick, ...], catalogue: Catalogue) -> Table:
    table = Table(title=heading, title_justify="left", title_style="bold")
    for column in ("#", "Title", "Year", "Genres", "Predicted", "Because you gave"):
        table.add_column(
            column, justify="right" if column in {"#", "Year", "Predicted"} else "left"
        )
    for rank, pick in enumerate(picks, start=1):
        title = catalogue[pick.anime_id]
        because = ""
        if pick.reason:
            because = f"{catalogue[pick.reason.anime_id].display} a {pick.reason.score}"
        table.add_row(
            str(rank),
            title.display,
            str(title.year or ""),
            ", ".join(title.genres[:3]),
            f"{pick.predicted:.1f}",
            because,
        )
    return table


def _show_cold_start(data: Data, *, allow_adult: bool) -> None:
    from core.recommender.cold_start import top_lists, votes_of

    err.print("Nothing is rated yet, so here is what everybody likes. Add --rate TITLE=SCORE.")
    for top in top_lists(data.catalogue, votes_of(data.bundle.titles), allow_adult=allow_adult):
        table = Table("#", "Title", "Mean", "Votes", title=f"Top {top.genre}", title_justify="left")
        for rank, entry in enumerate(top.entries, start=1):
            table.add_row(str(rank), entry.title.display, f"{entry.mean:.2f}", str(entry.votes))
        out.print(table)
