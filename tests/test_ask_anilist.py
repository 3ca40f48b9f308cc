"""Asking AniList for a list: a real server that answers as AniList does, or not at all."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from core.errors import (
    BrokenAnswerError,
    EmptyListError,
    ListAccountError,
    NumbersOfAniListError,
    OutsideError,
    PrivateListError,
    RefusedError,
    UnreachableError,
)
from core.lists.ask_anilist import MOST_CHUNKS, AniList
from core.lists.foreign import Source
from core.lists.read import read_list
from tests.made_lists import ani_answer, ani_entry, ani_export, ani_titles
from tests.misbehaving import (
    answers,
    fails,
    gzip_bomb,
    half,
    invalid_json,
    misbehaving,
    nobody_there,
    too_many,
    wrong_type,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.misbehaving import Behaviour, Site


@asynccontextmanager
async def anilist(*behaviours: Behaviour) -> AsyncGenerator[tuple[AniList, Site]]:
    async with misbehaving() as site:
        site.at("/", *behaviours)
        asking = AniList(site.url)
        try:
            yield asking, site
        finally:
            await asking.close()


def errors(message: str) -> dict[str, object]:
    return {
        "errors": [{"message": message, "status": 404, "locations": [{"line": 3, "column": 3}]}],
        "data": {"MediaListCollection": None},
    }


@pytest.mark.parametrize(
    "name", ["someone", " @someone ", "https://anilist.co/user/someone/animelist"]
)
async def test_the_list_of_a_name(name: str):
    async with anilist(answers(ani_answer(ani_entry(1, 3), ani_entry(2, 85)))) as (asking, site):
        listed = await asking.fetch(name)
    assert listed.source is Source.ANILIST
    assert [(entry.anime_id, entry.score) for entry in listed.entries] == [(1, 1), (2, 9)]
    (asked,) = site.asked
    assert isinstance(asked.document, dict)
    assert asked.document["variables"] == {"name": "someone"}
    for needless in ("notes", "avatar", "token", "private"):
        assert needless not in asked.document["query"]


async def test_a_list_that_comes_in_parts_is_asked_for_to_its_end():
    parts = [
        answers(ani_answer(ani_entry(1, 30), ani_entry(2, 40), more=True)),
        answers(ani_answer(ani_entry(2, 40), ani_entry(3, 50), more=True)),
        answers(ani_answer(ani_entry(4, 60))),
    ]
    async with anilist(*parts) as (asking, site):
        listed = await asking.fetch("someone")
    assert [entry.anime_id for entry in listed.entries] == [1, 2, 3, 4]
    asked = [each.document for each in site.asked]
    chunks = [each["variables"].get("chunk") for each in asked if isinstance(each, dict)]
    assert chunks == [None, 2, 3]


async def test_a_list_without_an_end_is_left_at_some_point():
    async with anilist(answers(ani_answer(ani_entry(1, 30), more=True))) as (asking, site):
        listed = await asking.fetch("someone")
    assert len(listed.entries) == 1
    assert len(site.asked) == MOST_CHUNKS


@pytest.mark.parametrize(
    "name", ["", "   ", "a" * 31, "a b", "名前", "x'); DROP", "http://evil.invalid/a"]
)
async def test_what_is_no_name_is_not_asked_for(name: str):
    async with anilist(answers(ani_answer(ani_entry(1, 3)))) as (asking, site):
        with pytest.raises(ListAccountError):
            await asking.fetch(name)
    assert site.asked == []


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (answers(errors("User not found"), 404), ListAccountError),
        (answers(errors("User not found")), ListAccountError),
        (answers(errors("Private User"), 404), PrivateListError),
        (answers(errors("Private User")), PrivateListError),
        (answers(ani_answer()), EmptyListError),
        (answers({"data": {"lists": None}}), EmptyListError),
        (answers({"data": None}), BrokenAnswerError),
        (answers([1, 2]), BrokenAnswerError),
        (answers(ani_answer(ani_entry(1) | {"score": "much"})), BrokenAnswerError),
        (fails(404), RefusedError),
        (wrong_type(), BrokenAnswerError),
        (invalid_json(), BrokenAnswerError),
        (gzip_bomb(12), BrokenAnswerError),
        (too_many("3600"), RefusedError),
    ],
)
async def test_what_goes_wrong_is_one_sentence(behaviour: Behaviour, error: type[Exception]):
    async with anilist(behaviour) as (asking, _):
        with pytest.raises(error) as raised:
            await asking.fetch("someone")
    assert "someone" not in str(raised.value)


async def test_a_list_of_what_myanimelist_lacks_is_a_list():
    async with anilist(answers(ani_answer(ani_entry(None, 30)))) as (asking, _):
        listed = await asking.fetch("someone")
    assert [entry.anime_id for entry in listed.entries] == [None]


async def test_it_is_asked_again_when_it_stumbles():
    good = answers(ani_answer(ani_entry(1, 30)))
    async with anilist(half(b'{"data": {}}'), too_many("0"), good) as (asking, site):
        listed = await asking.fetch("someone")
    assert len(listed.entries) == 1
    assert len(site.asked) == 3


async def test_nobody_there():
    asking = AniList(nobody_there())
    with pytest.raises(UnreachableError) as raised:
        await asking.fetch("someone")
    await asking.close()
    assert isinstance(raised.value, OutsideError)


async def test_what_its_numbers_mean_is_asked_once():
    told: list[int] = []

    async def waits(seconds: int) -> None:
        told.append(seconds)

    export = ani_export(*((number, 80, 2) for number in range(1, 301)), (300, 0, 2), (301, 0, 1))
    pages = [
        answers(ani_titles(*((number, number + 5000) for number in range(start, start + 50))))
        for start in range(1, 301, 50)
    ]
    async with anilist(*pages) as (asking, site):
        listed = await asking.number(read_list(export), waits)
        again = await asking.number(read_list(export), waits)
    assert again == listed
    assert told == [6]
    *named, planned = listed.entries
    assert {entry.anime_id for entry in named} == set(range(5001, 5301))
    assert {entry.score for entry in named} == {8}
    assert (planned.anime_id, planned.anilist_id) == (None, 301)
    documents = [asked.document for asked in site.asked]
    assert len(documents) == 6
    assert all(isinstance(each, dict) and len(each["variables"]["ids"]) == 50 for each in documents)


@pytest.mark.parametrize("adult", [False, True])
async def test_what_myanimelist_lacks_keeps_its_name(adult: bool):
    async with anilist(answers(ani_titles((1, None), adult=adult))) as (asking, _):
        listed = await asking.number(read_list(ani_export((1, 80, 2), (2, 60, 2))), _nobody)
    assert [(entry.anime_id, entry.title, entry.adult) for entry in listed.entries] == [
        (None, "Title 1", adult),
        (None, "AniList 2", False),
    ]


@pytest.mark.parametrize(
    "behaviour", [fails(403), wrong_type(), too_many("3600"), answers({"data": None}), answers([1])]
)
async def test_without_an_answer_numbers_stay_numbers(behaviour: Behaviour):
    async with anilist(behaviour) as (asking, _):
        with pytest.raises(NumbersOfAniListError):
            await asking.number(read_list(ani_export((1, 80, 2))), _nobody)


async def test_what_takes_too_long_is_not_begun():
    export = ani_export(*((number, 80, 2) for number in range(1, 10_000)))
    async with anilist(answers(ani_titles())) as (asking, site):
        with pytest.raises(NumbersOfAniListError):
            await asking.number(read_list(export), _nobody)
    assert site.asked == []


async def _nobody(_: int) -> None:
    """Nobody waits."""
