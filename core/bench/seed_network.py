"""A network of the seed's shape our way: in int8, through the worker, to finished lists."""

from __future__ import annotations

import asyncio
from statistics import fmean
from typing import TYPE_CHECKING, Final

from core.bench.asking import at_once, one_by_one, working
from core.bench.figures import COUNT, MILLISECONDS, USERS_A_SECOND, Budget, Figure, Spread
from core.bench.made_up import made_up_catalogue, made_up_tastes, seed_bundle
from core.network.seed.precision import Precision
from core.recommender.engine import Engine
from core.recommender.request import Request

if TYPE_CHECKING:
    from pathlib import Path

    from core.bench.effort import Effort
    from core.bench.figures import Found
    from core.recommender.request import Lists

INT8_ONE: Final = "seed-shaped network in int8: one recommendation"
INT8_MANY: Final = "seed-shaped network in int8: 32 people waiting"

DIFFERENT: Final = "seed-shaped network in int8: titles of ten that float32 does not list"

_RATED: Final = 60
_WAITING: Final = 32


def measure(effort: Effort, folder: Path) -> Found:
    """Return one request, how many are answered a second while 32 wait, and what int8 changes."""
    return asyncio.run(_measure(effort, folder))


async def _measure(effort: Effort, folder: Path) -> Found:
    bundle = seed_bundle(folder / "seed", effort.layers, Precision.INT8)
    rated = min(_RATED, len(bundle.titles.ids) // 2)
    requests = [Request(taste) for taste in made_up_tastes(bundle, _WAITING, rated)]
    catalogue = made_up_catalogue(len(bundle.titles.ids))
    async with working(bundle, catalogue) as worker:
        one = await one_by_one(worker, requests, effort.rounds)
        many, _ = await at_once(worker, requests, max(3, effort.rounds // 5))
        rounded = [await worker.recommend(request) for request in requests]
    exact = Engine(
        seed_bundle(folder / "exact", effort.layers, Precision.FLOAT32), catalogue, "cpu"
    )
    different = fmean(map(_different, rounded, exact.recommend(requests)))
    return [
        Figure(INT8_ONE, MILLISECONDS, Spread.of(one), Budget(8)),
        Figure(INT8_MANY, USERS_A_SECOND, Spread.of(many), Budget(800, at_least=True)),
        Figure(DIFFERENT, COUNT, Spread.of([different]), Budget(1)),
    ]


def _different(lists: Lists, exact: Lists) -> float:
    """Return how many of ten titles of both `lists` are not in the same list of `exact`."""
    pairs = ((lists.similar, exact.similar), (lists.may_like, exact.may_like))
    listed = [
        pick.anime_id in {other.anime_id for other in others}
        for picks, others in pairs
        for pick in picks
    ]
    return 10 * (1 - fmean(listed))
