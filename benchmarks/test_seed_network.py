"""The seed's network in full size: 6673-8192-2048-512-256, tied, with random weights.

Every figure is to be read beside the floor of the same run: the quickest of the ways torch has to
read as many bytes as one int8 pass must, which are all decoder matrices and all encoder matrices
but the first.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from core.clusters.clusters import Clusters
from core.network.bundle import Manifest, TitleTable, load_bundle, save_bundle
from core.network.seed.autoencoder import AutoEncoder, AutoencoderShape
from core.network.seed.precision import Precision
from core.network.seed.predictor import RIKONET, SeedPredictor, network_entry
from core.network.seed.quantised import quantise_parameters
from core.network.seed.user_vector import AGE_COLUMNS, GENDER_COLUMN
from core.person import Gender, Taste

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_benchmark.fixture import BenchmarkFixture

SHAPE = AutoencoderShape((6673, 8192, 2048, 512, 256), last_layer_activation=False)
TITLES = 6668
RATINGS = 60
_MATRICES = [a * b for a, b in pairwise(SHAPE.layer_sizes)]
PASS_BYTES = 2 * sum(_MATRICES) - _MATRICES[0]


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> dict[Precision, Path]:
    """The same network in both precisions."""
    network = AutoEncoder(SHAPE)
    network.initialise(torch.Generator().manual_seed(0))
    network.decoder_bias[-1].data.fill_(7)
    weights = {name: tensor.detach() for name, tensor in network.state_dict().items()}
    columns = [GENDER_COLUMN, *AGE_COLUMNS, *map(str, range(1, TITLES + 1))]
    cluster = np.zeros(TITLES, dtype=np.int32)
    titles = TitleTable(
        ids=np.arange(1, TITLES + 1, dtype=np.int32),
        counts=np.arange(TITLES, 0, -1, dtype=np.int64),
        means=np.full(TITLES, 7, dtype=np.float32),
        clusters=Clusters(cluster, cluster, np.zeros((1, 1), dtype=np.int16)),
    )
    folder = tmp_path_factory.mktemp("bundles")
    stored = {Precision.FLOAT32: weights, Precision.INT8: quantise_parameters(weights)}
    for precision, parameters in stored.items():
        manifest = Manifest(kind=RIKONET, network=network_entry(SHAPE, columns, precision))
        save_bundle(folder / precision, manifest, titles, parameters)
    return {precision: folder / precision for precision in stored}


@pytest.fixture(scope="session", params=[Precision.INT8, Precision.FLOAT32])
def predictor(request: pytest.FixtureRequest, bundles: dict[Precision, Path]) -> SeedPredictor:
    return SeedPredictor(load_bundle(bundles[request.param]), "cpu")


def people(count: int) -> list[Taste]:
    random = np.random.default_rng(1)
    ids = np.arange(1, TITLES + 1)
    return [
        Taste(
            age=25,
            gender=Gender.FEMALE,
            ratings=tuple(
                zip(
                    random.choice(ids, RATINGS, replace=False).tolist(),
                    random.integers(1, 11, RATINGS).tolist(),
                    strict=True,
                )
            ),
        )
        for _ in range(count)
    ]


@pytest.mark.parametrize("columns", [1024, 8192])
def test_floor_of_reading_the_bytes_of_one_int8_pass(
    benchmark: BenchmarkFixture, columns: int
) -> None:
    matrix = torch.rand(PASS_BYTES // 4 // columns, columns)
    vector = torch.rand(columns)
    benchmark(torch.mv, matrix, vector)
    assert matrix.nbytes == pytest.approx(PASS_BYTES, rel=0.001)


@pytest.mark.parametrize("count", [1, 32])
def test_predict(benchmark: BenchmarkFixture, predictor: SeedPredictor, count: int) -> None:
    prediction = benchmark(predictor.predict, people(count))
    assert prediction.rating.shape == (count, TITLES)


@pytest.mark.parametrize("count", [1, 32])
def test_dense_float32_forward(benchmark: BenchmarkFixture, count: int) -> None:
    """The whole network as the seed runs it, every column of the first layer included."""
    network = AutoEncoder(SHAPE)
    network.initialise(torch.Generator().manual_seed(0))
    # In training mode, as in evaluation ours would pick the columns that are used.
    network.train().requires_grad_(requires_grad=False)
    x = torch.rand(count, SHAPE.layer_sizes[0])
    assert benchmark(network, x).shape == x.shape


@pytest.mark.parametrize("precision", [Precision.INT8, Precision.FLOAT32])
def test_load(
    benchmark: BenchmarkFixture, bundles: dict[Precision, Path], precision: Precision
) -> None:
    """From the folder to a predictor that is ready, digests checked."""
    path = bundles[precision]
    loaded = benchmark.pedantic(
        lambda: SeedPredictor(load_bundle(path), "cpu"), rounds=3, warmup_rounds=1
    )
    assert isinstance(loaded, SeedPredictor)
