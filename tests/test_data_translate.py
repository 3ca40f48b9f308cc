"""`riko data translate` through deep-translator, with a LibreTranslate server of our own."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from aiohttp import web

from core.catalogue.catalogue import Catalogue
from core.catalogue.folder import DataFolder
from core.catalogue.title import Title
from core.catalogue.translate import translate_titles
from core.catalogue.translations import read_translations, to_translate, translated
from core.errors import (
    BrokenAnswerError,
    InvalidInputError,
    OutsideError,
    RefusedError,
    RikoError,
    UnreachableError,
)
from core.outside.pace import Pace
from core.outside.translators import DeepTranslator, Provider
from tests.command_line import install, riko
from tests.misbehaving import (
    Site,
    answers,
    fails,
    half,
    invalid_json,
    misbehaving,
    nobody_there,
    resets,
    says,
    slow,
    too_many,
    wrong_type,
)

pytest.importorskip("deep_translator")

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from core.catalogue.translate import TranslationRun
    from tests.misbehaving import Behaviour

TITLES = tuple(Title(i, f"Tabi {i}", title_japanese=f"旅{i}" if i != 3 else None) for i in range(9))
SECRET = "a-key-nobody-may-see"  # noqa: S105


@pytest_asyncio.fixture
async def site() -> AsyncGenerator[Site]:
    async with misbehaving() as running:
        running.at("/translate", libre)
        yield running


async def libre(request: web.Request) -> web.StreamResponse:
    """Translate as LibreTranslate does."""
    return web.json_response({"translatedText": f"Journey of {request.query['q']}"})


async def no_sleep(_: float) -> None:
    """Take no time."""


def at(site: Site | str, seconds: float = 5) -> DeepTranslator:
    url = site if isinstance(site, str) else site.url
    return DeepTranslator(Provider.LIBRE, address=url, key=SECRET, seconds=seconds)


async def run(translator: DeepTranslator, path: Path, *titles: Title) -> TranslationRun:
    # a clock that stands still would wait for ever, so the pauses are as long as a blink
    pace = Pace(clock=iter(range(0, 10**9, 100)).__next__, sleep=no_sleep)
    return await translate_titles(titles or TITLES, translator, path, pace, lambda _d, _t: None)


async def test_names_are_translated_and_kept(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "translations.jsonl"
    done = await run(at(site), path)
    assert (done.translated, done.nothing, done.stopped) == (9, 0, None)
    kept = read_translations(path)
    assert kept[1].translated == "Journey of 旅1"
    assert kept[3].translated == "Journey of Tabi 3"
    asked = site.asked[3].query
    assert (asked["source"], asked["target"], asked["api_key"]) == ("auto", "en", SECRET)
    assert site.asked[1].query["source"] == "ja"


@pytest.mark.parametrize("failure", [fails(500), resets()])
async def test_a_passing_failure_is_waited_for(
    site: Site, tmp_path: Path, failure: Behaviour
) -> None:
    site.at("/translate", failure, failure, libre)
    done = await run(at(site), tmp_path / "t.jsonl")
    assert (done.translated, done.stopped) == (9, None)


@pytest.mark.parametrize("failure", [fails(503), too_many(), slow(5, libre), fails(403)])
async def test_a_lasting_failure_keeps_what_is_done(
    site: Site, tmp_path: Path, failure: Behaviour
) -> None:
    site.at("/translate", libre, libre, failure)
    done = await run(at(site, seconds=0.3), tmp_path / "t.jsonl")
    assert (done.translated, done.nothing) == (2, 0)
    assert isinstance(done.stopped, (UnreachableError, RefusedError))
    assert SECRET not in str(done.stopped)
    assert set(read_translations(tmp_path / "t.jsonl")) == {0, 1}


@pytest.mark.parametrize(
    "broken",
    [
        wrong_type(),
        invalid_json(),
        half(b'{"translatedText": "Journey"}'),
        answers({"error": "busy"}),
        answers(["Journey"]),
        answers("Journey"),
    ],
)
async def test_an_answer_of_another_form(site: Site, tmp_path: Path, broken: Behaviour) -> None:
    site.at("/translate", broken, libre)
    done = await run(at(site), tmp_path / "t.jsonl")
    # a connection that broke off is asked again, an answer that is none is left for the next run
    assert done.translated in {8, 9}
    assert (done.nothing, done.stopped) == (0, None)
    assert len(read_translations(tmp_path / "t.jsonl")) == done.translated


async def test_a_service_that_answers_nonsense_is_given_up(site: Site, tmp_path: Path) -> None:
    site.at("/translate", answers({"error": "the form has changed"}))
    done = await run(at(site), tmp_path / "t.jsonl")
    assert isinstance(done.stopped, BrokenAnswerError)
    assert len(site.asked) == 5


@pytest.mark.parametrize("empty", [{}, {"translatedText": ""}, {"translatedText": None}])
async def test_no_translation(site: Site, tmp_path: Path, empty: object) -> None:
    site.at("/translate", answers(empty))
    done = await run(at(site), tmp_path / "t.jsonl")
    assert (done.translated, done.nothing) == (0, 9)
    known = read_translations(tmp_path / "t.jsonl")
    assert to_translate(Catalogue(TITLES), known, "libre") == ()
    assert to_translate(Catalogue(TITLES), known, "google") == TITLES
    assert list(translated(Catalogue(TITLES), known).titles) == list(TITLES)


async def test_nobody_there(tmp_path: Path) -> None:
    done = await run(at(nobody_there()), tmp_path / "t.jsonl")
    assert str(done.stopped).startswith("127.0.0.1 cannot be reached")


@pytest.mark.parametrize("provider", list(Provider))
def test_every_provider_can_be_made(provider: Provider) -> None:
    translator = DeepTranslator(provider, key="key:fx")
    for japanese in (True, False):
        assert translator._made(japanese=japanese)  # pyright: ignore[reportPrivateUsage]


def test_what_a_provider_needs_is_said() -> None:
    with pytest.raises(InvalidInputError, match="RIKO_TRANSLATE_KEY"):
        DeepTranslator(Provider.DEEPL)
    with pytest.raises(InvalidInputError, match="Only libre"):
        DeepTranslator(Provider.GOOGLE, address="http://127.0.0.1")
    with pytest.raises(InvalidInputError, match="no http or https address"):
        DeepTranslator(Provider.LIBRE, address="ftp://127.0.0.1")


async def test_the_command_goes_on_where_it_stopped(site: Site, tmp_path: Path) -> None:
    home = install(tmp_path / "home")

    def translate(*options: str, **environment: str) -> tuple[int, dict[str, object], str]:
        command = ("data", "translate", "--provider", "libre", "--per-second", "100", "--json")
        done = riko(home, *command, *options, RIKO_TRANSLATE_ADDRESS=site.url, **environment)
        return done.returncode, json.loads(done.stdout), done.stderr

    # every third of the tiny catalogue's sixty titles has no English name
    with DataFolder(home / "data").held():
        busy = await asyncio.to_thread(riko, home, "data", "translate")
    assert busy.returncode == 1
    assert "is being changed by another Riko" in busy.stderr
    first = await asyncio.to_thread(translate, "--limit", "5", RIKO_TRANSLATE_KEY=SECRET)
    assert first[0] == 0
    assert (first[1]["translated"], first[1]["left"]) == (5, 15)
    site.at("/translate", libre, libre, fails(403))
    second = await asyncio.to_thread(translate, RIKO_TRANSLATE_KEY=SECRET)
    assert second[0] == 1
    assert (second[1]["translated"], second[1]["left"]) == (2, 13)
    assert "status 403" in second[2]
    assert SECRET not in second[2]
    site.at("/translate", answers({}), libre)
    third = await asyncio.to_thread(translate)
    assert (third[1]["translated"], third[1]["nothing"], third[1]["left"]) == (12, 1, 0)
    names = [asked.query["q"] for asked in site.asked]
    assert len(names) == 21
    assert len(set(names)) == 20
    assert (await asyncio.to_thread(translate))[1]["nothing"] == 0
    assert len(site.asked) == 21, "what has no translation is not asked for again"

    info = await asyncio.to_thread(riko, home, "data", "info", "--json")
    assert json.loads(info.stdout)["translated"] == 19


def test_without_the_library_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.outside.translators.find_spec", lambda _: None)
    with pytest.raises(RikoError, match=r"pip install --editable '\.\[translate\]'"):
        DeepTranslator(Provider.GOOGLE)


@pytest.mark.parametrize(
    ("provider", "setting", "behaviour", "failure"),
    [
        (
            Provider.GOOGLE,
            "GOOGLE_TRANSLATE",
            says(b"<form>Before you continue</form>", Content_Type="text/html"),
            BrokenAnswerError,
        ),
        (
            Provider.MYMEMORY,
            "MYMEMORY",
            answers({"responseData": {"translatedText": "MYMEMORY WARNING: YOU USED ALL"}}),
            RefusedError,
        ),
    ],
)
async def test_what_stands_in_place_of_a_translation_is_none(
    monkeypatch: pytest.MonkeyPatch,
    site: Site,
    provider: Provider,
    setting: str,
    behaviour: Behaviour,
    failure: type[OutsideError],
) -> None:
    from deep_translator import constants

    address = site.at("/translate", behaviour)
    monkeypatch.setitem(constants.BASE_URLS, setting, address)
    with pytest.raises(failure):
        await DeepTranslator(provider).translate("英雄", japanese=True)
