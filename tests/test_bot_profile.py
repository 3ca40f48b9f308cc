"""`/profile`: what people say about themselves and choose, and the picture of their taste."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.ui.limits import ALT_TEXT
from bot.ui.profile_card import taste_described
from bot.ui.reader import Reader
from bot.ui.text import utf16_length
from bot.ui.words import Language
from core.showing import DIRECT_MESSAGES
from tests.bot_world import FIRST, SECOND, THIRD, card, open_world, text
from tests.tiny import ADULT_IDS, tiny_catalogue

if TYPE_CHECKING:
    from pathlib import Path

ADULT = min(ADULT_IDS)


async def test_everything_can_be_set_at_once_and_is_said_back(tmp_path: Path):
    async with open_world(tmp_path) as world:
        said = text(
            await world.aiko.slash(
                world.channel,
                "profile set",
                age=24,
                gender="female",
                language="romaji",
                private=False,
                server_lists=False,
                share=True,
                twins=True,
            )
        )
        assert said.startswith("Saved.")
        for fact in (
            "Age: **24**",
            "Gender: **female**",
            "Titles in: **romaji**",
            "Answers are seen by: **everybody in the channel**",
            "means of your servers: **no**",
            "watch parties: **yes**",
            "titles you loved: **yes**",
        ):
            assert fact in said
        profile = await world.bot.services.profiles.view(world.aiko.id)
        assert not profile.in_server_lists
        assert profile.shareable
        assert profile.twins

        # each alone leaves the others as they are
        said = text(await world.aiko.slash(world.channel, "profile set", share=False))
        assert "Age: **24**" in said
        assert "watch parties: **no**" in said
        said = text(await world.aiko.slash(world.channel, "profile set", language="discord"))
        assert "Titles in: **the language of your Discord**" in said


@pytest.mark.parametrize(
    ("language", "name"), [("japanese", "小さな"), ("romaji", "Chiisana"), ("english", "Tiny")]
)
async def test_settings_hold_for_later_answers_and_through_a_restart(
    tmp_path: Path, language: str, name: str
):
    async with open_world(tmp_path) as world:
        await world.aiko.slash(world.channel, "profile set", private=False, language=language)
        await world.restart()
        top = card(await world.aiko.slash(world.channel, "top"))
        assert not top.ephemeral
        assert name in (top.embeds[0].description or "")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "say what to set"),
        ({"age": 30, "forget": "age"}, "do one of the two"),
        ({"gender": "male", "forget": "both"}, "do one of the two"),
        ({"language": "klingon"}, "I cannot use that"),
        ({"forget": "everything"}, "I cannot use that"),
        ({"gender": "robot"}, "one of the genders"),
    ],
)
async def test_what_cannot_be_set_changes_nothing(
    tmp_path: Path, values: dict[str, object], sentence: str
):
    async with open_world(tmp_path) as world:
        await world.aiko.slash(world.channel, "profile set", age=24, gender="female")
        before = await world.bot.services.profiles.view(world.aiko.id)
        said = text(await world.send_anything(world.aiko, "profile set", **values))
        assert sentence in said
        assert await world.bot.services.profiles.view(world.aiko.id) == before


async def test_somebody_new_is_invited_to_rate(tmp_path: Path):
    async with open_world(tmp_path) as world:
        profile = card(await world.aiko.slash(world.channel, "profile view"))
        assert profile.ephemeral
        assert "`/rate` a few titles" in (profile.embeds[0].description or "")
        assert profile.attachments == []
        fields = [field.value for field in profile.embeds[0].fields[:3]]
        assert fields == ["not said", "not said", "0"]


async def test_the_taste_is_drawn_and_described(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.aiko.slash(world.channel, "profile set", age=24, gender="female", private=False)
        await world.rate(*((anime_id, 5 + anime_id % 5) for anime_id in range(110, 126)))
        profile = card(await world.aiko.slash(world.channel, "profile view"))
        assert profile.ephemeral
        (embed,) = profile.embeds
        assert [field.value for field in embed.fields[:3]] == ["24", "female", "16"]
        assert embed.image.url
        (picture,) = profile.attachments
        assert picture.filename == "taste.png"
        assert (picture.content_type or "").startswith("image/")
        described = picture.description or ""
        assert "16 titles rated, mean" in described
        assert "You against the average: " in described
        assert "9: " in described
        assert world.channel.history(viewer=world.ben) == []


async def test_adult_ratings_are_not_named_in_an_open_channel(tmp_path: Path):
    async with open_world(tmp_path) as world:
        await world.restrict()
        await world.rate((ADULT, 10), (FIRST, 8), (SECOND, 1), (THIRD, 9))
        other = world.guild.create_text_channel("open")
        profile = card(await world.aiko.slash(other, "profile view"))
        described = profile.attachments[0].description or ""
        assert tiny_catalogue()[ADULT].display not in described
        assert "Hentai" not in described


@pytest.mark.parametrize("language", list(Language))
async def test_the_longest_description_fits(tmp_path: Path, language: Language):
    async with open_world(tmp_path) as world:
        await world.rate(*((anime_id, 5 + anime_id % 5) for anime_id in range(110, 126)))
        taste = await world.bot.services.tastes.card(world.aiko.id, place=DIRECT_MESSAGES)
        longest = replace(taste, genres=taste.genres * 9, surprises=taste.surprises * 9)
        assert utf16_length(taste_described(Reader.of(language), longest)) <= ALT_TEXT
