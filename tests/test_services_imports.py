"""Lists from elsewhere become ratings: in order, all or nothing, and back again."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import (
    DatabaseError,
    ListGoneError,
    NothingToUndoError,
    NumbersOfAniListError,
    UnreachableError,
)
from core.lists.anilist import list_in
from core.services.dismissals import DismissalKind
from core.services.imports.ordering import find_places
from core.services.imports.service import Choices, ImportService, Preview
from core.services.imports.waiting import WAITING, WaitingLists
from core.services.privacy import Imported, PrivacyService
from core.services.stored_ratings import StoredRating
from core.showing import DIRECT_MESSAGES
from tests.made_lists import ani_answer, ani_entry, ani_file, mal_entry, mal_file
from tests.places import RESTRICTED
from tests.service_world import ADULT, ME, OTHER, TOO_NEW

if TYPE_CHECKING:
    from core.lists.ask_anilist import Waits
    from core.lists.foreign import ForeignList
    from tests.service_world import ServiceWorld

A, B, C, D, E, F = range(101, 107)
YES = Choices()


class LocalAniList:
    """Accounts whose lists are at hand."""

    def __init__(self, **lists: ForeignList) -> None:
        self.lists = lists

    async def fetch(self, name: str) -> ForeignList:
        if name not in self.lists:
            raise UnreachableError("anilist.invalid", "it is gone")
        return self.lists[name]

    async def number(self, listed: ForeignList, waits: Waits) -> ForeignList:  # noqa: ARG002
        raise NumbersOfAniListError


async def nobody_waits(_: int) -> None:
    """Be told how long it takes."""


@dataclass
class Lists:
    """What takes lists in, over a world's database."""

    world: ServiceWorld
    service: ImportService
    privacy: PrivacyService

    async def look(self, *entries: str, user_id: int = ME) -> Preview:
        opened = await self.service.open_file(user_id, mal_file(*entries), nobody_waits)
        assert isinstance(opened, Preview)
        return opened

    async def take(
        self, *entries: str, choices: Choices = YES, overwrite: bool = False, user_id: int = ME
    ) -> int | None:
        """Take a list in; return the step that undoes it."""
        token = (await self.look(*entries, user_id=user_id)).token
        taken = await self.service.take_in(user_id, token, choices, overwrite=overwrite)
        return taken.step_id

    async def rated(self, user_id: int = ME) -> list[tuple[int, int]]:
        """Return what is rated, oldest first."""
        rated = await self.world.ratings.of(user_id)
        return [(each.title.anime_id, each.score) for each in reversed(rated)]


@pytest.fixture
def lists(world: ServiceWorld) -> Lists:
    waiting = WaitingLists(world.watch)
    memories = (world.profiles, world.ratings, world.top, waiting)
    privacy = PrivacyService(world.database, world.catalogue, memories, world.watch)
    anilist = LocalAniList(
        someone=list_in(ani_answer(ani_entry(A, 85), ani_entry(B, 0, "PLANNING")))
    )
    service = ImportService(
        world.database, world.catalogue, privacy, world.ratings, waiting, anilist, world.watch
    )
    return Lists(world, service, privacy)


async def test_a_list_is_counted_before_anything_is_saved(lists: Lists) -> None:
    await lists.world.rate((A, 9), (B, 5))
    await lists.world.dismissals.dismiss(ME, F, DismissalKind.NOT_FOR_ME)
    preview = await lists.look(
        mal_entry(A, 9),
        mal_entry(B, 6),
        mal_entry(C, 7),
        mal_entry(ADULT, 10),
        mal_entry(D, 0, "Dropped"),
        mal_entry(E, 0),
        mal_entry(F, 0, "Watching"),
        mal_entry(110, 0, "Plan to Watch"),
        mal_entry(77, 8),
    )
    counts = (preview.new, preview.same, preview.conflicts, preview.dropped, preview.seen)
    assert counts == (2, 1, 1, 1, 1)
    assert preview.planned == 1
    assert [(each.name, each.anime_id) for each in preview.unmatched] == [("Listed 77", 77)]
    assert await lists.rated() == [(A, 9), (B, 5)]


