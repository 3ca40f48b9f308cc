"""`riko data translate`: English names, made by a machine, for titles that have none."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from core.cli.answers import to_line
from core.cli.console import out, progress
from core.cli.options import BundleOption, CatalogueOption, JsonOption
from core.cli.session import locations, open_data
from core.outside.pace import Pace
from core.outside.translators import DeepTranslator, Provider


def translate(
    ctx: typer.Context,
    provider: Annotated[
        Provider, typer.Option(envvar="RIKO_TRANSLATE_PROVIDER", help="Who translates.")
    ] = Provider.GOOGLE,
    address: Annotated[
        str | None,
        typer.Option(
            envvar="RIKO_TRANSLATE_ADDRESS",
            help="Address of a LibreTranslate server.",
            show_default=False,
        ),
    ] = None,
    key: Annotated[
        # hidden, as whoever lists the processes of a machine reads their command lines
        str | None, typer.Option(envvar="RIKO_TRANSLATE_KEY", hidden=True)
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help="Translate so many, the best known first.", show_default=False),
    ] = None,
    per_second: Annotated[
        float, typer.Option(min=0.01, max=100, help="How many names a second.")
    ] = 2.0,
    bundle: BundleOption = None,
    catalogue: CatalogueOption = None,
    as_machine: JsonOption = False,
) -> None:
    """Translate the names of titles that have none in English; an API key is RIKO_TRANSLATE_KEY.

    Every answer is kept as soon as it comes, so that the next run goes on. A translated name is
    marked as such, never stands in place of a real one, and can be searched for.
    """
    translator = DeepTranslator(provider, address=address, key=key or None)
    from core.catalogue.popularity import by_popularity
    from core.catalogue.translate import translate_titles
    from core.catalogue.translations import read_translations, to_translate

    data = open_data(ctx, bundle, catalogue)
    folder = locations(ctx).data
    path = folder.translations
    with folder.held():
        known = read_translations(path)
        missing = {each.anime_id for each in to_translate(data.catalogue, known, translator.name)}
        wanted = [
            title
            for title in by_popularity(data.catalogue, data.bundle.titles.popularity)
            if title.anime_id in missing
        ][:limit]
        with progress() as bar:
            task = bar.add_task("Translating", total=len(wanted))
            run = asyncio.run(
                translate_titles(
                    wanted,
                    translator,
                    path,
                    Pace((1, 1 / per_second)),
                    lambda done, total: bar.update(task, completed=done, total=total),
                )
            )
    left = len(missing) - run.translated - run.nothing
    if as_machine:
        typer.echo(
            to_line(
                {
                    "file": str(path),
                    "translated": run.translated,
                    "nothing": run.nothing,
                    "left": left,
                    "stopped": str(run.stopped) if run.stopped else None,
                }
            )
        )
    else:
        out.print(
            f"Translated {run.translated:,} names into {path}; {left:,} are still to be asked for."
        )
        if run.nothing:
            out.print(f"  {run.nothing:,} have no translation at {provider}")
    if run.stopped is not None:
        raise run.stopped
