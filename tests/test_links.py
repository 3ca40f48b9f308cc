from __future__ import annotations

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.network.quantise import dequantise, quantise
from core.network.riko.links import Links, LinkTable
from core.network.riko.mixer import KNOTS, knot_weights


@given(st.integers(2, 30), st.integers(1, 6), st.integers(1, 5), st.integers(0, 2**32 - 1))
@settings(deadline=None)
def test_both_directions_equal_the_dense_product(
    titles: int, k: int, people: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    source = random.integers(0, titles, (titles, k)).astype(np.int32)
    weight = random.normal(size=(titles, k)).astype(np.float32)
    dense = np.zeros((titles, titles))
    np.add.at(dense, (source.ravel(), np.repeat(np.arange(titles), k)), weight.ravel())

    rated = random.random((people, titles)) < 0.4
    row, title = np.nonzero(rated)
    value = random.normal(size=len(row)).astype(np.float32)
    profiles = np.zeros((people, titles), dtype=np.float32)
    profiles[row, title] = value

    links = LinkTable(Links(source, weight))
    everything = links.to_all(row, title.astype(np.int32), value, people)
    np.testing.assert_allclose(everything, profiles @ dense, atol=1e-4)
    some = random.integers(0, titles, (people, 4))
    place = np.full((people, titles), -1, dtype=np.int32)
    place[row, title] = np.arange(len(row))
    weights = links.between(place, some, len(row))
    np.testing.assert_allclose(weights, dense[title[:, None], some[row]], atol=1e-4)


@given(st.integers(0, 5000))
def test_knots_share_one_whole(count: int) -> None:
    weights = knot_weights(np.array([count]))[0]
    assert abs(float(weights.sum()) - 1) < 1e-6
    assert (weights >= 0).all()
    assert (weights > 0).sum() <= 2
    if count in KNOTS:
        assert weights[KNOTS.index(count)] > 1 - 1e-6


@given(st.integers(1, 20), st.integers(1, 20), st.floats(1e-6, 1e3), st.integers(0, 2**32 - 1))
@settings(deadline=None)
def test_int8_is_exact_to_half_a_step_of_each_row(
    rows: int, columns: int, size: float, seed: int
) -> None:
    tensor = torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed)) * size
    packed = quantise({"large": tensor, "small": tensor[0]}, {"large"})
    assert packed["large"].dtype is torch.int8
    back = dequantise(packed)
    assert set(back) == {"large", "small"}
    step = tensor.abs().amax(dim=1, keepdim=True) / 127
    assert bool(((back["large"] - tensor).abs() <= step * 0.5001 + 1e-12).all())
    assert bool((back["small"] == tensor[0]).all())
