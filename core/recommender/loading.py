"""Finds the bundle and the catalogue that belong together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from core import starter
from core.catalogue.load import LoadedCatalogue, load_catalogue
from core.catalogue.origin import STARTER, Origin
from core.catalogue.search import TitleIndex
from core.catalogue.translations import read_translations, translated
from core.errors import CatalogueError
from core.network.bundle import Bundle, load_bundle

if TYPE_CHECKING:
    from pathlib import Path

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.folder import DataFolder


@dataclass(frozen=True, slots=True)
class Data:
    """A bundle, the catalogue its titles are shown from, and where that was loaded from."""

    bundle: Bundle
    loaded: LoadedCatalogue
    catalogue_path: Path

    @property
    def catalogue(self) -> Catalogue:
        """The titles that may be shown."""
        return self.loaded.catalogue

    @property
    def ranked(self) -> int:
        """How many titles can be recommended: both the catalogue and the bundle know them."""
        return sum(anime_id in self.catalogue for anime_id in self.bundle.titles.ids.tolist())

    def title_index(self) -> TitleIndex:
        """Return an index of the titles' names, which takes a second or two for 20,000 titles.

        What fans call the best-known titles stands in the starter's catalogue and in hardly any
        other, so its names count as well.
        """
        return TitleIndex(self.catalogue, self.bundle.titles.popularity, _starter_titles())


@cache  # every reload of the catalogue asks for them
def _starter_titles() -> Catalogue:
    return load_catalogue(starter.CATALOGUE).catalogue


def load_data(
    bundle_path: Path | None = None,
    catalogue_path: Path | None = None,
    otherwise: Path | None = None,
    folder: DataFolder | None = None,
) -> Data:
    """Load a bundle (default: the starter's) and its catalogue; see `with_catalogue`.

    Raises `BundleError` or `CatalogueError`.
    """
    bundle = load_bundle(bundle_path or starter.BUNDLE)
    return with_catalogue(bundle, catalogue_path, otherwise, folder)


def with_catalogue(
    bundle: Bundle,
    catalogue_path: Path | None = None,
    otherwise: Path | None = None,
    folder: DataFolder | None = None,
) -> Data:
    """Return `bundle` with its catalogue, loaded as the file is now.

    The catalogue is the one named, else the bundle's own, else `otherwise`, else the starter's. The
    translated names in `folder` count with any of them. Raises `CatalogueError`, also when the two
    have no title in common.
    """
    path = catalogue_path or bundle.catalogue or otherwise or starter.CATALOGUE
    try:
        loaded = load_catalogue(path)
        if path == starter.CATALOGUE:
            # a CSV file has no place to say so
            loaded = replace(loaded, origin=Origin(starter.WRITTEN, (STARTER,)))
    except CatalogueError as error:
        if folder is None or path != folder.catalogue:
            raise
        raise CatalogueError(
            f"{error} `riko data fetch` makes it again; without it Riko uses the bundle's titles."
        ) from error
    if folder is not None:
        names = read_translations(folder.translations)
        loaded = replace(loaded, catalogue=translated(loaded.catalogue, names))
    data = Data(bundle, loaded, path)
    if not data.ranked:
        raise CatalogueError(f"{path} has no title in common with the bundle {bundle.path}.")
    return data
