"""Where the services find their files; small, so that a command can read it at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.catalogue.folder import DataFolder

if TYPE_CHECKING:
    from pathlib import Path

ANILIST: Final = "https://graphql.anilist.co"
"""Where AniList answers programs."""


JIKAN: Final = "https://api.jikan.moe/v4"
"""The public Jikan, which answers what MyAnimeList's pages say."""


@dataclass(frozen=True, slots=True)
class Locations:
    """The files and the device Riko works with.

    `home` is the folder for what Riko itself keeps. `database_url` is a URL, or a path, in which no
    character is special. `catalogue` none means the one in the data folder, or else the bundle's
    own, or else the starter's. `anilist` is where people's lists are asked for, `jikan` where
    MyAnimeList is asked for what is new, `crawls` whether the running bot may do so by itself.
    """

    home: Path
    database_url: str | Path
    bundle: Path
    catalogue: Path | None
    device: str
    anilist: str = ANILIST
    jikan: str = JIKAN
    crawls: bool = False

    @property
    def data(self) -> DataFolder:
        """Where `riko data` keeps what it fetched and made."""
        return DataFolder(self.home / "data")

    @property
    def chosen_catalogue(self) -> Path | None:
        """The catalogue that goes before any bundle's: that of the settings, else the made one."""
        if self.catalogue is not None:
            return self.catalogue
        made = self.data.catalogue
        return made if made.exists() else None

    def catalogue_state(self) -> tuple[Path | None, tuple[int | None, ...]]:
        """Return what differs once the chosen catalogue or the translations are written anew.

        Which catalogue is chosen, and the moments (ns) of both files, none for one that is missing.
        """
        chosen = self.chosen_catalogue
        files = (chosen, self.data.translations)
        return chosen, tuple(None if path is None else _written(path) for path in files)


def _written(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None
