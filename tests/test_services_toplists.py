from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.catalogue.title import GENRES
from core.errors import GenreNotFoundError
from core.showing import DIRECT_MESSAGES, Place
from core.storage.tables import Member
from tests.places import RESTRICTED
from tests.rows import count, on_connect
from tests.service_world import ADULT, ME, ServiceWorld

GUILD = 555


async def test_there_is_a_list_of_every_genre_and_of_all(world: ServiceWorld) -> None:
    for genre in GENRES:
        top = await world.top.top(genre, user_id=ME, personal=False, place=RESTRICTED)
        assert top.genre == genre
        assert all(genre in entry.title.genres for entry in top.entries)
        means = [entry.mean for entry in top.entries]
        assert means == sorted(means, reverse=True)
    overall = await world.top.top(None, user_id=ME, personal=False, size=25, place=DIRECT_MESSAGES)
    assert overall.genre is None
    assert len(overall.entries) == 25
    assert (
        await world.top.top("slice of life", user_id=ME, personal=True, place=DIRECT_MESSAGES)
    ).genre == "Slice of Life"


async def test_adult_titles_and_genres_need_channel_and_age(world: ServiceWorld) -> None:
    async def shown(place: Place, *, personal: bool) -> bool:
        top = await world.top.top(None, place, user_id=ME, personal=personal, size=60)
        return ADULT in [entry.title.anime_id for entry in top.entries]

    for personal in (True, False):
        assert not await shown(DIRECT_MESSAGES, personal=personal)
        assert await shown(RESTRICTED, personal=personal)
    await world.profiles.save(ME, age=17)
    for personal in (True, False):
        assert not await shown(RESTRICTED, personal=personal)
        for genre, place in (
            ("Hentai", DIRECT_MESSAGES),
            ("Hentai", RESTRICTED),
            ("Cooking", DIRECT_MESSAGES),
        ):
            with pytest.raises(GenreNotFoundError):
                await world.top.top(genre, place, user_id=ME, personal=personal)


async def test_a_list_has_pages(world: ServiceWorld) -> None:
    whole = await world.top.top(None, user_id=ME, personal=False, size=100, place=DIRECT_MESSAGES)
    assert (whole.page, whole.pages) == (0, 1)
    pages = [
        await world.top.top(None, user_id=ME, personal=False, page=page, place=DIRECT_MESSAGES)
        for page in range(6)
    ]
    assert tuple(entry for page in pages for entry in page.entries) == whole.entries
    assert [(page.page, page.pages) for page in pages] == [(page, 6) for page in range(6)]
    # a list may have become shorter since its button was made
    assert (
        await world.top.top(None, user_id=ME, personal=False, page=99, place=DIRECT_MESSAGES)
    ).page == 5


async def test_a_member_is_noted_once_a_day(world: ServiceWorld) -> None:
    await world.top.saw_member(GUILD, ME)
    assert await count(world.database, Member) == 0  # nothing is kept of a stranger
    await world.rate((101, 5))
    await world.top.saw_member(GUILD, ME)
    seen = world.statements()
    await world.top.saw_member(GUILD, ME)
    assert seen == []
    world.top.forget(ME)  # as after a restart
    await world.top.saw_member(GUILD, ME)
    assert not any(statement.startswith("INSERT") for statement in seen)
    world.watch.now += timedelta(days=1)
    await world.top.saw_member(GUILD, ME)
    async with world.database.read() as session:
        assert (await session.scalars(select(Member.seen_at))).all() == [world.watch.now]


async def test_of_a_stranger_nothing_is_written_nor_waited_for(world: ServiceWorld) -> None:
    seen = world.statements()
    for _ in range(3):
        await world.top.saw_member(GUILD, ME)
    assert len(seen) == 3
    assert all(statement.startswith("SELECT") for statement in seen)


async def test_a_sighting_under_way_is_not_remembered_of_who_is_deleted(
    world: ServiceWorld,
) -> None:
    for _ in range(10):
        await world.rate((101, 5))
        await asyncio.gather(world.top.saw_member(GUILD, ME), world.privacy.delete(ME))
        await world.rate((101, 5))
        await world.top.saw_member(GUILD, ME)
        assert (await world.privacy.show(ME)).servers == 1
        await world.privacy.delete(ME)


async def test_a_member_that_cannot_be_noted_stops_nobody(
    world: ServiceWorld, caplog: pytest.LogCaptureFixture
) -> None:
    await world.rate((101, 5))
    await world.database.close()
    on_connect(world.database, "PRAGMA query_only = ON")
    await world.top.saw_member(GUILD, ME)
    assert f"User {ME} in server {GUILD}" in caplog.text
