"""From a person's rows to an export; `core.services.putting_back` is the way back.

Whole lives are read here, so it is done in pieces: between two of them the event loop does what
others ask for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVarTuple, cast

from sqlalchemy import func, select
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
from core.services.rounds import kinds_from_json
from core.storage.pieces import PIECE
from core.storage.tables import (
    Dismissal,
    DismissalKind,
    ListName,
    Member,
    Party,
    PartyPerson,
    Rating,
    Round,
    RoundTitle,
    User,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.ext.asyncio import AsyncSession

NameOf = Callable[[int], str | None]
"""Returns the name of the title with an id, none for one that is unknown or not to be named."""

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
    for piece in (await session.execute(statement)).partitions(PIECE):
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
