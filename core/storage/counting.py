"""Counting anew what triggers keep counted: what the members of each server think."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.errors import DatabaseError
from core.storage.failures import database_failures
from core.storage.schema import checked_revision, migration_engine, newest_revision
from core.storage.week import week_of

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

_COUNT: Final = """
    CREATE TEMPORARY TABLE counted AS
    SELECT guild_id, anime_id, count(*) AS votes, sum(score) AS total,
        sum(score * score) AS squares, this_week AS week,
        count(began_score) AS began_votes, ifnull(sum(began_score), 0) AS began_total,
        ifnull(sum(began_score * began_score), 0) AS began_squares,
        count(before_score) AS before_votes, ifnull(sum(before_score), 0) AS before_total,
        ifnull(sum(before_score * before_score), 0) AS before_squares
    FROM counted_ratings GROUP BY guild_id, anime_id
"""
_SUMS: Final = (
    "votes", "total", "squares", "week",
    "began_votes", "began_total", "began_squares",
    "before_votes", "before_total", "before_squares",
)  # fmt: skip
_ALL: Final = f"guild_id, anime_id, {', '.join(_SUMS)}"
_TO_THIS_WEEK: Final = f"""
    UPDATE server_titles SET week = this_week, {
    ", ".join(
        f"before_{sum_} = iif(this_week - week = 1, began_{sum_}, {sum_}), began_{sum_} = {sum_}"
        for sum_ in ("votes", "total", "squares")
    )
} FROM clock WHERE week < this_week
"""  # noqa: S608 - our own names
# by key: comparing whole rows looks through all of them for each that is wrong
_KEY: Final = "CREATE UNIQUE INDEX temp.counted_key ON counted (guild_id, anime_id)"
_SAME_TITLE: Final = (
    "counted.guild_id = server_titles.guild_id AND counted.anime_id = server_titles.anime_id"
)
_DROP_WRONG: Final = f"""
    DELETE FROM server_titles WHERE NOT EXISTS (
        SELECT 1 FROM counted WHERE {_SAME_TITLE} AND {
    " AND ".join(f"counted.{column} = server_titles.{column}" for column in _SUMS)
}
    )
"""  # noqa: S608 - our own names
_ADD_MISSING: Final = f"""
    INSERT INTO server_titles ({_ALL}) SELECT {_ALL} FROM counted
    WHERE NOT EXISTS (SELECT 1 FROM server_titles WHERE {_SAME_TITLE})
"""  # noqa: S608 - our own names


@dataclass(frozen=True, slots=True)
class Recount:
    """How many rated titles how many servers have, and how many of those rows were wrong."""

    titles: int
    servers: int
    wrong: int


def recount(path: Path, now: datetime) -> Recount:
    """Make `server_titles` of the database at `path` anew from the ratings, in one transaction.

    Their past as well; see `ServerTitle`. The week is that of `now`, whatever was told before: a
    clock may have run ahead. Raises `DatabaseError` when there is no such file or it is not up to
    date.
    """
    with database_failures(path):
        if not path.exists():
            raise DatabaseError(f"There is no database at {path}; `riko db upgrade` makes one.")
        with migration_engine(path).begin() as connection:
            if checked_revision(path, connection) != newest_revision():
                raise DatabaseError(f"{path} is of an older Riko; run `riko db upgrade` first.")
            connection.exec_driver_sql("UPDATE clock SET this_week = ?", (week_of(now),))
            connection.exec_driver_sql(_COUNT)
            connection.exec_driver_sql(_KEY)
            connection.exec_driver_sql(_TO_THIS_WEEK)
            dropped = connection.exec_driver_sql(_DROP_WRONG).rowcount
            added = connection.exec_driver_sql(_ADD_MISSING).rowcount
            titles, servers = connection.exec_driver_sql(
                "SELECT count(*), count(DISTINCT guild_id) FROM server_titles"
            ).one()
            return Recount(titles, servers, max(dropped, added))
