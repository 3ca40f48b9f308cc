"""Taste twins: who is found by whom, how far people agree, what a twin recommends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.services.dismissals import DismissalKind
from core.services.twins import (
    COUNTS_TOLD,
    LEAST_COMMON,
    MOST_CANDIDATES,
    MOST_TITLES,
    MOST_TWINS,
    SHRINKAGE,
    Twin,
    Twins,
    agreement,
)
from core.showing import DIRECT_MESSAGES
from core.storage.tables import Member, Rating, User
from tests.places import RESTRICTED, hiding
from tests.rows import NOW
from tests.service_world import ADULT, ME, OTHER, ServiceWorld

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE, ELSEWHERE = 55, 56
COMMON = range(101, 108)
TASTE = (9, 2, 10, 3, 8, 1, 9)


async def add(
    world: ServiceWorld,
    user_id: int,
    *loved: int,
    taste: Sequence[int] = TASTE,
    guild_id: int = HERE,
    twins: bool = True,
) -> None:
    """Let a member rate the first titles by `taste`, and love others."""
    await world.rate(*zip(COMMON, taste, strict=False), user_id=user_id)
    await world.rate(*((anime_id, 10) for anime_id in loved), user_id=user_id)
    await world.profiles.save(user_id, twins=twins)
    await world.top.saw_member(guild_id, user_id)


def told(found: Twins) -> dict[int, list[int]]:
    """Return what each twin recommends."""
    return {twin.user_id: [title.anime_id for title in twin.titles] for twin in found.twins}


async def test_a_twin_recommends_what_they_loved_and_i_do_not_know(world: ServiceWorld) -> None:
    await add(world, ME, 120)
    await add(world, OTHER, 120, 121, 122)
    await world.rate((123, 7), (124, 2), user_id=OTHER)
    await world.dismissals.dismiss(ME, 122, DismissalKind.SEEN)
    found = await world.twins.find(ME, HERE, place=DIRECT_MESSAGES)
    assert found.on
    assert told(found) == {OTHER: [121]}
    assert found.twins[0].common == 5
    assert 0 < found.twins[0].agreement <= 8 / (8 + SHRINKAGE)


async def test_both_must_allow_it(world: ServiceWorld) -> None:
    await add(world, ME, twins=False)
    await add(world, OTHER, 121)
    assert await world.twins.find(ME, HERE, place=DIRECT_MESSAGES) == Twins(on=False)
    assert await world.twins.find(404, HERE, place=DIRECT_MESSAGES) == Twins(on=False)
    assert told(await world.twins.find(OTHER, HERE, place=DIRECT_MESSAGES)) == {}
    await world.profiles.save(ME, twins=True)
    assert told(await world.twins.find(ME, HERE, place=DIRECT_MESSAGES)) == {OTHER: [121]}
    assert told(await world.twins.find(OTHER, HERE, place=DIRECT_MESSAGES)) == {ME: []}
    await world.profiles.save(OTHER, twins=False)
    assert told(await world.twins.find(ME, HERE, place=DIRECT_MESSAGES)) == {}


async def test_only_members_of_this_server_are_found(world: ServiceWorld) -> None:
    await add(world, ME)
    await add(world, OTHER, 121, guild_id=ELSEWHERE)
    assert told(await world.twins.find(ME, HERE, place=DIRECT_MESSAGES)) == {}
    assert told(await world.twins.find(ME, ELSEWHERE, place=DIRECT_MESSAGES)) == {OTHER: [121]}
    async with world.database.write() as session:
        await session.delete(await session.get_one(Member, (ELSEWHERE, OTHER)))
    assert told(await world.twins.find(ME, ELSEWHERE, place=DIRECT_MESSAGES)) == {}


async def test_who_disagrees_or_has_little_in_common_is_no_twin(world: ServiceWorld) -> None:
    await add(world, ME)
    await add(world, 10, taste=[11 - score for score in TASTE])
    await add(world, 11, taste=TASTE[: LEAST_COMMON - 1])
    await add(world, 12, taste=TASTE[:LEAST_COMMON])
    assert list(told(await world.twins.find(ME, HERE, place=DIRECT_MESSAGES))) == [12]
    few = await world.twins.find(11, HERE, place=DIRECT_MESSAGES)
    assert (few.rated, few.twins) == (LEAST_COMMON - 1, ())


async def test_to_rate_as_everybody_does_is_no_agreement(world: ServiceWorld) -> None:
    means = dict(
        zip(
            range(101, 161),
            (float(world.twins._mean_of(i)) for i in range(101, 161)),
            strict=True,
        )
    )
    by_mean = sorted(means, key=means.__getitem__)[::6]
    as_all = [round(means[i]) for i in by_mean]
    for user_id in (ME, OTHER, 10):
        # around what everybody thinks, the third goes another way than the first two
        shift = [(1 if n % 2 else -1) * (-1 if user_id == 10 else 1) for n in range(len(by_mean))]
        scores = [max(1, min(10, a + s)) for a, s in zip(as_all, shift, strict=True)]
        await world.rate(*zip(by_mean, scores, strict=True), user_id=user_id)
        await world.profiles.save(user_id, twins=True)
        await world.top.saw_member(HERE, user_id)
    assert list(told(await world.twins.find(ME, HERE, place=DIRECT_MESSAGES))) == [OTHER]


async def test_what_is_told_of_a_twin_does_not_tell_what_they_rated_or_gave(
    world: ServiceWorld,
) -> None:
    await add(world, ME)
    await add(world, OTHER)
    await world.rate((120, 10), (121, 1), user_id=OTHER)

    async def twin() -> Twin:
        (found,) = (await world.twins.find(ME, HERE, place=DIRECT_MESSAGES)).twins
        return found

    before = await twin()
    assert before.common in COUNTS_TOLD
    # one they rated, and one they did not, look the same
    for anime_id in (120, 130):
        await world.rate((anime_id, 8))
        assert (await twin()).common == before.common
        await world.ratings.unrate(ME, anime_id)
    # and so do most scores of the title they gave a 10
    told = set()
    for score in range(1, 11):
        await world.rate((120, score))
        told.add((await twin()).agreement)
        await world.ratings.unrate(ME, 120)
    assert len(told) < 10
    assert all(round(each * 10) == pytest.approx(each * 10) for each in told)


async def test_the_nearest_come_first_and_no_title_twice(world: ServiceWorld) -> None:
    await add(world, ME)
    for user_id in range(10, 18):
        # the higher the number, the more they differ
        taste = [min(10, score + (user_id - 10) * (place % 2)) for place, score in enumerate(TASTE)]
        await add(world, user_id, *range(120, 140), taste=taste)
    found = await world.twins.find(ME, HERE, place=DIRECT_MESSAGES)
    assert [twin.user_id for twin in found.twins] == list(range(10, 10 + MOST_TWINS))
    agreements = [twin.agreement for twin in found.twins]
    assert agreements == sorted(agreements, reverse=True)
    titles = [anime_id for each in told(found).values() for anime_id in each]
    assert len(titles) == len(set(titles)) == MOST_TWINS * MOST_TITLES


async def test_adult_and_hidden_titles_are_not_recommended_where_they_may_not_be(
    world: ServiceWorld,
) -> None:
    await add(world, ME)
    await add(world, OTHER, ADULT, 121)
    assert told(await world.twins.find(ME, HERE, place=DIRECT_MESSAGES)) == {OTHER: [121]}
    grown = await world.twins.find(ME, HERE, place=RESTRICTED)
    assert set(told(grown)[OTHER]) == {ADULT, 121}
    hidden = await world.twins.find(ME, HERE, place=hiding({"Shounen"}))
    assert told(hidden) == {OTHER: []}
    await world.profiles.save(ME, age=15)
    assert told(await world.twins.find(ME, HERE, place=RESTRICTED)) == {OTHER: [121]}


async def test_a_huge_server_is_compared_in_part_and_by_five_statements(
    world: ServiceWorld,
) -> None:
    await add(world, ME)
    async with world.database.write() as session:
        for user_id in range(1_000, 1_000 + MOST_CANDIDATES + 50):
            session.add(User(id=user_id, created_at=NOW, twins=True))
            await session.flush()
            session.add(Member(guild_id=HERE, user_id=user_id, seen_at=NOW))
            for number, (anime_id, score) in enumerate(zip(COMMON, TASTE, strict=True)):
                session.add(
                    Rating(
                        user_id=user_id,
                        anime_id=anime_id,
                        score=score,
                        rated_at=NOW,
                        ordinal=number,
                    )
                )
    ran = world.statements()
    found = await world.twins.find(ME, HERE, place=DIRECT_MESSAGES)
    assert len(found.twins) == MOST_TWINS
    assert len([sql for sql in ran if sql.startswith("SELECT")]) == 5


scores = st.integers(1, 10)


@given(st.lists(st.tuples(scores, scores), min_size=LEAST_COMMON, max_size=60))
def test_agreement_is_a_shrunk_correlation(pairs: list[tuple[int, int]]) -> None:
    both = np.array(pairs, dtype=np.float64)
    found = agreement(both)
    shrunk = len(pairs) / (len(pairs) + SHRINKAGE)
    assert -shrunk - 1e-9 <= found <= shrunk + 1e-9
    assert found == pytest.approx(agreement(both[:, ::-1]))
    assert found == pytest.approx(agreement(both * 2 + 3))
    assert found == pytest.approx(-agreement(both * (1, -1)))
    if np.ptp(both, axis=0).all():
        assert found == pytest.approx(float(np.corrcoef(both[:, 0], both[:, 1])[0][1]) * shrunk)
    else:
        assert found == 0
