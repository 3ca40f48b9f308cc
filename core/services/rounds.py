"""Rounds: pairs of lists that were shown, kept so that they can be scored and shown again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, literal, select

from core.services.titles import visible
from core.storage import tables
from core.storage.tables import ListName

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.title import Title
    from core.services.ratings import RatedTitle


@dataclass(frozen=True, slots=True)
class ListedTitle:
    """A title of a list: the rating (1–10) it would likely get, and the rating that led to it."""

    title: Title
    predicted: float
    because: RatedTitle | None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of anime that titles were chosen from: what is typical of it, and two known ones."""

    genres: tuple[str, ...]
    examples: tuple[Title, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """The two lists, best first, made from `rating_count` ratings of titles the network knows.

    `round_id` is none when they could not be stored; then they cannot be scored. `kinds` are those
    Similar Anime was chosen from, that of the latest rating first.
    """

    round_id: int | None
    similar: tuple[ListedTitle, ...]
    may_like: tuple[ListedTitle, ...]
    rating_count: int
    kinds: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class RoundScore:
    """The score of a round, `previous` if it had one; `round_number` counts the person's own."""

    round_number: int
    score: int
    previous: int | None


async def store_round(
    session: AsyncSession, user_id: int, lists: Round, now: datetime
) -> int | None:
    """Store `lists` and return their id; none if the person was deleted meanwhile."""
    # inserted from the person's own row, so that without it nothing is
    person = select(
        tables.User.id, literal(now, tables.UtcDateTime), literal(lists.rating_count)
    ).where(tables.User.id == user_id)
    round_id = await session.scalar(
        insert(tables.Round)
        .from_select(["user_id", "created_at", "rating_count"], person)
        .returning(tables.Round.id)
    )
    if round_id is None:
        return None
    titles = [
        {
            "round_id": round_id,
            "list": name.value,
            "rank": rank,
            "anime_id": listed.title.anime_id,
            "predicted": listed.predicted,
            "because_id": listed.because.title.anime_id if listed.because else None,
        }
        for name, entries in (
            (ListName.SIMILAR, lists.similar),
            (ListName.MAY_LIKE, lists.may_like),
        )
        for rank, listed in enumerate(entries, 1)
    ]
    if titles:
        await session.execute(insert(tables.RoundTitle), titles)
    return round_id


async def find_round(session: AsyncSession, user_id: int, round_id: int) -> tables.Round | None:
    """Return the round `round_id` if it is there and belongs to `user_id`."""
    row = await session.get(tables.Round, round_id)
    return row if row is not None and row.user_id == user_id else None


async def round_number(session: AsyncSession, row: tables.Round) -> int:
    """Return which of the person's rounds this is, from 1."""
    count = await session.scalar(
        select(func.count())
        .select_from(tables.Round)
        .where(tables.Round.user_id == row.user_id, tables.Round.id <= row.id)
    )
    return count or 0


async def read_titles(
    session: AsyncSession, row: tables.Round, catalogue: Catalogue, *, allow_adult: bool
) -> tuple[Title, ...]:
    """Return the titles of both lists of `row`, those of Similar Anime first, best first.

    Titles that the catalogue no longer knows, or the reader may not see, are left out.
    """
    entry = tables.RoundTitle
    found = await session.scalars(
        select(entry.anime_id)
        .where(entry.round_id == row.id)
        .order_by(entry.list != ListName.SIMILAR.value, entry.rank)
    )
    titles = (visible(catalogue, anime_id, allow_adult=allow_adult) for anime_id in found)
    return tuple(title for title in titles if title is not None)
