from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from core.network.seed.activations import ACTIVATIONS
from core.network.seed.autoencoder import AutoEncoder, AutoencoderShape
from core.network.seed.user_vector import InputLayout
from core.person import Gender, Taste

if TYPE_CHECKING:
    from collections.abc import Callable

shapes = st.builds(
    AutoencoderShape,
    layer_sizes=st.lists(st.integers(1, 12), min_size=2, max_size=5).map(tuple),
    activation=st.sampled_from(sorted(ACTIVATIONS)),
    tied=st.booleans(),
    dropout=st.sampled_from([0.0, 0.5]),
    last_layer_activation=st.booleans(),
)


def made(shape: AutoencoderShape) -> AutoEncoder:
    network = AutoEncoder(shape)
    network.initialise(torch.Generator().manual_seed(3))
    with torch.no_grad():
        for bias in (*network.encoder_bias, *network.decoder_bias):
            bias.uniform_(-0.5, 0.5, generator=torch.Generator().manual_seed(4))
    return network.eval()


@given(shapes, st.integers(1, 4))
@settings(deadline=None)
def test_output_equals_the_layers_written_out(shape: AutoencoderShape, people: int) -> None:
    network = made(shape)
    x = torch.randn(people, shape.layer_sizes[0], generator=torch.Generator().manual_seed(5))
    x[:, ::2] = 0
    state = network.state_dict()
    activate: Callable[[torch.Tensor], torch.Tensor] = {
        "selu": functional.selu,
        "elu": functional.elu,
        "relu": lambda t: t.clamp(min=0),
        "relu6": lambda t: t.clamp(0, 6),
        "lrelu": lambda t: torch.where(t > 0, t, 0.01 * t),
        "tanh": torch.tanh,
        "sigmoid": lambda t: 1 / (1 + torch.exp(-t)),
        "swish": lambda t: t / (1 + torch.exp(-t)),
        "identity": lambda t: t,
    }[shape.activation]

    expected = x
    depth = len(shape.layer_sizes) - 1
    for i in range(depth):
        w, b = state[f"encoder_weights.{i}"], state[f"encoder_bias.{i}"]
        expected = activate(expected @ w.T + b)
    for i in range(depth):
        w = (
            state[f"encoder_weights.{depth - 1 - i}"].T
            if shape.tied
            else state[f"decoder_weights.{i}"]
        )
        expected = expected @ w.T + state[f"decoder_bias.{i}"]
        ends_linear = i == depth - 1 and not shape.last_layer_activation
        expected = expected.clamp(min=0) if ends_linear else activate(expected)
    torch.testing.assert_close(network(x), expected, rtol=1e-4, atol=1e-5)


@given(shapes)
@settings(deadline=None, max_examples=30)
def test_weights_travel_by_their_names(shape: AutoencoderShape) -> None:
    network = made(shape)
    state = network.state_dict()
    assert {name: tuple(t.shape) for name, t in state.items()} == shape.parameter_shapes
    copy = AutoEncoder.from_weights(shape, state)
    x = torch.ones(2, shape.layer_sizes[0])
    torch.testing.assert_close(copy(x), network(x))


def test_the_state_dict_names_are_the_seeds() -> None:
    shape = AutoencoderShape((6673, 8192, 2048, 512, 256), last_layer_activation=False)
    assert list(shape.parameter_shapes) == [
        *(f"{part}.{i}" for i in range(4) for part in ("encoder_weights", "encoder_bias")),
        *(f"decoder_bias.{i}" for i in range(4)),
    ]
    assert shape.parameter_shapes["decoder_bias.3"] == (6673,)


def test_misfitting_weights_are_refused_by_name() -> None:
    shape = AutoencoderShape((6, 4))
    state = dict(made(shape).state_dict())
    with pytest.raises(ValueError, match=r"decoder_bias\.0 is missing"):
        AutoEncoder.from_weights(shape, {k: v for k, v in state.items() if k != "decoder_bias.0"})
    with pytest.raises(ValueError, match=r"encoder_weights.0 has shape \(4, 6\)"):
        AutoEncoder.from_weights(AutoencoderShape((7, 4)), state)
    with pytest.raises(ValueError, match="extra does not belong"):
        AutoEncoder.from_weights(shape, state | {"extra": torch.ones(1)})


@pytest.mark.parametrize(
    "arguments",
    [
        {"layer_sizes": (5,)},
        {"layer_sizes": (5, 0)},
        {"layer_sizes": (5, 3), "activation": "gelu"},
        {"layer_sizes": (5, 3), "dropout": 1.0},
    ],
)
def test_impossible_shapes_are_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        AutoencoderShape(**arguments)  # pyright: ignore[reportArgumentType]


HEADER = ["Gender", "Category2", "Category3", "Category4", "Category5", "30", "10", "20"]
tastes = st.builds(
    Taste,
    age=st.none() | st.integers(1, 120),
    gender=st.none() | st.sampled_from(Gender),
    ratings=st.dictionaries(st.sampled_from([10, 20, 30, 99]), st.integers(1, 10)).map(
        lambda d: tuple(d.items())
    ),
)


@given(st.lists(tastes, min_size=1, max_size=5))
def test_user_vectors_follow_the_header_and_share_nothing(people: list[Taste]) -> None:
    layout, ids = InputLayout.parse(HEADER)
    index = {anime_id: i for i, anime_id in enumerate(ids.tolist())}
    rows = layout.encode(people, index)
    assert rows.shape == (len(people), 8)
    for row, person in zip(rows, people, strict=True):
        given_ratings = {HEADER.index(str(i)): s for i, s in person.ratings if i != 99}
        assert {c: int(row[c]) for c in (5, 6, 7) if row[c]} == given_ratings
        assert row[1:5].sum() == (person.age is not None)
        assert row[0] == {Gender.MALE: 0, Gender.FEMALE: 1}.get(person.gender, 0.5)  # pyright: ignore
    rows[:] = 7
    assert not np.array_equal(layout.encode(people, index), rows)


@pytest.mark.parametrize(
    ("age", "column"), [(10, 1), (11, 2), (15, 2), (16, 3), (19, 3), (20, 4), (90, 4)]
)
def test_age_brackets(age: int, column: int) -> None:
    layout, _ = InputLayout.parse(HEADER)
    assert layout.encode([Taste(age=age)], {})[0, 1:5].argmax() + 1 == column


@pytest.mark.parametrize("header", [["Gender", "Gender"], ["7", "7"], ["Gender", "name"], ["-5"]])
def test_broken_headers_are_refused(header: list[str]) -> None:
    with pytest.raises(ValueError, match="column"):
        InputLayout.parse(header)