async def test_ones_own_scores_stay_or_are_overwritten(lists: Lists) -> None:
    entries = (mal_entry(A, 2), mal_entry(B, 6), mal_entry(C, 7))
    await lists.world.rate((A, 9), (B, 5))
    await lists.take(*entries)
    assert sorted(await lists.rated()) == [(A, 9), (B, 5), (C, 7)]
    await lists.take(*entries, overwrite=True)
    assert sorted(await lists.rated()) == [(A, 2), (B, 6), (C, 7)]
    assert await lists.world.ratings.scores(ME) == {A: 2, B: 6, C: 7}
    assert await lists.rated(OTHER) == []


@pytest.mark.parametrize(
    ("choices", "rated", "hidden"),
    [
        (Choices(), [(A, 4)], []),
        (Choices(dropped=False), [], []),
        (Choices(seen=True), [(A, 4)], [B, C]),
        (Choices(dropped=False, seen=True), [], [B, C]),
    ],
)
async def test_titles_without_a_score(
    lists: Lists, choices: Choices, rated: list[tuple[int, int]], hidden: list[int]
) -> None:
    step = await lists.take(
        mal_entry(A, 0, "Dropped"), mal_entry(B), mal_entry(C, 0, "On-Hold"), choices=choices
    )
    assert await lists.rated() == rated
    found = await lists.world.dismissals.of(ME, place=RESTRICTED)
    assert sorted(each.title.anime_id for each in found) == hidden
    assert {each.kind for each in found} <= {DismissalKind.SEEN}
    if step is None:
        assert not rated
        assert not hidden
    else:
        await lists.world.ratings.undo(ME, step, place=DIRECT_MESSAGES)
        assert await lists.rated() == []
        assert await lists.world.dismissals.of(ME, place=RESTRICTED) == ()


async def test_what_a_person_rated_is_no_dropped_title(lists: Lists) -> None:
    await lists.world.rate((A, 9))
    assert await lists.take(mal_entry(A, 0, "Dropped"), overwrite=True) is None
    assert await lists.rated() == [(A, 9)]


async def test_new_ratings_stand_in_the_order_of_time(lists: Lists) -> None:
    today = lists.world.watch.now.date().isoformat()
    await lists.take(mal_entry(A, 5, my_finish_date="2015-01-01"))
    await lists.world.rate((B, 9), (C, 8))
    await lists.take(
        mal_entry(D, 7, my_finish_date="2014-05-00"),
        mal_entry(E, 6),
        mal_entry(F, 5, my_finish_date="2016-02-03"),
        mal_entry(107, 4, my_finish_date="2999-01-01"),
        mal_entry(109, 3, my_finish_date="1216-01-01"),
        mal_entry(110, 2, my_finish_date=today),
        mal_entry(111, 1, my_finish_date="2014-05-01"),
    )
    order = [anime_id for anime_id, _ in await lists.rated()]
    assert order == [E, 107, 109, D, 111, A, F, 110, B, C]
    moments = {each.title.anime_id: each.rated_at for each in await lists.world.ratings.of(ME)}
    assert moments[F] == datetime(2016, 2, 3, tzinfo=UTC)
    assert moments[E] == moments[107] == moments[109]
    assert moments[E] > moments[C]
    await lists.world.rate((A, 6))
    assert (await lists.rated())[-3:] == [(B, 9), (C, 8), (A, 6)]


async def test_an_import_is_undone_as_one_step(lists: Lists) -> None:
    await lists.world.rate((A, 9), (B, 5), (C, 3))
    await lists.world.dismissals.dismiss(ME, D, DismissalKind.NOT_FOR_ME)
    before = await lists.privacy.export(ME)
    step = await lists.take(
        mal_entry(A, 2),
        mal_entry(D, 7, my_finish_date="2015-01-01"),
        mal_entry(E, 0),
        choices=Choices(seen=True),
        overwrite=True,
    )
    assert step is not None
    assert await lists.rated() == [(D, 7), (A, 2), (B, 5), (C, 3)]
    await lists.world.ratings.undo(ME, step, place=DIRECT_MESSAGES)
    assert await lists.privacy.export(ME) == before
    with pytest.raises(NothingToUndoError):
        await lists.world.ratings.undo(ME, step, place=DIRECT_MESSAGES)


