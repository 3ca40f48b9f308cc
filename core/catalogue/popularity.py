"""The order of titles by how well known they are, from whichever figures there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.title import Title


def by_popularity(catalogue: Catalogue, popularity: Mapping[int, int]) -> list[Title]:
    """Return the titles, each at the better of its places by `popularity` and by members."""
    rated = sorted(
        (title for title in catalogue.titles if popularity.get(title.anime_id)),
        key=lambda title: -popularity[title.anime_id],
    )
    listed = sorted(
        (title for title in catalogue.titles if title.members),
        key=lambda title: -(title.members or 0),
    )
    best = dict.fromkeys((title.anime_id for title in catalogue.titles), len(catalogue))
    for titles in (rated, listed):
        for place, title in enumerate(titles):
            best[title.anime_id] = min(place, best[title.anime_id])
    return sorted(
        catalogue.titles,
        key=lambda title: (
            best[title.anime_id],
            -popularity.get(title.anime_id, 0),
            -(title.members or 0),
            title.anime_id,
        ),
    )
