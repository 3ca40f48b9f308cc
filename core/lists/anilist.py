"""AniList's JSON: what its interface answers, and what exporters keep of it.

Read are, wherever in the file they stand: entries of `MediaListCollection` with their `media`
(`idMal`, `title`), as AniList's own programming interface and the exporters built on it give them;
flat entries that name a MyAnimeList number (`idMal`, `malId`, `mal_id`) themselves; and the entries
of AniList's own data export (`series_id`, `started_on`, `finished_on`), which has AniList's numbers
only: `core.lists.ask_anilist` asks which titles those are.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from core.errors import (
    DamagedListError,
    EmptyListError,
    MangaListError,
    UnknownListError,
)
from core.lists.foreign import (
    LARGEST_ID,
    LONGEST_TITLE,
    ForeignEntry,
    ForeignList,
    Scale,
    Source,
    Status,
    check_length,
    convert_scores,
    each_once,
    guess_any_scale,
    moment_of,
    moment_of_seconds,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

_Object = dict[str, object]

_MOST_OBJECTS: Final = 400_000
"""Opening brackets of a file; 30,000 entries have some ten each."""
_MOST_VALUES: Final = 2_000_000
"""Commas of a file; 30,000 entries have some 25 each. Numbers alone are read in one go, in which
nobody else has a turn."""

_STATUSES: Final = {
    "current": Status.WATCHING,
    "watching": Status.WATCHING,
    "completed": Status.COMPLETED,
    "repeating": Status.COMPLETED,
    "paused": Status.ON_HOLD,
    "on-hold": Status.ON_HOLD,
    "on_hold": Status.ON_HOLD,
    "dropped": Status.DROPPED,
    "planning": Status.PLANNED,
    "plan to watch": Status.PLANNED,
    "plan_to_watch": Status.PLANNED,
    # the numbers of the data export
    "0": Status.WATCHING,
    "1": Status.PLANNED,
    "2": Status.COMPLETED,
    "3": Status.DROPPED,
    "4": Status.ON_HOLD,
    "5": Status.COMPLETED,
}
_SCALES: Final = {
    "POINT_100": Scale.HUNDRED,
    "POINT_10_DECIMAL": Scale.TEN_DECIMAL,
    "POINT_10": Scale.TEN,
    "POINT_5": Scale.FIVE_STARS,
    "POINT_3": Scale.THREE_SMILEYS,
}
_MAL_NUMBERS: Final = ("idMal", "malId", "mal_id", "id_mal")
_ANILIST_NUMBERS: Final = ("mediaId", "series_id")


def read_anilist(data: bytes) -> ForeignList:
    """Return the list in a JSON file. Raises what `core.lists.read.read_list` says."""
    if data.count(b"{") + data.count(b"[") > _MOST_OBJECTS or data.count(b",") > _MOST_VALUES:
        raise DamagedListError
    try:
        # the hooks are Python, between which other threads have their turn
        parsed: object = json.loads(
            data, object_hook=_as_it_is, parse_constant=_refuse, parse_float=_finite
        )
    # UnicodeDecodeError and JSONDecodeError are among them, and integers of 5,000 digits
    except (ValueError, RecursionError):
        raise DamagedListError from None
    return list_in(parsed)


def list_in(parsed: object, scale: Scale | None = None) -> ForeignList:
    """Return the list in what JSON says, with scores on `scale`, if that is known.

    Raises what `read_anilist` does.
    """
    found: list[_Object] = []
    manga = False
    said: Scale | None = None
    for each in _objects(parsed):
        if isinstance(name := each.get("scoreFormat"), str):
            said = said or _SCALES.get(name)
        if not _is_entry(each):
            continue
        if _is_manga(each):
            manga = True
            continue
        found.append(each)
        check_length(len(found))
    if not found:
        if manga:
            raise MangaListError
        raise EmptyListError if _is_anilist(parsed) else UnknownListError
    try:
        scores = [_number(each.get("score")) for each in found]
        known = scale or said or guess_any_scale(scores)
        entries = [
            _entry(each, score)
            for each, score in zip(found, convert_scores(scores, known), strict=True)
        ]
    except ValueError:
        raise DamagedListError from None
    return ForeignList(Source.ANILIST, known, each_once(entries))


@dataclass(frozen=True, slots=True)
class NumberedTitle:
    """What AniList says of one of its numbers; `anime_id` is MyAnimeList's, if that has the title."""

    anime_id: int | None
    title: str
    adult: bool


def titles_in(parsed: object) -> dict[int, NumberedTitle]:
    """Return what an answer says of titles, by AniList's number. Raises `ValueError` if nothing."""
    page = _inner(_inner(_object(parsed), "data"), "Page")
    if not isinstance(found := page.get("media"), list):
        raise ValueError("there are no titles")  # noqa: TRY004 - as for all that an answer lacks
    return {
        number: NumberedTitle(_mal_number(media), _title(media), media.get("isAdult") is True)
        for media in map(_object, cast("list[object]", found))
        if (number := _number_of(media, ("id",)))
    }


