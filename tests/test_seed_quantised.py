"""The seed's network in int8, against the same network in float32."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BundleError
from core.network.bundle import MANIFEST, load_bundle, save_bundle
from core.network.quantise import SCALE
from core.network.seed.autoencoder import AutoEncoder, AutoencoderShape
from core.network.seed.importing import import_seed
from core.network.seed.precision import Precision, precision_on
from core.network.seed.predictor import SeedPredictor
from core.network.seed.quantised import (
    QuantisedAutoEncoder,
    dequantise_parameters,
    int8_supported,
    quantise_parameters,
)
from core.network.seed.runners import GRAPH_BATCHES, padded_size
from core.person import Gender, Taste
from tests.seed_files import write_seed_files
from tests.test_autoencoder import made, shapes

if TYPE_CHECKING:
    from pathlib import Path

needs_int8 = pytest.mark.skipif(not int8_supported(), reason="this CPU has no int8 kernels")
SHAPE = AutoencoderShape((605, 64, 32), last_layer_activation=False)


def rows(count: int, width: int) -> torch.Tensor:
    """People who rated about a tenth of the titles each."""
    random = torch.Generator().manual_seed(6)
    scores = torch.randint(1, 11, (count, width), generator=random).float()
    return scores * (torch.rand(count, width, generator=random) < 0.1)


@given(shapes)
@settings(deadline=None, max_examples=50)
def test_a_weight_is_off_by_half_a_step_of_its_channel_at_most(shape: AutoencoderShape) -> None:
    weights = made(shape).state_dict()
    stored = quantise_parameters(weights)
    back = dequantise_parameters(shape, stored)
    for name, weight in weights.items():
        if weight.ndim == 1:
            assert torch.equal(back[name], weight)
            continue
        # a channel is a column of an encoder matrix and a row of a decoder matrix
        across = 0 if name.startswith("encoder") else 1
        step = weight.abs().amax(dim=across, keepdim=True) / 127
        assert bool(((back[name] - weight).abs() <= step / 2 * 1.001).all())


@given(shapes)
@settings(deadline=None, max_examples=20)
def test_each_matrix_is_stored_once(shape: AutoencoderShape) -> None:
    stored = quantise_parameters(made(shape).state_dict())
    matrices = [tensor for tensor in stored.values() if tensor.ndim == 2]
    once = sum(a * b for a, b in pairwise(shape.layer_sizes))
    assert {tensor.dtype for tensor in matrices} == {torch.int8}
    assert sum(tensor.numel() for tensor in matrices) == once * (1 if shape.tied else 2)


@needs_int8
@given(shapes, st.integers(1, 4))
@settings(deadline=None, max_examples=60)
def test_int8_follows_float32_in_every_shape(shape: AutoencoderShape, people: int) -> None:
    network = made(shape)
    x = rows(people, shape.layer_sizes[0])
    stored = quantise_parameters(network.state_dict())
    exact = AutoEncoder.from_weights(shape, dequantise_parameters(shape, stored))(x)
    got = QuantisedAutoEncoder(shape, stored)(x)
    assert got.shape == exact.shape
    # Rounding of inputs to 7 bits is all that is left: 2 steps in 127 a layer in the worst case.
    assert float((got - exact).abs().max()) <= 0.1 * max(1.0, float(exact.abs().max()))


@needs_int8
@pytest.mark.parametrize("tied", [True, False])
def test_int8_predicts_what_float32_predicts(tied: bool) -> None:
    shape = AutoencoderShape((605, 64, 32), tied=tied, last_layer_activation=False)
    network = made(shape)
    network.decoder_bias[-1].data.fill_(30)
    x = rows(16, 605)
    exact = network(x).detach()
    got = QuantisedAutoEncoder(shape, quantise_parameters(network.state_dict()))(x)
    error = (got - exact).std(dim=1) / exact.std(dim=1)
    assert float(error.max()) < 0.06


@needs_int8
def test_who_else_asks_changes_nothing() -> None:
    network = QuantisedAutoEncoder(SHAPE, quantise_parameters(made(SHAPE).state_dict()))
    x = torch.cat([rows(40, 605), torch.zeros(1, 605), 100 * rows(2, 605)])
    together = network(x)
    alone = torch.cat([network(row[None]) for row in x])
    assert torch.equal(together, alone)


@needs_int8
def test_the_choice_of_an_engine_by_others_is_left_as_it_was() -> None:
    before = torch.backends.quantized.engine
    QuantisedAutoEncoder(SHAPE, quantise_parameters(made(SHAPE).state_dict()))
    assert torch.backends.quantized.engine == before


TASTES = [
    Taste(
        age=20,
        gender=Gender.FEMALE,
        ratings=tuple(
            (int(i), int(s))
            for i, s in zip(
                np.random.default_rng(n).choice(np.arange(1, 1800), 40, replace=False),
                np.random.default_rng(n).integers(1, 11, 40),
                strict=True,
            )
        ),
    )
    for n in range(30)
]


def test_an_import_in_int8_is_a_quarter_as_large_and_ranks_alike(tmp_path: Path) -> None:
    seed = write_seed_files(tmp_path / "seed", (128, 32), titles=600, clusters=20)
    import_seed(seed.files, tmp_path / "int8")
    import_seed(seed.files, tmp_path / "float32", precision=Precision.FLOAT32)
    small, large = load_bundle(tmp_path / "int8"), load_bundle(tmp_path / "float32")
    sizes = [(b.path / "weights.safetensors").stat().st_size for b in (small, large)]
    assert sizes[0] < 0.3 * sizes[1]

    got = SeedPredictor(small, "cpu").predict(TASTES)
    exact = SeedPredictor(large, "cpu").predict(TASTES)
    error = (got.rating - exact.rating).std(axis=1) / exact.rating.std(axis=1)
    assert error.max() < 0.06
    best = [np.argsort(-p.blend, axis=1)[:, :10].tolist() for p in (got, exact)]
    differing = [10 - len(set(a) & set(b)) for a, b in zip(*best, strict=True)]
    assert np.mean(differing) <= 1


def test_a_bundle_that_names_no_precision_holds_float32(tmp_path: Path) -> None:
    seed = write_seed_files(tmp_path / "seed", (16, 8), titles=100, clusters=5)
    import_seed(seed.files, tmp_path / "bundle", precision=Precision.FLOAT32)
    new = SeedPredictor(load_bundle(tmp_path / "bundle"), "cpu").predict(TASTES)
    manifest = tmp_path / "bundle" / MANIFEST
    document = json.loads(manifest.read_text())
    del document["network"]["precision"]
    manifest.write_text(json.dumps(document))
    old = SeedPredictor(load_bundle(tmp_path / "bundle"), "cpu").predict(TASTES)
    np.testing.assert_array_equal(old.rating, new.rating)


FIRST = "encoder_weights.0.transposed"


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        (FIRST, lambda t: t[:-1]),
        (FIRST, lambda t: t.t()),
        (FIRST, torch.Tensor.float),
        (FIRST + SCALE, lambda t: t * torch.nan),
        (FIRST + SCALE, lambda t: -t),
        (FIRST + SCALE, lambda t: t[:-1]),
        ("encoder_bias.1", lambda t: t / 0),
        ("decoder_bias.1", torch.Tensor.double),
        (FIRST, None),
        (FIRST + SCALE, None),
    ],
)
def test_damaged_int8_weights_are_refused_by_name(
    tmp_path: Path, name: str, damage: object
) -> None:
    seed = write_seed_files(tmp_path / "seed", (16, 8), titles=100, clusters=5)
    import_seed(seed.files, tmp_path / "first")
    first = load_bundle(tmp_path / "first")
    weights = dict(first.weights)
    tensor = weights.pop(name)
    if callable(damage):
        weights[name] = damage(tensor)  # pyright: ignore[reportArgumentType]
    save_bundle(tmp_path / "second", first.manifest, first.titles, weights)
    with pytest.raises(BundleError, match=rf"weights\.safetensors.*{name}"):
        SeedPredictor(load_bundle(tmp_path / "second"), "cpu")


@pytest.mark.parametrize("precision", ["float16", "int4", None])
def test_an_unknown_precision_is_refused(tmp_path: Path, precision: str | None) -> None:
    seed = write_seed_files(tmp_path / "seed", (8,), titles=30, clusters=3)
    import_seed(seed.files, tmp_path / "bundle")
    manifest = tmp_path / "bundle" / MANIFEST
    document = json.loads(manifest.read_text())
    document["network"]["precision"] = precision
    manifest.write_text(json.dumps(document))
    with pytest.raises(BundleError, match="network entry is damaged"):
        SeedPredictor(load_bundle(tmp_path / "bundle"), "cpu")


@pytest.mark.parametrize(
    ("device", "stored", "int8", "expected"),
    [
        ("cpu", Precision.INT8, True, Precision.INT8),
        ("cpu", Precision.INT8, False, Precision.FLOAT32),
        ("cuda", Precision.INT8, True, Precision.FLOAT16),
        ("mps", Precision.INT8, False, Precision.FLOAT16),
        ("cpu", Precision.FLOAT32, True, Precision.FLOAT32),
        ("cuda", Precision.FLOAT32, True, Precision.FLOAT32),
    ],
)
def test_the_precision_follows_bundle_device_and_cpu(
    device: str, stored: Precision, int8: bool, expected: Precision
) -> None:
    assert precision_on(device, stored, int8_supported=int8) is expected


@given(st.integers(1, GRAPH_BATCHES[-1]))
def test_a_batch_is_padded_to_the_next_captured_size(count: int) -> None:
    size = padded_size(count)
    assert size >= count
    assert all(other < count for other in GRAPH_BATCHES if other < size)
