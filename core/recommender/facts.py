"""What there is to say about the data in use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core import starter

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from core.catalogue.folder import DataFolder
    from core.recommender.loading import Data


@dataclass(frozen=True, slots=True)
class DataFacts:
    """The catalogue in use and how much it knows.

    `kind` says in words which of the possible catalogues it is, `made` when it was made, if its file
    says so, `sources` of what, and `checked` since when crawls have asked for everything, if so.
    From `titles` to `adult` these are counts of titles: `network_knows` of those that can be recommended, `english` of those with an English name of
    their own, `translated` with one made by a machine.
    """

    catalogue: Path
    kind: str
    made: datetime | None
    checked: datetime | None
    sources: tuple[str, ...]
    titles: int
    network_knows: int
    posters: int
    english: int
    translated: int
    adult: int
    newest_year: int | None


def facts_of(data: Data, folder: DataFolder) -> DataFacts:
    """Return what there is to say about `data`; `folder` is that of `riko data`."""
    titles = data.catalogue.titles
    origin = data.loaded.origin
    return DataFacts(
        catalogue=data.catalogue_path,
        kind=_kind(data, folder),
        made=origin.made if origin else None,
        checked=origin.checked if origin else None,
        sources=origin.sources if origin else (),
        titles=len(titles),
        network_knows=data.ranked,
        posters=sum(title.image_url is not None for title in titles),
        english=sum(title.title_english is not None for title in titles),
        translated=sum(title.translated is not None for title in titles),
        adult=sum(title.adult for title in titles),
        newest_year=data.catalogue.newest_year,
    )


def _kind(data: Data, folder: DataFolder) -> str:
    if data.catalogue_path == folder.catalogue:
        return "made by riko data"
    if data.catalogue_path == starter.CATALOGUE:
        return "the starter's"
    return "the bundle's own" if data.catalogue_path == data.bundle.catalogue else "chosen"
