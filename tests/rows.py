"""Rows for tests of the database, and what several of those tests do with it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import event, func, select

from core.storage.tables import Rating, User

if TYPE_CHECKING:
    from core.storage.database import Database

NOW = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)


def user(user_id: int = 7) -> User:
    return User(id=user_id, created_at=NOW)


def rating(anime_id: int, ordinal: int, score: int = 8, user_id: int = 7) -> Rating:
    return Rating(user_id=user_id, anime_id=anime_id, score=score, rated_at=NOW, ordinal=ordinal)


async def add(database: Database, *rows: object) -> None:
    """Add `rows` in the given order, as one unit."""
    async with database.write() as session:
        for row in rows:
            session.add(row)
            await session.flush()


async def count(database: Database, table: type) -> int | None:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(table))


def on_connect(database: Database, sql: str) -> None:
    """Run `sql` on every connection that `database` opens from now on."""

    def run(opened, _entry) -> None:
        cursor = opened.cursor()
        cursor.execute(sql)
        cursor.close()

    for engine in database.engines:
        event.listen(engine, "connect", run)
