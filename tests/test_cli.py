"""`riko predict` and `riko recommend`, run as a person would run them."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.catalogue.catalogue import Catalogue
from core.catalogue.title import Title
from core.catalogue.write import write_catalogue
from core.cli.session import steady_engine
from core.network.bundle import load_bundle, save_bundle
from core.person import Taste
from core.recommender.loading import load_data
from core.recommender.request import Request
from tests.command_line import install, not_finite, predict, riko
from tests.tiny import ADULT_IDS, tiny_bundle, tiny_catalogue

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with a tiny bundle and catalogue."""
    return install(tmp_path_factory.mktemp("home"))


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
        ('{"id": NaN}', "not JSON"),
        ('{"id": 1, "age": -Infinity}', "not JSON"),
        ('{"id": 1e999}', "not JSON"),
        ('{"id": [[1]]}', "text or a number"),
        ('{"id": ' + "[" * 100_000, "not JSON"),
        ('{"id": 1, "age": "\\ud83d"}', "\ud83d"),
        ('{"id": 1, "gender": "\\udfff"}', "Gender"),
    ],
)
def test_a_bad_line_is_answered_and_the_others_are_done(
    home: Path, tmp_path: Path, line: str, words: str
) -> None:
    good = '{"id": "good", "ratings": [[110, 9]]}'
    code, answers = predict(home, tmp_path, [line, "", good])
    assert code == 1
    assert answers[0]["error"].startswith("Line 1: ")
    assert words in answers[0]["error"]
    assert len(answers) == 2
    assert answers[1]["id"] == "good"
    assert len(answers[1]["similar"]) == 10


@pytest.mark.parametrize("name", ["a\u2028b", "a\u0085b", "a\u2029b", "\ud800", "\x7f", "🦦"])
@pytest.mark.parametrize("as_ascii", [False, True])
def test_a_line_ends_at_a_line_feed_alone_and_an_id_comes_back_as_it_was(
    home: Path, tmp_path: Path, name: str, as_ascii: bool
) -> None:
    as_ascii = as_ascii or name == "\ud800"
    lines = [json.dumps({"id": name, "ratings": []}, ensure_ascii=as_ascii) + "\r", '{"id": 2}']
    code, answers = predict(home, tmp_path, lines)
    assert code == 0
    assert [answer["id"] for answer in answers] == [name, 2]


def test_a_line_that_is_no_text_spoils_no_other(home: Path, tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(b'\xef\xbb\xbf{"id": "one"}\r\n{"id": "caf\xe9"}\n \t\r\n{"id": "three"}')
    done = riko(home, "predict", str(source), str(target))
    assert done.returncode == 1
    assert "1 of the lines" in done.stderr
    one, two, three = map(json.loads, target.read_text().splitlines())
    assert (one["id"], three["id"]) == ("one", "three")
    assert two == {"id": None, "error": "Line 2: It is not UTF-8 text."}


def test_files_that_cannot_be_used_are_one_sentence(home: Path, tmp_path: Path) -> None:
    there, nowhere = tmp_path / "in.jsonl", tmp_path / "nowhere" / "file.jsonl"
    there.write_text('{"id": 1}\n')
    for source, target, words in (
        (nowhere, there, f"{nowhere} cannot be read: No such file or directory."),
        (tmp_path, there, f"{tmp_path} cannot be read: Is a directory."),
        (there, nowhere, f"{nowhere} cannot be written: No such file or directory."),
        (there, tmp_path, f"{tmp_path} cannot be written: Is a directory."),
    ):
        done = riko(home, "predict", str(source), str(target))
        assert (done.returncode, done.stderr.strip()) == (1, words)
    assert there.read_text() == '{"id": 1}\n'


def test_a_failed_predict_leaves_the_old_answers_alone(home: Path, tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": 1, "ratings": [[110, 9]]}\n')
    target.write_text("the answers of yesterday\n")
    broken = not_finite(tmp_path / "broken")
    done = riko(home, "predict", str(source), str(target), "--bundle", str(broken))
    assert done.returncode == 1
    assert "not finite" in done.stderr
    assert target.read_text() == "the answers of yesterday\n"
    assert riko(home, "predict", str(source), str(target)).returncode == 0
    assert json.loads(target.read_text())["id"] == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken", "in.jsonl", "out.jsonl"]


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="no such file on this system")
def test_answers_can_go_to_a_pipe(home: Path, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": 1, "ratings": [[110, 9]]}\n')
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "bot", "predict", str(source), "/dev/stdout", "--bundle", str(home / "bundle"),
         "--catalogue", str(home / "catalogue.parquet")],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout)["id"] == 1


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
    assert "Tiny 10 (10)" in done.stdout or "Chiisana 9 (9)" in done.stdout


