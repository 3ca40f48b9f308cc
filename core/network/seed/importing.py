"""Turns the seed's published files into a bundle, once; after that nothing unpickles anything."""

from __future__ import annotations

import csv
import pickle
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

import numpy as np
import torch

from core.catalogue.load import load_catalogue
from core.catalogue.write import write_catalogue
from core.clusters.clusters import NO_CLUSTER, Clusters, nearest_clusters
from core.clusters.seed import read_seed_clusters
from core.errors import BundleError
from core.network.bundle import Manifest, TitleTable, save_bundle
from core.network.seed.autoencoder import AutoEncoder, AutoencoderShape
from core.network.seed.precision import Precision
from core.network.seed.predictor import RIKONET, network_entry
from core.network.seed.quantised import quantise_parameters
from core.network.seed.user_vector import InputLayout

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from torch import Tensor

    from core.catalogue.catalogue import Catalogue
    from core.catalogue.load import LoadedCatalogue


@dataclass(frozen=True, slots=True)
class SeedFiles:
    """Where the seed's five files are."""

    weights: Path
    columns: Path
    clusters: Path
    catalogue: Path
    genres: Path | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import found: the network's shape, its titles, and what is missing of them."""

    shape: AutoencoderShape
    titles: int
    without_cluster: int
    unknown_to_catalogue: int
    catalogue: LoadedCatalogue


def import_seed(
    files: SeedFiles,
    out: Path,
    *,
    activation: str = "selu",
    last_layer_activation: bool = False,
    precision: Precision = Precision.INT8,
) -> Imported:
    """Write a bundle to the folder `out` from the seed's files.

    Layer sizes and whether the decoder is tied are read off the checkpoint; it does not say which
    activation it was trained with, so that is a parameter (the default is the seed's). Weights are
    written as int8, or as they are with the `precision` float32. Raises
    `BundleError` or `CatalogueError` naming the file that cannot be used.
    """
    weights = _read_checkpoint(files.weights)
    header, layout, ids = _read_columns(files.columns)
    try:
        shape = _shape_of(weights, activation, last_layer_activation=last_layer_activation)
        AutoEncoder.from_weights(shape, weights)
    except ValueError as error:
        raise BundleError(files.weights, f"not a checkpoint of the network: {error}") from error
    if shape.layer_sizes[0] != layout.width:
        raise BundleError(
            files.columns,
            f"it names {layout.width} columns, the network reads {shape.layer_sizes[0]}",
        )
    cluster, opposite = read_seed_clusters(files.clusters, ids)
    embeddings = weights["encoder_weights.0"][:, torch.as_tensor(layout.title_columns)].t()
    count = int(max(cluster.max(initial=NO_CLUSTER), opposite.max(initial=NO_CLUSTER))) + 1
    neighbours = nearest_clusters(embeddings.numpy(), cluster, count)

    loaded = load_catalogue(files.catalogue, files.genres)
    counts, means = _votes(ids, loaded.catalogue)
    titles = TitleTable(ids, counts, means, Clusters(cluster, opposite, neighbours))
    manifest = Manifest(
        kind=RIKONET,
        network=network_entry(shape, header, precision),
        training={"imported_from": files.weights.name},
    )
    stored = quantise_parameters(weights) if precision is Precision.INT8 else weights
    save_bundle(out, manifest, titles, stored, partial(write_catalogue, loaded.catalogue))
    return Imported(
        shape=shape,
        titles=len(ids),
        without_cluster=int((cluster == NO_CLUSTER).sum()),
        unknown_to_catalogue=sum(anime_id not in loaded.catalogue for anime_id in ids.tolist()),
        catalogue=loaded,
    )


def _read_checkpoint(path: Path) -> dict[str, Tensor]:
    """Read a PyTorch state dict as float32 tensors, refusing anything that could run code."""
    try:
        raw: object = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise BundleError(path, "there is no such file") from None
    except pickle.UnpicklingError as error:
        raise BundleError(path, "it holds more than weights, so it is not opened") from error
    except Exception as error:
        raise BundleError(path, "it is damaged or not a PyTorch checkpoint") from error
    if not isinstance(raw, dict):
        raise BundleError(path, "it is not a state dict")
    weights = cast("dict[object, object]", raw)
    tensors = {
        str(name): tensor.detach().float().contiguous()
        for name, tensor in weights.items()
        if isinstance(tensor, torch.Tensor)
        and tensor.layout is torch.strided
        and not tensor.is_meta
    }
    if not tensors or len(tensors) != len(weights):
        raise BundleError(path, "it is not a state dict: it holds other things than plain tensors")
    return tensors


def _read_columns(path: Path) -> tuple[list[str], InputLayout, NDArray[np.int32]]:
    empty: list[str] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = next(iter(csv.reader(file)), empty)
        layout, ids = InputLayout.parse(header)
    except FileNotFoundError:
        raise BundleError(path, "there is no such file") from None
    except (OSError, ValueError, csv.Error) as error:
        raise BundleError(path, f"not the header of the network's inputs ({error})") from error
    if not len(ids):
        raise BundleError(path, "it names no title")
    return header, layout, ids


def _shape_of(
    weights: dict[str, Tensor], activation: str, *, last_layer_activation: bool
) -> AutoencoderShape:
    matrices = [tensor for name, tensor in weights.items() if name.startswith("encoder_weights.")]
    ordered = [weights.get(f"encoder_weights.{i}") for i in range(len(matrices))]
    sizes: list[int] = []
    for i, matrix in enumerate(ordered):
        if matrix is None or matrix.ndim != 2:
            raise ValueError(f"parameter encoder_weights.{i} is missing or no matrix")
        sizes += [matrix.shape[1]] if i == 0 else []
        sizes.append(matrix.shape[0])
    if not sizes:
        raise ValueError("parameter encoder_weights.0 is missing")
    return AutoencoderShape(
        layer_sizes=tuple(sizes),
        activation=activation,
        tied=not any(name.startswith("decoder_weights.") for name in weights),
        last_layer_activation=last_layer_activation,
    )


def _votes(
    ids: NDArray[np.int32], catalogue: Catalogue
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Take counts and means from MyAnimeList's own figures, for lack of the training ratings."""
    known = [catalogue.get(anime_id) for anime_id in ids.tolist()]
    rated = [title if title and title.score and title.scored_by else None for title in known]
    counts = np.array([title.scored_by if title else 0 for title in rated], dtype=np.int64)
    means = np.array([title.score if title else np.nan for title in rated], dtype=np.float32)
    return counts, means
