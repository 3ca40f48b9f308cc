"""Two catalogues made into one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.catalogue.catalogue import Catalogue

if TYPE_CHECKING:
    from core.catalogue.title import Title


def unite(catalogue: Catalogue, known_better: Catalogue) -> Catalogue:
    """Return the titles of both, those of `catalogue` first.

    Where both have a title it is that of `catalogue`, but English name and franchise are those of
    `known_better` where it has them; so is the order in a franchise that was another one. Names that give way become synonyms, what is missing
    is filled in, and a title is an adult one if either says so.
    """
    united = [
        _unite(title, known_better[title.anime_id]) if title.anime_id in known_better else title
        for title in catalogue.titles
    ]
    united += [title for title in known_better.titles if title.anime_id not in catalogue]
    return Catalogue(united)


def _unite(title: Title, better: Title) -> Title:
    english = better.title_english or title.title_english
    japanese = title.title_japanese or better.title_japanese
    others = (
        *better.synonyms,
        *title.synonyms,
        better.title,
        title.title_english,
        better.title_japanese,
    )
    own = {title.title, english, japanese, None}
    elsewhere = better.franchise not in {None, title.franchise}
    return replace(
        title,
        title_english=english,
        title_japanese=japanese,
        synonyms=tuple(dict.fromkeys(name for name in others if name and name not in own)),
        type=title.type or better.type,
        year=title.year or better.year,
        episodes=title.episodes or better.episodes,
        genres=title.genres or better.genres,
        age_rating=title.age_rating or better.age_rating,
        source=title.source or better.source,
        status=title.status or better.status,
        studios=title.studios or better.studios,
        score=title.score or better.score,
        scored_by=title.scored_by or better.scored_by,
        members=title.members or better.members,
        image_url=title.image_url or better.image_url,
        franchise=better.franchise if elsewhere else title.franchise,
        franchise_order=better.franchise_order if elsewhere else title.franchise_order,
        adult=title.adult or better.adult,
    )
