"""When a catalogue's file was made, and from what; kept in the file itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

SEED: Final = "the seed's public files"
STARTER: Final = "the starter"
MYANIMELIST: Final = "MyAnimeList, through Jikan"

_MADE: Final = "riko.made"
_CHECKED: Final = "riko.checked"
_SOURCES: Final = "riko.sources"


@dataclass(frozen=True, slots=True)
class Origin:
    """`made` is a moment with time zone; `sources` are what it was made from, in words.

    Of a crawled catalogue `made` is when MyAnimeList was last asked for anything, and `checked` the
    moment since which it was asked for everything; none until it was.
    """

    made: datetime
    sources: tuple[str, ...]
    checked: datetime | None = None

    @property
    def crawled(self) -> bool:
        """Whether crawls made it."""
        return MYANIMELIST in self.sources

    def to_metadata(self) -> dict[str, str]:
        """Return it as key and value texts for a parquet file."""
        checked = {} if self.checked is None else {_CHECKED: _text(self.checked)}
        return {_MADE: _text(self.made), _SOURCES: "\n".join(self.sources)} | checked

    @staticmethod
    def from_metadata(metadata: Mapping[str, str]) -> Origin | None:
        """Return what `to_metadata` wrote, `None` where it says nothing usable."""
        made = _moment(metadata.get(_MADE, ""))
        if made is None:
            return None
        sources = tuple(filter(None, metadata.get(_SOURCES, "").split("\n")))
        return Origin(made, sources, _moment(metadata.get(_CHECKED, "")))


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if moment.tzinfo is None else moment
