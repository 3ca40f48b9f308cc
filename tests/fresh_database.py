"""A new database without the time its migrations take: made by them once a run, copied from then on."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from core.storage.private import make_private_file, make_private_folder
from core.storage.schema import upgrade


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "riko.db"
        upgrade(path)
        return path.read_bytes()


def put_fresh_database(path: Path) -> None:
    """Put an empty database at `path`, as `upgrade` leaves it there; its folder is made, too."""
    make_private_folder(path.parent)
    make_private_file(path)
    path.write_bytes(_migrated())
