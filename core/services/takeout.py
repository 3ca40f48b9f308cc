"""From a person's rows to an export, and back.

Whole lives are read and written here, so it is done in pieces: between two of them the event loop
does what others ask for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVarTuple, cast

from sqlalchemy import column, delete, func, insert, select, table, update
from sqlalchemy.orm import aliased

from core.recommender.filters import Filters
from core.services.export import (
    Export,
    ExportedDismissal,
    ExportedParty,
    ExportedPartyTitle,
    ExportedProfile,
    ExportedRating,
    ExportedRound,
    ExportedServer,
    ExportedTitle,
)
from core.services.parties import LEAST_FOR_MEANS
from core.services.party_rows import party_titles
from core.services.rounds import kinds_from_json, stored_kinds_to_json
from core.storage.tables import (
    Base,
    Dismissal,
    DismissalKind,
    ListName,
    Member,
    Party,
    PartyPerson,
    Rating,
    Round,
    RoundTitle,
    UndoStep,
    User,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.ext.asyncio import AsyncSession

NameOf = Callable[[int], str | None]
"""Returns the name of the title with an id, none for one that is unknown or not to be named."""

_PIECE: Final = 500
"""Rows that are read or written in one go; some milliseconds of work."""

ColumnTs = TypeVarTuple("ColumnTs")


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of one person but for the steps that can be undone, as tuples of columns."""

    user_id: int
    user: User | None
    ratings: list[tuple[int, int, datetime, int | None, int | None]]
    dismissals: list[tuple[int, str, datetime]]
    rounds: list[
        tuple[int, int | None, datetime, int, int | None, datetime | None, str | None, str | None]
    ]
    titles: list[tuple[int, str, int, float, int | None]]
    members: list[tuple[int, datetime]]
    parties: list[tuple[int, int, int, datetime, int, bool, int, str, datetime | None, int | None]]


_OTHERS: Final = aliased(PartyPerson)
_COUNTED_IN_ALL: Final = (
    select(func.count())
    .where(_OTHERS.party_id == Party.id, _OTHERS.counted)
    .correlate(Party)
    .scalar_subquery()
)
"""For how many people the titles of a party were chosen, as far as they are still known."""


async def read_all(session: AsyncSession, user_id: int) -> Rows:
    """Return all that is kept of `user_id`; `user` is none for a stranger."""
    return Rows(
        user_id,
        await session.get(User, user_id),
        await _read(
            session,
            select(
                Rating.anime_id,
                Rating.score,
                Rating.rated_at,
                Rating.began_score,
                Rating.before_score,
            )
            .where(Rating.user_id == user_id)
            .order_by(Rating.ordinal),
        ),
        await _read(
            session,
            select(Dismissal.anime_id, Dismissal.kind, Dismissal.created_at)
            .where(Dismissal.user_id == user_id)
            .order_by(Dismissal.created_at, Dismissal.anime_id),
        ),
        await _read(
            session,
            select(
                Round.id,
                Round.previous_id,
                Round.created_at,
                Round.rating_count,
                Round.score,
                Round.scored_at,
                Round.filters,
                Round.kinds,
            )
            .where(Round.user_id == user_id)
            .order_by(Round.id),
        ),
        await _read(
            session,
            select(
                RoundTitle.round_id,
                RoundTitle.list,
                RoundTitle.anime_id,
                RoundTitle.predicted,
                RoundTitle.because_id,
            )
            .join(Round, Round.id == RoundTitle.round_id)
            .where(Round.user_id == user_id)
            .order_by(RoundTitle.round_id, RoundTitle.list, RoundTitle.rank),
        ),
        await _read(
            session,
            select(Member.guild_id, Member.seen_at)
            .where(Member.user_id == user_id)
            .order_by(Member.guild_id),
        ),
        await _read(
            session,
            select(
                Party.id,
                Party.guild_id,
                Party.channel_id,
                Party.created_at,
                Party.user_id,
                PartyPerson.counted,
                _COUNTED_IN_ALL,
                Party.titles,
                Party.polled_at,
                Party.poll_id,
            )
            .join(PartyPerson, PartyPerson.party_id == Party.id)
            .where(PartyPerson.user_id == user_id)
            .order_by(Party.id),
        ),
    )


async def _read(session: AsyncSession, statement: Select[*ColumnTs]) -> list[tuple[*ColumnTs]]:
    rows: list[tuple[*ColumnTs]] = []
    for piece in (await session.execute(statement)).partitions(_PIECE):
        # of tuples of plain values the garbage collector loses sight, of rows it does not
        rows += cast("list[tuple[*ColumnTs]]", [tuple(row) for row in piece])
        await asyncio.sleep(0)
    return rows


