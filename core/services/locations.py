"""Where the services find their files; small, so that a command can read it at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Locations:
    """The files and the device Riko works with.

    `catalogue` none means the bundle's own, or else the starter's.
    """

    home: Path
    database_url: str
    bundle: Path
    catalogue: Path | None
    device: str
