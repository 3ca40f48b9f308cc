"""Jikan v4, the open service that answers what MyAnimeList's pages say; https://docs.api.jikan.moe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from core.catalogue.crawl.answers import Page, read_page, read_relations, read_title
from core.errors import BrokenAnswerError, RefusedError
from core.outside.client import JsonClient
from core.outside.pace import Pace

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.catalogue.relations import Relations

AnswerT = TypeVar("AnswerT")

LIMITS: Final = ((3, 1.0), (60, 60.0))
"""Requests the public Jikan allows, and within how many seconds."""
PAGE_SIZE: Final = 25
_NOT_FOUND: Final = 404

SEASONS: Final = ("now", "upcoming")


class Jikan:
    """Asks the Jikan at `address` for titles; to be closed after use. One request a call.

    Every method raises `OutsideError` where the answer cannot be had or read.
    """

    def __init__(self, address: str, pace: Pace | None = None) -> None:
        self._client = JsonClient(address, pace or Pace(*LIMITS))
        self.requests = 0

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def titles(self, page: int) -> Page:
        """Return a page (from 1) of all titles, in the order of their ids."""
        where = {"page": page, "limit": PAGE_SIZE, "order_by": "mal_id", "sort": "asc"}
        return await self._ask("/anime", where, read_page)

    async def season(self, which: str, page: int) -> Page:
        """Return a page (from 1) of the titles of a season; `which` is one of `SEASONS`."""
        return await self._ask(f"/seasons/{which}", {"page": page, "limit": PAGE_SIZE}, read_page)

    async def title(self, anime_id: int) -> dict[str, object] | None:
        """Return a title as a row; none where MyAnimeList has it no more."""
        try:
            return await self._ask(f"/anime/{anime_id}", {}, read_title)
        except RefusedError as error:
            if error.status == _NOT_FOUND:
                return None
            raise

    async def relations(self, anime_id: int) -> Relations:
        """Return which anime a title is related to, and how; none where it is gone."""
        try:
            return await self._ask(f"/anime/{anime_id}/relations", {}, read_relations)
        except RefusedError as error:
            if error.status == _NOT_FOUND:
                return ()
            raise

    async def _ask(
        self, path: str, where: dict[str, str | int], read: Callable[[object], AnswerT]
    ) -> AnswerT:
        self.requests += 1
        answer = await self._client.get(path, where)
        try:
            return read(answer)
        except ValueError as error:
            raise BrokenAnswerError(self._client.host, str(error)) from error
