"""Weeks as they are stored: movement in a server's lists is told from one to the next."""

from __future__ import annotations

from datetime import UTC, datetime

_DAYS = 7


def week_of(moment: datetime) -> int:
    """Return the number of the week `moment` lies in; weeks begin on Monday, 0:00 UTC."""
    # day 1 of the calendar was a Monday
    return (moment.astimezone(UTC).toordinal() - 1) // _DAYS


def beginning_of(week: int) -> datetime:
    """Return when `week` begins."""
    return datetime.fromordinal(week * _DAYS + 1).replace(tzinfo=UTC)
