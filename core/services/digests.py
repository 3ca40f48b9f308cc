"""What a server's weekly digest tells: numbers of its members, never who."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final

from core.showing import Showing
from core.storage.week import beginning_of, week_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from core.services.server_lists import MostRated, ServerEntry, ServerLists
    from core.services.servers import ServerSettings

_DUE: Final = timedelta(hours=9)
"""So long after the week has begun, 0:00 UTC, people are up in most of the world."""
_MOST: Final = 5
"""Titles of each kind; together they fit on one sheet of posters."""


@dataclass(frozen=True, slots=True)
class Digest:
    """Which titles became new among the best loved of a server, and which got the most ratings."""

    new: Mapping[int, ServerEntry]
    """By place in the list, from 1."""
    most_rated: tuple[MostRated, ...]


def due_at(week: int) -> datetime:
    """Return from when on the digest of `week`, which tells of the week before, is sent."""
    return beginning_of(week) + _DUE


def due_week(moment: datetime) -> int | None:
    """Return the week whose digest is sent at `moment`, none before one is."""
    week = week_of(moment)
    return week if moment >= due_at(week) else None


class DigestService:
    """Makes digests. Raises `DatabaseError` when the database fails."""

    def __init__(self, lists: ServerLists) -> None:
        self._lists = lists

    async def make(self, guild_id: int, settings: ServerSettings, week: int) -> Digest | None:
        """Return what happened in a server in the week before `week`, none if nothing did.

        That is the same whenever in `week` it is asked. Of a week that is longer over nothing is
        known, so that after a downtime only the last is told.
        Adult titles are never in it, nor those the server hides.
        """
        showing = Showing(adult=False, hidden_genres=settings.hidden_genres)
        new = await self._lists.newly_in_top(
            guild_id, week - 1, showing, least_votes=settings.least_votes
        )
        most_rated = await self._lists.most_rated(
            guild_id, week - 1, showing, least_votes=settings.least_votes, size=_MOST
        )
        first = dict(islice(new.items(), _MOST))
        return Digest(first, most_rated) if new or most_rated else None
