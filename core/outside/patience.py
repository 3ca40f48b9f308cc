"""How long to wait before a failing web service is asked again."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

FIRST_PAUSE: Final = 1.0
BUSY_PAUSE: Final = 10.0
"""The first where a service was asked too often, as its limit may be one a minute."""
LONGEST_PAUSE: Final = 60.0


def pause(attempt: int, *, too_often: bool = False) -> float:
    """Return how many seconds to pause after the failure of an attempt, counted from 1.

    `too_often` is whether the service said that it was asked too often, and not for how long it
    wants to be left. The pauses double and are jittered, so that those who failed together do not return together.
    """
    first = BUSY_PAUSE if too_often else FIRST_PAUSE
    longest = min(LONGEST_PAUSE, first * 2 ** (attempt - 1))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - nothing secret


def seconds_asked_for(value: str | None) -> float | None:
    """Return in how many seconds a `Retry-After` header wants the next request (RFC 9110, 10.2.3).

    `None` where it is missing or says nothing that can be read.
    """
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, (moment - datetime.now(UTC)).total_seconds())
    except (ValueError, OverflowError):
        return None
