"""What may be shown: where an answer is given, and what one person may see there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from core.catalogue.title import ADULT_GENRES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.catalogue.title import Title


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer is shown.

    `restricted` is whether adult titles have a place there, `hidden_genres` are those that a server
    never shows. `Profile.shown_in` says what a person may see there.
    """

    restricted: bool
    hidden_genres: frozenset[str]

    @property
    def to_anybody(self) -> Showing:
        """What may be shown there to somebody of whom nothing is known."""
        return Showing(adult=False, hidden_genres=self.hidden_genres)


@dataclass(frozen=True, slots=True)
class Showing:
    """What one person may be shown in one place; titles that it does not allow are as if not there."""

    adult: bool
    hidden_genres: frozenset[str]

    def allows(self, title: Title) -> bool:
        """Return whether `title` may be shown."""
        return (self.adult or not title.adult) and self.hidden_genres.isdisjoint(title.genres)

    def genres(self, genres: Iterable[str]) -> tuple[str, ...]:
        """Return those of `genres` that may be named."""
        return tuple(
            genre
            for genre in genres
            if (self.adult or genre not in ADULT_GENRES) and genre not in self.hidden_genres
        )

    @property
    def with_hidden(self) -> Showing:
        """The same with what the server hides: for a person's own ratings, and its settings."""
        return replace(self, hidden_genres=frozenset())


def shown_to_all(showings: Iterable[Showing]) -> Showing:
    """Return what everybody of several people may be shown."""
    each = tuple(showings)
    return Showing(
        adult=all(one.adult for one in each),
        hidden_genres=frozenset[str]().union(*(one.hidden_genres for one in each)),
    )


DIRECT_MESSAGES: Final = Place(restricted=False, hidden_genres=frozenset())
"""No adult titles, and nothing hidden."""

ANYBODY: Final = DIRECT_MESSAGES.to_anybody
"""What may be shown to everybody everywhere, but for what single servers hide."""

EVERYTHING: Final = Showing(adult=True, hidden_genres=frozenset())
"""For what shows nothing, and for the command line where adult titles are asked for."""
