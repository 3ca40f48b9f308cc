"""The public list of an AniList account, by its name."""

from __future__ import annotations

import asyncio
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, cast

from core.errors import (
    BrokenAnswerError,
    DamagedListError,
    ListAccountError,
    PrivateListError,
    RefusedError,
    UnknownListError,
    UnreachableError,
)
from core.lists.anilist import list_in
from core.lists.foreign import Scale
from core.outside.client import JsonClient
from core.outside.pace import Pace

if TYPE_CHECKING:
    from core.lists.foreign import ForeignList

PER_MINUTE: Final = 30
"""Requests AniList allows."""
PATIENCE: Final = 60.0
"""Seconds a person waits for their list at most."""

_QUERY: Final = """
query ($name: String) {
  MediaListCollection(userName: $name, type: ANIME) {
    lists {
      entries {
        status
        score(format: POINT_100)
        startedAt { year month day }
        completedAt { year month day }
        updatedAt
        media { idMal isAdult title { romaji } }
      }
    }
  }
}
"""
_NAME: Final = re.compile(r"(?:https?://anilist\.co/user/)?@?([\w-]{1,30})(?:/.*)?", re.ASCII)


class AniList:
    """Asks AniList at `address`. For one event loop; to be closed after use."""

    def __init__(self, address: str) -> None:
        self._client = JsonClient(
            address, Pace((PER_MINUTE, 60.0)), attempts=3, attempt_seconds=20.0, longest_wait=30.0
        )

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
        document = {"query": _QUERY, "variables": {"name": found[1]}}
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self._client.post("", document)
        except TimeoutError:
            raise UnreachableError(self._client.host, "too many are asking") from None
        except RefusedError as error:
            said = _errors(error.answer)
            if "private" in said:
                raise PrivateListError from None
            if error.status == HTTPStatus.NOT_FOUND and said:
                raise ListAccountError from None
            raise
        return await asyncio.to_thread(self._read, answer)

    def _read(self, answer: object) -> ForeignList:
        said = _errors(answer)
        if "private" in said:
            raise PrivateListError
        if "not found" in said:
            raise ListAccountError
        try:
            return list_in(answer, Scale.HUNDRED)
        except (UnknownListError, DamagedListError):
            raise BrokenAnswerError(self._client.host, "it is no list") from None


def _errors(answer: object) -> str:
    """Return what an answer says of failures, in small letters; nothing if there are none."""
    errors = cast("dict[str, object]", answer).get("errors") if isinstance(answer, dict) else None
    return str(errors).casefold() if errors else ""
