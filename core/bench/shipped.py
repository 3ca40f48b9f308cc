"""The bundle that ships with Riko: one person, many, and groups."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from core import starter
from core.bench.asking import at_once, groups, one_by_one, working
from core.bench.figures import MEGABYTES, MILLISECONDS, USERS_A_SECOND, Budget, Figure, Spread
from core.bench.made_up import made_up_tastes, whole_catalogue
from core.network.bundle import load_bundle
from core.recommender.request import GroupRequest, Request

if TYPE_CHECKING:
    from pathlib import Path

    from core.bench.effort import Effort
    from core.bench.figures import Found

OURS_ONE: Final = "our bundle: one recommendation"

_RATED: Final = 20
_WAITING: Final = (32, 64)
_GROUPS: Final = (10, 25)


def measure(effort: Effort, folder: Path) -> Found:  # noqa: ARG001 - as all parts
    """Return one request with and without reasons, batches, groups, and the size on disk."""
    return asyncio.run(_measure(effort))


async def _measure(effort: Effort) -> Found:
    bundle = load_bundle(starter.BUNDLE)
    tastes = made_up_tastes(bundle, max(_WAITING), _RATED)
    plain = [Request(taste) for taste in tastes]
    explained = [Request(taste, with_reasons=True) for taste in tastes]
    few = max(3, effort.rounds // 5)
    found: Found = []
    async with working(bundle, whole_catalogue(bundle, len(bundle.titles.ids))) as worker:
        one = await one_by_one(worker, plain, effort.rounds)
        found.append(Figure(OURS_ONE, MILLISECONDS, Spread.of(one), Budget(3)))
        one = await one_by_one(worker, explained, effort.rounds)
        name = "our bundle: the same with reasons"
        found.append(Figure(name, MILLISECONDS, Spread.of(one), Budget(3)))
        for count in _WAITING:
            rates, _ = await at_once(worker, plain[:count], few)
            name = f"our bundle: {count} people waiting"
            budget = Budget(2_000, at_least=True)
            found.append(Figure(name, USERS_A_SECOND, Spread.of(rates), budget))
            rates, _ = await at_once(worker, explained[:count], few)
            found.append(Figure(f"{name}, with reasons", USERS_A_SECOND, Spread.of(rates)))
        for count in _GROUPS:
            waits = await groups(worker, GroupRequest(tuple(tastes[:count])), few)
            found.append(Figure(f"our bundle: a group of {count}", MILLISECONDS, Spread.of(waits)))
    size = Spread.of([bundle.size / 1e6])
    found.append(Figure("our bundle: on disk", MEGABYTES, size, Budget(16)))
    return found
