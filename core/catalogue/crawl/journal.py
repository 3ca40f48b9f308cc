"""What Jikan said, written down answer by answer, so that a kill loses one at most.

The journal is a file of JSON objects, one a line, the newest last. It is also the memory of the
crawl: when each title was fetched, its relations, and which pages are still fresh.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, cast

from core.errors import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    Row = dict[str, object]
    Relations = tuple[tuple[str, int], ...]

ALL: Final = "all"
"""The name of the list of all titles; the seasons have their own."""


@dataclass(slots=True)
class Said:
    """All that the journal holds: the newest of each thing, with the moment it was fetched.

    `rows` are rows of a catalogue and `relations` how a title is related to which others, both by
    anime id; `pages` are the pages fetched of each list, `last` the number of its last page.
    """

    rows: dict[int, tuple[datetime, Row]] = field(default_factory=dict[int, "tuple[datetime, Row]"])
    relations: dict[int, tuple[datetime, Relations]] = field(
        default_factory=dict[int, "tuple[datetime, Relations]"]
    )
    pages: dict[tuple[str, int], datetime] = field(default_factory=dict[tuple[str, int], datetime])
    last: dict[str, int] = field(default_factory=dict[str, int])

    def copy(self) -> Said:
        """Return a copy that does not change when more is said."""
        return Said(self.rows.copy(), self.relations.copy(), self.pages.copy(), self.last.copy())

    def add(self, line: dict[str, object]) -> None:
        """Take in one line. Raises `KeyError`, `TypeError` or `ValueError` if it is none."""
        at = datetime.fromisoformat(cast("str", line["at"]))
        if at.tzinfo is None:
            raise ValueError("a moment without time zone")
        if "relations" in line:
            pairs = cast("list[tuple[str, int]]", line["relations"])
            relations = tuple((str(kind), int(other)) for kind, other in pairs)
            self.relations[int(cast("int", line["anime_id"]))] = (at, relations)
        for row in cast("list[Row]", line.get("titles", [])):
            self.rows[int(cast("int", row["anime_id"]))] = (at, row)
        if "page" in line:
            of = str(line["of"])
            self.pages[of, int(cast("int", line["page"]))] = at
            self.last[of] = int(cast("int", line["last"]))

    def to_lines(self) -> Iterator[dict[str, object]]:
        """Return as few lines as hold all this."""
        for at, row in self.rows.values():
            yield {"at": at.isoformat(), "titles": [row]}
        for anime_id, (at, relations) in self.relations.items():
            yield {"at": at.isoformat(), "anime_id": anime_id, "relations": relations}
        for (of, page), at in self.pages.items():
            yield {"at": at.isoformat(), "of": of, "page": page, "last": self.last[of]}


class Journal:
    """The file `path`, and `said`, what is in it. Raises `CatalogueError` when the disk fails.

    A line that cannot be read, such as one that a kill cut short, is passed over.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.said = Said()
        try:
            if path.exists():
                with path.open("rb") as file:
                    for line in file:
                        self._read(line)
        except OSError as error:
            raise self._failed(error) from error

    def titles(
        self, rows: Iterable[Row], page: tuple[str, int, int] | None = None, *, at: datetime
    ) -> None:
        """Write down titles; `page` is of which list they are, which page, and which the last."""
        line: dict[str, object] = {"at": _text(at), "titles": list(rows)}
        if page is not None:
            line |= {"of": page[0], "page": page[1], "last": page[2]}
        self._append(line)

    def relations(self, anime_id: int, relations: Relations, *, at: datetime) -> None:
        """Write down how a title is related to others."""
        self._append({"at": _text(at), "anime_id": anime_id, "relations": relations})

    def compact(self) -> None:
        """Write the file anew without what is outdated, if much of it is."""
        lines = list(self.said.to_lines())
        # a page of the list of all titles is one line first and a line for each title later
        if self._size() < 2 * sum(len(json.dumps(line)) for line in lines):
            return
        unfinished = self._path.with_name(f".{self._path.name}.{os.getpid()}.part")
        try:
            with unfinished.open("wb") as file:
                file.writelines(map(_bytes, lines))
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(self._path)
        except OSError as error:
            raise self._failed(error) from error
        finally:
            unfinished.unlink(missing_ok=True)

    def _size(self) -> int:
        return self._path.stat().st_size if self._path.exists() else 0

    def _read(self, line: bytes) -> None:
        try:
            self.said.add(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return

    def _append(self, line: dict[str, object]) -> None:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._path.open("ab+") as file:
                end = file.seek(0, os.SEEK_END)
                if end:
                    file.seek(end - 1)
                    if file.read(1) != b"\n":
                        # the last line was cut short by a kill
                        file.write(b"\n")
                file.write(_bytes(line))
        except OSError as error:
            raise self._failed(error) from error
        self.said.add(line)

    def _failed(self, error: OSError) -> CatalogueError:
        return CatalogueError(
            f"{self._path} cannot be read or written ({error.strerror or error})."
        )


def _bytes(line: dict[str, object]) -> bytes:
    # in ASCII, as a name may hold half a character, which UTF-8 cannot say
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
