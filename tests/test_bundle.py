from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from core.errors import BundleError
from core.network.bundle import (
    FORMAT,
    MANIFEST,
    check_target,
    load_bundle,
    record_metrics,
    save_bundle,
)
from core.recommender.engine import build_predictor
from tests.tiny import tiny_bundle

if TYPE_CHECKING:
    from collections.abc import Callable
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
    "text",
    [
        "",
        "[]",
        "{",
        "[" * 100_000,
        '{"format": "1"}',
        '{"format": true}',
        '{"format": -3}',
        '{"format": 1}',
        '{"format": 1, "kind": "x"}',
        '{"format": 1, "kind": "x", "created": 5}',
    ],
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
    path = tiny_bundle(tmp_path / "bundle")
    outside = tmp_path / "outside"
    outside.write_text("x")
    document = json.loads((path / MANIFEST).read_text())
    for name in ("../outside", str(outside)):
        entry = {"bytes": 1, "sha256": hashlib.sha256(b"x").hexdigest()}
        with pytest.raises(BundleError, match="no bundle has"):
            load_bundle(edited(path, files=document["files"] | {name: entry}))


def test_a_catalogue_the_manifest_does_not_list_is_not_used(tmp_path: Path) -> None:
    path = tiny_bundle(tmp_path / "bundle")
    (path / "catalogue.parquet").write_text("put there by somebody")
    assert load_bundle(path).catalogue is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"layer_sizes": [65, 16]}, "weights.safetensors"),
        ({"layer_sizes": "x"}, "network entry is damaged"),
        ({"layer_sizes": [float("inf"), 16, 8]}, "network entry is damaged"),
        ({"activation": "gelu"}, "network entry is damaged"),
        ({"demographics": {"Gender": 0}}, "network entry is damaged"),
    ],
)
def test_a_network_entry_that_does_not_fit_is_refused(
    tmp_path: Path, changes: dict[str, object], words: str
) -> None:
    path = tiny_bundle(tmp_path / "bundle")
    network = json.loads((path / MANIFEST).read_text())["network"]
    bundle = load_bundle(edited(path, network=network | changes))
    with pytest.raises(BundleError, match=words):
        build_predictor(bundle, "cpu")
    with pytest.raises(BundleError, match="network entry is damaged"):
        build_predictor(load_bundle(edited(path, network={})), "cpu")


@pytest.mark.parametrize("spoil", [torch.Tensor.half, lambda t: t * torch.nan, lambda t: t[:-1]])
def test_weights_of_another_type_shape_or_value_are_refused_before_any_request(
    tmp_path: Path, spoil: Callable[[torch.Tensor], torch.Tensor]
) -> None:
    first = load_bundle(tiny_bundle(tmp_path / "first"))
    name = "decoder_bias.1"
    weights = dict(first.weights) | {name: spoil(first.weights[name])}
    save_bundle(tmp_path / "second", first.manifest, first.titles, weights)
    with pytest.raises(BundleError, match=name):
        build_predictor(load_bundle(tmp_path / "second"), "cpu")


def test_recorded_metrics_are_read_back_and_nothing_else_changes(tmp_path: Path) -> None:
    path = tiny_bundle(tmp_path / "bundle")
    record_metrics(load_bundle(path), {"rmse": 1.1})
    bundle = load_bundle(path)
    assert bundle.manifest.metrics == {"rmse": 1.1}
    build_predictor(bundle, "cpu")


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BundleError, match="cannot be written"):
        check_target(tmp_path / "file" / "bundle")


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
