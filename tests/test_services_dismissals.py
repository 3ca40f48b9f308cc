from __future__ import annotations

import pytest

from core.errors import TitleNotFoundError
from core.services.dismissals import DismissalKind
from core.services.recommendations import ColdStart
from core.showing import DIRECT_MESSAGES
from tests.places import RESTRICTED
from tests.service_world import ADULT, ME, OTHER, ServiceWorld, ids

NOT_FOR_ME, SEEN = DismissalKind.NOT_FOR_ME, DismissalKind.SEEN


async def test_dismissed_newest_first_and_restored(world: ServiceWorld) -> None:
    await world.dismissals.dismiss(ME, 101, NOT_FOR_ME)
    await world.dismissals.dismiss(ME, 102, NOT_FOR_ME)
    again = await world.dismissals.dismiss(ME, 101, SEEN)
    assert again is not None
    assert (again.title.anime_id, again.kind, again.created_at) == (101, SEEN, world.watch.now)
    given = await world.dismissals.of(ME, place=DIRECT_MESSAGES)
    assert [(d.title.anime_id, d.kind) for d in given] == [(101, SEEN), (102, NOT_FOR_ME)]
    assert await world.dismissals.of(OTHER, place=DIRECT_MESSAGES) == ()
    assert not await world.dismissals.restore(OTHER, 101)
    assert await world.dismissals.restore(ME, 101)
    assert not await world.dismissals.restore(ME, 101)
    assert [d.title.anime_id for d in await world.dismissals.of(ME, place=DIRECT_MESSAGES)] == [102]
    with pytest.raises(TitleNotFoundError):
        await world.dismissals.dismiss(ME, 5, SEEN)


async def test_several_are_dismissed_and_restored_all_or_none(world: ServiceWorld) -> None:
    changes = await world.dismissals.dismiss_many(ME, [101, 102, 103], SEEN)
    assert [each.title.anime_id for each in changes.dismissed] == [101, 102, 103]
    assert await world.dismissals.restore_many(ME, [101, 103, 104]) == {101, 103}
    assert [d.title.anime_id for d in await world.dismissals.of(ME, place=DIRECT_MESSAGES)] == [102]
    with pytest.raises(TitleNotFoundError):
        await world.dismissals.dismiss_many(ME, [104, 5], SEEN)
    assert [d.title.anime_id for d in await world.dismissals.of(ME, place=DIRECT_MESSAGES)] == [102]


async def test_what_is_rated_is_not_dismissed(world: ServiceWorld) -> None:
    await world.rate((101, 9))
    changes = await world.dismissals.dismiss_many(ME, [101, 102], NOT_FOR_ME)
    assert [each.title.anime_id for each in changes.dismissed] == [102]
    assert [title.anime_id for title in changes.rated] == [101]
    assert await world.dismissals.dismiss(ME, 101, SEEN) is None
    assert [d.title.anime_id for d in await world.dismissals.of(ME, place=DIRECT_MESSAGES)] == [102]


async def test_rating_ends_a_dismissal(world: ServiceWorld) -> None:
    for anime_id in (101, 102, 103):
        await world.dismissals.dismiss(ME, anime_id, SEEN)
    await world.dismissals.dismiss(OTHER, 101, SEEN)
    await world.ratings.rate_many(ME, [(101, 5), (102, 5)])
    assert [d.title.anime_id for d in await world.dismissals.of(ME, place=DIRECT_MESSAGES)] == [103]
    assert len(await world.dismissals.of(OTHER, place=DIRECT_MESSAGES)) == 1


async def test_adult_titles_are_named_only_where_they_may_be(world: ServiceWorld) -> None:
    await world.dismissals.dismiss(ME, ADULT, SEEN)
    assert await world.dismissals.of(ME, place=DIRECT_MESSAGES) == ()
    assert len(await world.dismissals.of(ME, place=RESTRICTED)) == 1
    await world.profiles.save(ME, age=17)
    assert await world.dismissals.of(ME, place=RESTRICTED) == ()


async def test_dismissed_titles_are_in_no_list(world: ServiceWorld) -> None:
    start = await world.recommendations.recommend(ME, place=DIRECT_MESSAGES)
    assert isinstance(start, ColdStart)
    first = start.lists[0].entries[0].title.anime_id
    await world.dismissals.dismiss(ME, first, NOT_FOR_ME)
    start = await world.recommendations.recommend(ME, place=DIRECT_MESSAGES)
    assert isinstance(start, ColdStart)
    assert first not in [entry.title.anime_id for top in start.lists for entry in top.entries]
    assert all(len(top.entries) == 5 for top in start.lists)

    await world.rate((150, 9))
    shown = ids(await world.new_round())
    for anime_id in shown[:3]:
        await world.dismissals.dismiss(ME, anime_id, NOT_FOR_ME)
    assert not set(shown[:3]) & set(ids(await world.new_round()))

    best = await world.top.top(None, user_id=ME, personal=True, place=DIRECT_MESSAGES)
    dismissed = best.entries[0].title.anime_id
    await world.dismissals.dismiss(ME, dismissed, NOT_FOR_ME)
    mine = await world.top.top(None, user_id=ME, personal=True, place=DIRECT_MESSAGES)
    assert dismissed not in [entry.title.anime_id for entry in mine.entries]
    assert len(mine.entries) == 10
    others = await world.top.top(None, user_id=OTHER, personal=True, place=DIRECT_MESSAGES)
    assert dismissed in [entry.title.anime_id for entry in others.entries]

    alike = await world.recommendations.similar_to(150, user_id=ME, place=DIRECT_MESSAGES)
    nearest = alike.titles[0].title.anime_id
    await world.dismissals.dismiss(ME, nearest, SEEN)
    alike = await world.recommendations.similar_to(150, user_id=ME, place=DIRECT_MESSAGES)
    assert nearest not in [listed.title.anime_id for listed in alike.titles]
    assert len(alike.titles) == 10
