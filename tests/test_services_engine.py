"""What services do with answers that the engine gives on request: filters, effects, groups."""

from __future__ import annotations

import pytest

from core.errors import NarrowPartyError, NoRatingsError, NotSharedError
from core.recommender.filters import Filters
from core.services.dismissals import DismissalKind
from core.services.shared_titles import LEAST_CHOICE
from core.showing import DIRECT_MESSAGES, Place
from tests.places import RESTRICTED
from tests.service_world import ADULT, KNOWN, ME, OTHER, ServiceWorld, ids
from tests.tiny import ADULT_IDS

STRANGER = 9


async def test_only_titles_that_pass_the_filters_are_listed(world: ServiceWorld) -> None:
    await world.rate((101, 9))
    movies = await world.new_round(filters=Filters(type="Movie"))
    assert movies.round_id is not None
    assert ids(movies)
    assert all(world.catalogue[i].type == "Movie" for i in ids(movies))
    nothing = await world.new_round(filters=Filters(year_from=2090))
    assert (nothing.round_id, ids(nothing)) == (None, [])


async def test_why_names_the_ratings_that_spoke_for_and_against(world: ServiceWorld) -> None:
    given = {101: 10, 102: 1, 103: 9, 104: 2, 105: 8, 106: 3, 120: 10}
    await world.ratings.rate_many(ME, given.items())
    why = await world.recommendations.why(ME, 130, place=DIRECT_MESSAGES)
    assert why.predicted is not None
    assert 1 <= why.predicted <= 10
    assert why.up or why.down
    for side, sign in ((why.up, 1), (why.down, -1)):
        effects = [each.effect * sign for each in side]
        assert all(effect > 0 for effect in effects)
        assert effects == sorted(effects, reverse=True)
        assert len(side) <= 5
        assert all(given[each.rating.title.anime_id] == each.rating.score for each in side)
    # a rated title is explained by the others, and predicted as if it were not rated
    rated = await world.recommendations.why(ME, 120, place=DIRECT_MESSAGES)
    assert 120 not in [each.rating.title.anime_id for each in (*rated.up, *rated.down)]
    await world.rate((120, 1))
    assert (
        await world.recommendations.why(ME, 120, place=DIRECT_MESSAGES)
    ).predicted == rated.predicted


async def test_adult_ratings_are_no_visible_effect(world: ServiceWorld) -> None:
    await world.rate((ADULT, 10))
    why = await world.recommendations.why(ME, 130, place=DIRECT_MESSAGES)
    assert (why.up, why.down) == ((), ())
    assert why.predicted is not None
    open_to_adults = await world.recommendations.why(ME, 130, place=RESTRICTED)
    assert len(open_to_adults.up) + len(open_to_adults.down) == 1


async def test_a_taste_in_numbers(world: ServiceWorld) -> None:
    empty = await world.tastes.card(ME, place=DIRECT_MESSAGES)
    assert (empty.rating_count, empty.mean, empty.distribution) == (0, None, (0,) * 10)
    assert (empty.genres, empty.surprises, empty.wanted) == ((), (), 20)

    given = {anime_id: 1 + anime_id % 10 for anime_id in sorted(KNOWN)[:12]}
    await world.ratings.rate_many(ME, given.items())
    card = await world.tastes.card(ME, place=DIRECT_MESSAGES)
    assert card.rating_count == sum(card.distribution) == 12
    assert card.mean == pytest.approx(sum(given.values()) / 12)
    assert card.wanted == 8
    counts = [taste.count for taste in card.genres]
    assert counts == sorted(counts, reverse=True)
    assert "Hentai" not in [taste.genre for taste in card.genres]
    assert 0 < len(card.surprises) <= 5
    sizes = [abs(each.rating.score - each.expected) for each in card.surprises]
    assert sizes == sorted(sizes, reverse=True)
    assert min(sizes) >= 1
    for surprise in card.surprises:
        assert not surprise.rating.title.adult
        # expected is what would be predicted had the title not been rated
        rating = surprise.rating
        removed = await world.ratings.unrate(ME, rating.title.anime_id)
        predicted = await world.recommendations.predict(ME, rating.title.anime_id)
        assert predicted == pytest.approx(surprise.expected, abs=1e-3)
        assert removed.step_id is not None
        await world.ratings.undo(ME, removed.step_id, place=DIRECT_MESSAGES)

    restricted = await world.tastes.card(ME, place=RESTRICTED)
    assert "Hentai" in [taste.genre for taste in restricted.genres]


async def test_two_get_what_neither_has_rated_or_dismissed(world: ServiceWorld) -> None:
    await world.rate((101, 9), (102, 2))
    await world.rate((103, 9), (104, 2), user_id=OTHER)
    await world.profiles.save(OTHER, shareable=True)
    found = (await world.together.together(ME, OTHER, place=DIRECT_MESSAGES)).titles
    assert len(found) == 10
    assert not {s.title.anime_id for s in found} & {101, 102, 103, 104}
    mine, theirs = found[0].title.anime_id, found[1].title.anime_id
    await world.dismissals.dismiss(ME, mine, DismissalKind.SEEN)
    await world.dismissals.dismiss(OTHER, theirs, DismissalKind.NOT_FOR_ME)
    again = (await world.together.together(ME, OTHER, place=DIRECT_MESSAGES)).titles
    assert not {mine, theirs} & {shared.title.anime_id for shared in again}
    assert len(again) == 10


async def test_two_see_adult_titles_only_if_both_may(world: ServiceWorld) -> None:
    everything = sorted(KNOWN - {ADULT})
    await world.ratings.rate_many(ME, [(i, 8) for i in everything[:26]])
    await world.ratings.rate_many(OTHER, [(i, 8) for i in everything[26:-6]])
    await world.profiles.save(OTHER, shareable=True)

    async def shown(place: Place) -> bool:
        found = await world.together.together(ME, OTHER, place)
        return ADULT in [shared.title.anime_id for shared in found.titles]

    assert not await shown(DIRECT_MESSAGES)
    assert await shown(place=RESTRICTED)
    await world.profiles.save(OTHER, age=16)
    assert not await shown(place=RESTRICTED)


async def test_two_are_not_told_what_is_missing_from_a_short_list(world: ServiceWorld) -> None:
    await world.ratings.rate_many(ME, [(i, 8) for i in sorted(KNOWN - ADULT_IDS)[LEAST_CHOICE:]])
    await world.rate((101, 9), user_id=OTHER)
    await world.profiles.save(OTHER, shareable=True)
    assert (await world.together.together(ME, OTHER, DIRECT_MESSAGES)).titles
    await world.dismissals.dismiss(ME, 102, DismissalKind.NOT_FOR_ME)
    with pytest.raises(NarrowPartyError):
        await world.together.together(ME, OTHER, DIRECT_MESSAGES)


async def test_who_does_not_share_is_like_somebody_unknown(world: ServiceWorld) -> None:
    with pytest.raises(NoRatingsError):
        await world.together.together(ME, OTHER, place=DIRECT_MESSAGES)
    await world.rate((101, 9))
    await world.rate((103, 9), user_id=OTHER)
    await world.profiles.save(STRANGER, shareable=True)  # without ratings
    said: set[str] = set()
    for other in (OTHER, STRANGER, 404, ME):
        with pytest.raises(NotSharedError) as refusal:
            await world.together.together(ME, other, place=DIRECT_MESSAGES)
        said.add(str(refusal.value))
    assert len(said) == 1
