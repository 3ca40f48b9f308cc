"""When a catalogue's file was made, and from what; kept in the file itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

SEED: Final = "the seed's public files"
STARTER: Final = "the starter"

_MADE: Final = "riko.made"
_SOURCES: Final = "riko.sources"


@dataclass(frozen=True, slots=True)
class Origin:
    """`made` is a moment with time zone; `sources` are what it was made from, in words."""

    made: datetime
    sources: tuple[str, ...]

    def to_metadata(self) -> dict[str, str]:
        """Return it as key and value texts for a parquet file."""
        made = self.made.astimezone(UTC).isoformat(timespec="seconds")
        return {_MADE: made, _SOURCES: "\n".join(self.sources)}

    @staticmethod
    def from_metadata(metadata: Mapping[str, str]) -> Origin | None:
        """Return what `to_metadata` wrote, `None` where it says nothing usable."""
        try:
            made = datetime.fromisoformat(metadata[_MADE])
        except (KeyError, ValueError):
            return None
        if made.tzinfo is None:
            return None
        return Origin(made, tuple(filter(None, metadata.get(_SOURCES, "").split("\n"))))
