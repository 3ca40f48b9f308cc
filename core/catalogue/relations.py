"""Franchises from what MyAnimeList says of which title goes with which."""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.catalogue.title import Title

Relations = tuple[tuple[str, int], ...]
"""How a title is related to which others: the relation's name and the other's id."""

Place = tuple[str, int]
"""A franchise and the place of a title in it, from 1."""

AFTER: Final = frozenset({"sequel", "side story", "summary"})
"""How MyAnimeList calls a title that is to be seen after the one it is related to."""
BEFORE: Final = frozenset({"prequel", "parent story", "full story"})
"""How it calls one that is to be seen before.

Other relations (alternative versions and settings, spin-offs, shared characters) tell a story of
their own and make no franchise.
"""

_UNKNOWN_YEAR: Final = 9999


def in_franchises(
    titles: Sequence[Title], relations: Mapping[int, Relations], known_better: Iterable[Title]
) -> list[Title]:
    """Return `titles` with the franchises that `relations`, by id, put them in.

    Titles of a franchise in `known_better` stay in it, one behind the other as there (the last one
    counts where it has a title twice); what goes with them stands among them by year.
    """
    kept = {
        title.anime_id: (title.franchise, title.franchise_order)
        for title in known_better
        if title.franchise is not None and title.franchise_order is not None
    }
    places = find_franchises(titles, relations, kept)
    for title in titles:
        # MyAnimeList may withdraw what it said; of a title not asked for, the old place stays
        if (
            title.anime_id not in relations
            and title.franchise is not None
            and title.franchise_order is not None
        ):
            places.setdefault(title.anime_id, (title.franchise, title.franchise_order))
    places |= _among_kept(places, kept, {title.anime_id: title for title in titles})
    placed: list[Title] = []
    for title in titles:
        name, order = places.get(title.anime_id, (None, None))
        placed.append(replace(title, franchise=name, franchise_order=order))
    return placed


def _among_kept(
    places: Mapping[int, Place], kept: Mapping[int, Place], known: Mapping[int, Title]
) -> dict[int, Place]:
    """Return new places for the franchises that have titles in `kept` and others as well.

    The first one stays the first; each of the others stands behind all that are not younger.
    """
    members: dict[str, list[int]] = {}
    for anime_id, (name, _) in sorted(places.items(), key=lambda place: (place[1][1], place[0])):
        members.setdefault(name, []).append(anime_id)
    found: dict[int, Place] = {}
    for name, ids in members.items():
        order = [anime_id for anime_id in ids if anime_id in kept]
        if not order or len(order) == len(ids):
            continue
        for other in ids:
            if other not in kept:
                year = known[other].year or _UNKNOWN_YEAR
                older = [i for i, each in enumerate(order) if (known[each].year or 0) <= year]
                order.insert(max(older, default=0) + 1, other)
        found |= {anime_id: (name, place) for place, anime_id in enumerate(order, 1)}
    return found


def find_franchises(
    titles: Iterable[Title],
    relations: Mapping[int, Iterable[tuple[str, int]]],
    by_hand: Mapping[int, Place],
) -> dict[int, Place]:
    """Return the franchise and place of each title that is related to another.

    `relations` are pairs of the relation's name and the other's id, by id. In a franchise come
    first what is before by relation, then by year, then by id; where relations contradict each
    other, year and id decide. It is called like its first title. Titles in `by_hand` keep the
    places they have there; titles related to them follow behind these, in the franchise of the
    nearest.
    """
    known = {title.anime_id: title for title in titles}
    after = _edges(known.keys(), relations)
    before: dict[int, set[int]] = {}
    for first, seconds in after.items():
        for second in seconds:
            before.setdefault(second, set()).add(first)
    near = {i: after.get(i, set()) | before.get(i, set()) for i in after.keys() | before.keys()}
    nearest = _nearest(near, by_hand)
    found: dict[int, Place] = {}
    taken = {name for name, _ in by_hand.values()}
    behind: dict[str, list[int]] = {}
    for group in _groups(near):
        order = _in_order(group, after, before, known)
        if group.isdisjoint(nearest):
            name = known[order[0]].title
            name = name if name not in taken else f"{name} #{order[0]}"
            taken.add(name)
            found |= {anime_id: (name, place) for place, anime_id in enumerate(order, 1)}
        for anime_id in order:
            if anime_id in nearest and anime_id not in by_hand:
                behind.setdefault(nearest[anime_id], []).append(anime_id)
    last: dict[str, int] = {}
    for name, place in by_hand.values():
        last[name] = max(place, last.get(name, 0))
    for name, members in behind.items():
        found |= {i: (name, place) for place, i in enumerate(members, last[name] + 1)}
    return found | {i: place for i, place in by_hand.items() if i in known}


def _edges(
    known: Iterable[int], relations: Mapping[int, Iterable[tuple[str, int]]]
) -> dict[int, set[int]]:
    """Return by each title which are to be seen after it."""
    known = set(known)
    after: dict[int, set[int]] = {}
    for anime_id, related in relations.items():
        for relation, other in related:
            if anime_id == other or not {anime_id, other} <= known:
                continue
            if relation.casefold() in AFTER:
                after.setdefault(anime_id, set()).add(other)
            elif relation.casefold() in BEFORE:
                after.setdefault(other, set()).add(anime_id)
    return after


def _groups(near: Mapping[int, set[int]]) -> list[set[int]]:
    """Return the connected components, in the order of their lowest ids."""
    groups: list[set[int]] = []
    seen: set[int] = set()
    for start in sorted(near):
        if start in seen:
            continue
        group, waiting = {start}, [start]
        while waiting:
            new = near[waiting.pop()] - group
            group |= new
            waiting += new
        seen |= group
        groups.append(group)
    return groups


def _nearest(near: Mapping[int, set[int]], by_hand: Mapping[int, Place]) -> dict[int, str]:
    """Return the franchise by hand that is the fewest relations away from each title."""
    nearest = {i: name for i, (name, _) in sorted(by_hand.items()) if i in near}
    waiting = deque(nearest)
    while waiting:
        anime_id = waiting.popleft()
        for other in sorted(near[anime_id] - nearest.keys()):
            nearest[other] = nearest[anime_id]
            waiting.append(other)
    return nearest


def _in_order(
    group: set[int],
    after: Mapping[int, set[int]],
    before: Mapping[int, set[int]],
    known: Mapping[int, Title],
) -> list[int]:
    """Return `group` so that all that is before a title comes first, as far as that is possible."""

    def by_date(anime_id: int) -> tuple[int, int]:
        return (known[anime_id].year or _UNKNOWN_YEAR, anime_id)

    missing = {anime_id: len(before.get(anime_id, ())) for anime_id in group}
    free = [by_date(anime_id) for anime_id, count in missing.items() if count == 0]
    heapq.heapify(free)
    oldest = deque(sorted(map(by_date, group)))
    order: list[int] = []
    done: set[int] = set()
    while len(order) < len(group):
        # in a circle nothing is free, and its oldest title goes first
        anime_id = heapq.heappop(free)[1] if free else oldest.popleft()[1]
        if anime_id in done:
            continue
        done.add(anime_id)
        order.append(anime_id)
        for other in after.get(anime_id, ()):
            missing[other] -= 1
            if missing[other] == 0 and other not in done:
                heapq.heappush(free, by_date(other))
    return order
