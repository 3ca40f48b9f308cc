"""MyAnimeList's XML: what its export writes and its import reads.

Scores are 1 to 10, 0 for none. Other services and tools write the same elements; where half
of their scores are above 10, all of them count as out of 100.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from core.errors import (
    DamagedListError,
    EmptyListError,
    LongListError,
    MangaListError,
    UnknownListError,
)
from core.lists.foreign import (
    LARGEST_ID,
    LONGEST_TITLE,
    MOST_ENTRIES,
    ForeignEntry,
    ForeignList,
    Source,
    Status,
    check_length,
    convert_scores,
    each_once,
    guess_scale,
    moment_of,
    moment_of_seconds,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from xml.sax.xmlreader import AttributesImpl

_ROOT: Final = "myanimelist"
_FIELDS: Final = frozenset(
    {
        "series_animedb_id",
        "series_title",
        "my_score",
        "my_status",
        "my_start_date",
        "my_finish_date",
        "my_last_updated",
    }
)
_DEEPEST: Final = 8
"""Elements within each other; MyAnimeList has three."""
_MOST_ELEMENTS: Final = MOST_ENTRIES * 40
"""MyAnimeList writes 25 an entry."""
_PIECE: Final = 2**16
"""Bytes that are parsed in one go, so that other threads have their turn."""

_STATUSES: Final = {
    "watching": Status.WATCHING,
    "rewatching": Status.COMPLETED,
    "completed": Status.COMPLETED,
    "on-hold": Status.ON_HOLD,
    "onhold": Status.ON_HOLD,
    "paused": Status.ON_HOLD,
    "dropped": Status.DROPPED,
    "plan to watch": Status.PLANNED,
    "plantowatch": Status.PLANNED,
    "1": Status.WATCHING,
    "2": Status.COMPLETED,
    "3": Status.ON_HOLD,
    "4": Status.DROPPED,
    "6": Status.PLANNED,
}
_DATE: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no way to write."""


@dataclass(frozen=True, slots=True)
class ScoredName:
    """A title as it stands in a written list; `episodes` is 0 where nobody knows how many."""

    anime_id: int
    title: str
    score: int
    episodes: int = 0


class _Stop(Exception):  # noqa: N818 - it ends the reading, whatever the reason
    """Ends the reading of a file that nobody could have exported."""


class _Entries(ContentHandler):
    """Gathers the wanted elements of each `anime`, and nothing else of a file."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[dict[str, str]] = []
        self.manga = False
        self._path: list[str] = []
        self._elements = 0
        self._text: list[str] | None = None
        self._length = 0

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: ARG002, N802 - xml.sax's name
        self._elements += 1
        if self._elements > _MOST_ELEMENTS:
            raise LongListError(MOST_ENTRIES)
        if not self._path and name != _ROOT:
            raise UnknownListError
        if len(self._path) >= _DEEPEST:
            raise _Stop
        if len(self._path) == 1:
            if name == "anime":
                self.entries.append({})
                check_length(len(self.entries))
            self.manga = self.manga or name == "manga"
        self._path.append(name)
        if len(self._path) == 3 and self._path[1] == "anime" and name in _FIELDS:
            self._text, self._length = [], 0

    def characters(self, content: str) -> None:
        if self._text is not None and self._length < LONGEST_TITLE:
            self._text.append(content)
            self._length += len(content)

    def endElement(self, name: str) -> None:  # noqa: N802 - xml.sax's name
        if self._text is not None:
            self.entries[-1][name] = "".join(self._text).strip()[:LONGEST_TITLE]
            self._text = None
        self._path.pop()


class _Parser(Protocol):
    """What is used of the XML reader, which says nothing of its types."""

    def setContentHandler(self, handler: ContentHandler) -> None: ...  # noqa: N802

    def feed(self, data: bytes) -> None: ...

    def close(self) -> None: ...


def read_myanimelist(data: bytes) -> ForeignList:
    """Return the list in an XML export of MyAnimeList, or of a tool that writes the same.

    Dates are those of finishing, else of the last change, else of starting. Declarations of
    entities and document types, which no export has, are refused. Raises what
    `core.lists.read.read_list` says, `MangaListError` for an export of a manga list.
    """
    gathered = _Entries()
    parser: _Parser = DefusedExpatParser(forbid_dtd=True)
    parser.setContentHandler(gathered)
    try:
        for start in range(0, len(data), _PIECE):
            parser.feed(data[start : start + _PIECE])
        parser.close()
    # ValueError and LookupError: encodings that Python does not know, or that are no text's
    except (SAXException, DefusedXmlException, ValueError, LookupError, _Stop):
        raise DamagedListError from None
    if not gathered.entries:
        raise MangaListError if gathered.manga else EmptyListError
    try:
        scores = [_score(entry.get("my_score", "")) for entry in gathered.entries]
        scale = guess_scale(scores)
        entries = [
            _entry(entry, score)
            for entry, score in zip(gathered.entries, convert_scores(scores, scale), strict=True)
        ]
    except ValueError:
        raise DamagedListError from None
    return ForeignList(Source.MYANIMELIST, scale, each_once(entries))


def write_myanimelist(ratings: Iterable[ScoredName]) -> bytes:
    """Return a file that MyAnimeList's import takes: each title as completed, with its score.

    The order of the file is that of `ratings`. Nothing of the person is in it.
    """
    lines = [
        '<?xml version="1.0" encoding="UTF-8" ?>',
        "<myanimelist>",
        "<myinfo><user_export_type>1</user_export_type></myinfo>",
        *map(_written, ratings),
        "</myanimelist>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _written(rating: ScoredName) -> str:
    title = _NOT_XML.sub("", rating.title).replace("]]>", "]]]]><![CDATA[>")
    return (
        "<anime>"
        f"<series_animedb_id>{rating.anime_id}</series_animedb_id>"
        f"<series_title><![CDATA[{title}]]></series_title>"
        # who imports it anew overwrites what was there, and 0 of 24 would be no completed title
        f"<my_watched_episodes>{rating.episodes}</my_watched_episodes>"
        f"<my_score>{rating.score}</my_score>"
        "<my_status>Completed</my_status>"
        "<update_on_import>1</update_on_import>"
        "</anime>"
    )


def _score(text: str) -> float:
    """Return a score as it is written, 0 for none. Raises `ValueError` for what is no number."""
    # float takes "inf" and "nan" as well
    if not re.fullmatch(r"\d{1,3}(\.\d{1,4})?", text or "0", re.ASCII):
        raise ValueError("no score")
    return float(text or "0")


def _entry(entry: dict[str, str], score: int | None) -> ForeignEntry:
    number = entry.get("series_animedb_id", "")
    if not re.fullmatch(r"\d{0,12}", number, re.ASCII):
        raise ValueError("no number")
    anime_id = int(number or "0")
    status = _STATUSES.get(entry.get("my_status", "").casefold(), Status.COMPLETED)
    moments = map(_moment, map(entry.get, ("my_finish_date", "my_last_updated", "my_start_date")))
    return ForeignEntry(
        anime_id=anime_id if 0 < anime_id <= LARGEST_ID else None,
        title=entry.get("series_title", ""),
        score=score,
        status=status,
        moment=next(filter(None, moments), None),
    )


def _moment(text: str | None) -> datetime | None:
    """Return the day a date names, `0000-00-00` being none; in seconds since 1970 also."""
    if found := _DATE.match(text or ""):
        return moment_of(*map(int, found.groups()))
    return moment_of_seconds(int(text)) if text and re.fullmatch(r"[0-9]{1,10}", text) else None
