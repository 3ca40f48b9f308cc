"""What a server's lists are made of: entries, pages, and what a server lacks for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.recommender.cold_start import TopEntry

if TYPE_CHECKING:
    from core.catalogue.title import Title
    from core.services.server_ranking import TopKind

MOST_COUNTED: Final = 1_000
"""Members who rated are counted up to here: all of a large server would take too long."""


@dataclass(frozen=True, slots=True)
class ServerEntry(TopEntry):
    """A title of a server's list; `votes` is how many members rated it.

    `mean` is that of `core.services.server_ranking.Standing`. `moved` is by how many places it rose
    (below 0: fell) since last week began, none: it is new.
    """

    moved: int | None


@dataclass(frozen=True, slots=True)
class ServerMean:
    """What a server gives a title, as its lists have it: the mean, and how many members rated it."""

    mean: float
    votes: int


@dataclass(frozen=True, slots=True)
class Lacking:
    """What a server needs for a list of its own.

    It takes so many more members who rate, else so many more titles that `votes` of them rated.
    """

    voters: int
    titles: int
    votes: int


@dataclass(frozen=True, slots=True)
class ServerTop:
    """A page, from 0, of a server's list; `genre` none: of all.

    `voters` is how many members rated anything (`MOST_COUNTED`: so many or more), `lacking` why the
    entries are those of all people everywhere; none: they are the server's, and each is a
    `ServerEntry`.
    """

    kind: TopKind
    genre: str | None
    entries: tuple[TopEntry, ...]
    voters: int
    lacking: Lacking | None = None
    page: int = 0
    pages: int = 1


@dataclass(frozen=True, slots=True)
class MostRated:
    """A title that `new_votes` members rated the first time in a week, of `votes` as it ended.

    `mean` is as in the server's lists then.
    """

    title: Title
    mean: float
    votes: int
    new_votes: int
