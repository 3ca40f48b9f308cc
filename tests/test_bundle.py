from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.errors import BundleError
from core.network.bundle import FORMAT, MANIFEST, load_bundle, save_bundle
from core.recommender.engine import build_predictor
from tests.tiny import tiny_bundle

if TYPE_CHECKING:
    from pathlib import Path

FILES = ("weights.safetensors", "titles.npz")


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    first = load_bundle(tiny_bundle(tmp_path / "first"))
    save_bundle(tmp_path / "second", first.manifest, first.titles, first.weights)
    second = load_bundle(tmp_path / "second")
    assert second.manifest.network == first.manifest.network
    for name in ("ids", "counts", "means"):
        np.testing.assert_array_equal(getattr(first.titles, name), getattr(second.titles, name))
    for name in ("cluster", "opposite", "neighbours"):
        np.testing.assert_array_equal(
            getattr(first.titles.clusters, name), getattr(second.titles.clusters, name)
        )
    assert all(bool((first.weights[n] == t).all()) for n, t in second.weights.items())


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["flipped", "cut", "longer", "gone"])
def test_a_damaged_file_is_named(tmp_path: Path, name: str, damage: str) -> None:
    bundle = tiny_bundle(tmp_path / "bundle")
    file = bundle / name
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0x40
    match damage:
        case "flipped":
            file.write_bytes(data)
        case "cut":
            file.write_bytes(data[:-100])
        case "longer":
            file.write_bytes(data + b"more")
        case _:
            file.unlink()
    with pytest.raises(BundleError, match=name):
        load_bundle(bundle)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"format": "1"}', '{"format": 1}', '{"format": 1, "kind": "x"}']
)
def test_a_broken_manifest_is_named(tmp_path: Path, text: str) -> None:
    bundle = tiny_bundle(tmp_path / "bundle")
    (bundle / MANIFEST).write_text(text)
    with pytest.raises(BundleError, match=MANIFEST):
        load_bundle(bundle)


def edited(bundle: Path, **changes: object) -> Path:
    document = json.loads((bundle / MANIFEST).read_text())
    (bundle / MANIFEST).write_text(json.dumps(document | changes))
    return bundle


def test_a_newer_format_is_refused_with_its_number(tmp_path: Path) -> None:
    bundle = edited(tiny_bundle(tmp_path / "bundle"), format=FORMAT + 1)
    with pytest.raises(BundleError, match=rf"format {FORMAT + 1} .* newer"):
        load_bundle(bundle)


def test_a_manifest_cannot_point_outside_its_folder(tmp_path: Path) -> None:
    bundle = tiny_bundle(tmp_path / "bundle")
    document = json.loads((bundle / MANIFEST).read_text())
    (tmp_path / "outside").write_text("x")
    document["files"]["../outside"] = {"bytes": 1, "sha256": "0"}
    (bundle / MANIFEST).write_text(json.dumps(document))
    with pytest.raises(BundleError):
        load_bundle(bundle)


@pytest.mark.parametrize(
    "network",
    [
        {},
        {"layer_sizes": [65, 16]},
        {"layer_sizes": "x", "activation": "selu"},
    ],
)
def test_a_network_entry_that_does_not_fit_is_refused(
    tmp_path: Path, network: dict[str, object]
) -> None:
    path = tiny_bundle(tmp_path / "bundle")
    document = json.loads((path / MANIFEST).read_text())
    wrong = network if not network.get("layer_sizes") else document["network"] | network
    bundle = load_bundle(edited(path, network=wrong))
    with pytest.raises(BundleError, match="bundle"):
        build_predictor(bundle, "cpu")


def test_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    bundle = load_bundle(edited(tiny_bundle(tmp_path / "bundle"), kind="oracle"))
    with pytest.raises(BundleError, match="oracle"):
        build_predictor(bundle, "cpu")


def test_a_missing_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="no such bundle"):
        load_bundle(tmp_path / "nothing")


def test_another_folder_is_never_overwritten(tmp_path: Path) -> None:
    first = load_bundle(tiny_bundle(tmp_path / "first"))
    other = tmp_path / "letters"
    other.mkdir()
    (other / "love.txt").write_text("keep")
    with pytest.raises(BundleError, match="not a bundle"):
        save_bundle(other, first.manifest, first.titles, first.weights)
    assert (other / "love.txt").read_text() == "keep"
