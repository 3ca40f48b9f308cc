"""English names that a machine made, kept beside the catalogue and never in place of a real one."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from core.catalogue import clean
from core.catalogue.catalogue import Catalogue
from core.catalogue.spelling import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from core.catalogue.title import Title


@dataclass(frozen=True, slots=True)
class Translation:
    """What `provider` made of the name `source` of a title."""

    anime_id: int
    source: str
    translated: str
    provider: str


def source_name(title: Title) -> str:
    """Return the name that is translated: the Japanese one where there is one, else the romaji."""
    return title.title_japanese or title.title


def without_translation(
    catalogue: Catalogue, translations: Mapping[int, Translation]
) -> tuple[Title, ...]:
    """Return the titles that have no English name of their own and whose name is not translated."""
    return tuple(
        title
        for title in catalogue.titles
        if title.title_english is None
        and (
            title.anime_id not in translations
            or translations[title.anime_id].source != source_name(title)
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
        or title.title_english is not None
        or translation.source != source_name(title)
    ):
        return None
    names = (title.title, title.title_japanese or "", *title.synonyms)
    new = key(translation.translated) not in map(key, names)
    return translation.translated if new else None


def read_translations(path: Path) -> dict[int, Translation]:
    """Return the translations in `path` by anime id, the last one of each title.

    A line that cannot be read, such as one that a kill cut short, is passed over, and no file is
    no translations. Raises `OSError` when the file is there and cannot be read.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return {}
    found = (_read_line(line) for line in lines if line)
    return {each.anime_id: each for each in found if each is not None}


def _read_line(line: bytes) -> Translation | None:
    try:
        match cast("object", json.loads(line)):
            case {
                "anime_id": int(anime_id),
                "source": str(source),
                "translated": str(text),
                "provider": str(provider),
            } if (name := clean.clean_text(text)) is not None:
                return Translation(anime_id, source, name, provider)
            case _:
                return None
    except (ValueError, RecursionError):
        return None


def append_translations(path: Path, made: Iterable[Translation]) -> None:
    """Write each of `made` to the end of `path` as soon as it comes. Raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:
        end = file.seek(0, 2)
        if end:
            file.seek(end - 1)
            if file.read(1) != b"\n":
                # the last line was cut short by a kill; what follows begins a line of its own
                file.write(b"\n")
        for each in made:
            document = {
                "anime_id": each.anime_id,
                "source": each.source,
                "translated": each.translated,
                "provider": each.provider,
            }
            file.write(json.dumps(document, ensure_ascii=False).encode() + b"\n")
            file.flush()
