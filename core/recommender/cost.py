"""How much work a request is, before it is done."""

from __future__ import annotations

from core.recommender.reasons import MOST_EXPLAINED, REASON_CANDIDATES
from core.recommender.request import GroupRequest, Request


def rows_of(request: Request | GroupRequest) -> int:
    """Return about how many profiles the network will read for `request`, at least 1."""
    if isinstance(request, GroupRequest):
        return len(request.tastes)
    ratings = len(request.taste.ratings)
    reasons = min(ratings, REASON_CANDIDATES) if request.with_reasons else 0
    explained = min(ratings, MOST_EXPLAINED) if request.explain else 0
    return 1 + reasons + explained + min(ratings, len(request.blind))
