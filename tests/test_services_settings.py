from __future__ import annotations

import asyncio
import logging

import pytest

from core.person import Gender, TitleLanguage
from core.services.profiles import Preferences, Profile
from tests.rows import on_connect
from tests.service_world import ME, OTHER, ServiceWorld


async def test_settings_are_saved_one_by_one(world: ServiceWorld) -> None:
    fresh = Profile(ME, None, None, 0)
    assert (fresh.private, fresh.in_server_lists, fresh.shareable) == (True, True, False)
    assert await world.profiles.view(ME) == fresh
    await world.profiles.save(ME, title_language=TitleLanguage.JAPANESE)
    await world.profiles.save(ME, private=False)
    saved = await world.profiles.save(ME, in_server_lists=False, shareable=True, age=30)
    assert saved == Profile(
        ME, 30, None, 0, TitleLanguage.JAPANESE, False, False, True, private_chosen=True
    )
    assert await world.profiles.view(ME) == saved
    assert (await world.profiles.save(ME, title_language=None)).title_language is None


async def test_preferences_are_read_once_and_follow_what_is_saved(world: ServiceWorld) -> None:
    await world.profiles.save(OTHER, private=False)
    seen = world.statements()
    assert await world.profiles.preferences(ME) == Preferences(may_see_adult=True)
    asked = len(seen)
    assert await world.profiles.preferences(ME) == Preferences(may_see_adult=True)
    assert len(seen) == asked
    await world.profiles.save(ME, private=False, title_language=TitleLanguage.ROMAJI)
    asked = len(seen)
    assert await world.profiles.preferences(ME) == Preferences(
        TitleLanguage.ROMAJI, private=False, may_see_adult=True, private_chosen=True
    )
    assert await world.profiles.preferences(OTHER) == Preferences(
        None, False, may_see_adult=True, private_chosen=True
    )
    assert len(seen) == asked


async def test_preferences_follow_the_age(world: ServiceWorld) -> None:
    assert world.profiles.preferences_in_memory(ME) is None
    for age, allowed in ((16, False), (30, True), (None, True)):
        await world.profiles.save(ME, age=age)
        kept = world.profiles.preferences_in_memory(ME)
        assert kept is not None
        assert kept.may_see_adult is allowed
        world.profiles.forget(ME)
        assert await world.profiles.preferences(ME) == kept


async def test_a_server_decides_for_those_who_have_not_chosen_themselves(
    world: ServiceWorld,
) -> None:
    preferences = await world.profiles.preferences(ME)
    assert [preferences.private_in(private) for private in (True, False)] == [True, False]
    await world.profiles.save(ME, age=30)
    assert not (await world.profiles.preferences(ME)).private_in(False)
    await world.profiles.save(ME, private=True)
    assert (await world.profiles.preferences(ME)).private_in(False)


async def test_preferences_fall_back_when_the_database_fails(
    world: ServiceWorld, caplog: pytest.LogCaptureFixture
) -> None:
    await world.profiles.save(ME, private=False)
    world.profiles.forget(ME)
    await world.database.close()
    on_connect(world.database, "SELECT nonsense FROM nowhere")
    with caplog.at_level(logging.WARNING):
        preferences = await world.profiles.preferences(ME)
    # they may have chosen that answers are private
    assert preferences.private_in(False)
    assert f"user {ME}" in caplog.text


async def test_a_person_is_asked_for_their_profile_exactly_once(world: ServiceWorld) -> None:
    asked = await asyncio.gather(*(world.profiles.ask_for_profile(ME) for _ in range(5)))
    assert sorted(asked) == [False] * 4 + [True]
    assert not await world.profiles.ask_for_profile(ME)
    assert (await world.profiles.view(ME)).profile_asked


@pytest.mark.parametrize("said", [{"age": 20}, {"gender": Gender.ANOTHER}])
async def test_who_said_something_is_not_asked(world: ServiceWorld, said: dict) -> None:
    await world.profiles.save(ME, **said)
    assert not await world.profiles.ask_for_profile(ME)
    assert not (await world.profiles.view(ME)).profile_asked
