"""Runs a seed-shaped network on a device: rows of ratings in host memory in, predictions out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import torch

from core.network.seed.autoencoder import AutoEncoder
from core.network.seed.precision import Precision, precision_on
from core.network.seed.quantised import (
    QuantisedAutoEncoder,
    dequantise_parameters,
    int8_supported,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import Tensor

    from core.network.seed.autoencoder import AutoencoderShape

GRAPH_BATCHES: Final = (1, 8, 32)
"""Batch sizes captured as CUDA graphs; a batch is padded to the next of them."""


def build_runner(
    shape: AutoencoderShape, stored: Mapping[str, Tensor], precision: Precision, device: str
) -> Callable[[Tensor], Tensor]:
    """Return what runs the network of a bundle that holds `stored` weights of `precision`.

    It takes and returns float32[batch, layer_sizes[0]] on the CPU; the weights stay on `device`.
    Raises `ValueError` naming the first parameter that does not fit.
    """
    place = torch.device(device)
    chosen = precision_on(place.type, precision, int8_supported=int8_supported())
    if chosen is Precision.INT8:
        return QuantisedAutoEncoder(shape, stored)
    weights = dequantise_parameters(shape, stored) if precision is Precision.INT8 else stored
    network = AutoEncoder.from_weights(shape, weights)
    if chosen is Precision.FLOAT16:
        network = network.half()
    network = network.to(place)
    return GraphRunner(network, place) if place.type == "cuda" else PlainRunner(network, place)


class PlainRunner:
    """Copies a batch to the device, in the weights' type, and the predictions back."""

    def __init__(self, network: AutoEncoder, device: torch.device) -> None:
        self._network = network
        self._device = device
        self._dtype = network.encoder_weights[0].dtype

    def __call__(self, x: Tensor) -> Tensor:
        """Run the network once."""
        return self._network(x.to(self._device, self._dtype)).float().cpu()


@dataclass(frozen=True, slots=True)
class _Captured:
    """One captured pass over buffers that never move; those on the host are pinned."""

    graph: torch.cuda.CUDAGraph
    host_in: Tensor
    device_in: Tensor
    device_out: Tensor
    host_out: Tensor


class GraphRunner:
    """Replays the whole network as one CUDA graph, for it is many small launches otherwise."""

    def __init__(self, network: AutoEncoder, device: torch.device) -> None:
        self._stream = torch.cuda.Stream(device)
        with torch.inference_mode(), torch.cuda.device(device), torch.cuda.stream(self._stream):
            self._captured = {size: self._capture(network, device, size) for size in GRAPH_BATCHES}

    def __call__(self, x: Tensor) -> Tensor:
        """Run the network, over parts of the largest captured batch if `x` is larger."""
        most = GRAPH_BATCHES[-1]
        return torch.cat([self._replay(x[i : i + most]) for i in range(0, len(x), most)])

    def _capture(self, network: AutoEncoder, device: torch.device, size: int) -> _Captured:
        width, dtype = network.shape.layer_sizes[0], network.encoder_weights[0].dtype
        host_in = torch.zeros(size, width, dtype=dtype).pin_memory()
        device_in = host_in.to(device)
        network(device_in)  # libraries set themselves up in a first pass, which is not captured
        self._stream.synchronize()
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, stream=self._stream):
            device_out: Tensor = network(device_in)
        host_out = torch.empty(device_out.shape, dtype=dtype).pin_memory()
        return _Captured(graph, host_in, device_in, device_out, host_out)

    def _replay(self, x: Tensor) -> Tensor:
        step = self._captured[padded_size(len(x))]
        step.host_in[: len(x)] = x
        step.host_in[len(x) :] = 0
        with torch.cuda.stream(self._stream):
            step.device_in.copy_(step.host_in, non_blocking=True)
            step.graph.replay()
            step.host_out.copy_(step.device_out, non_blocking=True)
        self._stream.synchronize()
        return step.host_out[: len(x)].to(torch.float32, copy=True)


def padded_size(rows: int) -> int:
    """Return the smallest captured batch that holds `rows`, which are not more than the largest."""
    return next(size for size in GRAPH_BATCHES if rows <= size)
