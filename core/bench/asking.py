"""Asking the real worker, one by one or many at once."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from core.inference.worker import InferenceWorker
from core.recommender.engine import Engine

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from core.catalogue.catalogue import Catalogue
    from core.network.bundle import Bundle
    from core.recommender.request import GroupRequest, Request

_WARM_UP = 3


@asynccontextmanager
async def working(bundle: Bundle, catalogue: Catalogue) -> AsyncGenerator[InferenceWorker]:
    """Run the worker on the CPU until the end of the block."""
    worker = InferenceWorker(lambda device: Engine(bundle, catalogue, device), "cpu")
    await worker.start()
    try:
        yield worker
    finally:
        await worker.stop()


async def one_by_one(
    worker: InferenceWorker, requests: Sequence[Request], rounds: int
) -> list[float]:
    """Return how long each of `rounds` requests took, in milliseconds."""
    for request in requests[:_WARM_UP]:
        await worker.recommend(request)
    return [await _timed(worker, requests[number % len(requests)]) for number in range(rounds)]


async def at_once(
    worker: InferenceWorker, requests: Sequence[Request], rounds: int
) -> tuple[list[float], list[float]]:
    """Let all ask at the same time, `rounds` times.

    Return how many were answered a second in each round, and how long each of all the requests
    took, in milliseconds.
    """
    for _ in range(_WARM_UP):
        await asyncio.gather(*(worker.recommend(request) for request in requests))
    rates: list[float] = []
    waits: list[float] = []
    for _ in range(rounds):
        began = time.perf_counter()
        waits += await asyncio.gather(*(_timed(worker, request) for request in requests))
        rates.append(len(requests) / (time.perf_counter() - began))
    return rates, waits


async def groups(worker: InferenceWorker, request: GroupRequest, rounds: int) -> list[float]:
    """Return how long a group's answer took each time, in milliseconds."""
    waits: list[float] = []
    for _ in range(_WARM_UP + rounds):
        began = time.perf_counter()
        await worker.recommend_for_group(request)
        waits.append((time.perf_counter() - began) * 1e3)
    return waits[_WARM_UP:]


async def _timed(worker: InferenceWorker, request: Request) -> float:
    began = time.perf_counter()
    await worker.recommend(request)
    return (time.perf_counter() - began) * 1e3
