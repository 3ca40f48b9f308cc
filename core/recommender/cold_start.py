"""What to show a person who has rated nothing: the best-liked titles of a few genres."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.title import Title
    from core.network.bundle import TitleTable
    from core.showing import Showing

COLD_START_GENRES: Final = ("Shounen", "Supernatural", "Romance", "Slice of Life")
"""The genres of the seed's notebook, in its order."""

PRIOR_VOTES: Final = 100
"""How many votes at the overall mean every title starts with."""


@dataclass(frozen=True, slots=True)
class Votes:
    """How many people rated a title, and the mean of their scores (1–10)."""

    count: int
    mean: float


@dataclass(frozen=True, slots=True)
class TopEntry:
    """A title of a top list; `mean` is shrunk towards the overall mean, `votes` is as counted."""

    title: Title
    mean: float
    votes: int


EntryT = TypeVar("EntryT", bound=TopEntry)


@dataclass(frozen=True, slots=True)
class GenreList:
    """The best-liked titles of one genre (none: of several or all), best first."""

    genre: str | None
    entries: tuple[TopEntry, ...]


class TopRanking:
    """All titles that anybody rated, best liked first; the same for everybody.

    The mean of `n` votes counts as `(n * mean + m * overall) / (n + m)` with `m = PRIOR_VOTES`,
    the Bayesian estimate MyAnimeList and IMDb rank by, so that ten votes do not beat ten thousand.
    """

    def __init__(self, catalogue: Catalogue, votes: Mapping[int, Votes]) -> None:
        self.overall: Final = _overall_mean(votes.values())
        """The mean of all votes (1–10)."""
        entries = [
            TopEntry(title, shrunk_mean(counted, self.overall), counted.count)
            for title in catalogue.titles
            if (counted := votes.get(title.anime_id)) is not None
        ]
        entries.sort(key=lambda entry: (-entry.mean, -entry.votes, entry.title.anime_id))
        self._all = tuple(entries)
        of_genre: dict[str, list[TopEntry]] = {}
        for entry in entries:
            for genre in entry.title.genres:
                of_genre.setdefault(genre, []).append(entry)
        self._of_genre = {genre: tuple(found) for genre, found in of_genre.items()}

    def best(
        self,
        genre: str | None,
        size: int,
        *,
        showing: Showing,
        exclude: AbstractSet[int] = frozenset(),
        only: AbstractSet[int] | None = None,
    ) -> tuple[TopEntry, ...]:
        """Return up to `size` titles of `genre` (none: of all), without those in `exclude`.

        With `only`, no others are listed. Of a franchise only the first is, or sequels fill the
        list.
        """
        entries: Iterable[TopEntry] = self._all if genre is None else self._of_genre.get(genre, ())
        if only is not None:
            entries = (entry for entry in entries if entry.title.anime_id in only)
        return tuple(islice(one_of_a_franchise(entries, exclude, showing), size))

    def lists(
        self,
        *,
        showing: Showing,
        genres: Sequence[str] = COLD_START_GENRES,
        size: int = 5,
        exclude: AbstractSet[int] = frozenset(),
    ) -> tuple[GenreList, ...]:
        """Return the `size` best-liked titles of each of `genres`; see `best`."""
        return tuple(
            GenreList(genre, self.best(genre, size, showing=showing, exclude=exclude))
            for genre in showing.genres(genres)
        )


def votes_of(titles: TitleTable) -> dict[int, Votes]:
    """Return the votes a bundle carries, by title id; titles nobody rated are left out."""
    rows = zip(titles.ids.tolist(), titles.counts.tolist(), titles.means.tolist(), strict=True)
    return {anime_id: Votes(count, mean) for anime_id, count, mean in rows if count > 0}


def one_of_a_franchise(
    entries: Iterable[EntryT], exclude: AbstractSet[int], showing: Showing
) -> Iterator[EntryT]:
    """Return the titles that may be listed, in their order, of a franchise only the first."""
    shown: set[str] = set()
    for entry in entries:
        title = entry.title
        if title.anime_id in exclude or not showing.allows(title):
            continue
        if title.franchise is None or title.franchise not in shown:
            yield entry
            if title.franchise is not None:
                shown.add(title.franchise)


def shrunk_mean(votes: Votes, overall: float) -> float:
    """Return the mean of `votes` drawn towards `overall` as far as they are few."""
    total = votes.count * votes.mean + PRIOR_VOTES * overall
    return total / (votes.count + PRIOR_VOTES)


def _overall_mean(votes: Iterable[Votes]) -> float:
    total = count = 0.0
    for counted in votes:
        total += counted.count * counted.mean
        count += counted.count
    return total / count if count else 0.0
