"""What to show a person who has rated nothing: the best-liked titles of a few genres."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.title import Title
    from core.network.bundle import TitleTable

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


@dataclass(frozen=True, slots=True)
class TopList:
    """The best-liked titles of one genre, best first."""

    genre: str
    entries: tuple[TopEntry, ...]


def votes_of(titles: TitleTable) -> dict[int, Votes]:
    """Return the votes a bundle carries, by title id; titles nobody rated are left out."""
    rows = zip(titles.ids.tolist(), titles.counts.tolist(), titles.means.tolist(), strict=True)
    return {anime_id: Votes(count, mean) for anime_id, count, mean in rows if count > 0}


def top_lists(
    catalogue: Catalogue,
    votes: Mapping[int, Votes],
    *,
    genres: Sequence[str] = COLD_START_GENRES,
    size: int = 5,
    allow_adult: bool = False,
) -> tuple[TopList, ...]:
    """Return the `size` best-liked titles of each genre, one of a franchise.

    The mean of `n` votes counts as `(n * mean + m * overall) / (n + m)` with `m = PRIOR_VOTES`,
    the Bayesian estimate MyAnimeList and IMDb rank by, so that ten votes do not beat ten thousand.
    """
    overall = _overall_mean(votes.values())
    rated = [
        (title, votes[title.anime_id])
        for title in catalogue.titles
        if title.anime_id in votes and (allow_adult or not title.adult)
    ]
    entries = [
        TopEntry(title, shrunk_mean(counted, overall), counted.count) for title, counted in rated
    ]
    entries.sort(key=lambda entry: (-entry.mean, -entry.votes, entry.title.anime_id))
    return tuple(TopList(genre, tuple(islice(_of_genre(entries, genre), size))) for genre in genres)


def _of_genre(entries: Iterable[TopEntry], genre: str) -> Iterator[TopEntry]:
    """Yield the entries of `genre`; of a franchise only the first, or sequels fill the list."""
    shown: set[str] = set()
    for entry in entries:
        franchise = entry.title.franchise
        if genre in entry.title.genres and franchise not in shown:
            yield entry
            if franchise is not None:
                shown.add(franchise)


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
