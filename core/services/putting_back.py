"""From an export back to a person's rows, in the place of those they have."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import column, delete, insert, select, table, update

from core.services.rounds import stored_kinds_to_json
from core.storage.pieces import PIECE, in_pieces, table_of
from core.storage.tables import Dismissal, Rating, Round, RoundTitle, UndoStep, User

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from core.services.export import Export

    _Row = dict[str, object]


async def put_back(session: AsyncSession, user_id: int, export: Export, now: datetime) -> None:
    """Put what `export` holds in the place of what is kept of `user_id`, who must have a row.

    Steps to undo are deleted; servers and parties are left as they are, and so are the settings,
    should the export hold none.
    """
    if export.profile is not None:
        profile = export.profile.model_dump(exclude={"asked_at"})
        profile["profile_asked_at"] = export.profile.asked_at
        await session.execute(update(User).where(User.id == user_id).values(profile))
    mine = set(await session.scalars(select(Round.id).where(Round.user_id == user_id)))
    for kind in (Rating, Dismissal, UndoStep, Round):
        await session.execute(delete(kind).where(kind.user_id == user_id))
    await in_pieces(session, insert(table_of(Rating)), _rating_rows(user_id, export, now))
    await in_pieces(session, insert(table_of(Dismissal)), _dismissal_rows(user_id, export))
    ids = _round_ids(export, mine, await _newest_round(session))
    await in_pieces(session, insert(table_of(Round)), _round_rows(user_id, export, ids))
    await _insert_titles(session, export, ids)


async def _insert_titles(session: AsyncSession, export: Export, ids: dict[int, int]) -> None:
    """Store the titles of all rounds, as many as a hundred thousand.

    Plain numbers and words need nothing of SQLAlchemy, which would take most of the time that
    others wait for their turn to write.
    """
    columns = ["round_id", "list", "rank", "anime_id", "predicted", "because_id"]
    statement = insert(table_of(RoundTitle))
    connection = await session.connection()
    compiled = str(statement.compile(dialect=connection.dialect, column_keys=columns))
    rows = _title_rows(export, ids)
    while piece := list(islice(rows, PIECE * 4)):
        await connection.exec_driver_sql(compiled, piece)


def _rating_rows(user_id: int, export: Export, now: datetime) -> Iterator[_Row]:
    for ordinal, rating in enumerate(export.ratings, 1):
        yield {
            "user_id": user_id,
            "anime_id": rating["anime_id"],
            "score": rating["score"],
            # from a computer whose clock is ahead, perhaps; the lists' past knows no time to come
            "rated_at": min(rating["rated_at"], now),
            "ordinal": ordinal,
            "began_score": rating.get("began_score"),
            "before_score": rating.get("before_score"),
        }


def _dismissal_rows(user_id: int, export: Export) -> Iterator[_Row]:
    for dismissal in export.dismissals:
        yield {
            "user_id": user_id,
            "anime_id": dismissal["anime_id"],
            "kind": dismissal["kind"].value,
            "created_at": dismissal["created_at"],
        }


async def _newest_round(session: AsyncSession) -> int:
    """Return the largest id that a round was ever given, by SQLite's own count of them."""
    counts = table("sqlite_sequence", column("name"), column("seq"))
    count = select(counts.c.seq).where(counts.c.name == Round.__tablename__)
    return await session.scalar(count) or 0


def _round_ids(export: Export, mine: Iterable[int], newest: int) -> dict[int, int]:
    """Return the id under which each round is stored, by its id in the file, oldest first.

    A round that is there already keeps its id, so that buttons below old messages go on working;
    any other gets a new one, as no id is given twice.
    """
    ids: dict[int, int] = {}
    for old in sorted(round_.id for round_ in export.rounds):
        if old not in mine:
            newest += 1
        ids[old] = old if old in mine else newest
    return ids


def _round_rows(user_id: int, export: Export, ids: dict[int, int]) -> Iterator[_Row]:
    for round_ in sorted(export.rounds, key=lambda each: each.id):
        # a round continues an older one
        previous = round_.previous_id if (round_.previous_id or 0) < round_.id else None
        yield {
            "id": ids[round_.id],
            "user_id": user_id,
            "created_at": round_.created_at,
            "rating_count": round_.rating_count,
            "score": round_.score,
            "scored_at": round_.scored_at,
            "filters": round_.filters.to_json() if round_.filters else None,
            "kinds": stored_kinds_to_json(round_.kinds),
            "previous_id": None if previous is None else ids.get(previous),
        }


def _title_rows(
    export: Export, ids: dict[int, int]
) -> Iterator[tuple[int, str, int, int, float, int | None]]:
    for round_ in export.rounds:
        for name, entries in round_.titles.items():
            for rank, entry in enumerate(entries, 1):
                yield (
                    ids[round_.id],
                    name.value,
                    rank,
                    entry["anime_id"],
                    entry["predicted"],
                    entry.get("because_id"),
                )
