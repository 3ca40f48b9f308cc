"""The seed's network in int8: a quarter of the bytes to read, which is what a request waits for.

A matrix is stored with one row a channel nearer to the ratings and one scale a row: decoder
matrices as they are, encoder matrices transposed. A tied network's decoder matrices are its
encoder matrices transposed, so that each is stored once and serves both ways. What the two ways
need is all in the rows: a rated title's row is what it adds to the first layer, a layer that
ends in the rows multiplies its outputs by the scales, one that begins in them its inputs.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final

import numpy as np
import torch

from core.network.quantise import SCALE, quantise
from core.network.seed.activations import activation
from core.network.seed.autoencoder import check_parameters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from core.network.seed.autoencoder import AutoencoderShape

TRANSPOSED: Final = ".transposed"
"""What follows an encoder matrix's name in a bundle of int8."""

_ENGINE: Final = "fbgemm"
# Inputs of a layer are rounded to 7 bits: without VNNI instructions products of two numbers of 8
# bits are added in pairs to one of 16, which 127 * 127 * 2 just fits.
_STEPS: Final = 127


def int8_supported() -> bool:
    """Whether this machine has fast int8 products (torch's FBGEMM, x86 with AVX2 or later)."""
    return _ENGINE in torch.backends.quantized.supported_engines


