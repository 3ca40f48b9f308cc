"""The commands that need no Discord, run as a person would run them."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import __main__ as main_module
from core.catalogue.write import write_catalogue
from core.network.bundle import MANIFEST
from tests.tiny import ADULT_IDS, tiny_bundle, tiny_catalogue

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with a tiny bundle and catalogue."""
    folder = tmp_path_factory.mktemp("home")
    tiny_bundle(folder / "bundle")
    write_catalogue(tiny_catalogue(), folder / "catalogue.parquet")
    return folder


@dataclass(frozen=True)
class Done:
    """What a command printed and how it ended."""

    returncode: int
    stdout: str
    stderr: str


def riko(home: Path, *arguments: str, **environment: str) -> Done:
    """Run the real command line in this process: importing torch anew would take seconds each."""
    settings = {
        "RIKO_HOME": str(home),
        "RIKO_BUNDLE": str(home / "bundle"),
        "RIKO_CATALOGUE": str(home / "catalogue.parquet"),
        "COLUMNS": "200",
    }
    out, err, code = io.StringIO(), io.StringIO(), 0
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        patch.setattr(sys, "argv", ["riko", *arguments])
        patch.chdir(home)
        for name, value in (settings | environment).items():
            patch.setenv(name, value)
        main_module._settings.cache_clear()
        try:
            main_module.main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    return Done(code, out.getvalue(), err.getvalue())


def predict(home: Path, tmp_path: Path, lines: list[str], *options: str) -> tuple[int, list[dict]]:  # pyright: ignore
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = riko(home, "predict", str(source), str(target), *options)
    answers = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    return done.returncode, answers


def test_predict_answers_every_line_in_order(home: Path, tmp_path: Path) -> None:
    people = [
        {"id": "u1", "age": 25, "gender": "male", "ratings": [[110, 9], [111, 3]], "want": [110, 130, 9]},
        {"id": 2, "ratings": []},
        {"id": None, "ratings": [[110, 2], [110, 8]], "gender": "female"},
    ]  # fmt: skip
    code, answers = predict(home, tmp_path, [json.dumps(person) for person in people])
    assert code == 0
    assert [answer["id"] for answer in answers] == ["u1", 2, None]
    first = answers[0]
    assert set(first) == {"id", "similar", "may_like", "ranking", "predicted"}
    assert set(first["similar"][0]) == {"anime_id", "predicted"}
    assert len(first["similar"]) == len(first["may_like"]) == 10
    assert len(first["ranking"]) == 60 - 2 - len(ADULT_IDS)
    assert set(first["predicted"]) == {"110", "130"}, "rated titles too, unknown ones not"
    assert all(1 <= rating <= 10 for rating in first["predicted"].values())


def test_rating_again_makes_a_title_the_latest_and_its_last_score_counts(
    home: Path, tmp_path: Path
) -> None:
    lines = [
        json.dumps({"id": 1, "ratings": [[110, 2], [111, 9], [112, 9], [113, 9], [110, 8]]}),
        json.dumps({"id": 1, "ratings": [[111, 9], [112, 9], [113, 9], [110, 8]]}),
    ]
    _, (again, once) = predict(home, tmp_path, lines)
    assert again == once


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("nonsense", "not JSON"),
        ("[1]", "JSON object"),
        ('{"id": 1, "ratings": 5}', "is a list"),
        ('{"id": 1, "ratings": [[1]]}', "[title id, score]"),
        ('{"id": 1, "ratings": [[1, 0]]}', "1 to 10"),
        ('{"id": 1, "ratings": [[1, 11]]}', "1 to 10"),
        ('{"id": 1, "ratings": [[1, "ten"]]}', "1 to 10"),
        ('{"id": 1, "ratings": [["Naruto", 5]]}', "title id"),
        ('{"id": 1, "age": 300, "ratings": []}', "age"),
        ('{"id": 1, "age": "x", "ratings": []}', "age"),
        ('{"id": 1, "gender": "robot", "ratings": []}', "Gender"),
        ('{"id": 1, "want": ["a"], "ratings": []}', "title id"),
    ],
)
def test_a_bad_line_is_answered_and_the_others_are_done(
    home: Path, tmp_path: Path, line: str, words: str
) -> None:
    good = '{"id": "good", "ratings": [[110, 9]]}'
    code, answers = predict(home, tmp_path, [line, "", good])
    assert code == 1
    assert words in answers[0]["error"]
    assert answers[1]["id"] == "good"
    assert len(answers[1]["similar"]) == 10


def test_adult_titles_only_when_included(home: Path, tmp_path: Path) -> None:
    line = '{"id": 1, "ratings": [[110, 9]]}'
    _, (without,) = predict(home, tmp_path, [line])
    _, (with_them,) = predict(home, tmp_path, [line], "--adult", "include")
    assert not set(without["ranking"]) & ADULT_IDS
    assert set(with_them["ranking"]) >= ADULT_IDS


def test_recommend_prints_two_lists_with_reasons(home: Path) -> None:
    done = riko(home, "recommend", "--age", "25", "--gender", "male", "--rate", "chiisana 9=9", "--rate", "111=10")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Similar Anime" in done.stdout
    assert "Anime You May Like" in done.stdout
    assert "Tiny 10 a 10" in done.stdout or "Chiisana 9 a 9" in done.stdout


def test_recommend_json_is_what_predict_writes(home: Path, tmp_path: Path) -> None:
    done = riko(home, "recommend", "--rate", "110=9", "--json")
    _, (answer,) = predict(home, tmp_path, ['{"id": 1, "ratings": [[110, 9]]}'])
    lists = json.loads(done.stdout)
    assert lists["similar"] == answer["similar"]
    assert lists["may_like"] == answer["may_like"]


def test_recommend_without_ratings_shows_the_four_genre_lists(home: Path) -> None:
    done = riko(home, "recommend")
    for genre in ("Shounen", "Supernatural", "Romance", "Slice of Life"):
        assert f"Top {genre}" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--rate", "Cowboy"], "TITLE=SCORE"),
        (["--rate", "no such title at all=9"], "No anime found"),
        (["--rate", "110=eleven"], "1 to 10"),
        (["--rate", "999999=9"], "No anime found"),
        (["--age", "0"], "age"),
        (["--gender", "x"], "Gender"),
        (["--bundle", "/nowhere"], "no such bundle"),
    ],
)
def test_bad_input_is_one_sentence(home: Path, arguments: list[str], words: str) -> None:
    done = riko(home, "recommend", *arguments)
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


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


def test_bundle_info_reads_the_manifest(home: Path) -> None:
    done = riko(home, "bundle", "info", str(home / "bundle"), "--json")
    assert json.loads(done.stdout)["kind"] == "rikonet"
    assert "60" in riko(home, "bundle", "info", str(home / "bundle")).stdout


def test_help_is_grouped_and_quick_to_import() -> None:
    code = "import sys, bot.__main__; print([m for m in ('torch', 'discord', 'pandas') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 # fmt: skip
    assert done.stdout.strip() == "[]"
