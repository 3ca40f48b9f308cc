"""The nine activations of the seed's network, by the names its checkpoints use."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from torch.nn import functional

if TYPE_CHECKING:
    from torch import Tensor

Activation = Callable[["Tensor"], "Tensor"]


def _identity(x: Tensor) -> Tensor:
    return x


ACTIVATIONS: Final[dict[str, Activation]] = {
    "selu": functional.selu,
    "elu": functional.elu,
    "relu": functional.relu,
    "relu6": functional.relu6,
    "lrelu": functional.leaky_relu,
    "tanh": functional.tanh,
    "sigmoid": functional.sigmoid,
    "swish": functional.silu,
    "identity": _identity,
}


def activation(name: str) -> Activation:
    """Return the activation called `name`, case folded. Raises `ValueError` for another name."""
    try:
        return ACTIVATIONS[name.casefold()]
    except KeyError:
        known = ", ".join(ACTIVATIONS)
        raise ValueError(f"unknown activation {name!r}; known are {known}") from None