def build_export(rows: Rows, name_of: NameOf) -> Export:
    """Return what `rows` hold. For a thread: of many rounds it takes a while."""
    user = rows.user
    if user is None:
        return Export(user_id=rows.user_id)
    return Export(
        user_id=rows.user_id,
        profile=ExportedProfile.model_validate(
            {
                "birth_year": user.birth_year,
                "gender": user.gender,
                "title_language": user.title_language,
                "private": user.private,
                "private_chosen": user.private_chosen,
                "in_server_lists": user.in_server_lists,
                "shareable": user.shareable,
                "twins": user.twins,
                "created_at": user.created_at,
                "asked_at": user.profile_asked_at,
            }
        ),
        ratings=tuple(
            ExportedRating(
                anime_id=anime_id,
                title=name_of(anime_id),
                score=score,
                rated_at=rated_at,
                began_score=began_score,
                before_score=before_score,
            )
            for anime_id, score, rated_at, began_score, before_score in rows.ratings
        ),
        dismissals=tuple(
            ExportedDismissal(
                anime_id=anime_id,
                title=name_of(anime_id),
                kind=DismissalKind(kind),
                created_at=created_at,
            )
            for anime_id, kind, created_at in rows.dismissals
        ),
        rounds=_rounds(rows, name_of),
        servers=tuple(
            ExportedServer(guild_id=guild_id, seen_at=seen_at) for guild_id, seen_at in rows.members
        ),
        parties=tuple(
            ExportedParty(
                id=party_id,
                guild_id=guild_id,
                channel_id=channel_id,
                created_at=created_at,
                asked=asked_by == rows.user_id,
                counted=counted,
                titles=tuple(
                    ExportedPartyTitle(
                        anime_id=anime_id,
                        title=name_of(anime_id),
                        mean=mean if in_all >= LEAST_FOR_MEANS else None,
                    )
                    for anime_id, mean in party_titles(titles)
                ),
                polled_at=polled_at,
                poll_id=poll_id,
            )
            for (
                party_id,
                guild_id,
                channel_id,
                created_at,
                asked_by,
                counted,
                in_all,
                titles,
                polled_at,
                poll_id,
            ) in rows.parties
        ),
    )


def _rounds(rows: Rows, name_of: NameOf) -> tuple[ExportedRound, ...]:
    titles: dict[int, dict[ListName, list[ExportedTitle]]] = {}
    for round_id, name, anime_id, predicted, because_id in rows.titles:
        lists = titles.setdefault(round_id, {})
        lists.setdefault(ListName(name), []).append(
            ExportedTitle(
                anime_id=anime_id,
                title=name_of(anime_id),
                predicted=predicted,
                because_id=because_id,
            )
        )
    return tuple(
        ExportedRound(
            id=round_id,
            previous_id=previous_id,
            created_at=created_at,
            rating_count=rating_count,
            score=score,
            scored_at=scored_at,
            filters=None if filters is None else Filters.from_json(filters),
            kinds=kinds_from_json(kinds),
            titles={name: tuple(list_) for name, list_ in titles.get(round_id, {}).items()},
        )
        for (
            round_id,
            previous_id,
            created_at,
            rating_count,
            score,
            scored_at,
            filters,
            kinds,
        ) in rows.rounds
    )


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
    await _insert(session, Rating, _rating_rows(user_id, export, now))
    await _insert(session, Dismissal, _dismissal_rows(user_id, export))
    ids = _round_ids(export, mine, await _newest_round(session))
    await _insert(session, Round, _round_rows(user_id, export, ids))
    await _insert_titles(session, export, ids)


_RowToWrite = dict[str, object]


async def _insert(session: AsyncSession, kind: type[Base], rows: Iterator[_RowToWrite]) -> None:
    # by the table, not its class: the unit of work would look at every single row
    statement = insert(Base.metadata.tables[kind.__tablename__])
    while piece := list(islice(rows, _PIECE)):
        await session.execute(statement, piece)


async def _insert_titles(session: AsyncSession, export: Export, ids: dict[int, int]) -> None:
    """Store the titles of all rounds, as many as a hundred thousand.

    Plain numbers and words need nothing of SQLAlchemy, which would take most of the time that
    others wait for their turn to write.
    """
    columns = ["round_id", "list", "rank", "anime_id", "predicted", "because_id"]
    statement = insert(Base.metadata.tables[RoundTitle.__tablename__])
    connection = await session.connection()
    compiled = str(statement.compile(dialect=connection.dialect, column_keys=columns))
    rows = _title_rows(export, ids)
    while piece := list(islice(rows, _PIECE * 4)):
        await connection.exec_driver_sql(compiled, piece)


def _rating_rows(user_id: int, export: Export, now: datetime) -> Iterator[_RowToWrite]:
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


def _dismissal_rows(user_id: int, export: Export) -> Iterator[_RowToWrite]:
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


def _round_rows(user_id: int, export: Export, ids: dict[int, int]) -> Iterator[_RowToWrite]:
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
