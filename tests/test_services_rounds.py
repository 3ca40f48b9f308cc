from __future__ import annotations

import pytest
from sqlalchemy import select

from core.errors import GenreNotFoundError, NoRatingsError, RoundGoneError, TitleNotFoundError
from core.recommender.filters import NONE, Filters
from core.services.dismissals import DismissalKind
from core.services.rounds import Mark
from core.showing import DIRECT_MESSAGES
from core.storage.tables import Round as StoredRound
from tests.places import RESTRICTED
from tests.rows import count
from tests.service_world import ADULT, KNOWN, ME, OTHER, TOO_NEW, ServiceWorld, ids


async def test_a_stored_round_is_drawn_anew_with_what_became_of_it(world: ServiceWorld) -> None:
    await world.rate((101, 9), (102, 8))
    lists = await world.new_round()
    assert lists.round_id is not None
    assert await world.recommendations.round(ME, lists.round_id, place=DIRECT_MESSAGES) == lists
    rated, seen, unwanted = ids(lists)[:3]
    await world.rate((rated, 7))
    await world.dismissals.dismiss(ME, seen, DismissalKind.SEEN)
    await world.dismissals.dismiss(ME, unwanted, DismissalKind.NOT_FOR_ME)
    await world.rate((101, 10))
    again = await world.recommendations.round(ME, lists.round_id, place=DIRECT_MESSAGES)
    assert ids(again) == ids(lists)
    assert [listed.mark for listed in again.similar[:4]] == [
        Mark(score=7),
        Mark(dismissed=DismissalKind.SEEN),
        Mark(dismissed=DismissalKind.NOT_FOR_ME),
        None,
    ]
    # reasons are today's ratings
    reasons = [listed.because for listed in again.similar if listed.because]
    assert {(r.title.anime_id, r.score) for r in reasons} <= {(101, 10), (102, 8)}
    for anime_id in (101, 102):
        await world.ratings.unrate(ME, anime_id)
    again = await world.recommendations.round(ME, lists.round_id, place=DIRECT_MESSAGES)
    assert not any(listed.because for listed in (*again.similar, *again.may_like))


async def test_a_round_is_nobody_elses(world: ServiceWorld) -> None:
    await world.rate((101, 9))
    await world.rate((102, 9), user_id=OTHER)
    lists = await world.new_round()
    assert lists.round_id is not None
    for user_id, round_id in ((OTHER, lists.round_id), (ME, lists.round_id + 1), (ME, 0)):
        for ask in (world.recommendations.round, world.recommendations.more):
            with pytest.raises(RoundGoneError):
                await ask(user_id, round_id, DIRECT_MESSAGES)


async def test_adult_titles_and_reasons_of_a_round_stay_where_they_belong(
    world: ServiceWorld,
) -> None:
    await world.ratings.rate_many(ME, [(i, 8) for i in sorted(KNOWN - {ADULT})[:45]])
    lists = await world.new_round(place=RESTRICTED)
    assert lists.round_id is not None
    assert ADULT in ids(lists)
    elsewhere = await world.recommendations.round(ME, lists.round_id, place=DIRECT_MESSAGES)
    assert ids(elsewhere) == [i for i in ids(lists) if not world.catalogue[i].adult]
    await world.profiles.save(ME, age=17)
    young = await world.recommendations.round(ME, lists.round_id, place=RESTRICTED)
    assert ids(young) == ids(elsewhere)


async def test_more_goes_on_without_repeating(world: ServiceWorld) -> None:
    await world.rate((101, 9), (102, 3))
    lists = await world.new_round()
    shown = set(ids(lists))
    while lists.round_id is not None:
        more = await world.recommendations.more(ME, lists.round_id, place=DIRECT_MESSAGES)
        assert not shown & set(ids(more))
        assert more.filters == NONE
        assert more.previous_id == lists.round_id
        shown |= set(ids(more))
        lists = more
    # 60 titles, two of them rated and two adult: all were shown, then there was nothing left
    assert len(shown) == 56
    assert ids(lists) == []
    async with world.database.read() as session:
        previous = (
            await session.scalars(select(StoredRound.previous_id).order_by(StoredRound.id))
        ).all()
    assert previous == [None, 1, 2]


async def test_more_of_an_older_round_does_not_know_the_newer_one(world: ServiceWorld) -> None:
    await world.rate((101, 9))
    first = await world.new_round()
    assert first.round_id is not None
    one = await world.recommendations.more(ME, first.round_id, place=DIRECT_MESSAGES)
    two = await world.recommendations.more(ME, first.round_id, place=DIRECT_MESSAGES)
    assert ids(one) == ids(two)


async def test_more_needs_ratings(world: ServiceWorld) -> None:
    await world.rate((101, 9))
    lists = await world.new_round()
    assert lists.round_id is not None
    await world.ratings.unrate(ME, 101)
    with pytest.raises(NoRatingsError):
        await world.recommendations.more(ME, lists.round_id, place=DIRECT_MESSAGES)


async def test_filters_are_kept_with_the_round(world: ServiceWorld) -> None:
    await world.rate((101, 9))
    filters = Filters(genre="Romance", type="TV", year_from=1995, hide_sequels=True, latest=1)
    lists = await world.new_round(filters=filters)
    assert lists.round_id is not None
    assert lists.filters == filters
    assert (
        await world.recommendations.round(ME, lists.round_id, place=DIRECT_MESSAGES)
    ).filters == filters
    assert (
        await world.recommendations.more(ME, lists.round_id, place=DIRECT_MESSAGES)
    ).filters == filters


