"""The weeks that digests are sent in; those of the lists (`core.storage.week`) begin nine hours before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

FIRST_WEEK: Final = datetime(1970, 1, 5, 9, tzinfo=UTC)
"""A Monday, 09:00 UTC: when week 0 begins."""
WEEK: Final = timedelta(weeks=1)


def digest_week_of(moment: datetime) -> int:
    """Return the number of the week of `moment`; a week begins on Monday at 09:00 UTC."""
    return (moment - FIRST_WEEK) // WEEK


def beginning_of(week: int) -> datetime:
    """Return when `week` begins."""
    return FIRST_WEEK + week * WEEK
