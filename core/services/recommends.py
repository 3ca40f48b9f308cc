"""What answers the services' questions to the network: `core.inference.worker.InferenceWorker`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.recommender.request import GroupLists, GroupRequest, Lists, Request


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


class RecommendsAll(Recommends, RecommendsForGroups, Protocol):
    """Answers one person's request and a group's."""