def test_recommend_lists_what_the_bot_would(tmp_path: Path) -> None:
    home = install(tmp_path)
    titles = {title.anime_id: title for title in tiny_catalogue().titles}
    seasons = range(110, 116)
    for order, anime_id in enumerate(seasons, 1):
        titles[anime_id] = replace(
            titles[anime_id], type="TV", franchise="F", franchise_order=order
        )
    nova = Title(9001, "Nova", type="TV", year=2024, genres=("Shounen", "Romance"))
    sequel = replace(nova, anime_id=9002, title="Nova 2nd Season", year=2025)
    catalogue = Catalogue([*titles.values(), nova, sequel])
    write_catalogue(catalogue, home / "catalogue.parquet")

    def listed(*rated: str, ranking: str = "blend") -> list[int]:
        rates = [word for each in rated for word in ("--rate", each)]
        done = riko(home, "recommend", *rates, "--json", "--ranking", ranking)
        lists = json.loads(done.stdout)
        return [pick["anime_id"] for pick in (*lists["similar"], *lists["may_like"])]

    assert set(listed("120=9")) & set(seasons) <= {110}
    assert set(listed("120=9", "110=9")) & set(seasons) <= {111}
    assert not set(listed("110=4")) & set(seasons)
    assert len(set(listed("110=4", ranking="predicted")) & set(seasons)) > 1
    done = riko(home, "recommend", "--rate", "9001=9")
    assert "Nova 2nd Season (2025), new to Riko" in done.stdout
    assert "changes nothing" not in done.stderr


def test_a_stranger_is_shown_first_seasons_alone(tmp_path: Path) -> None:
    home = install(tmp_path)
    tiny = [title for title in tiny_catalogue().titles if not title.adult]
    rows = (
        replace(title, type="TV", franchise="F", franchise_order=order)
        for order, title in enumerate(tiny, 1)
    )
    write_catalogue(Catalogue(rows), home / "catalogue.parquet")
    shown = riko(home, "recommend").stdout
    assert {title.display for title in tiny if f" {title.display} " in shown} <= {tiny[0].display}


def test_recommend_json_is_of_the_form_that_predict_writes(home: Path, tmp_path: Path) -> None:
    done = riko(home, "recommend", "--rate", "110=9", "--json")
    line = json.dumps({"id": 1, "ratings": [[110, 9]], "want": list(range(101, 161))})
    _, (answer,) = predict(home, tmp_path, [line])
    lists = json.loads(done.stdout)
    assert lists.keys() == answer.keys() - {"id"}
    for name in ("similar", "may_like"):
        assert len(lists[name]) == 10
        for pick in lists[name]:
            assert pick.keys() == {"anime_id", "predicted"}
            assert pick["predicted"] == answer["predicted"][str(pick["anime_id"])]


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
        (["--rate", "999999=9"], "No anime has the number"),
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


def test_a_named_bundle_brings_its_own_catalogue(home: Path, tmp_path: Path) -> None:
    named = tmp_path / "named"
    bundle = load_bundle(tiny_bundle(named))
    own = Catalogue(
        replace(title, title_english=f"Own {title.anime_id}") for title in tiny_catalogue().titles
    )
    save_bundle(
        named,
        bundle.manifest,
        bundle.titles,
        bundle.weights,
        lambda path: write_catalogue(own, path),
    )
    rate = ("recommend", "--rate", "110=9")
    assert "Own 1" in riko(home, *rate, "--bundle", str(named)).stdout
    assert "Own 1" not in riko(home, *rate).stdout
    outer = str(home / "catalogue.parquet")
    assert "Own 1" not in riko(home, *rate, "--bundle", str(named), "--catalogue", outer).stdout
    # A bundle without one is shown with RIKO_CATALOGUE, not with the starter's.
    assert "Tiny" in riko(home, *rate, "--bundle", str(home / "bundle")).stdout


def test_a_device_that_is_not_here_is_said(home: Path) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a CUDA device here")
    done = riko(home, "recommend", "--rate", "110=9", "--json", RIKO_DEVICE="cuda")
    assert done.returncode == 0
    assert len(json.loads(done.stdout)["similar"]) == 10
    assert "RIKO_DEVICE asks for cuda" in done.stderr
    assert "RIKO_DEVICE" not in riko(home, "recommend", "--rate", "110=9", RIKO_DEVICE="cpu").stderr


def test_a_device_that_fails_gives_way_to_the_cpu(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = load_data(home / "bundle", home / "catalogue.parquet")
    request = Request(Taste(ratings=((110, 9),)))
    # torch's device for shapes without numbers: whatever asks it for one fails
    answered = steady_engine(data, "meta").recommend([request])
    assert answered == steady_engine(data, "cpu").recommend([request])
    assert capsys.readouterr().err.count("device meta failed") == 1


def test_help_is_grouped_and_quick_to_import() -> None:
    code = "import sys, bot.__main__; print([m for m in ('torch', 'discord', 'pandas') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 # fmt: skip
    assert done.stdout.strip() == "[]"


def test_a_rated_title_of_which_nothing_is_known_is_said(tmp_path: Path) -> None:
    home = install(tmp_path)
    nova = Title(9001, "Nova", type="TV", year=2024, genres=("Shounen", "Romance"))
    catalogue = Catalogue([*tiny_catalogue().titles, Title(9003, "Blank", type="TV"), nova])
    write_catalogue(catalogue, home / "catalogue.parquet")
    rates = ("--rate", "9003=9", "--rate", "9001=9", "--rate", "110=8")
    done = riko(home, "recommend", *rates)
    assert done.returncode == 0, done.stderr
    assert "does not know Blank yet" in done.stderr
    assert "Nova" not in done.stderr, "it points to what is like it"
