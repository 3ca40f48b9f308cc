"""Where the command line writes: results to standard output, progress to standard error."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

if TYPE_CHECKING:
    from datetime import datetime

# Paths and titles are printed as they are: neither "[test]" nor ":snake:" in them means anything,
# and a line goes on as long as it is, so that what is piped is not cut at 80 columns.
_plain: Final = partial(Console, highlight=False, markup=False, emoji=False, soft_wrap=True)
out: Final = _plain()
err: Final = _plain(stderr=True)
_endless: Final = _plain(width=10_000)


def tables() -> Console:
    """Return where tables go: as wide as they need where they are piped and COLUMNS is not set."""
    return out if out.is_terminal or "COLUMNS" in os.environ else _endless


def progress() -> Progress:
    """Return a progress bar on standard error that disappears when done."""
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=err,
        transient=True,
    )


def transfers() -> Progress:
    """Return a progress bar for bytes on standard error that disappears when done."""
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=err,
        transient=True,
    )


def date_in_words(moment: datetime | None) -> str:
    """Return a moment as a date and time of the host, or that nobody wrote it down."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}" if moment else "not recorded"


def counted(number: int, noun: str) -> str:
    """Return so many of a thing, whose plural ends in s, in words."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
