"""Which titles belong together, and which one should be seen before which."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.catalogue.sequels import first_names, is_sequel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.title import Title

SERIES: Final = frozenset({"TV", "ONA"})
_STORIES: Final = SERIES | {"Movie", None}
"""What carries a story; where nobody says what a title is, it is taken to do so."""

_NO_STORIES: Final = frozenset({"Music", "PV", "CM"})
_UPCOMING: Final = "not yet aired"

_NO_LETTER: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A title of a franchise.

    `franchise` numbers the franchises from 0, `first` is the id of the first part that tells the
    story and `before` that of the part to be seen before this one, none for the first.
    """

    anime_id: int
    franchise: int
    first: int
    before: int | None


def find_parts(catalogue: Catalogue) -> tuple[Part, ...]:
    """Return the parts of all franchises of two titles or more, each in the order of offering.

    That is the watching order, but for specials and the like, which stand behind what carries the
    story: whoever has seen the first season wants the second one, and not its recap. Before a part
    comes the nearest *main* part: a series, or a title of the type of the first part that tells the
    story. Nobody has to see a film or special in between to follow the next season. Nothing has to
    be seen before that nobody can have seen yet, nor a music video or an advertisement; and no
    special or OVA where the story is told in series or films.

    Where the catalogue names no franchise, a title whose name calls it a sequel goes with the title
    that bears the rest of the name, if there is just one; nothing else has to be seen before it.
    Such guesses stand behind what the catalogue says, by year.
    """
    known = _known(catalogue)
    group_of = {title.anime_id: titles for titles in known for title in titles}
    guessed: dict[int, list[tuple[Title, Title]]] = {}
    for sequel, base in _guesses(catalogue):
        first = group_of.get(base.anime_id, [base])[0]
        guessed.setdefault(first.anime_id, []).append((sequel, base))
    alone = [[catalogue[first]] for first in guessed if first not in group_of]
    groups = [
        parts
        for titles in (*known, *alone)
        if len(parts := _in_order(titles, guessed.get(titles[0].anime_id, []))) > 1
    ]
    return tuple(
        Part(title.anime_id, number, first, before.anime_id if before else None)
        for number, parts in enumerate(groups)
        for first in [_lead([title for title, _ in parts]).anime_id]
        for title, before in parts
    )


def _known(catalogue: Catalogue) -> list[list[Title]]:
    """Return the franchises that the catalogue names, each in watching order."""
    found: dict[str, list[Title]] = {}
    for title in catalogue.titles:
        if title.franchise is not None and title.franchise_order is not None:
            found.setdefault(title.franchise, []).append(title)
    return [
        sorted(titles, key=lambda title: (title.franchise_order or 0, title.anime_id))
        for titles in found.values()
    ]


def _in_order(
    titles: list[Title], guessed: list[tuple[Title, Title]]
) -> list[tuple[Title, Title | None]]:
    """Return each part with the part before it, `titles` being in watching order."""
    parts: list[tuple[Title, Title | None]] = []
    before: Title | None = None
    told = any(title.type in _STORIES for title in titles)
    lead = _lead(titles).type
    for title in titles:
        parts.append((title, before))
        main = title.type in SERIES | {lead, None}
        if main and _can_be_seen(title) and (not told or title.type in _STORIES):
            before = title
    by_year = sorted(guessed, key=lambda pair: (pair[0].year or 0, pair[0].anime_id))
    parts += [(sequel, base if _can_be_seen(base) else None) for sequel, base in by_year]
    return sorted(parts, key=lambda pair: pair[0].type not in _STORIES | {lead})


def _lead(titles: list[Title]) -> Title:
    """Return the first that tells the story and can be seen, or what comes nearest to one."""
    seen = [title for title in titles if _can_be_seen(title)]
    stories = [title for title in seen if title.type in _STORIES | {"OVA"}]
    return next(iter((*stories, *seen, *titles)))


def _can_be_seen(title: Title) -> bool:
    """Return whether a title has been shown and tells something."""
    return title.type not in _NO_STORIES and (title.status or "").casefold() != _UPCOMING


def _guesses(catalogue: Catalogue) -> Iterator[tuple[Title, Title]]:
    """Yield sequels by their names, each with the title whose name it bears."""
    by_name: dict[str, set[int]] = {}
    for title in catalogue.titles:
        if not is_sequel(title) or title.franchise_order is not None:
            for name in {title.title, title.title_english, title.title_japanese}:
                if name:
                    by_name.setdefault(_key(name), set()).add(title.anime_id)
    for title in catalogue.titles:
        if title.franchise is not None:
            continue
        for name in first_names(title):
            bearers = by_name.get(_key(name), set()) - {title.anime_id}
            if bearers:
                if len(bearers) == 1 and _may_follow(title, base := catalogue[min(bearers)]):
                    yield title, base
                break


def _may_follow(title: Title, base: Title) -> bool:
    """Return whether a guess is to be trusted: a series goes on with a series, and comes later."""
    in_time = title.year is None or base.year is None or title.year >= base.year
    of_a_kind = title.type not in SERIES or base.type in SERIES
    return in_time and of_a_kind and title.adult == base.adult


def _key(name: str) -> str:
    return _NO_LETTER.sub("", name).casefold()
