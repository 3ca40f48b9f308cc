"""What answers the services' questions to the network: the worker, over one catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.inference.worker import InferenceWorker
    from core.recommender.request import GroupLists, GroupRequest, Lists, Request
    from core.recommender.shelf import Shelf


class Recommends(Protocol):
    """Answers one person's request."""

    async def recommend(self, request: Request) -> Lists:
        """Return the answer. Raises `BusyError` or `InferenceError`."""
        ...


class RecommendsForGroups(Protocol):
    """Answers a group's request."""

    async def recommend_for_group(self, request: GroupRequest) -> GroupLists:
        """Return the answer. Raises `BusyError` or `InferenceError`."""
        ...


@dataclass(frozen=True, slots=True)
class Recommender:
    """Asks the worker for answers over one catalogue, whichever others it answers from beside."""

    worker: InferenceWorker
    shelf: Shelf

    async def recommend(self, request: Request) -> Lists:
        """Return the answer. Raises `BusyError` or `InferenceError`."""
        return await self.worker.recommend(request, self.shelf)

    async def recommend_for_group(self, request: GroupRequest) -> GroupLists:
        """Return the answer. Raises `BusyError` or `InferenceError`."""
        return await self.worker.recommend_for_group(request, self.shelf)
