"""The scores people give."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from core.errors import NothingToUndoError, TitleNotFoundError
from core.person import check_score
from core.services.clock import utc_now
from core.services.memory import Memory
from core.services.profiles import add_person, read_profile
from core.services.stored_ratings import (
    StoredRating,
    last_ordinal,
    put_ratings,
    read_ratings,
    remove_ratings,
)
from core.services.titles import get_title, gone_title
from core.services.undo import (
    dismiss_again,
    end_dismissals,
    end_step_dismissals,
    read_step,
    store_step,
)
from core.showing import EVERYTHING
from core.storage.tables import Rating, UndoStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.title import Title
    from core.services.clock import Clock
    from core.services.profiles import Profile
    from core.services.undo import Before
    from core.showing import Place
    from core.storage.database import Database


@dataclass(frozen=True, slots=True)
class RatedTitle:
    """A title, the score (1–10) a person gave it last, and when."""

    title: Title
    score: int
    rated_at: datetime


@dataclass(frozen=True, slots=True)
class RatingChange:
    """What a new score changed: `previous` is none for a title rated the first time.

    `rating_count` is how many titles the person has rated now, `known_count` how many of them the
    network knows; `known` is whether this is one of those. `step_id` is for `RatingService.undo`.
    """

    title: Title
    score: int
    previous: int | None
    rating_count: int
    known: bool
    known_count: int
    step_id: int


@dataclass(frozen=True, slots=True)
class RatingChanges:
    """What several new scores changed, in the order they were given; undone together."""

    changes: tuple[RatingChange, ...]
    step_id: int


@dataclass(frozen=True, slots=True)
class Removal:
    """What removing a rating changed: `previous` and `step_id` are none if there was no rating."""

    title: Title
    previous: int | None
    step_id: int | None
    rating_count: int


@dataclass(frozen=True, slots=True)
class Undone:
    """The titles whose ratings are as before again, and those left alone as they changed since.

    Neither has titles that may not be shown; those that left the catalogue are called by their
    number.
    """

    titles: tuple[Title, ...]
    kept: tuple[Title, ...]


class RatingService:
    """Saves and reads ratings. Raises `DatabaseError` when the database fails.

    `known` are the ids of the titles the network can learn from.
    """

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        known: AbstractSet[int],
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._known = known
        self._clock = clock
        self._scores: Memory[Mapping[int, int]] = Memory()

    def over(self, catalogue: Catalogue) -> RatingService:
        """Return the service over another catalogue; what both remember of people is the same."""
        service = copy(self)
        service._catalogue = catalogue
        return service

    async def rate(self, user_id: int, anime_id: int, score: int) -> RatingChange:
        """Save a score, which makes the title the person's latest; when this returns, it is kept.

        A dismissed title is dismissed no longer. Raises `InvalidScoreError` or
        `TitleNotFoundError`; nothing is saved then.
        """
        (change,) = (await self.rate_many(user_id, [(anime_id, score)])).changes
        return change

    async def rate_many(self, user_id: int, scores: Iterable[tuple[int, int]]) -> RatingChanges:
        """Save `(anime_id, score)` pairs, all or none, the last of them as the latest.

        Of a title that stands twice, the last score counts. Raises what `rate` raises, and
        `ValueError` when there is nothing to save.
        """
        given: dict[int, int] = {}
        for anime_id, score in scores:
            given.pop(anime_id, None)
            given[anime_id] = check_score(score)
        if not given:
            raise ValueError("there is nothing to save")
        titles = {anime_id: get_title(self._catalogue, anime_id, EVERYTHING) for anime_id in given}
        unit = partial(_save, user_id=user_id, given=given, now=self._clock())
        try:
            before, step_id = await self._database.write_in_thread(unit)
        finally:
            self._scores.forget(user_id)
        after = {anime_id: row.score for anime_id, row in before.items()} | given
        self._scores.put(user_id, MappingProxyType(after))
        known_count = len(after.keys() & self._known)
        changes = tuple(
            RatingChange(
                titles[anime_id],
                score,
                previous=before[anime_id].score if anime_id in before else None,
                rating_count=len(after),
                known=anime_id in self._known,
                known_count=known_count,
                step_id=step_id,
            )
            for anime_id, score in given.items()
        )
        return RatingChanges(changes, step_id)

    async def unrate(self, user_id: int, anime_id: int) -> Removal:
        """Remove the rating of a title, if there is one.

        A title that left the catalogue is called by its number. Raises `TitleNotFoundError` if it
        is not rated either.
        """
        title = self._catalogue.get(anime_id)
        step_id = None
        try:
            async with self._database.write() as session:
                before = {row.anime_id: row for row in await read_ratings(session, user_id)}
                if anime_id in before:
                    await remove_ratings(session, user_id, [anime_id])
                    step_id = await store_step(
                        session, user_id, before, [(anime_id, None)], self._clock()
                    )
        finally:
            self._scores.forget(user_id)
        after = {row.anime_id: row.score for row in before.values()}
        previous = after.pop(anime_id, None)
        self._scores.put(user_id, MappingProxyType(after))
        if title is None and previous is None:
            raise TitleNotFoundError(anime_id)
        return Removal(title or gone_title(anime_id), previous, step_id, len(after))

    async def undo(self, user_id: int, step_id: int, place: Place) -> Undone:
        """Bring the ratings a step changed back: score, time, order and past.

        A title that was dismissed until the step rated it is dismissed again.

        Titles whose rating changed again since are left alone. What stood before is known of the
        latest `core.services.undo.STEPS` steps of a person. Ratings of titles that may not be shown
        here are brought back as well. Raises `NothingToUndoError` for a step that is another's, too
        old, or undone already.
        """
        try:
            undone, kept, profile = await self._database.write_in_thread(
                partial(_undo, user_id=user_id, step_id=step_id, now=self._clock())
            )
        finally:
            self._scores.forget(user_id)
        showing = profile.shown_in(place).with_hidden
        return Undone(
            *(
                tuple(
                    title
                    for row in rows
                    if (title := self._catalogue.get(row.anime_id) or gone_title(row.anime_id))
                    and showing.allows(title)
                )
                for rows in (undone, kept)
            )
        )

    async def of(self, user_id: int) -> tuple[RatedTitle, ...]:
        """Return what `user_id` rated, latest first, as far as the catalogue knows it."""
        async with self._database.read() as session:
            ratings = await read_ratings(session, user_id)
        return tuple(
            RatedTitle(title, rating.score, rating.rated_at)
            for rating in reversed(ratings)
            if (title := self._catalogue.get(rating.anime_id)) is not None
        )

    async def scores(self, user_id: int) -> Mapping[int, int]:
        """Return all scores of `user_id` by title id; asks the database the first time only."""
        return await self._scores.get_or_read(user_id, lambda: self._read_scores(user_id))

    def scores_in_memory(self, user_id: int) -> Mapping[int, int] | None:
        """Return what `scores` would, if that needs no database."""
        return self._scores.get(user_id)

    async def gone(self, user_id: int) -> tuple[int, ...]:
        """Return the ids `user_id` rated of titles that left the catalogue."""
        return tuple(i for i in await self.scores(user_id) if self._catalogue.get(i) is None)

    def forget(self, user_id: int) -> None:
        """Drop what is kept in memory of `user_id`, whose rows somebody else changed."""
        self._scores.forget(user_id)

    async def _read_scores(self, user_id: int) -> Mapping[int, int]:
        async with self._database.read() as session:
            found = await session.execute(
                select(Rating.anime_id, Rating.score).where(Rating.user_id == user_id)
            )
            return MappingProxyType({row.anime_id: row.score for row in found})


async def _undo(
    session: AsyncSession, user_id: int, step_id: int, now: datetime
) -> tuple[Sequence[Before], Sequence[Before], Profile]:
    """Undo a step; return what changed back, what was left alone, and the person's profile."""
    changed, later = await read_step(session, user_id, step_id)
    if not changed:
        raise NothingToUndoError
    ratings = {row.anime_id: row.score for row in await read_ratings(session, user_id)}
    undone, kept = _as_left(changed, ratings, later)
    # new rows, not changed ones: a change would count as rating again, and move what they had been
    await remove_ratings(session, user_id, [row.anime_id for row in undone])
    await put_ratings(
        session,
        user_id,
        [
            StoredRating(
                row.anime_id,
                row.score,
                row.rated_at,
                row.ordinal,
                row.began_score,
                row.before_score,
            )
            for row in undone
            if row.score is not None and row.rated_at is not None and row.ordinal is not None
        ],
    )
    await end_step_dismissals(session, user_id, undone)
    await dismiss_again(session, user_id, undone)
    await session.execute(delete(UndoStep).where(UndoStep.id == step_id))
    return undone, kept, await read_profile(session, user_id, now)


async def _save(
    session: AsyncSession, user_id: int, given: Mapping[int, int], now: datetime
) -> tuple[dict[int, StoredRating], int]:
    """Save the scores `given` by title id; return the ratings there were, and the step's id."""
    # one look at all their ratings: every statement more keeps other writers waiting
    before = {row.anime_id: row for row in await read_ratings(session, user_id)}
    if not before:
        await add_person(session, user_id, now)
    ordinal = await last_ordinal(session, user_id)
    ratings = [
        StoredRating(anime_id, score, now, ordinal + number)
        for number, (anime_id, score) in enumerate(given.items(), 1)
    ]
    await put_ratings(session, user_id, ratings)
    ended = await end_dismissals(session, user_id, given)
    return before, await store_step(session, user_id, before, given.items(), now, ended)


def _as_left(
    changed: Iterable[Before], ratings: Mapping[int, int], later: AbstractSet[int]
) -> tuple[list[Before], list[Before]]:
    """Part what a step changed: still as the step left it, and changed since."""
    as_left: list[Before] = []
    since: list[Before] = []
    for row in changed:
        same = row.anime_id not in later and ratings.get(row.anime_id) == row.given
        (as_left if same else since).append(row)
    return as_left, since
