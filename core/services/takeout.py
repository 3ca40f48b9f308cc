"""From a person's rows to an export, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from core.services.export import (
    Export,
    ExportedDismissal,
    ExportedProfile,
    ExportedRating,
    ExportedRound,
    ExportedServer,
    ExportedTitle,
)
from core.services.ratings import read_ratings
from core.services.rounds import kinds_from_json, stored_filters, stored_kinds_to_json
from core.storage.tables import (
    Dismissal,
    DismissalKind,
    ListName,
    Member,
    Rating,
    Round,
    RoundTitle,
    UndoStep,
    User,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

NameOf = Callable[[int], str | None]
"""Returns the name of the title with an id, none for one that is unknown or not to be named."""


async def collect(session: AsyncSession, user_id: int, name_of: NameOf) -> Export:
    """Return all that is kept of `user_id`, but for the steps that can be undone."""
    user = await session.get(User, user_id)
    if user is None:
        return Export(user_id=user_id)
    dismissals = await session.scalars(
        select(Dismissal)
        .where(Dismissal.user_id == user_id)
        .order_by(Dismissal.created_at, Dismissal.anime_id)
    )
    members = await session.scalars(
        select(Member).where(Member.user_id == user_id).order_by(Member.guild_id)
    )
    return Export(
        user_id=user_id,
        profile=ExportedProfile.model_validate(
            {
                "birth_year": user.birth_year,
                "gender": user.gender,
                "title_language": user.title_language,
                "private": user.private,
                "in_server_lists": user.in_server_lists,
                "shareable": user.shareable,
                "created_at": user.created_at,
                "asked_at": user.profile_asked_at,
            }
        ),
        ratings=tuple(
            ExportedRating(
                anime_id=rating.anime_id,
                title=name_of(rating.anime_id),
                score=rating.score,
                rated_at=rating.rated_at,
            )
            for rating in await read_ratings(session, user_id)
        ),
        dismissals=tuple(
            ExportedDismissal(
                anime_id=dismissal.anime_id,
                title=name_of(dismissal.anime_id),
                kind=DismissalKind(dismissal.kind),
                created_at=dismissal.created_at,
            )
            for dismissal in dismissals
        ),
        rounds=await _rounds(session, user_id, name_of),
        servers=tuple(
            ExportedServer(guild_id=member.guild_id, seen_at=member.seen_at) for member in members
        ),
    )


async def _rounds(
    session: AsyncSession, user_id: int, name_of: NameOf
) -> tuple[ExportedRound, ...]:
    entries = await session.scalars(
        select(RoundTitle)
        .join(Round, Round.id == RoundTitle.round_id)
        .where(Round.user_id == user_id)
        .order_by(RoundTitle.round_id, RoundTitle.list, RoundTitle.rank)
    )
    titles: dict[int, dict[ListName, list[ExportedTitle]]] = {}
    for entry in entries:
        lists = titles.setdefault(entry.round_id, {})
        lists.setdefault(ListName(entry.list), []).append(
            ExportedTitle(
                anime_id=entry.anime_id,
                title=name_of(entry.anime_id),
                predicted=entry.predicted,
                because_id=entry.because_id,
            )
        )
    rounds = await session.scalars(select(Round).where(Round.user_id == user_id).order_by(Round.id))
    return tuple(
        ExportedRound(
            id=row.id,
            previous_id=row.previous_id,
            created_at=row.created_at,
            rating_count=row.rating_count,
            score=row.score,
            scored_at=row.scored_at,
            filters=None if row.filters is None else stored_filters(row),
            kinds=kinds_from_json(row.kinds),
            titles={name: tuple(list_) for name, list_ in titles.get(row.id, {}).items()},
        )
        for row in rounds
    )


async def put_back(session: AsyncSession, user_id: int, export: Export) -> None:
    """Put what `export` holds in the place of what is kept of `user_id`, who must have a row.

    Steps to undo are deleted, and servers are left as they are.
    """
    await _restore_profile(session, user_id, export.profile)
    await _restore_ratings(session, user_id, export)
    await _restore_rounds(session, user_id, export.rounds)


async def _restore_profile(
    session: AsyncSession, user_id: int, profile: ExportedProfile | None
) -> None:
    if profile is None:
        return
    values = profile.model_dump(exclude={"asked_at"}) | {"profile_asked_at": profile.asked_at}
    await session.execute(update(User).where(User.id == user_id).values(values))


async def _restore_ratings(session: AsyncSession, user_id: int, export: Export) -> None:
    for table in (Rating, Dismissal, UndoStep):
        await session.execute(delete(table).where(table.user_id == user_id))
    ratings = [
        rating.model_dump(exclude={"title"}) | {"user_id": user_id, "ordinal": ordinal}
        for ordinal, rating in enumerate(export.ratings, 1)
    ]
    if ratings:
        await session.execute(insert(Rating), ratings)
    dismissals = [
        dismissal.model_dump(exclude={"title"}) | {"user_id": user_id}
        for dismissal in export.dismissals
    ]
    if dismissals:
        await session.execute(insert(Dismissal), dismissals)


async def _restore_rounds(
    session: AsyncSession, user_id: int, rounds: Sequence[ExportedRound]
) -> None:
    """Store `rounds`, oldest first, in the place of those that are there.

    A round that is there already keeps its id, so that buttons below old messages go on working;
    any other gets a new one, as no id is given twice.
    """
    mine = set(await session.scalars(select(Round.id).where(Round.user_id == user_id)))
    await session.execute(delete(Round).where(Round.user_id == user_id))
    new_ids: dict[int, int] = {}
    for round_ in sorted(rounds, key=lambda each: each.id):
        values: dict[str, object] = {
            "user_id": user_id,
            "created_at": round_.created_at,
            "rating_count": round_.rating_count,
            "score": round_.score,
            "scored_at": round_.scored_at,
            "filters": round_.filters.to_json() if round_.filters else None,
            "kinds": stored_kinds_to_json(round_.kinds),
            "previous_id": new_ids.get(round_.previous_id or 0),
        }
        if round_.id in mine:
            values["id"] = round_.id
        new_ids[round_.id] = (
            await session.scalars(insert(Round).values(values).returning(Round.id))
        ).one()
    titles = [
        entry.model_dump(exclude={"title"})
        | {"round_id": new_ids[round_.id], "list": name.value, "rank": rank}
        for round_ in rounds
        for name, entries in round_.titles.items()
        for rank, entry in enumerate(entries, 1)
    ]
    if titles:
        await session.execute(insert(RoundTitle), titles)
