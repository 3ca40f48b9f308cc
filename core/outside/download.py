"""Fetching a file from one of several places: resumed where it broke off, whole or not at all."""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import AsyncExitStack
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit
from urllib.request import url2pathname

import aiohttp
from yarl import URL

from core.errors import DownloadError
from core.outside.expected import Expected
from core.outside.pace import Pace
from core.outside.patience import LONGEST_PAUSE, pause, seconds_asked_for
from core.outside.session import CHUNK, answered, may_recover, open_session

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import BinaryIO

    Progress = Callable[[int, int | None], None]
    """Is told how many bytes are there, and of how many, if that is known."""

_ATTEMPTS: Final = 4
"""So often in a row a place may fail without sending a byte."""
_READ_SECONDS: Final = 30.0
_NOTHING_KNOWN: Final = Expected()


class _PlaceError(Exception):
    """A place does not have the file, or not the right one."""


class _BrokenOffError(Exception):
    """A place failed in a way that may pass; `wait` is how many seconds it asked to be left."""

    def __init__(self, problem: str, wait: float | None = None) -> None:
        super().__init__(problem)
        self.wait = wait


async def download(
    places: Sequence[str],
    target: Path,
    *,
    largest: int,
    expected: Expected = _NOTHING_KNOWN,
    progress: Progress | None = None,
    pace: Pace | None = None,
) -> str:
    """Put the file that lies at one of `places`, tried in turn, at `target`; return which one.

    A place is an http(s) address, a `file:` address or a path. What is at `target` stays until the
    new file is whole, `expected`, and at most `largest` bytes. What arrived before a failure, of
    this call or an earlier one, is kept beside it and is not fetched again from a web server that
    can send the rest and says that the file is still the same. `pace` sets the pauses after
    failures. Raises `DownloadError` when no place has the file or it cannot be written.
    """
    part = _Part(target)
    transfer = _Transfer(
        part, largest, expected, progress or (lambda _done, _total: None), pace or Pace()
    )
    problems: list[str] = []
    for place in places:
        try:
            await _obtain(place, transfer)
            await asyncio.to_thread(part.finish)
        except (_PlaceError, ValueError) as error:  # ValueError: no good address
            problems.append(f"{place}: {error}")
        except OSError as error:
            problem = f"{target} cannot be written ({error.strerror or error})"
            raise DownloadError(target.name, (problem,)) from error
        else:
            return place
    raise DownloadError(target.name, tuple(problems))


async def _obtain(place: str, transfer: _Transfer) -> None:
    """Bring the right file from `place` into the part."""
    part = transfer.part
    path = local_path(place)
    while True:
        pieced = False
        if path is not None:
            await asyncio.to_thread(transfer.copy, path)
        else:
            pieced = await transfer.fetch(URL(place))
        problem = await asyncio.to_thread(transfer.expected.problem, part.file)
        if problem is None:
            return
        await asyncio.to_thread(part.drop)
        if not pieced:
            raise _PlaceError(problem)


def local_path(place: str) -> Path | None:
    """Return which file of this machine `place` is, or `None` where it is a web address."""
    parts = urlsplit(place)
    match parts.scheme.casefold():
        case "http" | "https":
            return None
        case "file":
            return Path(url2pathname(parts.path))
        case _:
            return Path(place).expanduser()