async def test_genres_are_checked(world: ServiceWorld) -> None:
    await world.rate((101, 9))
    lists = await world.new_round(filters=Filters(genre="romance"))
    assert lists.filters.genre == "Romance"
    for genre in ("Cooking", "Hentai"):
        with pytest.raises(GenreNotFoundError):
            await world.recommendations.recommend(
                ME, filters=Filters(genre=genre), place=DIRECT_MESSAGES
            )
    adult = await world.new_round(filters=Filters(genre="Hentai"), place=RESTRICTED)
    assert adult.filters.genre == "Hentai"
    assert adult.round_id is not None
    elsewhere = await world.recommendations.round(ME, adult.round_id, place=DIRECT_MESSAGES)
    assert elsewhere.filters.genre is None
    # to go on without the genre would be something else than was asked for
    with pytest.raises(RoundGoneError):
        await world.recommendations.more(ME, adult.round_id, place=DIRECT_MESSAGES)
    more = await world.recommendations.more(ME, adult.round_id, place=RESTRICTED)
    assert more.filters.genre == "Hentai"


async def test_adult_genres_are_named_in_no_part_of_the_filters(world: ServiceWorld) -> None:
    await world.rate((101, 9))
    for filters in (Filters(also=("Hentai",)), Filters(genre="Romance", also=("Hentai",))):
        with pytest.raises(GenreNotFoundError):
            await world.recommendations.recommend(ME, filters=filters, place=DIRECT_MESSAGES)
    for filters in (Filters(also=("Cooking",)), Filters(without=("Cooking",))):
        with pytest.raises(GenreNotFoundError):
            await world.recommendations.recommend(ME, filters=filters, place=RESTRICTED)
    # nothing adult is what everybody gets, so there is nothing to refuse
    without = await world.new_round(filters=Filters(without=("hentai", "romance")))
    assert without.filters == Filters(without=("Romance",))

    asked = Filters(also=("Hentai",), without=("Romance",), year_from=1990)
    adult = await world.new_round(filters=asked, place=RESTRICTED)
    assert adult.filters == asked
    assert adult.round_id is not None
    shown = await world.recommendations.round(ME, adult.round_id, place=DIRECT_MESSAGES)
    assert shown.filters == Filters(without=("Romance",), year_from=1990)
    with pytest.raises(RoundGoneError):
        await world.recommendations.more(ME, adult.round_id, place=DIRECT_MESSAGES)
    again = await world.recommendations.round(ME, adult.round_id, place=RESTRICTED)
    assert again.filters == asked


async def test_lists_drawn_anew_say_how_many_titles_are_left_out(world: ServiceWorld) -> None:
    await world.rate((101, 9))
    lists = await world.new_round(filters=Filters(genre="Hentai"), place=RESTRICTED)
    assert lists.round_id is not None
    assert len(ids(lists)) == 2
    again = await world.recommendations.round(ME, lists.round_id, place=RESTRICTED)
    assert (len(ids(again)), again.left_out) == (2, 0)
    elsewhere = await world.recommendations.round(ME, lists.round_id, place=DIRECT_MESSAGES)
    assert (len(ids(elsewhere)), elsewhere.left_out) == (0, 2)


async def test_titles_like_another_come_from_its_cluster(world: ServiceWorld) -> None:
    found = await world.recommendations.similar_to(110, user_id=ME, size=8, place=DIRECT_MESSAGES)
    assert found.title.anime_id == 110
    assert found.kind is not None
    assert len(found.titles) == 8
    # the tiny catalogue's clusters are the ids modulo 6
    assert {(listed.title.anime_id - 101) % 6 for listed in found.titles} == {(110 - 101) % 6}
    assert 110 not in [listed.title.anime_id for listed in found.titles]
    assert all(listed.predicted is None for listed in found.titles)
    # the cluster has ten titles; more are filled from the nearest ones
    assert (
        len(
            (
                await world.recommendations.similar_to(
                    110, user_id=ME, size=20, place=DIRECT_MESSAGES
                )
            ).titles
        )
        == 20
    )

    rated = found.titles[0].title.anime_id
    await world.rate((rated, 9))
    mine = await world.recommendations.similar_to(110, user_id=ME, place=DIRECT_MESSAGES)
    assert rated not in [listed.title.anime_id for listed in mine.titles]
    assert all(listed.predicted is not None for listed in mine.titles)
    others = await world.recommendations.similar_to(110, user_id=OTHER, place=DIRECT_MESSAGES)
    assert rated in [listed.title.anime_id for listed in others.titles]
    assert await count(world.database, StoredRound) == 0


async def test_titles_like_an_adult_or_unknown_one(world: ServiceWorld) -> None:
    for ask in (
        lambda i, place: world.recommendations.similar_to(i, place, user_id=ME),
        lambda i, place: world.recommendations.why(ME, i, place),
    ):
        for anime_id in (ADULT, 5):
            with pytest.raises(TitleNotFoundError):
                await ask(anime_id, DIRECT_MESSAGES)
        assert (await ask(ADULT, RESTRICTED)).title.adult
    new = await world.recommendations.similar_to(
        TOO_NEW.anime_id, user_id=ME, place=DIRECT_MESSAGES
    )
    assert (new.kind, new.titles) == (None, ())


async def test_why_without_anything_to_go_by(world: ServiceWorld) -> None:
    why = await world.recommendations.why(ME, 110, place=DIRECT_MESSAGES)
    assert (why.title.anime_id, why.predicted, why.up, why.down) == (110, None, (), ())
    assert why.community_mean is not None
    assert why.kind is not None
    # a rating of the title itself says nothing about it
    await world.rate((110, 9))
    assert (await world.recommendations.why(ME, 110, place=DIRECT_MESSAGES)).predicted is None
    new = await world.recommendations.why(ME, TOO_NEW.anime_id, place=DIRECT_MESSAGES)
    assert (new.predicted, new.community_mean, new.kind) == (None, None, None)
