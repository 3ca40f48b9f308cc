"""`riko train`, `riko evaluate` and `riko bundle`, run as a person would run them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.command_line import Done, install, predict, riko
from tests.made_ratings import write_ratings
from tests.seed_files import write_seed_files

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with a tiny bundle and catalogue."""
    return install(tmp_path_factory.mktemp("home"))


def test_a_seed_network_is_imported_and_used(home: Path, tmp_path: Path) -> None:
    files = write_seed_files(tmp_path / "seed", (8,), titles=60, clusters=4).files
    arguments = [
        "bundle", "import", "--weights", str(files.weights), "--columns", str(files.columns),
        "--clusters", str(files.clusters), "--catalogue", str(files.catalogue),
        "--genres", str(files.genres), "--out", str(tmp_path / "[made]"),
    ]  # fmt: skip
    done = riko(home, *arguments)
    assert done.returncode == 0, done.stderr
    assert f"Wrote {tmp_path / '[made]'}: network 65-8, 60 titles." in done.stdout
    _, (answer,) = predict(home, tmp_path, ['{"id": 1}'], "--bundle", str(tmp_path / "[made]"))
    assert len(answer["similar"]) == 10

    files.clusters.write_text("nothing,of,use\n1,2,3\n")
    done = riko(home, *arguments)
    assert done.returncode == 1
    assert str(files.clusters) in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    done = riko(home, *arguments, "--activation", "magic")
    assert done.returncode == 2
    assert "selu" in done.stderr


@pytest.fixture(scope="module")
def trained(home: Path) -> tuple[Done, Path, list[str]]:
    """A bundle that `riko train` made, what it printed, and the rating files it read."""
    ratings, users, catalogue = write_ratings(home / "ratings")
    files = ["--ratings", str(ratings), "--users", str(users), "--catalogue", str(catalogue)]
    target = home / "trained"
    done = riko(
        home, "train", *files, "--out", str(target), "--max-minutes", "0.1", "--about", "Made up."
    )
    return done, target, files


def test_a_network_is_trained_and_recommends(
    home: Path, trained: tuple[Done, Path, list[str]]
) -> None:
    done, target, files = trained
    assert done.returncode == 0, done.stderr
    assert f"Wrote {target}: 89 titles" in done.stdout
    assert "epoch" in done.stderr
    lists = riko(
        home, "recommend", "--rate", "1001=9", "--bundle", str(target), "--catalogue", files[-1]
    )
    assert lists.returncode == 0, lists.stderr
    assert lists.stdout.count("Made ") >= 20


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--out", "."], 1, "not a bundle"),
        (["--out", "made", "--split", "10"], 2, "--split"),
        (["--out", "made", "--preset", "huge"], 2, "riko or rikonet"),
        (["--out", "made", "--ratings", "nowhere.parquet"], 1, "nowhere.parquet"),
    ],
)
def test_training_refuses_what_it_cannot_use(
    home: Path,
    trained: tuple[Done, Path, list[str]],
    arguments: list[str],
    code: int,
    words: str,
) -> None:
    done = riko(home, "train", *trained[2], *arguments)
    assert done.returncode == code
    assert words in done.stderr
    assert not (home / "made").exists()


def test_a_trained_network_is_measured(home: Path, trained: tuple[Done, Path, list[str]]) -> None:
    _, target, files = trained
    figures, report = home / "figures.json", home / "report.md"
    done = riko(
        home, "evaluate", *files, "--bundle", str(target), "--json", str(figures), "--markdown", str(report)
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "NDCG" in done.stdout
    assert "liked NDCG@10" in figures.read_text(encoding="utf-8")
    assert "NDCG" in report.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Name what to measure"),
        (["--bundle", "nowhere"], "no such bundle"),
        (["--bundle", "trained", "--json", "no/such/folder/figures.json"], "make it first"),
    ],
)
def test_evaluation_refuses_what_it_cannot_use(
    home: Path, trained: tuple[Done, Path, list[str]], arguments: list[str], words: str
) -> None:
    done = riko(home, "evaluate", *trained[2], *arguments)
    assert done.returncode == 1
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_bundle_info_reads_the_manifest(home: Path) -> None:
    done = riko(home, "bundle", "info", str(home / "bundle"), "--json")
    assert json.loads(done.stdout)["kind"] == "rikonet"
    assert "60" in riko(home, "bundle", "info", str(home / "bundle")).stdout


def test_recorded_figures_are_on_the_model_card(
    home: Path, trained: tuple[Done, Path, list[str]]
) -> None:
    _, target, files = trained
    done = riko(home, "evaluate", "--bundle", str(target), *files[:4], "--record")
    assert done.returncode == 0, done.stderr
    card = json.loads(riko(home, "bundle", "info", str(target), "--json").stdout)["metrics"]
    assert "Made up." in riko(home, "bundle", "info", str(target)).stdout
    assert "held out of training (split 0)" in card["measured_on"]
    assert 0 < float(card["RMSE"].split()[0]) < 5
    lists = riko(home, "recommend", "--rate", "1001=9", "--bundle", str(target), "--catalogue", files[-1])  # fmt: skip
    assert lists.returncode == 0, "the bundle is still whole"
    done = riko(home, "evaluate", *files[:4], "--baselines", "--record")
    assert "--record takes exactly one" in done.stderr
