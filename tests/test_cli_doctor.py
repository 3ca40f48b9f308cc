"""`riko doctor`: what is here, and whatever is wrong with it."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from core.cli.doctor import EXACT, NEEDED, OPTIONAL
from core.network.bundle import MANIFEST
from tests.command_line import install, not_finite, riko
from tests.tiny import tiny_bundle

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with a tiny bundle and catalogue."""
    return install(tmp_path_factory.mktemp("home"))


def test_doctor_finds_everything_in_order(home: Path) -> None:
    done = riko(home, "doctor", "--json")
    findings = {finding["subject"]: finding for finding in json.loads(done.stdout)}
    assert done.returncode == 0, done.stdout
    assert findings["device"]["found"] in {"cpu", "cuda", "mps"}
    assert "60 titles" in findings["bundle"]["found"]
    assert "not there yet" in findings["database"]["found"]


def test_doctor_names_what_is_wrong(home: Path, tmp_path: Path) -> None:
    broken = tiny_bundle(tmp_path / "broken")
    (broken / MANIFEST).write_text("{")
    database = tmp_path / "letters.db"
    database.write_text("this is no database" * 100)
    done = riko(
        home,
        "doctor",
        RIKO_BUNDLE=str(broken),
        RIKO_DATABASE_URL=f"sqlite+aiosqlite:///{database}",
    )
    assert done.returncode == 1
    assert str(broken / MANIFEST) in done.stdout
    assert str(database) in done.stdout


@pytest.mark.parametrize("name", ["b [test]", "[/x]", "a [red]b[/] :snake:", "long " * 30 + "name"])
@pytest.mark.parametrize("broken", [False, True])
def test_doctor_and_bundle_info_print_a_path_as_it_is(
    home: Path, tmp_path: Path, name: str, broken: bool
) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    tiny_bundle(path)
    if broken:
        (path / MANIFEST).unlink()
    done = riko(home, "doctor", RIKO_BUNDLE=str(path), COLUMNS="80")
    assert done.returncode == broken
    assert str(path) in done.stdout
    if not broken:
        info = riko(home, "bundle", "info", str(path), COLUMNS="80")
        assert str(path) in info.stdout


def test_doctor_reports_the_rest_when_a_setting_is_wrong(home: Path) -> None:
    done = riko(home, "doctor", "--json", RIKO_DEVICE="quantum")
    findings = {finding["subject"]: finding for finding in json.loads(done.stdout)}
    assert done.returncode == 1
    assert findings["torch"]["problem"] is None
    assert "RIKO_DEVICE is “quantum”" in findings["settings"]["problem"]


def test_doctor_asks_the_network_for_a_prediction(home: Path, tmp_path: Path) -> None:
    sound = json.loads(riko(home, "doctor", "--json").stdout)
    assert any("answers on" in finding["found"] for finding in sound)
    done = riko(home, "doctor", RIKO_BUNDLE=str(not_finite(tmp_path / "broken")))
    assert done.returncode == 1
    assert "not finite" in done.stdout


def test_doctor_knows_every_dependency_and_every_exact_pin() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    needed = dict(map(parts, project["dependencies"]))
    optional = dict(map(parts, extras["play"] + extras["train"] + extras["translate"]))
    assert set(NEEDED) == set(needed)
    assert set(OPTIONAL) == set(optional)
    exact = {n: v[2:] for n, v in (needed | optional).items() if v.startswith("==")}
    assert exact == EXACT


def parts(requirement: str) -> tuple[str, str]:
    match = re.match(r"([\w.-]+)(?:\[[\w,]+\])?(.*)", requirement)
    assert match is not None
    return match[1], match[2]
