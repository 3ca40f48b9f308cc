"""What a server's weekly digest tells: numbers of its members, never who."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.services.digest_weeks import WEEK, beginning_of
from core.showing import Showing

if TYPE_CHECKING:
    from core.services.server_lists import MostRated, ServerEntry, ServerLists
    from core.services.servers import ServerSettings

_MOST: Final = 5
"""Titles of each kind; together they fit on one sheet of posters."""


@dataclass(frozen=True, slots=True)
class Digest:
    """Which titles are new among the best loved of a server, and which got the most ratings."""

    new: tuple[ServerEntry, ...]
    most_rated: tuple[MostRated, ...]


class DigestService:
    """Makes digests. Raises `DatabaseError` when the database fails."""

    def __init__(self, lists: ServerLists) -> None:
        self._lists = lists

    async def make(self, guild_id: int, settings: ServerSettings, week: int) -> Digest | None:
        """Return what happened in a server in the week before `week` began, none if nothing did.

        Adult titles are never in it, nor those the server hides.
        """
        since = beginning_of(week) - WEEK
        showing = Showing(adult=False, hidden_genres=settings.hidden_genres)
        new = await self._lists.newly_in_top(
            guild_id, since, showing, least_votes=settings.least_votes
        )
        most_rated = await self._lists.most_rated(
            guild_id, since, showing, least_votes=settings.least_votes, size=_MOST
        )
        return Digest(new[:_MOST], most_rated) if new or most_rated else None
