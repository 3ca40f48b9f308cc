"""The folder in which `riko data` keeps what it fetched and made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The folder `path` and the files in it; none of them has to be there."""

    path: Path

    @property
    def catalogue(self) -> Path:
        """The catalogue that was made of what was fetched."""
        return self.path / "catalogue.parquet"

    @property
    def translations(self) -> Path:
        """The machine's English names, one JSON object a line."""
        return self.path / "translations.jsonl"

    @property
    def journal(self) -> Path:
        """What crawls were told of MyAnimeList, one JSON object a line."""
        return self.path / "crawl.jsonl"

    @property
    def seed(self) -> Path:
        """The folder of the seed's public files."""
        return self.path / "seed"
