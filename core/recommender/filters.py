"""What a person may narrow their lists to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pydantic import TypeAdapter

from core.catalogue.sequels import is_sequel

if TYPE_CHECKING:
    from core.catalogue.title import Title


@dataclass(frozen=True, slots=True)
class Filters:
    """Which titles may be listed, and how many of the latest ratings choose the clusters.

    `genre` is one of `GENRES`, `type` one of the catalogue's (TV, Movie…), the years are both
    included. `also` are further genres a title must have, `without` genres it must not have.
    A title whose year, type or number of episodes is not known passes no filter that asks for it.
    None, false or an empty tuple asks for nothing. Raises `ValueError` when `latest` is below 1.
    """

    genre: str | None = None
    type: str | None = None
    year_from: int | None = None
    year_to: int | None = None
    hide_sequels: bool = False
    latest: int | None = None
    also: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    episodes_to: int | None = None

    def __post_init__(self) -> None:
        """Hold what the class promises."""
        if self.latest is not None and self.latest < 1:
            raise ValueError("at least one rating chooses the clusters")

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return self == NONE

    @property
    def genres(self) -> frozenset[str]:
        """All genres the filters name."""
        named = {*self.also, *self.without}
        return frozenset(named if self.genre is None else named | {self.genre})

    @property
    def narrows(self) -> bool:
        """Whether some titles may not be listed."""
        return Filters(latest=self.latest) != self

    def matches(self, title: Title) -> bool:
        """Return whether `title` may be listed."""
        if self.genre is not None and self.genre not in title.genres:
            return False
        if not set(self.also) <= set(title.genres) or not set(self.without).isdisjoint(
            title.genres
        ):
            return False
        if self.episodes_to is not None and not 1 <= (title.episodes or 0) <= self.episodes_to:
            return False
        if self.type is not None and self.type != title.type:
            return False
        if self.year_from is not None and (title.year is None or title.year < self.year_from):
            return False
        if self.year_to is not None and (title.year is None or title.year > self.year_to):
            return False
        return not (self.hide_sequels and is_sequel(title))

    def to_json(self) -> str:
        """Return the filters as JSON; what is not asked for is left out."""
        return _JSON.dump_json(self, exclude_defaults=True).decode()

    @classmethod
    def from_json(cls, text: str) -> Filters:
        """Return the filters that `to_json` wrote; what a newer Riko may have added is left out.

        Raises `ValueError` when `text` is nothing of that kind.
        """
        return _JSON.validate_json(text, strict=True)


_JSON: Final = TypeAdapter(Filters)

NONE: Final = Filters()
"""Nothing is asked for."""