async def test_what_was_rated_before_an_import_can_still_be_undone(lists: Lists) -> None:
    await lists.world.rate((A, 9), (B, 5), (C, 8))
    changed = await lists.world.ratings.rate(ME, A, 1)
    removed = await lists.world.ratings.unrate(ME, B)
    await lists.take(mal_entry(D, 7, my_finish_date="2015-01-01"), mal_entry(E, 6))
    assert await lists.rated() == [(E, 6), (D, 7), (C, 8), (A, 1)]
    assert removed.step_id is not None
    await lists.world.ratings.undo(ME, removed.step_id, place=DIRECT_MESSAGES)
    await lists.world.ratings.undo(ME, changed.step_id, place=DIRECT_MESSAGES)
    assert await lists.rated() == [(E, 6), (D, 7), (A, 9), (B, 5), (C, 8)]


async def test_what_is_rated_after_the_preview_is_kept(lists: Lists) -> None:
    await lists.world.rate((A, 9))
    preview = await lists.look(mal_entry(A, 2), mal_entry(B, 3), mal_entry(C, 0))
    await lists.world.rate((B, 8), (C, 10))
    taken = await lists.service.take_in(ME, preview.token, Choices(seen=True), overwrite=True)
    assert (taken.overwritten, taken.kept, taken.new, taken.seen) == (1, 1, 0, 0)
    assert await lists.rated() == [(A, 2), (B, 8), (C, 10)]


async def test_two_presses_take_a_list_in_once(lists: Lists) -> None:
    preview = await lists.look(mal_entry(A, 2), mal_entry(B, 3))
    presses = [
        lists.service.take_in(ME, preview.token, YES, overwrite=overwrite)
        for overwrite in (False, True, False)
    ]
    results = await asyncio.gather(*presses, return_exceptions=True)
    assert [type(result) for result in results[1:]] == [ListGoneError, ListGoneError]
    assert (await lists.privacy.show(ME)).undo_steps == 1
    for late in (
        lists.service.preview(ME, preview.token, YES),
        lists.service.take_in(ME, preview.token, YES, overwrite=False),
    ):
        with pytest.raises(ListGoneError):
            await late


async def test_a_list_waits_for_its_owner_and_not_for_ever(lists: Lists) -> None:
    preview = await lists.look(mal_entry(A, 2))
    with pytest.raises(ListGoneError):
        await lists.service.take_in(OTHER, preview.token, YES, overwrite=False)
    newer = await lists.look(mal_entry(B, 2))
    with pytest.raises(ListGoneError):
        await lists.service.preview(ME, preview.token, YES)
    lists.world.watch.now += WAITING + timedelta(seconds=1)
    with pytest.raises(ListGoneError):
        await lists.service.take_in(ME, newer.token, YES, overwrite=False)
    cancelled = await lists.look(mal_entry(B, 2))
    lists.service.cancel(ME, cancelled.token)
    lists.service.cancel(ME, cancelled.token)  # it is gone, and that is all one wants
    with pytest.raises(ListGoneError):
        await lists.service.preview(ME, cancelled.token, YES)
    assert await lists.rated() == []


async def test_deleting_everything_forgets_what_waits(lists: Lists) -> None:
    preview = await lists.look(mal_entry(A, 2))
    await lists.privacy.delete(ME)
    with pytest.raises(ListGoneError):
        await lists.service.take_in(ME, preview.token, YES, overwrite=False)
    assert not (await lists.privacy.show(ME)).known


async def test_deleting_while_a_list_is_saved_leaves_all_or_nothing(lists: Lists) -> None:
    await lists.world.rate((A, 9))
    preview = await lists.look(*(mal_entry(anime_id, 5) for anime_id in range(102, 150)))
    saving = asyncio.create_task(lists.service.take_in(ME, preview.token, YES, overwrite=False))
    await asyncio.sleep(0)
    await lists.privacy.delete(ME)
    await saving
    kept = await lists.privacy.show(ME)
    assert kept.ratings in {0, 48}
    assert kept.known is (kept.ratings > 0)


async def run(lists: Lists, sql: str) -> None:
    async with lists.world.database.write() as session:
        await (await session.connection()).exec_driver_sql(sql)


