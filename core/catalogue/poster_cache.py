"""Posters kept on disk, the least recently used thrown away."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from core.catalogue.poster_image import POSTER_SIZE

if TYPE_CHECKING:
    from pathlib import Path

_SUFFIX: Final = ".poster.jpg"
_UNFINISHED: Final = ".poster.part"
_CHECK: Final = 16
_USED_SECONDS: Final = 600.0
"""How exactly the last use is noted: each note is one more change for the disk to write."""
_ROOM: Final = 0.9
"""So full of its limit a cache is after throwing away, so that not every poster has to."""

_log = logging.getLogger(__name__)


class PosterCache:
    """A folder of posters by address, `limit_bytes` big at most; for use from any thread.

    A file is a JPEG with a checksum behind its end, so that damage is noticed whatever caused it.
    Its name is a digest of address and poster size; its time of change is that of its last use, to
    ten minutes. Files of other names are left alone. A disk that fails makes a cache that forgets.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self._folder = folder
        self._limit = limit_bytes
        self._lock = threading.Lock()
        self._bytes: int | None = None
        self._complained = False

    def read(self, address: str) -> bytes | None:
        """Return the poster of `address`, or `None`; a damaged one is thrown away."""
        file = self._file(address)
        try:
            with file.open("rb") as opened:
                content = opened.read()
                used = os.fstat(opened.fileno()).st_mtime
            poster = content[:-_CHECK]
            if content[-_CHECK:] == _checksum(poster):
                if time.time() - used > _USED_SECONDS:
                    # whoever may not say that it was used may still show it
                    with suppress(OSError):
                        os.utime(file)
                return poster
            _log.warning("threw away the damaged poster %s", file.name)
            with self._lock:
                file.unlink(missing_ok=True)
                self._bytes = None  # counted anew by the next write
        except FileNotFoundError:
            pass
        except OSError as error:
            self._complain(error)
        return None

    def write(self, address: str, poster: bytes) -> None:
        """Keep `poster`, whole or not at all."""
        file = self._file(address)
        content = poster + _checksum(poster)
        if len(content) > self._limit:
            return
        with self._lock:
            unfinished = file.with_suffix("").with_suffix(_UNFINISHED)
            try:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                if self._bytes is None:
                    self._bytes = self._count()
                old = file.stat().st_size if file.exists() else 0
                unfinished.write_bytes(content)
                unfinished.replace(file)
                self._bytes += len(content) - old
                if self._bytes > self._limit:
                    self._bytes = self._throw_away(keep=file)
            except OSError as error:
                self._bytes = None
                self._complain(error)

    def _count(self) -> int:
        for left_over in self._folder.glob(f"*{_UNFINISHED}"):
            left_over.unlink(missing_ok=True)
        return sum(file.stat().st_size for file in self._folder.glob(f"*{_SUFFIX}"))

    def _throw_away(self, keep: Path) -> int:
        """Remove the least recently used until there is room, never `keep`; return what is left."""
        found = [(file.stat(), file) for file in self._folder.glob(f"*{_SUFFIX}")]
        total = sum(facts.st_size for facts, _ in found)
        for facts, file in sorted(found, key=lambda each: each[0].st_mtime_ns):
            if total <= self._limit * _ROOM:
                break
            if file != keep:
                file.unlink(missing_ok=True)
                total -= facts.st_size
        return total

    def _file(self, address: str) -> Path:
        digest = hashlib.sha256(f"{POSTER_SIZE} {address}".encode("utf-8", "replace"))
        return self._folder / f"{digest.hexdigest()[:32]}{_SUFFIX}"

    def _complain(self, error: OSError) -> None:
        if not self._complained:
            self._complained = True
            _log.warning("posters cannot be kept in %s: %s", self._folder, error)


def _checksum(poster: bytes) -> bytes:
    return hashlib.blake2b(poster, digest_size=_CHECK).digest()
