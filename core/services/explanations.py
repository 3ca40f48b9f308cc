"""Why a title is recommended: what each of a person's own ratings did to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.title import Title
    from core.recommender.request import Reason
    from core.services.asker import Asker
    from core.services.ratings import RatedTitle
    from core.services.rounds import Kind

EFFECTS: Final = 5
"""How many ratings are named on either side."""


@dataclass(frozen=True, slots=True)
class RatedEffect:
    """A rating of the person's own and what it did to a title; only the sizes' ratio means much."""

    rating: RatedTitle
    effect: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """What speaks for (`up`) and against (`down`) a title, each the strongest first.

    `predicted` is the rating (1–10) the person would likely give, as if they had not rated it;
    none when the recommender knows nothing of the title or the person. `community_mean` is the mean
    of the ratings the bundle was made from, `kind` what the title's cluster is like.
    """

    title: Title
    predicted: float | None
    community_mean: float | None
    up: tuple[RatedEffect, ...]
    down: tuple[RatedEffect, ...]
    kind: Kind | None


def effects(
    asker: Asker, catalogue: Catalogue, reasons: Iterable[Reason]
) -> tuple[tuple[RatedEffect, ...], tuple[RatedEffect, ...]]:
    """Return what speaks for and against a title, without ratings that may not be shown here.

    `reasons` come the strongest first.
    """
    shown = [
        RatedEffect(rated, reason.effect)
        for reason in reasons
        if (rated := asker.rated_title(catalogue, reason.anime_id)) is not None
    ]
    up = tuple(effect for effect in shown if effect.effect > 0)
    down = tuple(effect for effect in shown if effect.effect < 0)
    return up[:EFFECTS], down[:EFFECTS]