async def test_a_failure_changes_nothing_and_the_list_still_waits(
    lists: Lists,
) -> None:
    preview = await lists.look(mal_entry(A, 2), mal_entry(B, 3))
    statements = lists.world.statements()
    await run(
        lists,
        "CREATE TRIGGER broken BEFORE INSERT ON undo_ratings "
        "BEGIN INSERT INTO nowhere VALUES (1); END",
    )
    with pytest.raises(DatabaseError):
        await lists.service.take_in(ME, preview.token, YES, overwrite=False)
    assert any("INTO ratings" in statement for statement in statements)
    assert await lists.rated() == []
    await run(lists, "DROP TRIGGER broken")
    await lists.service.take_in(ME, preview.token, YES, overwrite=False)
    assert await lists.rated() == [(A, 2), (B, 3)]


async def test_the_list_of_an_anilist_account(lists: Lists) -> None:
    preview = await lists.service.open_anilist(ME, "someone")
    assert (preview.new, preview.planned) == (1, 1)
    await lists.service.take_in(ME, preview.token, YES, overwrite=False)
    assert await lists.rated() == [(A, 9)]
    with pytest.raises(UnreachableError):
        await lists.service.open_anilist(ME, "nobody")


async def test_titles_said_to_be_adult_and_not_known_here_have_no_name(lists: Lists) -> None:
    named = {"idMal": 77, "isAdult": True, "title": {"romaji": "Forbidden"}}
    opened = await lists.service.open_file(
        ME, ani_file(ani_entry(77, 9, media=named)), nobody_waits
    )
    assert isinstance(opened, Preview)
    assert [(each.name, each.anime_id) for each in opened.unmatched] == [(None, 77)]
    assert opened.changes_nothing


async def test_rikos_own_export_is_taken_in_as_ever(lists: Lists) -> None:
    await lists.world.rate((A, 9), (B, 5))
    data = await lists.privacy.export(ME)
    await lists.world.rate((C, 1))
    opened = await lists.service.open_file(ME, data, nobody_waits)
    assert isinstance(opened, Imported)
    assert opened.ratings == 2
    assert opened.replaced is not None
    assert await lists.rated() == [(A, 9), (B, 5)]


async def test_an_export_taken_in_elsewhere_gives_the_same_scores_in_the_same_order(
    lists: Lists,
) -> None:
    given = ((C, 9), (A, 5), (ADULT, 10), (TOO_NEW.anime_id, 3), (B, 1), (A, 6))
    await lists.world.rate(*given)
    data = await lists.service.export(ME)
    assert data is not None
    assert lists.world.catalogue[ADULT].title.encode() not in data
    watched = [int(each) for each in re.findall(rb"<my_watched_episodes>(\d+)<", data)]
    # nothing is said of an adult title, and of that which is too new nobody knows
    assert watched == [12, 0, 0, 12, 12]
    opened = await lists.service.open_file(OTHER, data, nobody_waits)
    assert isinstance(opened, Preview)
    await lists.service.take_in(OTHER, opened.token, YES, overwrite=False)
    assert await lists.rated(OTHER) == await lists.rated(ME)
    assert await lists.service.export(999) is None


START = datetime(2020, 1, 1, tzinfo=UTC)
DAYS = st.integers(0, 20)


@given(
    st.lists(DAYS, max_size=12),
    st.lists(st.none() | DAYS, max_size=12),
    st.sets(st.integers(1, 60), max_size=10),
)
def test_places_keep_every_order(
    days: list[int], new_days: list[int | None], given_back: set[int]
) -> None:
    mine = [
        StoredRating(1000 + number, 5, START + timedelta(days=day), 3 + 4 * number)
        for number, day in enumerate(days)
    ]
    taken = sorted({row.ordinal for row in mine} | given_back)
    new = sorted(new_days, key=lambda day: -1 if day is None else day)
    moments = [None if day is None else START + timedelta(days=day) for day in new]
    found = find_places(moments, mine, taken)

    after = [found.moved.get(ordinal, ordinal) for ordinal in taken]
    assert sorted(after) == after
    assert list(found.places) == sorted(found.places)
    everything = [*after, *found.places]
    assert len(set(everything)) == len(everything)
    highest = max(taken, default=0)
    assert all(place > highest for place in (*found.places, *found.moved.values()))
    for moment, place in zip(moments, found.places, strict=True):
        behind = [row for row in mine if found.moved.get(row.ordinal, row.ordinal) < place]
        older = [row for row in mine if moment is not None and row.rated_at <= moment]
        assert behind == (mine[: mine.index(older[-1]) + 1] if older else [])
