"""JSON from a web service that may be slow, broken, busy or hostile."""

from __future__ import annotations

import asyncio
import json
import zlib
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NoReturn, cast

import aiohttp
from yarl import URL

from core.errors import BrokenAnswerError, OutsideError, RefusedError, UnreachableError
from core.outside.patience import pause, seconds_asked_for
from core.outside.session import CHUNK, answered, may_recover, open_session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.outside.pace import Pace

LARGEST_ANSWER: Final = 8 * 1024 * 1024
_GZIP: Final = 16 + zlib.MAX_WBITS


class JsonClient:
    """Asks one web service at `base` for JSON, as fast as `pace` allows; to be closed after use.

    An answer may hold `largest` bytes when unpacked. One attempt may take `attempt_seconds`, and
    there are `attempts` of them where the service fails or asks for patience; the pauses between
    grow by themselves or are what the service asked for, and hold back everybody of this `pace`.
    A service that asks for more than `longest_wait` seconds is not waited for.

    Every method raises `UnreachableError` where the service does not answer in time, `RefusedError`
    where it says no, `BrokenAnswerError` where the answer is no whole JSON or too much of it.
    Raises `ValueError` if `base` is no http(s) address.
    """

    def __init__(
        self,
        base: str,
        pace: Pace,
        *,
        largest: int = LARGEST_ANSWER,
        attempts: int = 4,
        attempt_seconds: float = 30.0,
        longest_wait: float = 120.0,
    ) -> None:
        self._base = URL(base.rstrip("/"))
        if self._base.scheme not in {"http", "https"} or not self._base.host:
            raise ValueError(f"{base} is no http or https address")
        self._pace = pace
        self._largest = largest
        self._attempts = attempts
        self._attempt_seconds = attempt_seconds
        self._longest_wait = longest_wait
        self._session: aiohttp.ClientSession | None = None

    @property
    def host(self) -> str:
        """The host of the service, as error texts name it."""
        return self._base.host or ""

    async def aclose(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def get(self, path: str, params: Mapping[str, str | int] | None = None) -> object:
        """Return what the service has at `path` (which follows the base, with its own slash)."""
        return await self._ask("GET", self._address(path).update_query(params or {}), None)

    async def post(self, path: str, document: object) -> object:
        """Send `document` as JSON to `path` and return the answer. It may be sent repeatedly."""
        return await self._ask("POST", self._address(path), document)

    def _address(self, path: str) -> URL:
        return URL(f"{self._base}{path}")

    async def _ask(self, method: str, address: URL, document: object) -> object:
        for attempt in range(1, self._attempts + 1):
            await self._pace.turn()
            try:
                async with asyncio.timeout(self._attempt_seconds):
                    return await self._attempt(method, address, document)
            except (RefusedError, BrokenAnswerError) as error:
                failure: OutsideError = error
                again = error.again
            except ValueError as error:
                # it sends where nobody may be sent, or to a host name that no network knows
                raise self._broken(str(error)) from error
            except TimeoutError:
                failure = UnreachableError(self.host, "it took too long to answer")
                again = True
            except (aiohttp.ClientError, OSError) as error:
                failure = UnreachableError(self.host, str(error) or type(error).__name__)
                again = True
            asked = failure.retry_after if isinstance(failure, RefusedError) else None
            if not again or attempt == self._attempts or (asked or 0.0) > self._longest_wait:
                raise failure
            if asked is None:
                too_often = isinstance(failure, RefusedError) and failure.too_often
                asked = pause(attempt, too_often=too_often)
            self._pace.hold(asked)
        raise AssertionError("there is at least one attempt")

    async def _attempt(self, method: str, address: URL, document: object) -> object:
        if self._session is None:
            self._session = open_session(
                "application/json", packing="gzip", read_seconds=self._attempt_seconds
            )
        async with answered(self._session, address, method=method, document=document) as response:
            return await self._read(response)

    async def _read(self, response: aiohttp.ClientResponse) -> object:
        if response.status != HTTPStatus.OK:
            raise RefusedError(
                self.host,
                response.status,
                answer=await self._read_refusal(response),
                retry_after=seconds_asked_for(response.headers.get("Retry-After")),
                again=may_recover(response.status),
            )
        kind = response.content_type
        if kind != "application/json" and not kind.endswith("+json"):
            raise self._broken(f"it is {kind} instead of JSON")
        return await self._read_json(response)

    async def _read_refusal(self, response: aiohttp.ClientResponse) -> object:
        """Return the JSON a refusal came with, `None` where there is none that can be read."""
        try:
            return await self._read_json(response)
        except (BrokenAnswerError, aiohttp.ClientError, OSError):
            return None

    async def _read_json(self, response: aiohttp.ClientResponse) -> object:
        packing = response.headers.get("Content-Encoding", "identity").casefold()
        if packing not in {"gzip", "x-gzip", "identity"}:
            raise self._broken(f"it is packed in an unknown way ({packing})")
        data = bytearray()
        try:
            async for chunk in response.content.iter_chunked(CHUNK):
                data += chunk
                if len(data) > self._largest:
                    raise self._broken("it is too long")
        except aiohttp.ClientPayloadError as error:
            raise BrokenAnswerError(self.host, "it ends half-way", again=True) from error
        try:
            # megabytes take long enough to hold up the event loop
            return await asyncio.to_thread(
                _parse, bytes(data), packing != "identity", self._largest
            )
        except (ValueError, RecursionError, zlib.error) as error:
            raise BrokenAnswerError(self.host, f"it cannot be read ({error})") from error

    def _broken(self, problem: str) -> BrokenAnswerError:
        return BrokenAnswerError(self.host, problem)


def _parse(data: bytes, packed: bool, largest: int) -> object:
    """Return the JSON in `data`; raises `ValueError`, `RecursionError` or `zlib.error`."""
    if packed:
        unpacking = zlib.decompressobj(_GZIP)
        unpacked = unpacking.decompress(data, largest + 1)
        if len(unpacked) > largest:
            raise ValueError("it is too long when unpacked")
        if not unpacking.eof:
            raise ValueError("it ends half-way")
        data = unpacked
    return cast("object", json.loads(data, parse_constant=_refuse_constant))


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")
