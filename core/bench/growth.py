"""How answers take longer with more people, titles and ratings."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from core import starter
from core.bench.asking import at_once, one_by_one, working
from core.bench.figures import Curve, Spread
from core.bench.made_up import (
    made_up_catalogue,
    made_up_tastes,
    riko_bundle,
    whole_catalogue,
)
from core.bench.search import key_presses, suggestion_times
from core.catalogue.search import TitleIndex
from core.network.bundle import load_bundle
from core.recommender.request import Request

if TYPE_CHECKING:
    from pathlib import Path

    from core.bench.effort import Effort
    from core.bench.figures import Found

PEOPLE: Final = "people asking at once"
TITLES: Final = "titles"
RATINGS: Final = "ratings of the person"

_RATED: Final = 20


def measure(effort: Effort, folder: Path) -> Found:
    """Return the curves."""
    return asyncio.run(_measure(effort, folder))


async def _measure(effort: Effort, folder: Path) -> Found:
    bundle = load_bundle(starter.BUNDLE)
    few = max(3, effort.rounds // 5)
    people: list[tuple[int, Spread]] = []
    ratings: list[tuple[int, Spread]] = []
    async with working(bundle, whole_catalogue(bundle, len(bundle.titles.ids))) as worker:
        requests = [
            Request(taste, with_reasons=True)
            for taste in made_up_tastes(bundle, max(effort.people), _RATED)
        ]
        for count in effort.people:
            _, waits = await at_once(worker, requests[:count], few)
            people.append((count, Spread.of(waits)))
        for count in effort.ratings:
            asked = [Request(t, with_reasons=True) for t in made_up_tastes(bundle, 5, count)]
            ratings.append((count, Spread.of(await one_by_one(worker, asked, few))))
    titles: list[tuple[int, Spread]] = []
    searches: list[tuple[int, Spread]] = []
    for count in effort.titles:
        catalogue = made_up_catalogue(count)
        grown = riko_bundle(folder / f"riko-{count}", count)
        rated = min(_RATED, count // 2)
        async with working(grown, catalogue) as worker:
            asked = [Request(t, with_reasons=True) for t in made_up_tastes(grown, 5, rated)]
            titles.append((count, Spread.of(await one_by_one(worker, asked, few))))
        index = TitleIndex(catalogue, {})
        waits = suggestion_times(index, key_presses(catalogue.titles, effort.rounds))
        searches.append((count, Spread.of(waits)))
    name = "a recommendation with reasons"
    return [
        Curve(name, PEOPLE, tuple(people)),
        Curve(name, RATINGS, tuple(ratings)),
        Curve(name, TITLES, tuple(titles)),
        Curve("a suggestion of autocomplete", TITLES, tuple(searches)),
    ]
