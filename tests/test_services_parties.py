"""Watch parties: who counts, what is in the list, what only each of its people learns."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from statistics import fmean
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from core.errors import (
    GenreNotFoundError,
    InvalidYearsError,
    NarrowPartyError,
    NobodySharesError,
    NoRatingsError,
    NotInPartyError,
    PartyGoneError,
    PartyPolledError,
)
from core.recommender.filters import NONE, Filters
from core.services.dismissals import DismissalKind
from core.services.parties import LESS
from core.services.shared_titles import LEAST_CHOICE
from core.showing import DIRECT_MESSAGES, Place
from core.storage.tables import Party, PartyPerson
from tests.places import RESTRICTED, hiding
from tests.service_world import KNOWN, ME, OTHER, TOO_NEW, ServiceWorld
from tests.tiny import ADULT_IDS

if TYPE_CHECKING:
    from core.services.parties import PartyList

THIRD = 9
STRANGER = 404


async def add(
    world: ServiceWorld, user_id: int, *rated: int, shareable: bool = True, age: int | None = None
) -> None:
    """Let somebody rate titles, half of them badly."""
    await world.rate(*((i, 9 if n % 2 else 3) for n, i in enumerate(rated)), user_id=user_id)
    await world.profiles.save(user_id, shareable=shareable, age=age)


async def party(
    world: ServiceWorld,
    *others: int,
    place: Place = DIRECT_MESSAGES,
    filters: Filters = NONE,
) -> PartyList:
    return await world.parties.make(ME, others, place, guild_id=55, channel_id=66, filters=filters)


def ids(found: PartyList) -> list[int]:
    return [entry.title.anime_id for entry in found.titles]


async def noted(world: ServiceWorld) -> dict[int, bool]:
    """Return who is noted in any party, with whether they counted."""
    async with world.database.read() as session:
        found = await session.execute(select(PartyPerson.user_id, PartyPerson.counted))
        return {row.user_id: row.counted for row in found}


async def test_nobody_who_counts_knows_any_of_the_ten(world: ServiceWorld) -> None:
    await add(world, ME, 101, 102, 103)
    await add(world, OTHER, 110, 111)
    await add(world, THIRD, 120, 121)
    await world.dismissals.dismiss(THIRD, 130, DismissalKind.SEEN)
    first = ids(await party(world, OTHER, THIRD))
    assert len(first) == 10
    assert not {101, 102, 103, 110, 111, 120, 121, 130} & set(first)
    assert not ADULT_IDS & set(first)
    for rater, anime_id in ((ME, first[0]), (OTHER, first[1])):
        await world.rate((anime_id, 6), user_id=rater)
    await world.dismissals.dismiss(THIRD, first[2], DismissalKind.NOT_FOR_ME)
    again = await party(world, OTHER, THIRD)
    assert not set(first[:3]) & set(ids(again))
    assert again.counted == 3


async def test_only_who_allowed_it_and_rated_something_counts(world: ServiceWorld) -> None:
    await add(world, ME, 101, 102, shareable=False)
    await add(world, OTHER, 110, 111)
    alone = await party(world, OTHER)
    # one has not allowed it, one has rated nothing the network knows, one is not known at all
    await add(world, THIRD, *ids(alone), shareable=False)
    await add(world, 10, TOO_NEW.anime_id)
    found = await party(world, OTHER, THIRD, 10, STRANGER)
    assert found.counted == 2
    assert ids(found) == ids(alone)
    assert await noted(world) == {ME: True, OTHER: True, THIRD: False, 10: False}


async def test_means_are_told_from_three_people_on(world: ServiceWorld) -> None:
    await add(world, ME, 101, 102, 103)
    await add(world, OTHER, 110, 111)
    await add(world, THIRD, 120, 121)
    assert all(entry.predicted is None for entry in (await party(world, OTHER)).titles)
    found = await party(world, OTHER, THIRD)
    assert found.party_id is not None
    views = [
        await world.parties.own_view(found.party_id, each, place=DIRECT_MESSAGES)
        for each in (ME, OTHER, THIRD)
    ]
    for place, entry in enumerate(found.titles):
        own = [view.titles[place].predicted for view in views]
        assert entry.predicted == pytest.approx(fmean(each for each in own if each), abs=0.25)
        assert entry.predicted is not None
        assert (entry.predicted * 2).is_integer()


async def test_with_nobody_else_counted_there_is_no_party(world: ServiceWorld) -> None:
    await add(world, ME, 101, 102)
    await add(world, OTHER, 110, shareable=False)
    await world.profiles.save(THIRD, shareable=True)
    for others in ((OTHER,), (THIRD,), (STRANGER,), (OTHER, THIRD, STRANGER), (ME,), ()):
        with pytest.raises(NobodySharesError):
            await party(world, *others)
    assert await noted(world) == {}


async def test_who_asks_must_have_rated_something(world: ServiceWorld) -> None:
    await add(world, OTHER, 110)
    for _ in range(2):
        with pytest.raises(NoRatingsError):
            await party(world, OTHER)
        await add(world, ME, TOO_NEW.anime_id)


async def test_ten_people_are_read_by_three_statements(world: ServiceWorld) -> None:
    people = range(1000, 1009)
    await add(world, ME, 101, 102)
    for number, user_id in enumerate(people):
        await add(world, user_id, 103 + 2 * number, 104 + 2 * number)
    ran = world.statements()
    found = await party(world, *people)
    reads = [sql for sql in ran if sql.startswith("SELECT")]
    assert len(reads) == 3
    assert found.counted == 10
    assert len(found.titles) == 10
    assert not set(range(101, 121)) & set(ids(found))


async def test_filters_are_those_of_recommend(world: ServiceWorld) -> None:
    await add(world, ME, 101, 102)
    await add(world, OTHER, 110)
    found = await party(world, OTHER, filters=Filters(genre="romance"))
    assert found.filters == Filters(genre="Romance")
    assert all("Romance" in entry.title.genres for entry in found.titles)
    with pytest.raises(GenreNotFoundError):
        await party(world, OTHER, filters=Filters(genre="Cooking"))
    with pytest.raises(GenreNotFoundError):
        await party(world, OTHER, filters=Filters(genre="Hentai"))
    with pytest.raises(InvalidYearsError):
        await party(world, OTHER, filters=Filters(year_from=2010, year_to=2000))


async def test_hidden_genres_are_in_no_party(world: ServiceWorld) -> None:
    await add(world, ME, 101, 102)
    await add(world, OTHER, 110)
    before = await party(world, OTHER)
    assert before.party_id is not None
    assert any("Romance" in entry.title.genres for entry in before.titles)
    hidden = frozenset({"Comedy"})
    found = await party(world, OTHER, place=hiding(hidden))
    assert not any("Comedy" in entry.title.genres for entry in found.titles)
    view = await world.parties.own_view(before.party_id, ME, place=hiding({"Romance"}))
    voted = await world.parties.begin_poll(before.party_id, ME, place=hiding({"Romance"}))
    left = [e.title for e in before.titles if "Romance" not in e.title.genres]
    assert [entry.title for entry in view.titles] == list(voted.values()) == left


async def test_filters_that_leave_little_would_tell_what_is_missing(world: ServiceWorld) -> None:
    await add(world, ME, 101, 102)
    await add(world, OTHER, 110)
    few = Filters(genre="Comedy")
    passing = [t for t in world.catalogue.titles if few.matches(t) and t.anime_id in KNOWN]
    assert len(passing) < LEAST_CHOICE
    with pytest.raises(NarrowPartyError):
        await party(world, OTHER, filters=few)
    # whatever anybody has rated: a refusal says nothing of that
    await add(world, OTHER, *(title.anime_id for title in passing))
    with pytest.raises(NarrowPartyError):
        await party(world, OTHER, filters=few)


async def test_who_dismisses_all_they_are_shown_does_not_learn_what_is_missing(
    world: ServiceWorld,
) -> None:
    await add(world, ME, 101, 102)
    await add(world, OTHER, 110, 111)
    shown: set[int] = set()
    while len(KNOWN - ADULT_IDS - shown - {101, 102}) >= LEAST_CHOICE:
        for anime_id in ids(await party(world, OTHER)):
            shown.add(anime_id)
            await world.dismissals.dismiss(ME, anime_id, DismissalKind.NOT_FOR_ME)
    with pytest.raises(NarrowPartyError):
        await party(world, OTHER)


async def test_when_all_is_known_the_list_is_empty_and_not_kept(world: ServiceWorld) -> None:
    everything = sorted(KNOWN)
    await add(world, ME, *everything[:25])
    await add(world, OTHER, *everything[25:])
    found = await party(world, OTHER)
    assert (found.titles, found.party_id) == ((), None)
    assert await noted(world) == {}


async def test_adult_titles_need_the_channel_and_everybody(world: ServiceWorld) -> None:
    everything = sorted(KNOWN - ADULT_IDS)
    await add(world, ME, *everything[:28], age=30)
    await add(world, OTHER, *everything[28:56], age=40)
    await add(world, THIRD, 101, age=15)
    # two titles are left for everybody, two for adults
    both = await party(world, OTHER, place=RESTRICTED)
    assert set(ids(both)) == {*everything[56:], *ADULT_IDS}
    assert set(ids(await party(world, OTHER))) == set(everything[56:])
    with_minor = await party(world, OTHER, THIRD, place=RESTRICTED)
    assert set(ids(with_minor)) == set(everything[56:])
    # asking for the genre says nothing of anybody's age either
    with pytest.raises(NarrowPartyError):
        await party(world, OTHER, THIRD, filters=Filters(genre="Hentai"), place=RESTRICTED)
    # who says another age afterwards, or asks elsewhere, sees and votes on less
    assert both.party_id is not None
    assert (
        len((await world.parties.own_view(both.party_id, OTHER, place=DIRECT_MESSAGES)).titles) == 2
    )
    await world.profiles.save(OTHER, age=15)
    view = await world.parties.own_view(both.party_id, OTHER, place=RESTRICTED)
    assert not ADULT_IDS & {entry.title.anime_id for entry in view.titles}
    voted = await world.parties.begin_poll(both.party_id, ME, place=RESTRICTED)
    assert not ADULT_IDS & {title.anime_id for title in voted.values()}


async def test_each_sees_what_they_would_give_and_where_that_is_less(world: ServiceWorld) -> None:
    await add(world, ME, 101, 102, 103)
    await add(world, OTHER, 110, 111)
    await add(world, THIRD, 120, 121)
    await add(world, 10, 130, shareable=False)
    found = await party(world, OTHER, THIRD, 10)
    assert found.party_id is not None
    views = {
        u: await world.parties.own_view(found.party_id, u, place=DIRECT_MESSAGES)
        for u in (ME, OTHER, THIRD, 10)
    }
    assert [view.counted for view in views.values()] == [True, True, True, False]
    assert not views[10].shareable
    assert all([e.title.anime_id for e in v.titles] == ids(found) for v in views.values())
    for place, entry in enumerate(found.titles):
        assert entry.predicted is not None
        for view in views.values():
            own = view.titles[place]
            assert own.predicted is not None
            assert own.less == (own.predicted <= entry.predicted - LESS)
    # of two, each could work out the other's part
    two = await party(world, OTHER)
    assert two.party_id is not None
    assert not any(
        e.less
        for e in (await world.parties.own_view(two.party_id, ME, place=DIRECT_MESSAGES)).titles
    )
    # it is as today: a rating since is shown as such
    await world.rate((ids(found)[0], 4), user_id=OTHER)
    later = await world.parties.own_view(found.party_id, OTHER, place=DIRECT_MESSAGES)
    assert later.titles[0].mark is not None
    assert later.titles[0].mark.score == 4


async def test_strangers_learn_and_change_nothing(world: ServiceWorld) -> None:
    await add(world, ME, 101, 102)
    await add(world, OTHER, 110)
    await add(world, THIRD, 120)
    found = await party(world, OTHER, STRANGER)
    assert found.party_id is not None
    for user_id in (THIRD, STRANGER):
        with pytest.raises(NotInPartyError):
            await world.parties.own_view(found.party_id, user_id, place=DIRECT_MESSAGES)
        with pytest.raises(NotInPartyError):
            await world.parties.begin_poll(found.party_id, user_id, place=DIRECT_MESSAGES)
    with pytest.raises(PartyGoneError):
        await world.parties.own_view(found.party_id + 1, ME, place=DIRECT_MESSAGES)
    assert await world.parties.begin_poll(found.party_id, OTHER, place=DIRECT_MESSAGES)


async def test_deleting_oneself_takes_one_out_and_ends_ones_own_party(world: ServiceWorld) -> None:
    await add(world, ME, 101, 102)
    await add(world, OTHER, 110)
    found = await party(world, OTHER)
    assert found.party_id is not None
    await world.privacy.delete(OTHER)
    assert await noted(world) == {ME: True}
    with pytest.raises(NotInPartyError):
        await world.parties.own_view(found.party_id, OTHER, place=DIRECT_MESSAGES)
    assert (await world.parties.own_view(found.party_id, ME, place=DIRECT_MESSAGES)).titles
    await world.privacy.delete(ME)
    with pytest.raises(PartyGoneError):
        await world.parties.begin_poll(found.party_id, ME, place=DIRECT_MESSAGES)
    assert await noted(world) == {}


async def test_who_leaves_the_server_is_taken_out_of_its_parties_only(world: ServiceWorld) -> None:
    await add(world, ME, 101, 102)
    await add(world, OTHER, 110)
    here = await party(world, OTHER)
    elsewhere = await world.parties.make(
        ME, [OTHER], guild_id=56, channel_id=66, place=DIRECT_MESSAGES
    )
    assert here.party_id is not None
    assert elsewhere.party_id is not None
    await world.top.saw_member(55, OTHER)
    assert await world.leaving.left(55, [OTHER], world.watch() + timedelta(hours=1)) == 1
    with pytest.raises(NotInPartyError):
        await world.parties.own_view(here.party_id, OTHER, place=DIRECT_MESSAGES)
    assert (await world.parties.own_view(here.party_id, ME, place=DIRECT_MESSAGES)).titles
    assert (await world.parties.own_view(elsewhere.party_id, OTHER, place=DIRECT_MESSAGES)).titles


async def test_deleting_oneself_while_it_is_made_leaves_nothing(world: ServiceWorld) -> None:
    await add(world, ME, 101, 102)
    await add(world, OTHER, 110)
    made, _ = await asyncio.gather(party(world, OTHER), world.privacy.delete(ME))
    assert made.titles
    assert not (await world.privacy.show(ME)).known
    assert ME not in await noted(world)


async def test_of_many_presses_one_makes_the_poll(world: ServiceWorld) -> None:
    await add(world, ME, 101, 102)
    await add(world, OTHER, 110)
    found = await party(world, OTHER)
    assert found.party_id is not None
    presses = [
        world.parties.begin_poll(found.party_id, user, place=DIRECT_MESSAGES)
        for user in (ME, OTHER) * 5
    ]
    results = await asyncio.gather(*presses, return_exceptions=True)
    begun = [result for result in results if not isinstance(result, PartyPolledError)]
    assert begun == [dict(enumerate((entry.title for entry in found.titles), 1))]
    # one that failed is begun again, at once or if nobody could say so after a minute
    await world.parties.give_up_poll(found.party_id)
    assert await world.parties.begin_poll(found.party_id, OTHER, place=DIRECT_MESSAGES)
    world.watch.now += timedelta(minutes=2)
    assert await world.parties.begin_poll(found.party_id, ME, place=DIRECT_MESSAGES)
    await world.parties.note_poll(found.party_id, 777)
    await world.parties.give_up_poll(found.party_id)
    world.watch.now += timedelta(minutes=2)
    with pytest.raises(PartyPolledError) as refusal:
        await world.parties.begin_poll(found.party_id, ME, place=DIRECT_MESSAGES)
    error = refusal.value
    assert (error.guild_id, error.channel_id, error.message_id) == (55, 66, 777)
    # several who find that one deleted make one other
    assert await world.parties.poll_of(found.party_id) == 777
    await world.parties.forget_poll(found.party_id, 777)
    assert await world.parties.begin_poll(found.party_id, ME, place=DIRECT_MESSAGES)
    await world.parties.forget_poll(found.party_id, 777)
    with pytest.raises(PartyPolledError):
        await world.parties.begin_poll(found.party_id, OTHER, place=DIRECT_MESSAGES)


async def test_a_party_is_over_after_a_week_and_its_id_is_never_given_again(
    world: ServiceWorld,
) -> None:
    await add(world, ME, 101, 102)
    await add(world, OTHER, 110)
    old = await party(world, OTHER)
    assert old.party_id is not None
    world.watch.now += timedelta(days=8)
    with pytest.raises(PartyGoneError):
        await world.parties.own_view(old.party_id, ME, place=DIRECT_MESSAGES)
    assert await world.parties.sweep() == 1
    assert await world.parties.sweep() == 0
    new = await party(world, OTHER)
    assert new.party_id == old.party_id + 1
    world.watch.now += timedelta(days=8)
    await party(world, OTHER)
    async with world.database.read() as session:
        assert (await session.scalars(select(Party.id))).all() == [old.party_id + 2]