def quantise_parameters(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return a network's float32 `weights` as they stand in a bundle of int8."""
    stored = {
        name + TRANSPOSED if _is_encoder_matrix(name) else name: (
            tensor.t() if _is_encoder_matrix(name) else tensor
        )
        for name, tensor in weights.items()
    }
    return quantise(stored, {name for name, tensor in stored.items() if tensor.ndim == 2})


def dequantise_parameters(
    shape: AutoencoderShape, stored: Mapping[str, Tensor]
) -> dict[str, Tensor]:
    """Return float32 weights by the seed's names. Raises `ValueError` as `check_quantised` does."""
    check_quantised(shape, stored)
    weights: dict[str, Tensor] = {}
    for name, size in shape.parameter_shapes.items():
        if len(size) == 1:
            weights[name] = stored[name]
            continue
        key = name + TRANSPOSED if _is_encoder_matrix(name) else name
        rows = stored[key].float() * stored[key + SCALE][:, None]
        weights[name] = rows.t() if _is_encoder_matrix(name) else rows
    return weights


def check_quantised(shape: AutoencoderShape, stored: Mapping[str, Tensor]) -> None:
    """Raise `ValueError` naming the first of the `stored` parameters that does not fit."""
    needed: dict[str, tuple[tuple[int, ...], torch.dtype]] = {}
    for name, size in shape.parameter_shapes.items():
        if len(size) == 1:
            needed[name] = size, torch.float32
            continue
        transposed = _is_encoder_matrix(name)
        key = name + TRANSPOSED if transposed else name
        size = size[::-1] if transposed else size
        needed[key] = size, torch.int8
        needed[key + SCALE] = size[:1], torch.float32
    check_parameters(stored, needed)
    for name, tensor in stored.items():
        if name.endswith(SCALE) and not bool((tensor > 0).all()):
            raise ValueError(f"parameter {name} holds scales that are not positive")


class QuantisedAutoEncoder:
    """An `AutoEncoder` for inference only, in int8 on the CPU.

    Raises `ValueError` naming the first of the `stored` parameters that does not fit.
    """

    def __init__(self, shape: AutoencoderShape, stored: Mapping[str, Tensor]) -> None:
        check_quantised(shape, stored)
        depth = len(shape.layer_sizes) - 1
        encoder = [f"encoder_weights.{i}{TRANSPOSED}" for i in range(depth)]
        decoder = encoder[::-1] if shape.tied else [f"decoder_weights.{i}" for i in range(depth)]
        self._width = shape.layer_sizes[0]
        self._table = _embedding_table(stored[encoder[0]], stored[encoder[0] + SCALE])
        self._bias = stored["encoder_bias.0"].clone()
        self._layers = [
            _Layer(stored[name].t(), stored[f"encoder_bias.{i}"], in_scale=stored[name + SCALE])
            for i, name in enumerate(encoder[1:], start=1)
        ] + [
            _Layer(stored[name], stored[f"decoder_bias.{i}"], out_scale=stored[name + SCALE])
            for i, name in enumerate(decoder)
        ]
        self._activate = activation(shape.activation)
        self._last = self._activate if shape.last_layer_activation else torch.relu

    def __call__(self, x: Tensor) -> Tensor:
        """Return predicted ratings for `x`; both are float32[batch, layer_sizes[0]].

        A row's predictions do not depend on the other rows.
        """
        h = self._activate(self._first_layer(x))
        for layer in self._layers[:-1]:
            h = self._activate(layer(h))
        return self._last(self._layers[-1](h))

    def _first_layer(self, x: Tensor) -> Tensor:
        """Add up the rows of what each person rated: the other columns would be times zero."""
        values = x.numpy().ravel()
        given = np.flatnonzero(values != 0)  # 40 times faster than torch's nonzero
        first = np.searchsorted(given, np.arange(len(x) + 1) * self._width)
        total: Tensor = torch.ops.quantized.embedding_bag_byte_rowwise_offsets(
            self._table,
            torch.as_tensor(given % self._width),
            torch.as_tensor(first),
            per_sample_weights=torch.as_tensor(values[given]),
            include_last_offset=True,
        )
        return total + self._bias


class _Layer:
    """`W x + bias` with `W` int8[out, in] times the scales of its rows or of its columns."""

    def __init__(
        self,
        matrix: Tensor,
        bias: Tensor,
        *,
        in_scale: Tensor | None = None,
        out_scale: Tensor | None = None,
    ) -> None:
        rows = torch.ones(len(matrix)) if out_scale is None else out_scale
        self._packed = _pack(matrix, rows)
        self._row_sums = self._multiply(torch.ones(1, matrix.shape[1]))
        self._in_scale = in_scale.clone() if in_scale is not None else None
        self._bias = bias.clone()

    def __call__(self, x: Tensor) -> Tensor:
        """Return float32[batch, out] of `x` float32[batch, in]."""
        if self._in_scale is not None:
            x = x * self._in_scale
        low, high = x.aminmax(dim=1, keepdim=True)
        span = (high - low).clamp_(min=1e-12)
        # Each row is stretched to 0..1, so that one step width serves all, whoever else asks.
        y = self._multiply((x - low) / span)
        return y.mul_(span).addcmul_(low, self._row_sums).add_(self._bias)

    def _multiply(self, x: Tensor) -> Tensor:
        """Return `W x` for `x` float32[batch, in] of 0..1, rounded to 1 / 127."""
        return torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(
            x, 1 / _STEPS, 0, self._packed
        )


def _pack(matrix: Tensor, scale: Tensor) -> object:
    """Return `matrix` int8[out, in], with one scale a row, in the order FBGEMM reads."""
    with warnings.catch_warnings():
        # torch, which is pinned, means to drop the tensors that carry scales some day.
        warnings.filterwarnings("ignore", message=".*quantized tensor creation")
        # The public way starts from floats: four times the memory.
        quantised = torch._make_per_channel_quantized_tensor(  # pyright: ignore[reportPrivateUsage, reportPrivateImportUsage]
            matrix.contiguous(), scale.double(), torch.zeros(len(scale), dtype=torch.long), 0
        )
    before = torch.backends.quantized.engine
    torch.backends.quantized.engine = _ENGINE
    try:
        return torch.ops.quantized.linear_prepack(quantised, None)
    finally:
        torch.backends.quantized.engine = before


def _embedding_table(matrix: Tensor, scale: Tensor) -> Tensor:
    """Return uint8[rows, columns + 8] as torch's quantised embedding bag reads it.

    Each row is followed by two float32, scale and offset: a value is byte * scale + offset.
    """
    values = matrix.contiguous().view(torch.uint8) ^ 128
    ends = torch.stack([scale, -128 * scale], dim=1).view(torch.uint8)
    return torch.cat([values, ends], dim=1)


def _is_encoder_matrix(name: str) -> bool:
    return name.startswith("encoder_weights.")
