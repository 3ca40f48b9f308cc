"""A trained recommender on disk: one folder that is read without running any code of its own.

manifest.json         format, kind, network, training, metrics, and each file's size and digest
weights.safetensors   the network's parameters
titles.npz            title table, one row a title in the network's order
catalogue.parquet     only in imported bundles: the catalogue that came with the network
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import zipfile
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import safetensors
from safetensors.torch import (
    load_file,  # pyright: ignore[reportUnknownVariableType]  # its stubs leave PathLike open
    save_file,  # pyright: ignore[reportUnknownVariableType]
)

from core.clusters.clusters import Clusters
from core.errors import BundleError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray
    from torch import Tensor

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
WEIGHTS: Final = "weights.safetensors"
TITLES: Final = "titles.npz"
CATALOGUE: Final = "catalogue.parquet"

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]


@dataclass(frozen=True, slots=True)
class TitleTable:
    """The titles a network knows, in its own order, and what is known of each from ratings.

    ids int32[n]; counts int64[n] (how many people rated it); means float32[n] (of their scores,
    1–10, NaN where nobody did).
    """

    ids: NDArray[np.int32]
    counts: NDArray[np.int64]
    means: NDArray[np.float32]
    clusters: Clusters

    def __post_init__(self) -> None:
        """Raise `ValueError` if the columns differ in length or an id stands twice."""
        n = len(self.ids)
        lengths = {len(self.counts), len(self.means), len(self.clusters.cluster), n}
        if len(lengths) > 1:
            raise ValueError("the columns differ in length")
        if len(np.unique(self.ids)) != n:
            raise ValueError("a title stands twice")

    @property
    def index_of(self) -> dict[int, int]:
        """A new map from title id to row."""
        return {anime_id: index for index, anime_id in enumerate(self.ids.tolist())}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle says of itself; `kind` names the predictor that can read it."""

    kind: str
    network: dict[str, JsonValue]
    training: dict[str, JsonValue] = field(default_factory=dict[str, "JsonValue"])
    metrics: dict[str, JsonValue] = field(default_factory=dict[str, "JsonValue"])
    created: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    format: int = FORMAT
    files: dict[str, JsonValue] = field(default_factory=dict[str, "JsonValue"])


@dataclass(frozen=True, slots=True)
class Bundle:
    """A loaded bundle. `weights` are mapped from the file, not copied."""

    path: Path
    manifest: Manifest
    titles: TitleTable
    weights: Mapping[str, Tensor]

    @property
    def catalogue(self) -> Path | None:
        """The catalogue that came with the network, if one did."""
        path = self.path / CATALOGUE
        return path if path.exists() else None

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(file.stat().st_size for file in self.path.iterdir())

    def problem(self, file: str, text: str) -> BundleError:
        """Return the error that says what is wrong with `file` of this bundle."""
        return BundleError(self.path / file, text)


def save_bundle(
    path: Path,
    manifest: Manifest,
    titles: TitleTable,
    weights: Mapping[str, Tensor],
    write_catalogue: Callable[[Path], None] | None = None,
) -> None:
    """Write a bundle to the folder `path`, which is replaced only once all is written.

    Raises `BundleError` if `path` is something other than a bundle or an empty folder.
    """
    if path.exists() and not (path / MANIFEST).exists() and not _is_empty_folder(path):
        raise BundleError(path, "this is not a bundle; name a new folder to write to")
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    try:
        save_file({name: tensor.contiguous() for name, tensor in weights.items()}, draft / WEIGHTS)
        np.savez_compressed(
            draft / TITLES,
            ids=titles.ids,
            counts=titles.counts,
            means=titles.means,
            cluster=titles.clusters.cluster,
            opposite=titles.clusters.opposite,
            neighbours=titles.clusters.neighbours,
        )
        if write_catalogue is not None:
            write_catalogue(draft / CATALOGUE)
        entries = {file.name: _fingerprint(file) for file in sorted(draft.iterdir())}
        document = asdict(manifest) | {"files": entries}
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        (draft / MANIFEST).write_text(text, encoding="utf-8")
        draft.chmod(0o755)
        _swap(draft, path)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def load_bundle(path: Path) -> Bundle:
    """Read and check the bundle in the folder `path`.

    Raises `BundleError` naming the file when anything is missing, damaged, cut short or written
    by a newer Riko.
    """
    manifest = _read_manifest(path / MANIFEST)
    for name, entry in manifest.files.items():
        _verify(path / name, entry)
    for name in (WEIGHTS, TITLES):
        if name not in manifest.files:
            raise BundleError(path / MANIFEST, f"it does not list {name}")
    return Bundle(path, manifest, _read_titles(path / TITLES), _read_weights(path / WEIGHTS))


def _read_manifest(path: Path) -> Manifest:
    if not path.parent.is_dir():
        raise BundleError(path.parent, "there is no such bundle folder")
    try:
        raw: object = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BundleError(path, "it is missing, so this folder is not a bundle") from None
    except (OSError, ValueError) as error:
        raise BundleError(path, f"it cannot be read ({error})") from error
    if not isinstance(raw, dict):
        raise BundleError(path, "it is not a bundle's manifest")
    document = cast("dict[str, JsonValue]", raw)
    version = document.get("format")
    if not isinstance(version, int):
        raise BundleError(path, "it is not a bundle's manifest: no format number")
    if version > FORMAT:
        raise BundleError(
            path, f"format {version} was written by a newer Riko; this one reads up to {FORMAT}"
        )
    if not isinstance(document.get("kind"), str):
        raise BundleError(path, "it does not say which kind of network this is")
    for name in ("network", "training", "metrics", "files"):
        if not isinstance(document.get(name), dict):
            raise BundleError(path, f"its entry “{name}” is missing or damaged")
    known = {item.name for item in fields(Manifest)}
    return Manifest(**{name: value for name, value in document.items() if name in known})  # type: ignore[arg-type]


def _verify(path: Path, entry: JsonValue) -> None:
    if not isinstance(entry, dict) or path.name != Path(path.name).name:
        raise BundleError(path, "its entry in the manifest is damaged")
    try:
        size = path.stat().st_size
    except OSError:
        raise BundleError(path, "it is missing") from None
    if size != entry.get("bytes"):
        raise BundleError(path, f"it has {size} bytes where {entry.get('bytes')} are expected")
    if _fingerprint(path)["sha256"] != entry.get("sha256"):
        raise BundleError(path, "it is damaged: its digest is not the manifest's")


def _read_titles(path: Path) -> TitleTable:
    try:
        with np.load(path, allow_pickle=False) as arrays:
            clusters = Clusters(
                arrays["cluster"].astype(np.int32),
                arrays["opposite"].astype(np.int32),
                arrays["neighbours"].astype(np.int16),
            )
            return TitleTable(
                arrays["ids"].astype(np.int32),
                arrays["counts"].astype(np.int64),
                arrays["means"].astype(np.float32),
                clusters,
            )
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise BundleError(path, f"it cannot be read ({error})") from error


def _read_weights(path: Path) -> dict[str, Tensor]:
    try:
        return load_file(path)
    except (OSError, safetensors.SafetensorError) as error:
        raise BundleError(path, f"it cannot be read ({error})") from error


def _fingerprint(path: Path) -> dict[str, JsonValue]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "sha256": digest}


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def _swap(draft: Path, path: Path) -> None:
    """Put `draft` in the place of `path`; the old folder goes only after the new one stands."""
    if not path.exists():
        draft.rename(path)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{path.name}-old-", dir=path.parent))
    path.rename(old / path.name)
    draft.rename(path)
    shutil.rmtree(old)
