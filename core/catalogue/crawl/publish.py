"""From the journal to the catalogue: merged, cleaned, put into franchises, and written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Final

from core.catalogue.catalogue import Catalogue
from core.catalogue.clean import in_order
from core.catalogue.crawl.journal import ALL
from core.catalogue.load import COLUMNS, sift
from core.catalogue.origin import MYANIMELIST, STARTER, Origin
from core.catalogue.relations import in_franchises
from core.catalogue.title import Title
from core.catalogue.unite import unite
from core.catalogue.write import write_catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from core.catalogue.crawl.journal import Said

FALSE_DATA: Final = "neither type nor date"


@dataclass(frozen=True, slots=True)
class Published:
    """What a new catalogue has, and what is different from the one before by what Jikan said.

    `new` counts titles, `changed` by field how many titles have another value, `refused` and
    `mended` by reason what cleaning left out of what was crawled.
    """

    titles: int = 0
    new: int = 0
    changed: Mapping[str, int] = field(default_factory=dict[str, int])
    refused: Mapping[str, int] = field(default_factory=dict[str, int])
    mended: Mapping[str, int] = field(default_factory=dict[str, int])


def publish(
    said: Said, before: Catalogue, starter: Catalogue, sources: Iterable[str], path: Path
) -> Published:
    """Write the catalogue `before` with all that Jikan `said` to `path`; return what changed.

    What the `starter` knows better stays, and a title that is not crawled stays as it was.
    `sources` are what `before` was made from. Raises `CatalogueError`.
    """
    rows = (dict.fromkeys(COLUMNS) | row for _, row in said.rows.values())
    crawled, refused, mended = sift(rows)
    for anime_id in [i for i, title in crawled.items() if _is_false(title)]:
        del crawled[anime_id]
        refused[FALSE_DATA] += 1
    titles = [_renewed(crawled.pop(old.anime_id, None), old) for old in before.titles]
    titles += crawled.values()
    relations = {anime_id: related for anime_id, (_, related) in said.relations.items()}
    united = unite(Catalogue(titles), starter)
    after = Catalogue(in_franchises(united.titles, relations, starter.titles))
    made_of = tuple(dict.fromkeys((*sources, MYANIMELIST, STARTER)))
    write_catalogue(after, path, Origin(_newest(said), made_of, _checked(said)))
    # what the starter alone brings is nothing that the crawl changed
    known = unite(before, starter)
    changed: Counter[str] = Counter()
    for title in after.titles:
        changed.update(_different(known.get(title.anime_id), title))
    return Published(
        titles=len(after),
        new=sum(title.anime_id not in known for title in after.titles),
        changed=dict(changed.most_common()),
        refused=dict(refused),
        mended=dict(mended),
    )


def _is_false(title: Title) -> bool:
    """Return whether nothing says that there is such an anime; a name alone does not."""
    return title.type is None and title.year is None


def _renewed(new: Title | None, old: Title) -> Title:
    """Return `new` with what only `old` has.

    Genres that MyAnimeList has given up since (Samurai, Demons…) stay, and who was adult is.
    """
    if new is None:
        return old
    kept = {
        each.name: value
        for each in fields(Title)
        if not getattr(new, each.name) and (value := getattr(old, each.name))
    }
    return replace(
        replace(new, **kept),
        genres=in_order(frozenset({*new.genres, *old.genres})),
        synonyms=tuple(dict.fromkeys((*new.synonyms, *old.synonyms))),
        adult=new.adult or old.adult,
    )


def _newest(said: Said) -> datetime:
    """Return when Jikan was last asked."""
    moments = [at for at, _ in (*said.rows.values(), *said.relations.values())]
    return max((*moments, *said.pages.values()))


def _checked(said: Said) -> datetime | None:
    """Return since when Jikan was asked for every page of the list of all titles, if it was."""
    pages = [said.pages.get((ALL, page)) for page in range(1, said.last.get(ALL, 0) + 1)]
    known = [at for at in pages if at is not None]
    return min(known) if known and len(known) == len(pages) else None


def _different(before: Title | None, after: Title) -> list[str]:
    if before is None or before == after:
        return []
    names = (each.name for each in fields(Title))
    return [name for name in names if getattr(before, name) != getattr(after, name)]
