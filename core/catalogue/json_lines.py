"""A file of JSON objects, one a line, that only grows: what the web said, kept answer by answer."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, BinaryIO, cast

from core.errors import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path


class JsonLines:
    """The lines of the file `path`, which need not be there; for one writer at a time.

    A line added is the system's to write when `append` returns, so a kill loses none. Only `compact`
    waits for the disk: what a power cut takes from the end can be asked for again, the whole cannot.
    Every method raises `CatalogueError` when the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Iterator[dict[str, object]]:
        """Yield the lines in their order; what is no JSON object, such as a torn line, is left out."""
        try:
            with self._path.open("rb") as file:
                yield from filter(None, map(_parse, file))
        except FileNotFoundError:
            return
        except OSError as error:
            raise self._failed(error) from error

    def append(self, line: Mapping[str, object]) -> None:
        """Add a line; one before it that a kill cut short goes."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._path.open("ab+") as file:
                _end_whole(file)
                file.write(_bytes(line))
        except OSError as error:
            raise self._failed(error) from error

    def compact(self, lines: Iterable[Mapping[str, object]]) -> None:
        """Write the file anew with `lines`, which say the same, if they take half the room or less.

        It is replaced in one step.
        """
        packed = [*map(_bytes, lines)]
        unfinished = self._path.with_name(f".{self._path.name}.{os.getpid()}.part")
        try:
            if not self._path.exists() or self._path.stat().st_size < 2 * sum(map(len, packed)):
                return
            with unfinished.open("wb") as file:
                file.writelines(packed)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(self._path)
        except OSError as error:
            raise self._failed(error) from error
        finally:
            unfinished.unlink(missing_ok=True)

    def _failed(self, error: OSError) -> CatalogueError:
        return CatalogueError(
            f"{self._path} cannot be read or written ({error.strerror or error})."
        )


def _end_whole(file: BinaryIO) -> None:
    """Let the next line begin at the start of one: cut a torn one, end one that lacks only that."""
    end = file.seek(0, os.SEEK_END)
    if end == 0:
        return
    file.seek(end - 1)
    if file.read(1) == b"\n":
        return
    file.seek(0)
    last = file.read().rpartition(b"\n")[2]
    if _parse(last) is None:
        file.truncate(end - len(last))
    else:
        file.write(b"\n")


def _parse(line: bytes) -> dict[str, object] | None:
    try:
        found = cast("object", json.loads(line))
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, object]", found) if isinstance(found, dict) else None


def _bytes(line: Mapping[str, object]) -> bytes:
    text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
    # a name may hold half a character, which is no UTF-8 but is read back
    return text.encode("utf-8", "surrogatepass") + b"\n"