class _Part:
    """What has arrived of a file, and which version of it that is; lies beside the target."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self.file = target.with_name(f".{target.name}.part")
        self._version = target.with_name(f".{target.name}.part.json")

    def there(self) -> int:
        """Return how many bytes have arrived."""
        try:
            return self.file.stat().st_size
        except FileNotFoundError:
            return 0

    def version(self, host: str | None) -> str | None:
        """Return the validator (RFC 9110, 8.8) of what has arrived from `host`, if it had one."""
        try:
            kept = cast("object", json.loads(self._version.read_bytes()))
        except (FileNotFoundError, ValueError):
            return None
        match kept:
            case {"host": str(of), "validator": str(validator)} if of == host:
                return validator
            case _:
                return None

    def begin(self, host: str | None, validator: str | None) -> BinaryIO:
        """Return the file to write to from its start."""
        self._target.parent.mkdir(parents=True, exist_ok=True)
        self._version.unlink(missing_ok=True)
        file = self.file.open("wb")
        if validator is not None:
            kept = json.dumps({"host": host, "validator": validator})
            self._version.write_text(kept, encoding="utf-8")
        return file

    def go_on(self) -> BinaryIO:
        """Return the file to write to from its end."""
        return self.file.open("ab")

    def finish(self) -> None:
        """Put what has arrived at the target."""
        with self.file.open("rb+") as file:
            os.fsync(file.fileno())
        self.file.replace(self._target)
        self._version.unlink(missing_ok=True)

    def drop(self) -> None:
        """Forget what has arrived."""
        self.file.unlink(missing_ok=True)
        self._version.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Transfer:
    """Brings a file from one place into its part; raises `_PlaceError`, or `OSError` of the disk."""

    part: _Part
    largest: int
    expected: Expected
    progress: Progress
    pace: Pace

    def copy(self, path: Path) -> None:
        """Copy a file of this machine."""
        try:
            source = path.open("rb")
        except OSError as error:
            raise _PlaceError(error.strerror or str(error)) from error
        with source:
            total = os.fstat(source.fileno()).st_size
            self._check_size(total)
            with self.part.begin(None, None) as file:
                while chunk := source.read(CHUNK):
                    file.write(chunk)
                    self.progress(file.tell(), total)

    async def fetch(self, address: URL) -> bool:
        """Fetch a file from the web, however often that breaks off while it gets on.

        Return whether it is pieced together from several answers.
        """
        async with open_session("*/*", read_seconds=_READ_SECONDS) as session:
            attempt = 0
            furthest = await asyncio.to_thread(self.part.there)
            while True:
                await self.pace.turn()
                try:
                    return await self._attempt(session, address)
                except _BrokenOffError as error:
                    there = await asyncio.to_thread(self.part.there)
                    attempt = 1 if there > furthest else attempt + 1
                    furthest = max(furthest, there)
                    if attempt == _ATTEMPTS or (error.wait or 0.0) > LONGEST_PAUSE:
                        raise _PlaceError(str(error)) from error
                    self.pace.hold(pause(attempt) if error.wait is None else error.wait)

    async def _attempt(self, session: aiohttp.ClientSession, address: URL) -> bool:
        there = await asyncio.to_thread(self.part.there)
        version = await asyncio.to_thread(self.part.version, address.host) if there else None
        rest = {"Range": f"bytes={there}-", "If-Range": version} if version else {}
        async with AsyncExitStack() as stack:
            try:
                response = await stack.enter_async_context(answered(session, address, headers=rest))
            except (aiohttp.ClientError, OSError) as error:  # a time-out is an OSError
                raise _BrokenOffError(str(error) or type(error).__name__) from error
            return await self._receive(response, address.host, there if rest else 0)

    async def _receive(
        self, response: aiohttp.ClientResponse, host: str | None, there: int
    ) -> bool:
        """Take in an answer; return whether it is the rest of what was `there` already."""
        if response.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and there:
            # nothing is left to send, or the file is another one and shorter by now
            await asyncio.to_thread(self.part.drop)
            raise _BrokenOffError("what had arrived was of no use", wait=0.0)
        if may_recover(response.status):
            wait = seconds_asked_for(response.headers.get("Retry-After"))
            raise _BrokenOffError(f"status {response.status}", wait)
        if response.status not in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT}:
            raise _PlaceError(f"status {response.status}")
        if response.content_type == "text/html":
            raise _PlaceError("there is a web page instead of the file")
        if response.headers.get("Content-Encoding", "identity").casefold() != "identity":
            raise _PlaceError("it comes packed, though it was asked for as it is")
        start = there if response.status == HTTPStatus.PARTIAL_CONTENT else 0
        if start and not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            await asyncio.to_thread(self.part.drop)
            raise _BrokenOffError("another part came than the one asked for", wait=0.0)
        length = response.content_length
        total = None if length is None else start + length
        self._check_size(total)
        if start:
            file = await asyncio.to_thread(self.part.go_on)
        else:
            file = await asyncio.to_thread(self.part.begin, host, _validator(response))
        with file:
            await self._write(response, file, start, total)
        return start > 0

    async def _write(
        self, response: aiohttp.ClientResponse, file: BinaryIO, done: int, total: int | None
    ) -> None:
        self.progress(done, total)
        chunks = response.content.iter_chunked(CHUNK)
        while True:
            try:
                chunk = await anext(chunks, None)
            except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
                raise _BrokenOffError(f"it broke off after {done:,} bytes") from error
            if chunk is None:
                return
            done += len(chunk)
            self._check_size(done, so_far=True)
            await asyncio.to_thread(file.write, chunk)
            self.progress(done, total)

    def _check_size(self, size: int | None, *, so_far: bool = False) -> None:
        """Raise `_PlaceError` if a file of `size` bytes (or of so many so far) is of no use."""
        expected = self.expected.size
        if size is None:
            return
        if expected is not None and (size > expected or (size < expected and not so_far)):
            raise _PlaceError(f"it has {size:,} bytes instead of {expected:,}")
        if size > self.largest:
            raise _PlaceError(f"it has more than {self.largest:,} bytes")


def _validator(response: aiohttp.ClientResponse) -> str | None:
    """Return what tells this version of the file from others, byte by byte, if anything does."""
    etag = response.headers.get("ETag")
    if etag is not None and not etag.startswith("W/"):
        return etag
    return response.headers.get("Last-Modified")
