"""What AniList is asked for: the public list of an account, and which titles its numbers mean."""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, cast

from core.errors import (
    BrokenAnswerError,
    DamagedListError,
    ListAccountError,
    NumbersOfAniListError,
    OutsideError,
    PrivateListError,
    RefusedError,
    UnknownListError,
    UnreachableError,
)
from core.lists.anilist import has_more, list_in, titles_in
from core.lists.foreign import Scale, Status, each_once
from core.outside.client import JsonClient
from core.outside.pace import Pace

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from core.lists.anilist import NumberedTitle
    from core.lists.foreign import ForeignEntry, ForeignList

    Waits = Callable[[int], Awaitable[None]]
    """Is told in about how many seconds an answer is there."""

PER_MINUTE: Final = 30
"""Requests AniList allows."""
PATIENCE: Final = 60.0
"""Seconds a person waits for their list at most."""
MOST_CHUNKS: Final = 20
"""Parts that a list may come in, of some 500 titles each; all within the limit of a minute."""
PAGE: Final = 50
"""Titles that AniList tells of at once."""
PAGES_PER_MINUTE: Final = 20
"""Of the requests allowed; the others stay for lists of accounts."""
LONGEST: Final = 480
"""Seconds in which all numbers of a list must be known, as Discord waits for 15 minutes: some 9,000
titles."""

_QUERY: Final = """
query ($name: String, $chunk: Int) {
  MediaListCollection(userName: $name, type: ANIME, chunk: $chunk) {
    hasNextChunk
    lists {
      entries {
        status
        score(format: POINT_100)
        startedAt { year month day }
        completedAt { year month day }
        updatedAt
        media { id idMal isAdult title { romaji } }
      }
    }
  }
}
"""
_TITLES: Final = """
query ($ids: [Int]) {
  Page(perPage: 50) {
    media(id_in: $ids, type: ANIME) { id idMal isAdult title { romaji } }
  }
}
"""
_NAME: Final = re.compile(r"(?:https?://anilist\.co/user/)?@?([\w-]{1,30})(?:/.*)?", re.ASCII)

_log = logging.getLogger(__name__)


class AniList:
    """Asks AniList at `address`. For one event loop; to be closed after use.

    What its numbers mean is remembered; there are some 20,000.
    """

    def __init__(self, address: str) -> None:
        self._client = JsonClient(
            address, Pace((PER_MINUTE, 60.0)), attempts=3, attempt_seconds=20.0, longest_wait=30.0
        )
        self._pages = Pace((PAGES_PER_MINUTE, 60.0))
        self._titles: dict[int, NumberedTitle] = {}

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def fetch(self, name: str) -> ForeignList:
        """Return the public anime list of the account `name`, which may be its page's address.

        The name goes to AniList and nowhere else. Raises `ListAccountError` or `PrivateListError`,
        `EmptyListError`, `LongListError`, and `OutsideError` when AniList does not answer.
        """
        found = _NAME.fullmatch(name.strip())
        if found is None:
            raise ListAccountError
        answers: list[object] = []
        try:
            async with asyncio.timeout(PATIENCE):
                while len(answers) < MOST_CHUNKS and (not answers or has_more(answers[-1])):
                    answers.append(await self._ask_for_list(found[1], len(answers)))
        except TimeoutError:
            raise UnreachableError(self._client.host, "too many are asking") from None
        except RefusedError as error:
            said = _errors(error.answer)
            if "private" in said:
                raise PrivateListError from None
            if error.status == HTTPStatus.NOT_FOUND and said:
                raise ListAccountError from None
            raise
        return await asyncio.to_thread(self._read, answers)

    async def _ask_for_list(self, name: str, chunks: int) -> object:
        """Return what comes after so many chunks; a list comes whole unless it is very long."""
        chunk = {"chunk": chunks + 1} if chunks else {}
        document = {"query": _QUERY, "variables": {"name": name, **chunk}}
        return await self._client.post("", document)

    async def number(self, listed: ForeignList, waits: Waits) -> ForeignList:
        """Return a list that has AniList's numbers with those of MyAnimeList and names.

        `waits` is called each minute, if it takes longer than a moment. Titles that nobody watched
        yet, and those AniList does not know, stay as they are. Raises `NumbersOfAniListError` when
        it cannot be had or would take too long.
        """
        wanted = [
            entry.anilist_id
            for entry in listed.entries
            if entry.anilist_id and entry.status is not Status.PLANNED
        ]
        asked = [number for number in wanted if number not in self._titles]
        pages = [asked[start : start + PAGE] for start in range(0, len(asked), PAGE)]
        if _seconds(len(pages)) > LONGEST:
            raise NumbersOfAniListError
        try:
            async with asyncio.timeout(LONGEST):
                for at, page in enumerate(pages):
                    left = _seconds(len(pages) - at)
                    if at % PAGES_PER_MINUTE == 0 and left >= 5:
                        await waits(left)
                    await self._pages.turn()
                    await self._learn(page)
        except (OutsideError, TimeoutError) as error:
            _log.warning("AniList did not tell of its numbers: %s", str(error) or "time-out")
            raise NumbersOfAniListError from None
        return replace(listed, entries=each_once([self._numbered(each) for each in listed.entries]))

    async def _learn(self, numbers: list[int]) -> None:
        answer = await self._client.post("", {"query": _TITLES, "variables": {"ids": numbers}})
        try:
            titles = titles_in(answer)
        except ValueError as error:
            raise BrokenAnswerError(self._client.host, str(error)) from None
        self._titles.update((number, titles[number]) for number in numbers if number in titles)

    def _numbered(self, entry: ForeignEntry) -> ForeignEntry:
        title = self._titles.get(entry.anilist_id or 0)
        if title is None:
            return entry
        return replace(
            entry, anime_id=title.anime_id, title=title.title or entry.title, adult=title.adult
        )

    def _read(self, answers: list[object]) -> ForeignList:
        said = "".join(map(_errors, answers))
        if "private" in said:
            raise PrivateListError
        if "not found" in said:
            raise ListAccountError
        try:
            return list_in(answers, Scale.HUNDRED)
        except (UnknownListError, DamagedListError):
            raise BrokenAnswerError(self._client.host, "it is no list") from None


def _seconds(pages: int) -> int:
    """Return how many seconds so many pages take, at one a second until the next minute's turn."""
    minutes, rest = divmod(max(0, pages - 1), PAGES_PER_MINUTE)
    return minutes * 60 + rest + 1


def _errors(answer: object) -> str:
    """Return what an answer says of failures, in small letters; nothing if there are none."""
    errors = cast("dict[str, object]", answer).get("errors") if isinstance(answer, dict) else None
    return str(errors).casefold() if errors else ""
