"""The deep autoencoder of RikoNet, which predicts a rating for every title.

Architecture after "RikoNet: A Novel Anime Recommendation Engine" (Soni et al., 2021,
arXiv:2106.12970) and NVIDIA's DeepRecommender (Kuchaiev & Ginsburg, 2017, arXiv:1708.01715),
from which it descends: a mirror-shaped stack whose decoder may reuse the encoder's weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.network.seed.activations import activation

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class AutoencoderShape:
    """Everything that fixes an `AutoEncoder` but its weights.

    `layer_sizes` runs from input to code, `(6673, 8192, 2048, 512, 256)` in the seed. With
    `last_layer_activation` off, the output layer ends in a ReLU, as the seed's does.
    """

    layer_sizes: tuple[int, ...]
    activation: str = "selu"
    tied: bool = True
    dropout: float = 0.0
    last_layer_activation: bool = True

    def __post_init__(self) -> None:
        """Raise `ValueError` for a shape no network can have."""
        if len(self.layer_sizes) < 2 or min(self.layer_sizes) < 1:
            raise ValueError(f"layer sizes {self.layer_sizes} need two positive numbers or more")
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout {self.dropout} is not in [0, 1)")
        activation(self.activation)

    @property
    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        """The state-dict names (the seed's) and shapes this network needs."""
        steps = list(pairwise(self.layer_sizes))
        shapes: dict[str, tuple[int, ...]] = {}
        for i, (fan_in, fan_out) in enumerate(steps):
            shapes[f"encoder_weights.{i}"] = (fan_out, fan_in)
            shapes[f"encoder_bias.{i}"] = (fan_out,)
        for i, (fan_out, fan_in) in enumerate(reversed(steps)):
            if not self.tied:
                shapes[f"decoder_weights.{i}"] = (fan_out, fan_in)
            shapes[f"decoder_bias.{i}"] = (fan_out,)
        return shapes


def check_parameters(
    weights: Mapping[str, Tensor], needed: Mapping[str, tuple[tuple[int, ...], torch.dtype]]
) -> None:
    """Check that `weights` are exactly those `needed`, by shape and type, and all finite.

    Raises `ValueError` naming the first parameter that is missing, surplus or unfit.
    """
    for name, (size, dtype) in needed.items():
        if name not in weights:
            raise ValueError(f"parameter {name} is missing")
        tensor = weights[name]
        if tuple(tensor.shape) != size:
            raise ValueError(f"parameter {name} has shape {tuple(tensor.shape)}, expected {size}")
        if tensor.dtype is not dtype:
            raise ValueError(f"parameter {name} is {tensor.dtype}, expected {dtype}")
        if dtype.is_floating_point and not bool(tensor.isfinite().all()):
            raise ValueError(f"parameter {name} holds numbers that are not finite")
    if surplus := sorted(set(weights) - set(needed)):
        raise ValueError(f"parameter {surplus[0]} does not belong to this network")


class AutoEncoder(nn.Module):
    """Autoencoder over one vector of demographics and ratings; output has the input's width.

    Parameter names are the seed's (`encoder_weights.N`, `encoder_bias.N`, `decoder_weights.N`
    unless tied, `decoder_bias.N`), so that its checkpoints load as they are.
    """

    def __init__(self, shape: AutoencoderShape) -> None:
        super().__init__()
        self.shape = shape
        self._activate = activation(shape.activation)
        steps = list(pairwise(shape.layer_sizes))
        self.encoder_weights = nn.ParameterList(torch.empty(out, fan) for fan, out in steps)
        self.encoder_bias = nn.ParameterList(torch.zeros(out) for _, out in steps)
        mirrored = list(reversed(steps))
        if not shape.tied:
            self.decoder_weights = nn.ParameterList(torch.empty(out, fan) for out, fan in mirrored)
        self.decoder_bias = nn.ParameterList(torch.zeros(out) for out, _ in mirrored)
        self.drop = nn.Dropout(shape.dropout)

    @classmethod
    def from_weights(cls, shape: AutoencoderShape, weights: Mapping[str, Tensor]) -> AutoEncoder:
        """Build the network around `weights` without copying or initialising anything.

        Raises `ValueError` naming the first parameter that is missing, surplus or misshapen.
        """
        check_parameters(
            weights,
            {name: (size, torch.float32) for name, size in shape.parameter_shapes.items()},
        )
        with torch.device("meta"):
            network = cls(shape)
        network.load_state_dict(dict(weights), assign=True)
        network.requires_grad_(requires_grad=False)
        return network.eval()

    def initialise(self, generator: torch.Generator) -> None:
        """Draw all weights anew, uniformly after Glorot & Bengio (2010); biases become zero."""
        for name, parameter in self.named_parameters():
            if "weights" in name:
                nn.init.xavier_uniform_(parameter, generator=generator)
            else:
                nn.init.zeros_(parameter)

    def encode(self, x: Tensor) -> Tensor:
        """Return the code, float[batch, layer_sizes[-1]], of `x`, float[batch, layer_sizes[0]]."""
        for i, (weight, bias) in enumerate(
            zip(self.encoder_weights, self.encoder_bias, strict=True)
        ):
            if i == 0 and not self.training and x.device.type == "cpu":
                # A person rates some dozens of thousands of titles: the rest of the first
                # layer's columns would only be multiplied by zero. An accelerator multiplies
                # them faster than it could wait to be told which they are.
                used = x.any(dim=0).nonzero().squeeze(1)
                x, weight = x[:, used], weight[:, used]
            x = self._activate(functional.linear(x, weight, bias))
        return self.drop(x)

    def decode(self, code: Tensor) -> Tensor:
        """Return the predicted ratings, float[batch, layer_sizes[0]], of a `code`."""
        if self.shape.tied:
            weights = [weight.t() for weight in reversed(list(self.encoder_weights))]
        else:
            weights = list(self.decoder_weights)
        last = len(weights) - 1
        x = code
        for i, (weight, bias) in enumerate(zip(weights, self.decoder_bias, strict=True)):
            x = functional.linear(x, weight, bias)
            linear_end = i == last and not self.shape.last_layer_activation
            x = functional.relu(x) if linear_end else self._activate(x)
        return x

    def forward(self, x: Tensor) -> Tensor:
        """Return predicted ratings for `x`; both are float[batch, layer_sizes[0]]."""
        return self.decode(self.encode(x))