def has_more(parsed: object) -> bool:
    """Return whether an answer with a part of a list says that there is another part."""
    lists = _inner(_inner(_object(parsed), "data"), "MediaListCollection")
    return lists.get("hasNextChunk") is True


def _as_it_is(parsed: _Object) -> _Object:
    return parsed


def _refuse(_: str) -> object:
    raise ValueError("not a number of JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("too large")
    return value


def _objects(parsed: object) -> Iterator[_Object]:
    """Return all objects in their order, those within others after them."""
    waiting = [parsed]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            inner = cast("_Object", value)
            yield inner
            if not _is_entry(inner):
                waiting += reversed(inner.values())
        elif isinstance(value, list):
            waiting += reversed(cast("list[object]", value))


def _is_entry(each: _Object) -> bool:
    if "series_id" in each:
        # reviews of the data export have a score as well
        return "status" in each
    if "status" not in each and "score" not in each:
        return False
    return "media" in each or "mediaId" in each or _has_number(each)


def _has_number(each: _Object) -> bool:
    return any(name in each for name in _MAL_NUMBERS)


def _is_anilist(parsed: object) -> bool:
    names = {"MediaListCollection", "lists", "entries", "mediaListOptions"}
    return any(not names.isdisjoint(each) for each in _objects(parsed))


def _inner(each: _Object, name: str) -> _Object:
    return _object(each.get(name))


def _object(value: object) -> _Object:
    """Return an object, an empty one for anything else."""
    return cast("_Object", value) if isinstance(value, dict) else {}


def _is_manga(each: _Object) -> bool:
    kinds = (each.get("series_type"), each.get("type"), _inner(each, "media").get("type"))
    return any(_word(kind) in {"1", "manga"} for kind in kinds)


def _word(value: object) -> str:
    """Return a word or a number in small letters; nothing for anything else."""
    return str(value).casefold() if isinstance(value, str | int) else ""


def _number(value: object) -> float:
    """Return a score as it is given, 0 for none. Raises `ValueError` for what is no number."""
    if value is None or value == "":
        return 0.0
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 100:
        return float(value)
    if isinstance(value, str) and value.replace(".", "", 1).isdecimal() and len(value) <= 8:
        return float(value)
    raise ValueError("no score")


def _entry(each: _Object, score: int | None) -> ForeignEntry:
    media = _inner(each, "media")
    own = _number_of(media, ("id",)) or _number_of(each, _ANILIST_NUMBERS)
    status = _STATUSES.get(_word(each.get("status")), Status.COMPLETED)
    moments = (
        _moment(each.get("completedAt") or each.get("finished_on")),
        _moment(each.get("updatedAt") or each.get("updated_at")),
        _moment(each.get("startedAt") or each.get("started_on")),
    )
    return ForeignEntry(
        anime_id=_mal_number(media) or _mal_number(each),
        title=_title(media) or _title(each) or (f"AniList {own}" if own else ""),
        score=score,
        status=status,
        moment=next(filter(None, moments), None),
        adult=media.get("isAdult") is True,
        anilist_id=own,
    )


def _mal_number(each: _Object) -> int | None:
    return _number_of(each, _MAL_NUMBERS)


def _number_of(each: _Object, names: tuple[str, ...]) -> int | None:
    for name in names:
        value = each.get(name)
        if isinstance(value, str) and value.isdecimal() and len(value) <= 12:
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_ID:
            return value
    return None


def _title(each: _Object) -> str:
    title = each.get("title")
    if isinstance(title, str):
        return title.strip()[:LONGEST_TITLE]
    names = _inner(each, "title")
    for name in ("romaji", "userPreferred", "english", "native"):
        if isinstance(value := names.get(name), str) and value.strip():
            return value.strip()[:LONGEST_TITLE]
    return ""


def _moment(value: object) -> datetime | None:
    """Return the moment of a date in parts, of `20150704`, of seconds since 1970, or `2015-07-04…`."""
    if isinstance(value, dict):
        parts = cast("_Object", value)
        return moment_of(*(_part(parts.get(name)) for name in ("year", "month", "day")))
    if isinstance(value, int) and not isinstance(value, bool):
        # as seconds these are days of 1970
        if 1950_00_00 < value < 2100_00_00:
            return moment_of(value // 10_000, value // 100 % 100, value % 100)
        return moment_of_seconds(value)
    if isinstance(value, str) and len(value) <= 40:
        parts = value[:10].split("-")
        if len(parts) == 3 and all(part.isdecimal() for part in parts):
            return moment_of(*map(int, parts))
    return None


def _part(value: object) -> int | None:
    return value if isinstance(value, int) and 0 < value < 10_000 else None
