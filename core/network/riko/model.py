"""Riko's trained model: the paths, the mixer, and how they become a bundle's weights and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import torch

from core.network.quantise import dequantise, quantise
from core.network.riko.biases import Biases
from core.network.riko.links import Links, LinkSet, LinkTable
from core.network.riko.mixer import (
    KNOTS,
    RANKING_FEATURES,
    RATING_FEATURES,
    Mixer,
    Parts,
    TitleFigures,
)
from core.network.riko.network import Centred, RikoNetwork, inputs_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from torch import Tensor

    from core.network.riko.leave_one_out import LeaveOneOut
    from core.network.riko.profile_batch import ProfileBatch

_NETWORK: Final = "network."
_LINKS: Final = ("presence", "rated", "residual")


@dataclass(frozen=True, slots=True)
class Paths:
    """Everything that is fitted before the mixer."""

    biases: Biases
    figures: TitleFigures
    links: LinkSet
    network: RikoNetwork


class PathReader:
    """Asks all paths about a batch of people."""

    def __init__(self, paths: Paths, device: str) -> None:
        self._device = torch.device(device)
        self._biases = paths.biases
        self._network = paths.network.to(self._device).eval()
        self._network.lay_out_for_reading()
        self._presence = LinkTable(paths.links.presence)
        self._rated = LinkTable(paths.links.rated)
        self._residual = LinkTable(paths.links.residual)
        self._titles = len(paths.biases.title)

    def read(self, batch: ProfileBatch) -> Parts:
        """Return what each path says of every title."""
        centred = Centred.of(batch, self._biases)
        flat = (batch.row, batch.title)
        links = self._presence.to_all(*flat, np.ones_like(centred.residual), batch.size)
        links += self._rated.to_all(*flat, centred.residual, batch.size)
        neighbours = self._residual.to_all(*flat, centred.residual, batch.size)
        with torch.inference_mode():
            presence_code, residual_code = self._codes(batch, centred)
            presence = self._log_presence(presence_code)
            residual = self._network.residuals(residual_code)
        return Parts(
            links=links,
            presence=presence.cpu().numpy(),
            residual=residual.cpu().numpy(),
            neighbours=neighbours,
            user_bias=centred.user_bias,
            spread=centred.spread.astype(np.float32),
            counts=centred.counts,
        )

    def read_left_out(
        self, asked: LeaveOneOut, presence: NDArray[np.float32], exact: NDArray[np.bool_]
    ) -> Parts:
        """Return what each path says of everybody's variants: `asked.left_out` flat, and titles.

        `presence` float32[people, all titles] is what `read` says of the whole profiles, `exact`
        bool[people] whose log probabilities may not be approximate.
        """
        shape = asked.left_out.shape
        variants, batch = asked.variants(), asked.batch
        centred = Centred.of(variants, self._biases)
        user_bias = centred.user_bias.reshape(shape)
        deviation = batch.score - np.float32(self._biases.mean) - self._biases.title[batch.title]
        links = asked.of_links(self._presence, np.ones_like(deviation), np.zeros_like(user_bias))
        links += asked.of_links(self._rated, deviation, user_bias)
        neighbours = asked.of_links(self._residual, deviation, user_bias)
        with torch.inference_mode():
            codes = self._codes(variants, centred)
            presence_code, residual_code = (code.view(*shape, -1) for code in codes)
            titles = torch.as_tensor(asked.titles).to(self._device)
            log_presence = self._network.log_presence_of(
                presence_code - presence_code[:, :1],
                titles,
                torch.as_tensor(presence).to(self._device),
                exact=torch.as_tensor(exact[:, None] & (asked.left_out >= 0)).to(self._device),
            )
            residual = self._network.residuals_of(residual_code, titles)
        return Parts(
            links=links.reshape(-1, links.shape[2]),
            presence=log_presence.flatten(0, 1).cpu().numpy(),
            residual=residual.flatten(0, 1).cpu().numpy(),
            neighbours=neighbours.reshape(-1, links.shape[2]),
            user_bias=centred.user_bias,
            spread=centred.spread.astype(np.float32),
            counts=np.repeat(batch.counts, shape[1]),
        )

    def presence(self, batch: ProfileBatch) -> NDArray[np.float32]:
        """Return the network's log probabilities alone, float32[people, titles]."""
        with torch.inference_mode():
            code, _ = self._codes(batch, Centred.of(batch, self._biases))
            return self._log_presence(code).cpu().numpy()

    def _codes(self, batch: ProfileBatch, centred: Centred) -> tuple[Tensor, Tensor]:
        return self._network.codes(inputs_of(batch, centred).to(self._device))

    def _log_presence(self, code: Tensor) -> Tensor:
        return torch.log_softmax(self._network.presence_logits(code), dim=1)


