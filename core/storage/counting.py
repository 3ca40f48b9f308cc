"""Counting anew what triggers keep counted: what the members of each server think."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.errors import DatabaseError
from core.storage.failures import database_failures
from core.storage.schema import checked_revision, migration_engine, newest_revision

if TYPE_CHECKING:
    from pathlib import Path

_COUNT: Final = """
    CREATE TEMPORARY TABLE counted AS
    SELECT members.guild_id, ratings.anime_id, count(*) AS votes,
        sum(ratings.score) AS total, sum(ratings.score * ratings.score) AS squares
    FROM members
    JOIN users ON users.id = members.user_id AND users.in_server_lists
    JOIN ratings ON ratings.user_id = members.user_id
    GROUP BY members.guild_id, ratings.anime_id
"""
_SUMS: Final = "guild_id, anime_id, votes, total, squares"
_DROP_WRONG: Final = f"""
    DELETE FROM server_titles WHERE ({_SUMS}) NOT IN (SELECT {_SUMS} FROM counted)
"""  # noqa: S608 - our own names
_ADD_MISSING: Final = f"""
    INSERT INTO server_titles
    SELECT {_SUMS}, 0, votes, total, squares, votes, total, squares FROM counted
    WHERE ({_SUMS}) NOT IN (SELECT {_SUMS} FROM server_titles)
"""  # noqa: S608 - our own names


@dataclass(frozen=True, slots=True)
class Recount:
    """How many rated titles how many servers have, and how many of those rows were wrong."""

    titles: int
    servers: int
    wrong: int


def recount(path: Path) -> Recount:
    """Make `server_titles` of the database at `path` anew from the ratings, in one transaction.

    Rows that are right keep their past; what was wrong or missing has moved nowhere since last
    week. Raises `DatabaseError` when there is no such file or it is not up to date.
    """
    with database_failures(path):
        if not path.exists():
            raise DatabaseError(f"There is no database at {path}; `riko db upgrade` makes one.")
        with migration_engine(path).begin() as connection:
            if checked_revision(path, connection) != newest_revision():
                raise DatabaseError(f"{path} is of an older Riko; run `riko db upgrade` first.")
            connection.exec_driver_sql(_COUNT)
            dropped = connection.exec_driver_sql(_DROP_WRONG).rowcount
            added = connection.exec_driver_sql(_ADD_MISSING).rowcount
            titles, servers = connection.exec_driver_sql(
                "SELECT count(*), count(DISTINCT guild_id) FROM server_titles"
            ).one()
            return Recount(titles, servers, max(dropped, added))
