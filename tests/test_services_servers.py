"""What is set for a server, and that the genres it hides are in no answer."""

from __future__ import annotations

import asyncio
import json

import pytest

from core.errors import GenreNotFoundError, InvalidInputError, TitleNotFoundError
from core.recommender.filters import Filters
from core.services.recommendations import ColdStart, ListedTitle
from core.services.server_ranking import TopKind
from core.services.servers import NOT_SET, Among, DigestTrouble
from core.storage.week import week_of
from tests.places import hiding
from tests.service_world import ME, OTHER, ServiceWorld

SERVER = 555


def hide(*genres: str) -> Among:
    return Among(frozenset(genres), frozenset(genres))


def hidden_genre(world: ServiceWorld) -> str:
    """Return a genre that some titles have, and others do not."""
    return world.catalogue[104].genres[-1]


async def test_a_server_has_the_defaults_until_something_is_set(world: ServiceWorld) -> None:
    assert await world.servers.settings(SERVER) == NOT_SET
    changed = await world.servers.change(SERVER, language="ja", least_votes=50)
    assert (changed.language, changed.least_votes, changed.private) == ("ja", 50, True)
    assert await world.servers.settings(SERVER) == changed
    assert await world.servers.settings(SERVER + 1) == NOT_SET
    await world.servers.reset(SERVER)
    assert await world.servers.settings(SERVER) == NOT_SET


async def test_the_database_is_asked_once(world: ServiceWorld) -> None:
    seen = world.statements()
    await world.servers.settings(SERVER)
    asked = len(seen)
    await world.servers.settings(SERVER)
    assert len(seen) == asked
    changed = await world.servers.change(SERVER, adult=False)
    asked = len(seen)
    assert await world.servers.settings(SERVER) == changed
    assert len(seen) == asked


@pytest.mark.parametrize(
    "wrong", [{"least_votes": 2}, {"least_votes": 51}, {"hidden_genres": hide("Cooking")}]
)
async def test_what_cannot_be_is_refused_and_nothing_saved(
    world: ServiceWorld, wrong: dict
) -> None:
    with pytest.raises(InvalidInputError):
        await world.servers.change(SERVER, private=False, **wrong)
    assert await world.servers.settings(SERVER) == NOT_SET


async def test_many_changes_at_once_are_all_kept(world: ServiceWorld) -> None:
    genres = ("Action", "Horror", "Yaoi", "Yuri", "Ecchi", "Harem", "Kids", "Space")
    await asyncio.gather(
        *(world.servers.change(SERVER, hidden_genres=hide(genre)) for genre in genres),
        world.servers.change(SERVER, private=False),
    )
    settings = await world.servers.settings(SERVER)
    assert settings.hidden_genres == set(genres)
    assert not settings.private
    only = Among(frozenset({"Action", "Horror"}), frozenset({"Horror"}))
    settings = await world.servers.change(SERVER, hidden_genres=only)
    assert settings.hidden_genres == set(genres) - {"Action"}


async def test_a_digest_is_claimed_once_a_week_and_not_in_the_week_it_was_set(
    world: ServiceWorld,
) -> None:
    servers, week = world.servers, week_of(world.watch())
    await servers.change(SERVER, digest_channel_id=9)
    assert await servers.due(week) == ()
    assert await servers.due(week + 1) == (SERVER,)
    claims = await asyncio.gather(*(servers.claim(SERVER, week + 1) for _ in range(5)))
    assert sum(claim is not None for claim in claims) == 1
    assert await servers.due(week + 1) == ()
    assert await servers.claimed(week + 1) == (SERVER,)
    await servers.release(SERVER, week + 1)
    assert await servers.due(week + 1) == (SERVER,)
    assert await servers.claim(SERVER, week + 1) is not None
    await servers.done(SERVER, week + 1)
    # what is done is neither claimed nor released again
    await servers.release(SERVER, week + 1)
    assert (await servers.due(week + 1), await servers.claimed(week + 1)) == ((), ())