@dataclass(frozen=True, slots=True)
class RikoModel:
    """Paths and the mixer over them."""

    paths: Paths
    mixer: Mixer

    def to_weights(self) -> dict[str, Tensor]:
        """Return the bundle's tensors, the large ones quantised."""
        paths = self.paths
        weights = {
            "biases.mean": torch.tensor([paths.biases.mean]),
            "biases.title": torch.as_tensor(paths.biases.title),
            "figures.log_count": torch.as_tensor(paths.figures.log_count),
            "mixer.rating": torch.as_tensor(self.mixer.rating),
            "mixer.ranking": torch.as_tensor(self.mixer.ranking),
        }
        large: set[str] = set()
        for name, tensor in paths.network.cpu().state_dict().items():
            weights[_NETWORK + name] = tensor
            if tensor.shape[:1] == (len(paths.biases.title),) and tensor.ndim == 2:
                large.add(_NETWORK + name)
        for name in _LINKS:
            links: Links = getattr(paths.links, name)
            # safetensors and torch agree on int16; the bits are those of unsigned numbers.
            source = links.source.astype(np.uint16).view(np.int16)
            weights[f"links.{name}.source"] = torch.as_tensor(source)
            weights[f"links.{name}.weight"] = torch.as_tensor(links.weight)
            large.add(f"links.{name}.weight")
        return quantise(weights, large)

    @classmethod
    def from_weights(cls, packed: Mapping[str, Tensor], titles: int, width: int) -> RikoModel:
        """Build the model from a bundle's tensors.

        Raises `KeyError`, `ValueError` or `RuntimeError` when they do not fit together.
        """
        weights = dequantise(packed)
        for name, tensor in weights.items():
            if tensor.is_floating_point() and not bool(tensor.isfinite().all()):
                raise ValueError(f"{name} holds numbers that are not finite")
        for name, shape in {
            "biases.title": (titles,),
            "figures.log_count": (titles,),
            "mixer.rating": (len(KNOTS), RATING_FEATURES),
            "mixer.ranking": (len(KNOTS), RANKING_FEATURES),
        }.items():
            if weights[name].shape != shape or weights[name].dtype is not torch.float32:
                raise ValueError(f"{name} is not float32 of shape {shape}")
        bias = weights["biases.title"].numpy()
        # Not on the device "meta": drawing its first numbers there imports torch's compiler, which
        # takes a second and 60 MB. What is made here is replaced before it takes any memory.
        network = RikoNetwork(titles, width)
        state = {n.removeprefix(_NETWORK): t for n, t in weights.items() if n.startswith(_NETWORK)}
        network.load_state_dict(state, assign=True)
        if any(parameter.dtype is not torch.float32 for parameter in network.parameters()):
            raise ValueError("a parameter of the network is not float32")
        network.requires_grad_(requires_grad=False)
        links = {name: _read_links(weights, name, titles) for name in _LINKS}
        paths = Paths(
            biases=Biases(float(weights["biases.mean"][0]), bias),
            figures=TitleFigures(bias, weights["figures.log_count"].numpy()),
            links=LinkSet(**links),
            network=network,
        )
        mixer = Mixer(weights["mixer.rating"].numpy(), weights["mixer.ranking"].numpy())
        return cls(paths, mixer)


def _read_links(weights: Mapping[str, Tensor], name: str, titles: int) -> Links:
    if weights[f"links.{name}.source"].dtype is not torch.int16:
        raise ValueError(f"{name} links have sources that are not int16")
    source = weights[f"links.{name}.source"].numpy().view(np.uint16).astype(np.int32)
    weight = weights[f"links.{name}.weight"].numpy()
    if source.shape != weight.shape or len(source) != titles or source.max() >= titles:
        raise ValueError(f"{name} links do not fit {titles} titles")
    return Links(source, weight)
