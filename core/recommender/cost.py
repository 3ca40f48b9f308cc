"""How much work a request is, before it is done."""

from __future__ import annotations

from core.recommender.reasons import MOST_EXPLAINED
from core.recommender.request import GroupRequest, Request


def rows_of(request: Request | GroupRequest) -> int:
    """Return about how many profiles the network could read in the time of `request`, at least 1."""
    if isinstance(request, GroupRequest):
        return len(request.tastes)
    ratings = len(request.taste.ratings)
    # not one for each liked title: most of what the network says of all titles is not needed
    reasons = min(ratings, 1) if request.with_reasons else 0
    explained = min(ratings, MOST_EXPLAINED) if request.explain else 0
    return 1 + reasons + explained + min(ratings, len(request.blind))
