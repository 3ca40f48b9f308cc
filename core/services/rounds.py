"""Rounds: pairs of lists that were shown, kept so that they can be scored, gone on from and redrawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import TypeAdapter
from sqlalchemy import func, insert, literal, select

from core.recommender.filters import NONE, Filters
from core.services.filtered import shown_filters
from core.services.titles import visible
from core.storage import tables
from core.storage.columns import UtcDateTime
from core.storage.tables import ListName

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.title import Title
    from core.services.asker import Asker
    from core.services.ratings import RatedTitle
    from core.showing import Showing
    from core.storage.tables import DismissalKind, RoundTitle


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of a listed title since: the score it got, or that it was dismissed."""

    score: int | None = None
    dismissed: DismissalKind | None = None


@dataclass(frozen=True, slots=True)
class ListedTitle:
    """A title of a list: the rating (1–10) it would likely get, and the rating that led to it.

    `predicted` is none for somebody of whom nothing is known, `mark` if nothing became of it yet.
    A `new` title is one that the network does not know; it is judged by what is like it.
    """

    title: Title
    predicted: float | None
    because: RatedTitle | None
    mark: Mark | None = None
    new: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of anime that titles were chosen from: what is typical of it, and two known ones."""

    genres: tuple[str, ...]
    examples: tuple[Title, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """The two lists, best first, made from `rating_count` ratings of titles the network knows.

    `round_id` is none when they could not be stored; then they cannot be scored. `kinds` are those
    Similar Anime was chosen from, that of the latest rating first. `previous_id` is the round that
    these lists continue. Of lists drawn anew, `left_out` titles may not be shown any more. `score`
    is what the person gave them (1–10), none so far.
    """

    round_id: int | None
    similar: tuple[ListedTitle, ...]
    may_like: tuple[ListedTitle, ...]
    rating_count: int
    kinds: tuple[Kind, ...] = ()
    filters: Filters = NONE
    previous_id: int | None = None
    left_out: int = 0
    score: int | None = None


@dataclass(frozen=True, slots=True)
class RoundScore:
    """The score of a round, `previous` if it had one; `round_number` counts the person's own."""

    round_number: int
    score: int
    previous: int | None


@dataclass(frozen=True, slots=True)
class StoredKind:
    """A `Kind` as it is stored: `examples` are title ids."""

    genres: tuple[str, ...]
    examples: tuple[int, ...]


_KINDS = TypeAdapter(tuple[StoredKind, ...])


def stored_kinds_to_json(kinds: tuple[StoredKind, ...]) -> str | None:
    """Return `kinds` as they are stored, none if there are none."""
    return _KINDS.dump_json(kinds).decode() if kinds else None


def kinds_from_json(text: str | None) -> tuple[StoredKind, ...]:
    """Return what `stored_kinds_to_json` wrote. Raises `ValueError` for anything else."""
    return () if text is None else _KINDS.validate_json(text)


def shown_kind(catalogue: Catalogue, kind: StoredKind, showing: Showing) -> Kind | None:
    """Return `kind` with what of it may be shown, none if no example is left."""
    found = (visible(catalogue, example, showing) for example in kind.examples)
    examples = tuple(title for title in found if title is not None)
    return Kind(showing.genres(kind.genres), examples) if examples else None


async def store_round(
    session: AsyncSession, user_id: int, lists: Round, now: datetime
) -> int | None:
    """Store `lists` and return their id; none if the person was deleted meanwhile.

    Should the round they continue be gone by now, they stand alone.
    """
    row = tables.Round
    previous = select(row.id).where(row.id == lists.previous_id, row.user_id == user_id)
    kinds = tuple(
        StoredKind(kind.genres, tuple(title.anime_id for title in kind.examples))
        for kind in lists.kinds
    )
    # inserted from the person's own row, so that without it nothing is
    person = select(
        tables.User.id,
        literal(now, UtcDateTime),
        literal(lists.rating_count),
        literal(None if lists.filters.is_empty else lists.filters.to_json()),
        literal(stored_kinds_to_json(kinds)),
        previous.scalar_subquery(),
    ).where(tables.User.id == user_id)
    columns = ["user_id", "created_at", "rating_count", "filters", "kinds", "previous_id"]
    round_id = await session.scalar(insert(row).from_select(columns, person).returning(row.id))
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


async def read_entries(session: AsyncSession, round_id: int) -> Mapping[ListName, list[RoundTitle]]:
    """Return what both lists of a round hold, best first; Similar Anime stands first."""
    entry = tables.RoundTitle
    found = await session.scalars(
        select(entry).where(entry.round_id == round_id).order_by(entry.list, entry.rank)
    )
    entries: dict[ListName, list[RoundTitle]] = {name: [] for name in ListName}
    for row in found:
        entries[ListName(row.list)].append(row)
    return entries


async def shown_before(session: AsyncSession, user_id: int, round_id: int) -> frozenset[int]:
    """Return the ids of all titles of a round and of those it continues, back to the first."""
    row, entry = tables.Round, tables.RoundTitle
    chain = (
        select(row.id, row.previous_id)
        .where(row.id == round_id, row.user_id == user_id)
        .cte("chain", recursive=True)
    )
    chain = chain.union(select(row.id, row.previous_id).where(row.id == chain.c.previous_id))
    found = await session.scalars(
        select(entry.anime_id).where(entry.round_id.in_(select(chain.c.id)))
    )
    return frozenset(found)


def drawn_anew(
    row: tables.Round,
    entries: Mapping[ListName, list[RoundTitle]],
    asker: Asker,
    catalogue: Catalogue,
    newcomers: AbstractSet[int],
) -> Round:
    """Return a stored round as its owner may see it today: reasons and marks are today's.

    Titles that may not be shown any more are left out. `newcomers` are the ids of titles the
    network does not know.
    """

    def listed(name: ListName) -> tuple[ListedTitle, ...]:
        return tuple(
            ListedTitle(
                title,
                entry.predicted,
                None
                if entry.because_id is None
                else asker.rated_title(catalogue, entry.because_id),
                mark_of(asker, entry.anime_id),
                entry.anime_id in newcomers,
            )
            for entry in entries[name]
            if (title := visible(catalogue, entry.anime_id, asker.showing))
        )

    kinds = (shown_kind(catalogue, kind, asker.showing) for kind in kinds_from_json(row.kinds))
    similar, may_like = listed(ListName.SIMILAR), listed(ListName.MAY_LIKE)
    return Round(
        round_id=row.id,
        similar=similar,
        may_like=may_like,
        rating_count=row.rating_count,
        kinds=tuple(kind for kind in kinds if kind is not None),
        filters=shown_filters(stored_filters(row), asker.showing),
        previous_id=row.previous_id,
        left_out=sum(map(len, entries.values())) - len(similar) - len(may_like),
        score=row.score,
    )


def stored_filters(row: tables.Round) -> Filters:
    """Return what the lists of `row` were narrowed to."""
    return NONE if row.filters is None else Filters.from_json(row.filters)


def mark_of(asker: Asker, anime_id: int) -> Mark | None:
    """Return what became of a title for the person, none if nothing."""
    if anime_id in asker.ratings:
        return Mark(score=asker.ratings[anime_id].score)
    if anime_id in asker.dismissed:
        return Mark(dismissed=asker.dismissed[anime_id])
    return None
