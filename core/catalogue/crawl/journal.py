"""What Jikan said, written down answer by answer, so that a kill loses one at most.

The journal is a file of JSON objects, one a line, the newest last. It is also the memory of the
crawl: when each title was fetched, its relations, and which pages are still fresh.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, cast

from core.catalogue.json_lines import JsonLines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from core.catalogue.relations import Relations

    Row = dict[str, object]

ALL: Final = "all"
"""The name of the list of all titles; the seasons have their own."""


@dataclass(slots=True)
class Said:
    """All that the journal holds: the newest of each thing, with the moment it was fetched.

    `rows` are rows of a catalogue and `relations` how a title is related to which others, both by
    anime id; `in_vain` is when relations were asked for that could not be had. `pages` are the
    pages fetched of each list, `last` the number of its last page.
    """

    rows: dict[int, tuple[datetime, Row]] = field(default_factory=dict[int, "tuple[datetime, Row]"])
    relations: dict[int, tuple[datetime, Relations]] = field(
        default_factory=dict[int, "tuple[datetime, Relations]"]
    )
    in_vain: dict[int, datetime] = field(default_factory=dict[int, datetime])
    pages: dict[tuple[str, int], datetime] = field(default_factory=dict[tuple[str, int], datetime])
    last: dict[str, int] = field(default_factory=dict[str, int])

    def copy(self) -> Said:
        """Return a copy that does not change when more is said."""
        return Said(*(getattr(self, each.name).copy() for each in fields(self)))

    def add(self, line: dict[str, object]) -> None:
        """Take in one line. Raises `KeyError`, `TypeError` or `ValueError` if it is none."""
        at = datetime.fromisoformat(cast("str", line["at"]))
        if at.tzinfo is None:
            raise ValueError("a moment without time zone")
        if "relations" in line:
            pairs = cast("list[tuple[str, int]]", line["relations"])
            relations = tuple((str(kind), int(other)) for kind, other in pairs)
            anime_id = int(cast("int", line["anime_id"]))
            self.relations[anime_id] = (at, relations)
            self.in_vain.pop(anime_id, None)
        if "in_vain" in line:
            self.in_vain[int(cast("int", line["in_vain"]))] = at
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
        for anime_id, at in self.in_vain.items():
            yield {"at": at.isoformat(), "in_vain": anime_id}
        for (of, page), at in self.pages.items():
            yield {"at": at.isoformat(), "of": of, "page": page, "last": self.last[of]}


class Journal:
    """The file `path`, and `said`, what is in it. Raises `CatalogueError` when the disk fails."""

    def __init__(self, path: Path) -> None:
        self._lines = JsonLines(path)
        self.said = Said()
        for line in self._lines.read():
            # a line from elsewhere says nothing
            with suppress(ValueError, KeyError, TypeError, AttributeError):
                self.said.add(line)

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

    def in_vain(self, anime_id: int, *, at: datetime) -> None:
        """Write down that a title's relations were asked for and not had."""
        self._append({"at": _text(at), "in_vain": anime_id})

    def compact(self) -> None:
        """Write the file anew without what is outdated, if much of it is."""
        self._lines.compact(self.said.to_lines())

    def _append(self, line: dict[str, object]) -> None:
        self._lines.append(line)
        self.said.add(line)


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
