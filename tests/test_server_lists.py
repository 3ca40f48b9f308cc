"""A server's three lists: what is in them, in which order, and what moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from core.catalogue.catalogue import Catalogue
from core.errors import GenreNotFoundError
from core.recommender.filters import Filters
from core.services.dismissals import DismissalKind
from core.services.server_lists import (
    Lacking,
    MostRated,
    ServerEntry,
    ServerLists,
    ServerMean,
    ServerTop,
    TopKind,
)
from core.services.server_ranking import FINE_FROM, PRIOR_VOTES
from core.showing import ANYBODY, DIRECT_MESSAGES, EVERYTHING, Place, Showing
from core.storage.week import week_of
from tests.places import RESTRICTED, hiding
from tests.service_world import ADULT, ME, ServiceWorld

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GUILD = 555
A, B, C, D, E = 101, 102, 103, 104, 105
WEEK = timedelta(weeks=1)


async def rated(
    world: ServiceWorld, scores: Mapping[int, Sequence[int]], guild: int = GUILD
) -> None:
    """Let members rate: the scores of each title, one a member, from the first on."""
    for anime_id, given in scores.items():
        for user_id, score in enumerate(given, 1):
            await world.ratings.rate(user_id, anime_id, score)
            await world.top.saw_member(guild, user_id)


async def top(
    world: ServiceWorld,
    kind: TopKind = TopKind.BEST,
    genre: str | None = None,
    place: Place = DIRECT_MESSAGES,
    **options: object,
) -> ServerTop:
    asked: dict[str, object] = {"user_id": ME, "personal": False, **options}
    return await world.server_lists.top(GUILD, kind, genre, place, **asked)  # type: ignore[arg-type]


def ids(found: ServerTop) -> list[int]:
    assert found.lacking is None
    return [entry.title.anime_id for entry in found.entries]


def drawn(world: ServiceWorld, total: int, votes: int, step: float | None = None) -> float:
    """Return the mean of `votes`, drawn towards that of all people, in steps if told so."""
    overall = world.recommendations.ranking.overall
    mean = (total + PRIOR_VOTES * overall) / (votes + PRIOR_VOTES)
    return mean if step is None else round(mean / step) * step


def moves(found: ServerTop) -> dict[int, int | None]:
    return {
        entry.title.anime_id: entry.moved
        for entry in found.entries
        if isinstance(entry, ServerEntry)
    }


async def test_the_best_loved_are_drawn_towards_the_mean_of_all_people(world: ServiceWorld) -> None:
    await rated(world, {A: [9, 9, 9], B: [9] * 8, C: [4] * 4, D: [10, 10]})
    found = await top(world)
    # two votes are too few, and of the same mean more votes weigh more
    assert ids(found) == [B, A, C]
    assert found.voters == 8
    assert found.entries[1].mean == drawn(world, 27, 3, step=0.5)
    assert [entry.votes for entry in found.entries] == [8, 3, 4]


async def test_the_means_before_and_after_a_vote_do_not_tell_it(world: ServiceWorld) -> None:
    await rated(world, {A: [9, 7, 8], B: [8] * FINE_FROM})
    told: dict[float, set[int]] = {}
    for score in range(1, 11):
        await world.rate((A, score), user_id=4)
        await world.top.saw_member(GUILD, 4)
        mean = await world.server_lists.mean(GUILD, A)
        assert mean is not None
        assert mean.mean == drawn(world, 24 + score, 4, step=0.5)
        told.setdefault(mean.mean, set()).add(score)
    assert all(len(scores) > 1 for scores in told.values()), told
    # of many, one moves so little that it need not be hidden
    mean = await world.server_lists.mean(GUILD, B)
    assert mean is not None
    assert mean.mean == pytest.approx(drawn(world, 8 * FINE_FROM, FINE_FROM))


async def test_a_servers_mean_needs_three_who_allow_it_and_is_that_of_its_list(
    world: ServiceWorld,
) -> None:
    for user_id, score in ((1, 10), (2, 7), (3, 4), (4, 1)):
        await world.rate((A, score), (B, score), (C, score), user_id=user_id)
    for user_id in (1, 2):
        await world.top.saw_member(GUILD, user_id)
    await world.top.saw_member(GUILD + 1, 3)
    assert await world.server_lists.mean(GUILD, A) is None
    await world.top.saw_member(GUILD, 3)
    mean = await world.server_lists.mean(GUILD, A)
    assert mean == ServerMean(drawn(world, 21, 3, step=0.5), 3)
    listed = (await top(world)).entries
    assert [ServerMean(entry.mean, entry.votes) for entry in listed] == [mean] * 3
    assert await world.server_lists.mean(GUILD, D) is None
    await world.profiles.save(3, in_server_lists=False)
    assert await world.server_lists.mean(GUILD, A) is None
    await world.top.saw_member(GUILD, 4)
    assert await world.server_lists.mean(GUILD, A) == ServerMean(drawn(world, 18, 3, step=0.5), 3)


async def test_a_server_may_ask_for_more_votes_but_not_for_fewer(world: ServiceWorld) -> None:
    await rated(world, {A: [8] * 6, B: [8] * 6, C: [8] * 6, D: [9] * 3, E: [10] * 2})
    assert ids(await top(world, least_votes=5)) == [A, B, C]
    assert ids(await top(world, least_votes=1)) == [D, A, B, C]


async def test_until_there_is_enough_the_list_is_everybodys(world: ServiceWorld) -> None:
    everybody = (
        await world.top.top(None, user_id=ME, personal=False, place=DIRECT_MESSAGES)
    ).entries
    nothing = await top(world)
    assert nothing.lacking == Lacking(voters=3, titles=3, votes=3)
    assert nothing.voters == 0
    assert nothing.entries == everybody
    await rated(world, {A: [9, 9], B: [9, 9, 9]})
    few = await top(world)
    assert few.lacking == Lacking(voters=0, titles=2, votes=3)
    assert few.entries == everybody
    assert (await top(world, page=1)).page == 1
    genre = await top(world, genre="romance")
    assert genre.genre == "Romance"
    assert (
        genre.entries
        == (
            await world.top.top("Romance", user_id=ME, personal=False, place=DIRECT_MESSAGES)
        ).entries
    )
    assert (await top(world, least_votes=20)).lacking == Lacking(voters=17, titles=3, votes=20)


async def test_what_divides_needs_five_who_differ(world: ServiceWorld) -> None:
    split, close = [1, 10, 1, 10, 1, 10], [7, 8, 7, 8, 7]
    await rated(world, {A: split, B: close, C: close, D: [1, 10, 1, 10], E: [3, 9, 3, 9, 3]})
    found = await top(world, TopKind.DIVISIVE)
    assert ids(found) == [A, E]
    agreed = await top(world, TopKind.DIVISIVE, filters=Filters(without=("Supernatural",)))
    assert agreed.lacking is not None


async def test_who_agree_have_a_list_with_nothing_in_it(world: ServiceWorld) -> None:
    await rated(world, {A: [8] * 5, B: [8] * 5, C: [8] * 5})
    found = await top(world, TopKind.DIVISIVE)
    assert found.lacking is None
    assert found.entries == ()


async def test_gems_are_loved_here_and_little_known_elsewhere(world: ServiceWorld) -> None:
    by_votes = sorted(
        (
            await world.top.top(None, user_id=ME, personal=False, size=100, place=DIRECT_MESSAGES)
        ).entries,
        key=lambda entry: -entry.votes,
    )
    known, unknown = by_votes[0].title.anime_id, by_votes[-1].title.anime_id
    disliked = by_votes[-2].title.anime_id
    await rated(world, {known: [10] * 4, unknown: [9] * 4, disliked: [2] * 4})
    assert ids(await top(world, TopKind.GEMS)) == [unknown]
    assert ids(await top(world)) == [known, unknown, disliked]


async def test_genres_filters_and_what_is_never_shown_here(world: ServiceWorld) -> None:
    every = range(101, 131)
    await rated(world, {anime_id: [7, 8, 9] for anime_id in every})
    whole = await top(world, size=100)
    assert len(whole.entries) == 29  # one of them is for adults
    romance = await top(world, genre="romance", size=100)
    assert all("Romance" in entry.title.genres for entry in romance.entries)
    assert len(romance.entries) < 29
    without = await top(world, size=100, place=hiding({"Romance"}))
    assert not {*ids(romance)} & {*ids(without)}
    assert {*ids(romance)} | {*ids(without)} == {*ids(whole)}
    films = await top(world, size=100, filters=Filters(type="Movie"))
    assert {entry.title.type for entry in films.entries} == {"Movie"}
    pages = [await top(world, page=page) for page in range(3)]
    assert [i for page in pages for i in ids(page)] == ids(whole)


async def test_adult_titles_and_what_one_dismissed(world: ServiceWorld) -> None:
    await rated(world, {A: [9] * 3, B: [9] * 3, C: [9] * 3, ADULT: [9] * 3})
    assert ADULT not in ids(await top(world))
    assert ADULT in ids(await top(world, place=RESTRICTED))
    await world.dismissals.dismiss(ME, A, DismissalKind.NOT_FOR_ME)
    assert A in ids(await top(world))
    assert ids(await top(world, personal=True)) == [B, C]
    await world.profiles.save(ME, age=16)
    for personal in (True, False):
        shown = ids(await top(world, place=RESTRICTED, personal=personal))
        assert ADULT not in shown
        with pytest.raises(GenreNotFoundError):
            await top(world, genre="Hentai", place=RESTRICTED, personal=personal)


async def test_of_a_franchise_only_one_is_listed(world: ServiceWorld) -> None:
    await rated(world, {A: [9, 9, 9], B: [8, 8, 8], C: [7, 7, 7], D: [6, 6, 6]})
    catalogue = Catalogue(
        replace(title, franchise="Tiny") if title.anime_id in {A, B} else title
        for title in world.catalogue.titles
    )
    lists = ServerLists(
        world.database,
        catalogue,
        world.recommendations.ranking,
        world.recommendations.filtered,
        {},
        world.watch,
    )
    found = await lists.top(
        GUILD, TopKind.BEST, None, user_id=ME, personal=False, place=DIRECT_MESSAGES
    )
    assert ids(found) == [A, C, D]


async def test_titles_rise_fall_and_are_new(world: ServiceWorld) -> None:
    await rated(world, {A: [9, 9, 9], B: [8, 8, 8], C: [7, 7, 7], E: [2, 2, 2]})
    assert moves(await top(world)) == {A: 0, B: 0, C: 0, E: 0}  # there was no list before
    world.watch.now += WEEK
    assert moves(await top(world)) == {A: 0, B: 0, C: 0, E: 0}  # nor before last week
    world.watch.now += WEEK
    await rated(world, {C: [10, 10, 10], D: [6, 6, 6]})
    moved = {C: 2, A: -1, B: -1, D: None, E: -1}
    assert moves(await top(world)) == moved
    world.watch.now += WEEK
    assert moves(await top(world)) == moved  # on a Monday, too, the week before is told
    world.watch.now += WEEK
    assert moves(await top(world)) == {C: 0, A: 0, B: 0, D: 0, E: 0}


async def test_nothing_is_new_where_everybodys_list_was_shown(world: ServiceWorld) -> None:
    await rated(world, {A: [9, 9, 9], B: [8, 8, 8]})
    world.watch.now += WEEK
    assert (await top(world)).lacking is not None
    world.watch.now += WEEK
    await rated(world, {C: [7, 7, 7]})
    assert moves(await top(world)) == {A: 0, B: 0, C: 0}


async def test_the_digest_hears_what_is_new_and_most_rated_since_last_week(
    world: ServiceWorld,
) -> None:
    lists = world.server_lists
    await rated(world, {A: [9] * 5, B: [8] * 4, C: [7] * 3, ADULT: [9] * 9})
    week = week_of(world.watch.now)

    async def new(showing: Showing = ANYBODY, **options: int) -> dict[int, int]:
        found = await lists.newly_in_top(GUILD, week, showing, **options)
        return {place: entry.title.anime_id for place, entry in found.items()}

    async def most() -> dict[int, int]:
        found = await lists.most_rated(GUILD, week, ANYBODY)
        assert all(isinstance(each, MostRated) for each in found)
        return {each.title.anime_id: each.new_votes for each in found}

    # the first list is new as a whole
    assert await new() == {1: A, 2: B, 3: C}
    assert await new(EVERYTHING) == {1: ADULT, 2: A, 3: B, 4: C}
    assert await most() == {A: 5, B: 4, C: 3}
    world.watch.now += WEEK
    week += 1
    assert await new() == {}
    assert await most() == {}
    await rated(world, {C: [7] * 5, D: [10] * 4, A: [8] * 5})
    assert await new() == {1: D}
    assert await new(size=2) == {1: D}
    assert await most() == {D: 4, C: 2}
    # in the next week it is the same, whatever is rated then
    world.watch.now += WEEK
    await rated(world, {E: [10] * 6, D: [1] * 4, A: [10] * 6})
    assert await new() == {1: D}
    assert await most() == {D: 4, C: 2}
    week += 1
    assert await new() == {2: E}
    assert await most() == {E: 6, A: 1}
    # who leaves and comes again changes nothing of it
    await world.leaving.left(GUILD, [1, 2], world.watch())
    await world.top.saw_member(GUILD, 1)
    await world.top.saw_member(GUILD, 2)
    assert await new() == {2: E}
    assert await most() == {E: 6, A: 1}


async def test_nothing_is_new_in_a_server_without_a_list_of_its_own(world: ServiceWorld) -> None:
    await rated(world, {A: [9] * 5, B: [8] * 4})
    week = week_of(world.watch.now)
    assert (await top(world)).lacking is not None
    assert await world.server_lists.newly_in_top(GUILD, week, ANYBODY) == {}


async def test_who_does_not_want_it_or_left_is_in_no_list(world: ServiceWorld) -> None:
    await rated(world, {A: [9] * 4, B: [9] * 4, C: [9] * 4})
    await world.profiles.save(1, in_server_lists=False)
    found = await top(world)
    assert found.voters == 3
    assert {entry.votes for entry in found.entries} == {3}
    await world.privacy.delete(2)
    assert (await top(world)).lacking == Lacking(voters=1, titles=3, votes=3)
    await world.profiles.save(1, in_server_lists=True)
    assert ids(await top(world)) == [A, B, C]