async def test_a_digest_ends_only_in_the_channel_where_it_failed(world: ServiceWorld) -> None:
    servers, week = world.servers, week_of(world.watch()) + 1
    await servers.change(SERVER, digest_channel_id=9)
    await servers.claim(SERVER, week)
    await servers.change(SERVER, digest_channel_id=10)
    await servers.end_digest(SERVER, 9, DigestTrouble.CHANNEL_GONE)
    settings = await servers.settings(SERVER)
    assert (settings.digest_channel_id, settings.digest_trouble) == (10, None)
    # what was claimed may have been sent in the other channel
    assert (await servers.due(week), await servers.claimed(week)) == ((), ())
    assert await servers.due(week + 1) == (SERVER,)
    await servers.end_digest(SERVER, 10, DigestTrouble.NOT_ALLOWED)
    settings = await servers.settings(SERVER)
    assert settings.digest_channel_id is None
    assert settings.digest_trouble is DigestTrouble.NOT_ALLOWED


async def test_hidden_genres_are_in_no_list(world: ServiceWorld) -> None:
    genre = hidden_genre(world)
    hidden = frozenset({genre})

    def check(listed: tuple[ListedTitle, ...]) -> None:
        assert listed
        assert all(genre not in each.title.genres for each in listed)

    cold = await world.recommendations.recommend(ME, place=hiding(hidden))
    assert isinstance(cold, ColdStart)
    assert all(genre not in e.title.genres for top in cold.lists for e in top.entries)
    await world.rate((101, 9), (102, 8), (106, 7))
    open_round = await world.new_round()
    closed = await world.new_round(place=hiding(hidden))
    check(closed.similar + closed.may_like)
    narrowed = await world.new_round(filters=Filters(type="TV"), place=hiding(hidden))
    assert narrowed.filters == Filters(type="TV")
    assert closed.round_id is not None
    assert open_round.round_id is not None
    more = await world.recommendations.more(ME, closed.round_id, place=hiding(hidden))
    check(more.similar + more.may_like)
    # lists made elsewhere are judged where they are drawn
    anew = await world.recommendations.round(ME, open_round.round_id, place=hiding(hidden))
    check(anew.similar + anew.may_like)
    assert anew.left_out > 0
    similar = await world.recommendations.similar_to(101, user_id=ME, place=hiding(hidden))
    check(similar.titles)
    with pytest.raises(TitleNotFoundError):
        await world.recommendations.similar_to(104, user_id=ME, place=hiding(hidden))
    top = await world.top.top(None, user_id=ME, personal=True, place=hiding(hidden))
    assert all(genre not in entry.title.genres for entry in top.entries)
    # the genre is as unknown as one that there is not
    with pytest.raises(GenreNotFoundError):
        await world.top.top(genre, user_id=ME, personal=True, place=hiding(hidden))
    with pytest.raises(GenreNotFoundError):
        await world.server_lists.top(
            SERVER, TopKind.BEST, genre, user_id=ME, personal=True, place=hiding(hidden)
        )
    await world.rate((120, 9), user_id=OTHER)
    await world.profiles.save(OTHER, shareable=True)
    both = await world.together.together(ME, OTHER, place=hiding(hidden))
    assert both.titles
    assert all(genre not in each.title.genres for each in both.titles)


async def test_whether_privacy_was_chosen_is_taken_along(world: ServiceWorld) -> None:
    await world.profiles.save(ME, age=30)
    data = await world.privacy.export(ME)
    assert json.loads(data)["profile"]["private_chosen"] is False
    await world.profiles.save(ME, private=True)
    await world.privacy.import_(ME, data)
    assert not (await world.profiles.view(ME)).private_chosen
    # an export of an earlier Riko says nothing of it: then nothing becomes public
    old = data.replace(b'"private_chosen":false,', b"")
    assert old != data
    await world.privacy.import_(ME, old)
    assert (await world.profiles.preferences(ME)).private_in(False)
