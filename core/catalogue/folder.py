"""The folder in which `riko data` keeps what it fetched and made."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import CatalogueError, DataBusyError

if TYPE_CHECKING:
    from collections.abc import Generator
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
    def poster_addresses(self) -> Path:
        """Where posters are that no catalogue names, one JSON object a line."""
        return self.path / "posters.jsonl"

    @property
    def seed(self) -> Path:
        """The folder of the seed's public files."""
        return self.path / "seed"

    @contextmanager
    def held(self) -> Generator[None]:
        """Make the folder if it is missing, and let nobody else change it until left.

        Reading goes on, as every file is replaced in one step. Raises `DataBusyError` when another
        holds it, `CatalogueError` when it cannot be written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            # SQLite's lock works on every system and ends with the process, however that ends
            lock = sqlite3.connect(
                self.path / "lock", timeout=0, isolation_level=None, check_same_thread=False
            )
        except (OSError, sqlite3.OperationalError) as error:
            raise CatalogueError(f"{self.path} cannot be written ({error}).") from error
        try:
            self._take(lock)
            yield
        finally:
            lock.close()

    def _take(self, lock: sqlite3.Connection) -> None:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise DataBusyError(self.path) from None
            raise CatalogueError(f"{self.path} cannot be written ({error}).") from error
