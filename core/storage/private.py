"""Files and folders for the user who runs Riko alone: they hold what people say of themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def make_private_folder(folder: Path) -> None:
    """Make `folder` and what is missing above it. Raises `OSError`; others stay as they are."""
    # parents=True would make those above it as readable as the umask lets them be
    for missing in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(exist_ok=True)  # says so when it is a file


def make_private_file(file: Path) -> None:
    """Make `file`, empty, if it is not there. Raises `OSError`.

    SQLite gives the files it puts beside a database the permissions of that database.
    """
    if not file.exists():
        file.touch(mode=0o600)
