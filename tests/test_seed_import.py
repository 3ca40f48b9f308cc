"""The seed's recommendations, said again independently, against those of an imported bundle."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from bot.__main__ import app
from core.errors import BundleError, RikoError
from core.network.bundle import load_bundle
from core.network.seed.importing import import_seed
from core.network.seed.precision import Precision
from tests.seed_files import DEMOGRAPHICS, Seed, write_seed_files

if TYPE_CHECKING:
    from pathlib import Path

LAMBDA, ALPHA = 1.0507009873554805, 1.6732632423543772


def selu(x: np.ndarray) -> np.ndarray:
    return LAMBDA * np.where(x > 0, x, ALPHA * np.expm1(np.minimum(x, 0)))


def seed_lists(
    seed: Seed, age: int, gender: str, ratings: dict[int, int], cut: int = 1000
) -> tuple[list[int], list[int]]:
    """The seed's notebook, step by step, in numpy and plain Python (float64)."""
    weights = torch.load(seed.files.weights, weights_only=True)
    columns = [*DEMOGRAPHICS, *map(str, seed.ids)]
    vector = np.zeros(len(columns))
    vector[0] = 0 if gender == "male" else 1
    vector[1 if age < 11 else 2 if age < 16 else 3 if age < 20 else 4] = 1
    for anime_id, score in ratings.items():
        vector[columns.index(str(anime_id))] = score

    depth = len(seed.shape.layer_sizes) - 1
    for i in range(depth):
        vector = selu(
            weights[f"encoder_weights.{i}"].double().numpy() @ vector
            + weights[f"encoder_bias.{i}"].double().numpy()
        )
    for i in range(depth):
        vector = (
            weights[f"encoder_weights.{depth - 1 - i}"].double().numpy().T @ vector
            + weights[f"decoder_bias.{i}"].double().numpy()
        )
        vector = np.maximum(vector, 0) if i == depth - 1 else selu(vector)

    best = np.argsort(vector, kind="stable")[-cut:][::-1]
    pool: set[int] = set()
    for anime_id, score in list(reversed(ratings.items()))[:3]:
        number = seed.cluster[anime_id] if score >= 6 else seed.opposite[anime_id]
        pool |= {i for i in seed.ids if seed.cluster[i] == number}
    similar: list[int] = []
    may_like: list[int] = []
    for column in best:
        if columns[column] in DEMOGRAPHICS:
            continue  # where the seed would crash
        anime_id = int(columns[column])
        if anime_id in ratings:
            continue
        chosen = similar if anime_id in pool else may_like
        if len(chosen) < 10:
            chosen.append(anime_id)
    return similar, may_like


def predict(
    bundle: Path, people: list[dict[str, object]], folder: Path, *options: str
) -> list[dict[str, object]]:
    """Run the real command line."""
    source, target = folder / "in.jsonl", folder / "out.jsonl"
    source.write_text("".join(json.dumps(person) + "\n" for person in people), encoding="utf-8")
    done = CliRunner().invoke(
        app,
        [
            "predict",
            str(source),
            str(target),
            "--bundle",
            str(bundle),
            "--ranking",
            "predicted",
            *options,
        ],
        catch_exceptions=False,
    )
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in target.read_text(encoding="utf-8").split("\n")[:-1]]


def people(seed: Seed, count: int, random: np.random.Generator) -> list[dict[str, object]]:
    return [
        {
            "id": f"u{n}",
            "age": int(random.integers(5, 60)),
            "gender": str(random.choice(["male", "female"])),
            "ratings": [
                [int(i), int(random.integers(1, 11))]
                for i in random.choice(seed.ids, size=int(random.integers(1, 12)), replace=False)
            ],
        }
        for n in range(count)
    ]


def check(seed: Seed, bundle: Path, count: int, folder: Path, cut: int = 1000) -> None:
    asked = people(seed, count, np.random.default_rng(1))
    # The seed leaves nothing out.
    answers = predict(bundle, asked, folder, "--adult", "include")
    for person, answer in zip(asked, answers, strict=True):
        similar, may_like = seed_lists(
            seed,
            int(str(person["age"])),
            str(person["gender"]),
            dict(person["ratings"]),  # pyright: ignore
            cut,
        )
        ours = [pick["anime_id"] for pick in answer["similar"]]  # pyright: ignore
        other = [pick["anime_id"] for pick in answer["may_like"]]  # pyright: ignore
        assert ours[: len(similar)] == similar
        assert len(ours) == 10
        assert other == may_like


