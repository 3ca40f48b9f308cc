"""The JSON that commands write for machines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from core.errors import RikoError

if TYPE_CHECKING:
    from core.recommender.request import Lists, Pick


def as_json(lists: Lists) -> dict[str, object]:
    """Return the lists in the form that `riko predict` writes."""

    def rows(picks: tuple[Pick, ...]) -> list[dict[str, object]]:
        return [{"anime_id": pick.anime_id, "predicted": pick.predicted} for pick in picks]

    return {
        "similar": rows(lists.similar),
        "may_like": rows(lists.may_like),
        "ranking": list(lists.ranking),
        "predicted": {str(anime_id): rating for anime_id, rating in lists.predicted.items()},
    }


def to_line(document: object) -> str:
    r"""Return `document` as one line of JSON without the line break.

    It is ASCII, because half of a surrogate pair, which JSON may hold as "\ud83d", has no form in
    UTF-8. Raises `RikoError` for a number that is not finite, which JSON does not have.
    """
    try:
        return json.dumps(document, ensure_ascii=True, allow_nan=False)
    except ValueError:
        raise RikoError(
            "The answer holds a number that is not finite, which JSON cannot say; "
            "`riko doctor` tells whether the network is sound."
        ) from None
