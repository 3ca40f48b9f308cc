from __future__ import annotations

import pytest

from core.showing import DIRECT_MESSAGES
from tests.places import RESTRICTED
from tests.service_world import ADULT, KNOWN, ME, OTHER, ServiceWorld, ids


async def round_id(world: ServiceWorld, user_id: int = ME) -> int:
    made = (await world.new_round(user_id)).round_id
    assert made is not None
    return made


async def test_rounds_count_that_were_scored_or_taken_from(world: ServiceWorld) -> None:
    assert (await world.history.history(ME, place=DIRECT_MESSAGES)).rows == ()
    await world.rate((101, 9))
    await world.rate((101, 9), user_id=OTHER)
    await round_id(world)
    scored = await round_id(world)
    await world.recommendations.score_round(ME, scored, 8)
    third = await world.new_round()
    one, two = third.similar[0], third.may_like[0]
    await world.rate((two.title.anime_id, 6), (one.title.anime_id, 9))
    rows = (await world.history.history(ME, place=DIRECT_MESSAGES)).rows
    assert [(row.round_number, row.score, row.rating_count) for row in rows] == [
        (2, 8, 1),
        (3, None, 1),
    ]
    assert (rows[0].accepted, rows[0].mean_predicted, rows[0].mean_given) == ((), None, None)
    assert [(r.title.anime_id, r.score) for r in rows[1].accepted] == [
        (two.title.anime_id, 6),
        (one.title.anime_id, 9),
    ]
    assert one.predicted is not None
    assert two.predicted is not None
    assert rows[1].mean_predicted == pytest.approx((one.predicted + two.predicted) / 2)
    assert rows[1].mean_given == 7.5
    assert (await world.history.history(OTHER, place=DIRECT_MESSAGES)).rows == ()
    assert [
        row.round_number for row in (await world.history.history(ME, DIRECT_MESSAGES, limit=1)).rows
    ] == [3]


async def test_a_rating_counts_for_the_last_round_that_showed_the_title(
    world: ServiceWorld,
) -> None:
    await world.rate((101, 9))
    first = await world.new_round()
    second = await world.new_round()
    taken = ids(second)[0]
    assert taken in ids(first)
    await world.rate((taken, 8))
    rows = (await world.history.history(ME, place=DIRECT_MESSAGES)).rows
    assert [row.round_number for row in rows] == [2]
    # rated again later, it still does
    await round_id(world)
    await world.rate((taken, 3))
    rows = (await world.history.history(ME, place=DIRECT_MESSAGES)).rows
    assert [(row.round_number, row.mean_given) for row in rows] == [(2, 3)]
    await world.ratings.unrate(ME, taken)
    assert (await world.history.history(ME, place=DIRECT_MESSAGES)).rows == ()


async def test_adult_titles_count_only_where_they_may_be_shown(world: ServiceWorld) -> None:
    await world.ratings.rate_many(ME, [(i, 8) for i in sorted(KNOWN - {ADULT})[:45]])
    assert ADULT in ids(await world.new_round(place=RESTRICTED))
    await world.rate((ADULT, 10))
    assert (await world.history.history(ME, place=DIRECT_MESSAGES)).rows == ()
    (row,) = (await world.history.history(ME, place=RESTRICTED)).rows
    assert [rated.title.anime_id for rated in row.accepted] == [ADULT]