def test_imported_small_network_gives_the_seeds_lists(tmp_path: Path) -> None:
    seed = write_seed_files(tmp_path / "seed", (64, 32, 16), titles=1500, clusters=40)
    done = import_seed(seed.files, tmp_path / "bundle", precision=Precision.FLOAT32)
    assert (done.titles, done.without_cluster, done.unknown_to_catalogue) == (1500, 0, 0)
    check(seed, tmp_path / "bundle", 40, tmp_path)


def test_adult_titles_of_the_seed_are_hidden_unless_asked_for(tmp_path: Path) -> None:
    seed = write_seed_files(tmp_path / "seed", (16, 8), titles=300, clusters=10)
    import_seed(seed.files, tmp_path / "bundle")
    asked = people(seed, 20, np.random.default_rng(2))
    hidden = predict(tmp_path / "bundle", asked, tmp_path)
    shown = predict(tmp_path / "bundle", asked, tmp_path, "--adult", "include")
    lists = ("similar", "may_like")

    def listed(answers: list[dict[str, object]]) -> set[int]:
        return {pick["anime_id"] for a in answers for name in lists for pick in a[name]}  # pyright: ignore

    assert not listed(hidden) & seed.adult
    assert listed(shown) & seed.adult


@pytest.mark.slow
def test_imported_full_network_gives_the_seeds_lists(tmp_path: Path) -> None:
    seed = write_seed_files(tmp_path / "seed", (8192, 2048, 512, 256), titles=6668, clusters=222)
    import_seed(seed.files, tmp_path / "bundle", precision=Precision.FLOAT32)
    check(seed, tmp_path / "bundle", 3, tmp_path)


def test_the_imported_catalogue_travels_with_the_bundle(tmp_path: Path) -> None:
    seed = write_seed_files(tmp_path / "seed", (8,), titles=30, clusters=3)
    import_seed(seed.files, tmp_path / "bundle")
    bundle = load_bundle(tmp_path / "bundle")
    assert bundle.catalogue is not None
    assert bundle.titles.counts.min() >= 1000
    assert bundle.titles.means.tolist() == [7.5] * 30


def test_an_import_replaces_a_bundle_but_no_other_folder(tmp_path: Path) -> None:
    seed = write_seed_files(tmp_path / "seed", (8,), titles=30, clusters=3)
    import_seed(seed.files, tmp_path / "bundle")
    import_seed(seed.files, tmp_path / "bundle")
    with pytest.raises(BundleError, match="not a bundle"):
        import_seed(seed.files, tmp_path / "seed")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bundle", "seed"]


class Bomb:
    """A pickle that would write a file when it is opened carelessly."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return type(self.path).touch, (self.path,)


@pytest.mark.parametrize("name", ["weights", "columns", "clusters", "catalogue"])
def test_a_file_that_cannot_be_used_is_named_and_nothing_is_written(
    tmp_path: Path, name: str
) -> None:
    seed = write_seed_files(tmp_path / "seed", (8,), titles=30, clusters=3)
    path = getattr(seed.files, name)
    for spoil in (b"", b"anime,nothing\n1,2\n", bytes(range(256)) * 40):
        path.write_bytes(spoil)
        with pytest.raises(RikoError, match=path.name):
            import_seed(seed.files, tmp_path / "bundle")
    path.unlink()
    with pytest.raises(RikoError, match=path.name):
        import_seed(seed.files, tmp_path / "bundle")
    assert not (tmp_path / "bundle").exists()


def test_a_checkpoint_never_runs_code(tmp_path: Path) -> None:
    seed = write_seed_files(tmp_path / "seed", (8,), titles=30, clusters=3)
    trace = tmp_path / "ran"
    torch.save({"encoder_weights.0": Bomb(trace)}, seed.files.weights)
    with pytest.raises(BundleError, match=r"autoEncoder\.pth"):
        import_seed(seed.files, tmp_path / "bundle")
    seed.files.weights.write_bytes(pickle.dumps(Bomb(trace)))
    with pytest.raises(BundleError, match=r"autoEncoder\.pth"):
        import_seed(seed.files, tmp_path / "bundle")
    assert not trace.exists()


def test_header_and_checkpoint_must_fit_each_other(tmp_path: Path) -> None:
    seed = write_seed_files(tmp_path / "a", (8,), titles=30, clusters=3)
    other = write_seed_files(tmp_path / "b", (8,), titles=31, clusters=3)
    with pytest.raises(BundleError, match="36 columns, the network reads 35"):
        import_seed(replace(seed.files, columns=other.files.columns), tmp_path / "bundle")
