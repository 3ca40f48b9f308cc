"""Counting anew what triggers keep counted: what the members of each server think."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import update

from core.errors import DatabaseError
from core.storage.failures import database_failures
from core.storage.schema import checked_revision, migration_engine, newest_revision
from core.storage.tables import Clock, Rating, UndoRating
from core.storage.week import week_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

_SUMS: Final = ("votes", "total", "squares")
_WHEN: Final = ("", "began_", "before_")
_KEY: Final = ("guild_id", "anime_id")
_COLUMNS: Final = (*_KEY, "week", *(f"{when}{sum_}" for when in _WHEN for sum_ in _SUMS))


def _sums(when: str) -> str:
    """Return the sums over what the counted ratings of a title were `when`."""
    score = f"{when}score"
    return (
        f"count({score}) AS {when}votes, ifnull(sum({score}), 0) AS {when}total, "
        f"ifnull(sum({score} * {score}), 0) AS {when}squares"
    )


def _same(columns: Iterable[str]) -> str:
    return " AND ".join(f"counted.{name} = server_titles.{name}" for name in columns)


_COUNT: Final = f"""
    CREATE TEMPORARY TABLE counted AS
    SELECT guild_id, anime_id, this_week AS week, {", ".join(map(_sums, _WHEN))}
    FROM counted_ratings GROUP BY guild_id, anime_id
"""  # noqa: S608 - our own names
_FIND_BY_KEY: Final = f"CREATE UNIQUE INDEX temp.counted_key ON counted ({', '.join(_KEY)})"
_TO_THIS_WEEK: Final = f"""
    UPDATE server_titles SET week = this_week, {
    ", ".join(
        f"before_{sum_} = iif(this_week - week = 1, began_{sum_}, {sum_}), began_{sum_} = {sum_}"
        for sum_ in _SUMS
    )
} FROM clock WHERE week < this_week
"""  # noqa: S608 - our own names
# by the key: with NOT IN each row that is wrong would be looked for in all others
_DROP_WRONG: Final = f"""
    DELETE FROM server_titles WHERE NOT EXISTS (SELECT 1 FROM counted WHERE {_same(_COLUMNS)})
"""  # noqa: S608 - our own names
_ADD_MISSING: Final = f"""
    INSERT INTO server_titles ({", ".join(_COLUMNS)})
    SELECT {", ".join(_COLUMNS)} FROM counted
    WHERE NOT EXISTS (SELECT 1 FROM server_titles WHERE {_same(_KEY)})
"""  # noqa: S608 - our own names
"""What is left of the table is right, so a key is enough."""


@dataclass(frozen=True, slots=True)
class Recount:
    """How many rated titles how many servers have, and how many of those rows were wrong."""

    titles: int
    servers: int
    wrong: int


def recount(path: Path, now: datetime) -> Recount:
    """Make `server_titles` of the database at `path` anew from the ratings, in one transaction.

    Their past as well; see `ServerTitle`. The week becomes that of `now`, even if it was later: a
    clock that once ran ahead would hold it until then. What has a moment to come gets `now`. Raises
    `DatabaseError` when there is no such file or it is not up to date.
    """
    with database_failures(path):
        if not path.exists():
            raise DatabaseError(f"There is no database at {path}; `riko db upgrade` makes one.")
        with migration_engine(path).begin() as connection:
            if checked_revision(path, connection) != newest_revision():
                raise DatabaseError(f"{path} is of an older Riko; run `riko db upgrade` first.")
            connection.execute(update(Clock).values(this_week=week_of(now)))
            connection.exec_driver_sql(_COUNT)
            connection.exec_driver_sql(_FIND_BY_KEY)
            connection.exec_driver_sql(_TO_THIS_WEEK)
            dropped = connection.exec_driver_sql(_DROP_WRONG).rowcount
            added = connection.exec_driver_sql(_ADD_MISSING).rowcount
            # last, as triggers count this too; while their table is wrong they might fail
            for table in (Rating, UndoRating):
                connection.execute(update(table).where(table.rated_at > now).values(rated_at=now))
            titles, servers = connection.exec_driver_sql(
                "SELECT count(*), count(DISTINCT guild_id) FROM server_titles"
            ).one()
            return Recount(titles, servers, max(dropped, added))
