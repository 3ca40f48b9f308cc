"""`riko data crawl`: new and changed titles from MyAnimeList, by the way of Jikan."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.answers import to_line
from core.cli.console import counted, out, progress
from core.cli.options import JsonOption
from core.cli.session import locations

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rich.progress import Progress, TaskID

    from core.catalogue.crawl.crawl import Step
    from core.services.crawling import CrawlReport

_LABELS = {
    "now": "This season",
    "upcoming": "Next season",
    "all": "All titles",
    "relations": "What goes with what",
}


def crawl(
    ctx: typer.Context,
    older_than: Annotated[
        int,
        typer.Option(min=0, metavar="DAYS", help="Ask again for what is older than so many days."),
    ] = 30,
    limit: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Stop after N requests.", show_default=False),
    ] = None,
    season: Annotated[
        bool, typer.Option("--season", help="Only what is new: this season and the next.")
    ] = False,
    as_machine: JsonOption = False,
) -> None:
    """Ask MyAnimeList for new and changed titles, and make the catalogue of them.

    All titles take about 20 minutes, and what is a sequel of what some hours more. Stop it with Ctrl-C
    whenever you like: what came so far is kept, and the next crawl goes on there.
    """
    from core.catalogue.crawl.crawl import Budget
    from core.services.crawling import crawl as crawl_now

    where = locations(ctx)
    budget = Budget(timedelta(days=older_than), limit, season_only=season)
    with progress() as bar:
        report = asyncio.run(crawl_now(where, budget, progress=_screen(bar)))
    if as_machine:
        typer.echo(to_line(_as_json(report)))
    else:
        _print(report)
        if where.data.catalogue.exists():
            out.print(f"Wrote {where.data.catalogue}: {counted(report.published.titles, 'title')}.")
        if where.catalogue is not None:
            out.print(f"RIKO_CATALOGUE names {where.catalogue}, so that is still the one used.")
    if report.crawled.failure is not None:
        raise report.crawled.failure


def _screen(bar: Progress) -> Callable[[Step], None]:
    """Return what shows a line with a bar for each list."""
    tasks: dict[str, TaskID] = {}

    def show(step: Step) -> None:
        task = tasks.get(step.kind)
        if task is None:
            task = tasks[step.kind] = bar.add_task(_LABELS.get(step.kind, step.kind))
        bar.update(task, completed=step.done, total=step.total)

    return show


def _print(report: CrawlReport) -> None:
    crawled, published = report.crawled, report.published
    failed = f", {crawled.failed:,} of them failed" if crawled.failed else ""
    out.print(
        f"{counted(crawled.requests, 'request')}{failed}: {counted(crawled.titles, 'title')}, "
        f"relations of {crawled.relations:,}."
    )
    out.print(f"New titles: {published.new:,}.")
    _print_counts("Titles with a change of", published.changed)
    _print_counts("Titles refused,", {**crawled.refused, **published.refused})
    _print_counts("Values left out,", published.mended)
    if not crawled.whole:
        out.print("There is more to ask for: the next crawl goes on here.")


def _print_counts(what: str, counts: Mapping[str, int]) -> None:
    for name, count in counts.items():
        out.print(f"  {what} {name}: {count:,}.")


def _as_json(report: CrawlReport) -> dict[str, object]:
    crawled, published = report.crawled, report.published
    return {
        "requests": crawled.requests,
        "failed": crawled.failed,
        "fetched": {"titles": crawled.titles, "relations": crawled.relations},
        "whole": crawled.whole,
        "failure": None if crawled.failure is None else str(crawled.failure),
        "titles": published.titles,
        "new": published.new,
        "changed": dict(published.changed),
        "refused": {**crawled.refused, **published.refused},
        "mended": dict(published.mended),
    }
