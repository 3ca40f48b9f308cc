"""English names that a machine made, kept beside the catalogue and never in place of a real one."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from core.catalogue import clean
from core.catalogue.catalogue import Catalogue
from core.catalogue.json_lines import JsonLines
from core.catalogue.spelling import key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from core.catalogue.title import Title


@dataclass(frozen=True, slots=True)
class Translation:
    """What `provider` made of the name `source` of a title; none where it has no translation."""

    anime_id: int
    source: str
    translated: str | None
    provider: str


def source_name(title: Title) -> str:
    """Return the name that is translated: the Japanese one where there is one, else the romaji."""
    return title.title_japanese or title.title


def to_translate(
    catalogue: Catalogue, translations: Mapping[int, Translation], provider: str
) -> tuple[Title, ...]:
    """Return the titles without an English name that `provider` has not been asked to translate.

    A name that another one translated needs no second translation.
    """
    return tuple(
        title
        for title in catalogue.titles
        if title.title_english is None
        and (
            (known := translations.get(title.anime_id)) is None
            or known.source != source_name(title)
            or (known.translated is None and known.provider != provider)
        )
    )


def translated(catalogue: Catalogue, translations: Mapping[int, Translation]) -> Catalogue:
    """Return `catalogue` with the translations of names that are still the same.

    A title with an English name of its own gets none, nor does one whose translation says nothing
    new.
    """
    if not translations:
        return catalogue
    return Catalogue(
        replace(title, translated=name)
        if (name := _name_for(title, translations.get(title.anime_id))) is not None
        else title
        for title in catalogue.titles
    )


def _name_for(title: Title, translation: Translation | None) -> str | None:
    if (
        translation is None
        or translation.translated is None
        or title.title_english is not None
        or translation.source != source_name(title)
    ):
        return None
    names = (title.title, title.title_japanese or "", *title.synonyms)
    new = key(translation.translated) not in map(key, names)
    return translation.translated if new else None


def read_translations(path: Path) -> dict[int, Translation]:
    """Return the translations in `path` by anime id, the last one of each title.

    A line that says nothing usable is passed over, and no file is no translations. Raises
    `CatalogueError` when the file is there and cannot be read.
    """
    found = filter(None, map(_from_line, JsonLines(path).read()))
    return {each.anime_id: each for each in found}


def _from_line(line: dict[str, object]) -> Translation | None:
    match line:
        case {
            "anime_id": int(anime_id),
            "source": str(source),
            "translated": str() | None as text,
            "provider": str(provider),
        }:
            name = None if text is None else clean.clean_text(text)
            return Translation(anime_id, source, name, provider)
        case _:
            return None


def append_translation(path: Path, translation: Translation) -> None:
    """Write `translation` to the end of `path`. Raises `CatalogueError` when that cannot be done."""
    JsonLines(path).append(asdict(translation))
