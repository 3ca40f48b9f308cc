"""What there is to say about Riko itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from importlib import metadata
from typing import TYPE_CHECKING, Final

from core.services.clock import utc_now

if TYPE_CHECKING:
    from datetime import datetime

    from core.recommender.loading import Data
    from core.services.clock import Clock

STALE: Final = timedelta(days=14)
"""Data this old is stale where a crawl should have renewed it every night."""


@dataclass(frozen=True, slots=True)
class About:
    """How many titles there are, how many of them the network has learnt, and of when they are.

    `made` is none where the catalogue does not say so; `stale` is whether crawls should have
    renewed it and have failed for long; `version` is Riko's.
    """

    titles: int
    learnt: int
    made: datetime | None
    stale: bool
    version: str


class AboutService:
    """Says what Riko is made of; answered from memory. `crawls` is whether it asks every night."""

    def __init__(self, data: Data, *, crawls: bool, clock: Clock = utc_now) -> None:
        origin = data.loaded.origin
        self._titles = len(data.catalogue)
        self._learnt = data.ranked
        self._made = origin.made if origin else None
        self._crawls = crawls
        self._clock = clock

    def about(self) -> About:
        """Return what there is to say today."""
        made = self._made
        return About(
            titles=self._titles,
            learnt=self._learnt,
            made=made,
            stale=self._crawls and made is not None and self._clock() - made > STALE,
            version=metadata.version("riko"),
        )
