"""The search that autocomplete asks at every key press."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

from core.bench.effort import once
from core.bench.figures import MILLISECONDS, Budget, Figure, Spread
from core.bench.made_up import made_up_catalogue
from core.catalogue.search import TitleIndex
from core.showing import ANYBODY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from core.bench.effort import Effort
    from core.bench.figures import Found
    from core.catalogue.title import Title

_CHOICES: Final = 25
_NAMES_A_ROUND: Final = 2


def measure(effort: Effort, folder: Path) -> Found:  # noqa: ARG001 - as all parts
    """Return how long making the index takes, and how long suggestions do."""
    catalogue = made_up_catalogue(effort.catalogue)
    made = once(lambda: TitleIndex(catalogue, {}))
    index = TitleIndex(catalogue, {})
    queries = key_presses(catalogue.titles, effort.rounds * _NAMES_A_ROUND)
    waits = suggestion_times(index, queries)
    name = f"autocomplete over {effort.catalogue:,} titles, typos included"
    return [
        Figure(name, MILLISECONDS, Spread.of(waits), Budget(10, "p99")),
        Figure("making the search's index", MILLISECONDS, Spread.of([made])),
    ]


def suggestion_times(index: TitleIndex, queries: Sequence[str]) -> list[float]:
    """Return how long each query took, in milliseconds."""
    return [once(lambda q=query: index.find(q, ANYBODY, _CHOICES)) for query in queries]


def key_presses(titles: Sequence[Title], names: int) -> list[str]:
    """Return what is in the field after each key press while `names` names are typed.

    Every spelling is among them, and every third name has a wrong letter.
    """
    chance = random.Random(1)  # noqa: S311 - nothing secret
    queries: list[str] = []
    for number in range(names):
        title = chance.choice(titles)
        spellings = [title.title, title.title_english, title.title_japanese, *title.synonyms]
        name = chance.choice([each for each in spellings if each])
        if number % 3 == 0 and len(name) > 3:
            place = chance.randrange(1, len(name) - 1)
            name = name[:place] + name[place + 1] + name[place] + name[place + 2 :]
        queries += [name[:end] for end in range(1, len(name) + 1)]
    return queries
