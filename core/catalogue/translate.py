"""Translating the names of titles that have none in English, one after another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.catalogue.translations import Translation, append_translation, source_name
from core.errors import BrokenAnswerError, OutsideError, RefusedError, UnreachableError
from core.outside.patience import pause

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from core.catalogue.title import Title
    from core.outside.pace import Pace
    from core.outside.translators import Translator

_ATTEMPTS: Final = 4
_BROKEN_IN_A_ROW: Final = 5
"""After so many answers that cannot be used the service is given up."""


@dataclass(frozen=True, slots=True)
class TranslationRun:
    """How many names were `translated`, and for how many the service had `nothing`.

    `stopped` is the failure that ended it before its time.
    """

    translated: int
    nothing: int
    stopped: OutsideError | None


async def translate_titles(
    titles: Sequence[Title],
    translator: Translator,
    path: Path,
    pace: Pace,
    progress: Callable[[int, int], None],
) -> TranslationRun:
    """Translate the names of `titles` in their order and add each to `path` at once.

    Also that there is no translation is written down; an answer that cannot be used is not. A
    service that fails is asked again a few times, then what is done is kept and the failure
    reported. `progress` is told how many of how many are done. Raises `CatalogueError` when `path`
    cannot be written.
    """
    done = nothing = broken = 0
    for place, title in enumerate(titles):
        progress(place, len(titles))
        try:
            name = await _translate(title, translator, pace)
        except BrokenAnswerError as error:
            broken += 1
            if broken == _BROKEN_IN_A_ROW:
                return TranslationRun(done, nothing, error)
            continue
        except OutsideError as error:
            return TranslationRun(done, nothing, error)
        broken = 0
        append_translation(
            path, Translation(title.anime_id, source_name(title), name, translator.name)
        )
        done += name is not None
        nothing += name is None
    progress(len(titles), len(titles))
    return TranslationRun(done, nothing, None)


async def _translate(title: Title, translator: Translator, pace: Pace) -> str | None:
    for attempt in range(1, _ATTEMPTS + 1):
        await pace.turn()
        try:
            return await translator.translate(
                source_name(title), japanese=title.title_japanese is not None
            )
        except (RefusedError, UnreachableError) as error:
            refused = isinstance(error, RefusedError)
            if (refused and not error.again) or attempt == _ATTEMPTS:
                raise
            pace.hold(pause(attempt, too_often=refused and error.too_often))
    raise AssertionError("there is at least one attempt")
