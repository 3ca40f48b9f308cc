"""Where the services find their files; small, so that a command can read it at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

ANILIST: Final = "https://graphql.anilist.co"
"""Where AniList answers programs."""


@dataclass(frozen=True, slots=True)
class Locations:
    """The files and the device Riko works with.

    `home` is the folder for what Riko itself keeps. `database_url` is a URL, or a path, in which no
    character is special. `catalogue` none means the bundle's own, or else the starter's.
    `anilist` is where people's lists are asked for.
    """

    home: Path
    database_url: str | Path
    bundle: Path
    catalogue: Path | None
    device: str
    anilist: str = ANILIST
