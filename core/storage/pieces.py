"""Writing many rows in pieces, so that only a part of them is in memory at a time."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from core.storage.tables import Base

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Executable, Table
    from sqlalchemy.ext.asyncio import AsyncSession

PIECE: Final = 500
"""Rows that are read or written in one go; some milliseconds of work."""


def table_of(kind: type[Base]) -> Table:
    """Return the table of `kind`: by the class, the unit of work would look at every single row."""
    return Base.metadata.tables[kind.__tablename__]


async def in_pieces(
    session: AsyncSession, statement: Executable, rows: Iterable[Mapping[str, object]]
) -> None:
    """Run `statement` for each of `rows`, of which a part is in memory at a time."""
    waiting = iter(rows)
    while piece := list(islice(waiting, PIECE)):
        await session.execute(statement, piece)
