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

    `newest` is the year of the newest title, none where no year is known. `made` is none where the
    catalogue does not say so. Of one that crawls made, `crawled`, it is when MyAnimeList was last
    asked, and `checked` since when it was asked for everything, none until it was; `stale` is
    whether it could not be asked for long. `version` is Riko's.
    """

    titles: int
    learnt: int
    newest: int | None
    made: datetime | None
    crawled: bool
    checked: datetime | None
    stale: bool
    version: str


class AboutService:
    """Says what Riko is made of; answered from memory. `crawls` is whether every night brings more."""

    def __init__(self, data: Data, *, crawls: bool, clock: Clock = utc_now) -> None:
        self._titles = len(data.catalogue)
        self._learnt = data.ranked
        self._newest = data.catalogue.newest_year
        self._origin = data.loaded.origin
        self._crawls = crawls
        self._clock = clock

    def about(self) -> About:
        """Return what there is to say today."""
        origin = self._origin
        stale = (
            self._crawls
            and origin is not None
            and origin.crawled
            and self._clock() - origin.made > STALE
        )
        return About(
            titles=self._titles,
            learnt=self._learnt,
            newest=self._newest,
            made=origin.made if origin else None,
            crawled=origin is not None and origin.crawled,
            checked=origin.checked if origin else None,
            stale=stale,
            version=metadata.version("riko"),
        )
