"""The settings: where they come from, and one sentence for a wrong one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from platformdirs import user_data_path

import core.starter
from bot.playground import playground_settings
from bot.settings import Device, Settings, SettingsError
from core.inference.device import DeviceChoice
from core.recommender.loading import load_data
from core.services.assembly import open_services
from core.services.recommendations import Round
from core.showing import ANYBODY, DIRECT_MESSAGES
from core.storage.database import Database

EXAMPLE = Path(__file__).parent.parent / ".env.example"
NAMES = {str(field.validation_alias) for field in Settings.model_fields.values()}


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_defaults():
    settings = Settings.load()
    assert settings.token is None
    assert settings.device == "auto"
    assert settings.log_level == "INFO"
    where = settings.locations()
    assert where.home.is_absolute()
    assert where.database_url == where.home / "riko.db"
    assert where.catalogue is None


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / ".env").write_text("RIKO_DEVICE=cuda\nRIKO_HOME=~/somewhere\nOTHER=1\n")
    monkeypatch.setenv("RIKO_DEVICE", " CPU ")
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    settings = Settings.load()
    assert settings.device == "cpu"
    assert settings.data_folder == Path.home() / "somewhere"
    assert settings.token is not None
    assert settings.token.get_secret_value() == "secret"
    assert "secret" not in repr(settings)


def test_other_programs_variables_set_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    usual = Settings.load()
    for name in Settings.model_fields:
        monkeypatch.setenv(name.upper(), str(tmp_path))
    settings = Settings.load()
    # where HOME is moves the system's data folder, but is not Riko's
    assert settings.home == user_data_path("riko", appauthor=False) != tmp_path
    assert settings.model_copy(update={"home": usual.home}) == usual


def test_the_example_documents_every_setting_and_works_as_it_is(tmp_path: Path):
    example = EXAMPLE.read_text(encoding="utf-8")
    assert set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)) == NAMES
    (tmp_path / ".env").write_text(example, encoding="utf-8")
    assert Settings.load() == Settings.load()
    assert Settings.load().token is None


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("RIKO_DEVICE", "gpu", "auto, cpu, cuda or mps"),
        ("RIKO_DEV_GUILD", "my server", "digits only"),
        ("RIKO_DEV_GUILD", "-1", "digits only"),
        ("RIKO_LOG_LEVEL", "loud", "DEBUG, INFO, WARNING or ERROR"),
    ],
)
def test_a_wrong_value_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as failure:
        Settings.load()
    said = str(failure.value)
    assert said.startswith(f"{name} is “{value}”; it must be ")
    assert said.count("\n") == 0
    assert says in said


def test_a_file_that_is_no_text_is_one_sentence(tmp_path: Path):
    (tmp_path / ".env").write_bytes(b"RIKO_HOME=\xff\xfe\n")
    with pytest.raises(SettingsError, match=r"^The file \.env cannot be read"):
        Settings.load()


def test_the_playground_has_nothing_of_discord(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    monkeypatch.setenv("RIKO_DATABASE_URL", "sqlite+aiosqlite:////srv/riko.db")
    monkeypatch.setenv("RIKO_HOME", str(tmp_path / "home"))
    settings = playground_settings(Settings.load(), None)
    assert settings.token is None
    assert settings.data_folder == tmp_path / "home" / "play"
    assert settings.locations().database_url == tmp_path / "home" / "play" / "riko.db"
    assert playground_settings(Settings.load(), tmp_path / "x").data_folder == tmp_path / "x"


@pytest.mark.parametrize("name", ["why?", "100%", "a%20b", "with space", "#1", "日本", "a&b=c;d"])
async def test_a_data_folder_may_be_called_anything(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
):
    monkeypatch.setenv("RIKO_HOME", str(tmp_path / name))
    database = Database(Settings.load().locations().database_url)
    await database.upgrade()
    async with database.read():
        pass
    await database.close()
    assert (tmp_path / name / "riko.db").stat().st_size > 0


def test_the_devices_are_those_of_the_worker():
    assert set(get_args(Device)) == {choice.value for choice in DeviceChoice}


async def test_without_any_setting_the_starter_is_there(tmp_path: Path):
    settings = Settings.load().model_copy(update={"home": tmp_path / "home"})
    services = await open_services(settings.locations())
    try:
        assert services.facts.bundle == core.starter.BUNDLE
        assert services.facts.catalogue == core.starter.CATALOGUE
        assert services.facts.titles >= 400
        title = services.titles.resolve("Cowboy Bebop", ANYBODY)
        assert (await services.ratings.rate(7, title.anime_id, 9)).known
        lists = await services.recommendations.recommend(7, place=DIRECT_MESSAGES)
        assert isinstance(lists, Round)
        assert len(lists.similar) == len(lists.may_like) == 10
    finally:
        await services.close()


def test_four_hundred_titles_of_the_starter_are_ranked():
    data = load_data()
    assert sum(anime_id in data.catalogue for anime_id in data.bundle.titles.ids.tolist()) >= 400
