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
from dataclasses import asdict, dataclass, field, fields, replace
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

    @property
    def popularity(self) -> dict[int, int]:
        """A new map from title id to how many people rated it."""
        return dict(zip(self.ids.tolist(), self.counts.tolist(), strict=True))


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
    """A loaded bundle. `weights` are mapped from the file as they stand there, often quantised."""

    path: Path
    manifest: Manifest
    titles: TitleTable
    weights: Mapping[str, Tensor]

    @property
    def catalogue(self) -> Path | None:
        """The catalogue that came with the network, if one did."""
        return self.path / CATALOGUE if CATALOGUE in self.manifest.files else None

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

    Raises `BundleError` if `path` is something other than a bundle or an empty folder, or cannot
    be written.
    """
    check_target(path)
    path = path.absolute()
    try:
        draft = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    except OSError as error:
        raise BundleError(path, f"it cannot be written ({error})") from error
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
        files = {file.name: _fingerprint(file) for file in sorted(draft.iterdir())}
        _write_manifest(draft, replace(manifest, files=files))
        for file in draft.iterdir():
            file.chmod(0o644)
        draft.chmod(0o755)
        _swap(draft, path)
    except (OSError, safetensors.SafetensorError) as error:
        raise BundleError(path, f"it cannot be written ({error})") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def check_target(path: Path) -> None:
    """Make the folder above `path`; raise `BundleError` unless a bundle may be written there."""
    path = path.absolute()
    try:
        if path.exists() and not (path / MANIFEST).exists() and not _is_empty_folder(path):
            raise BundleError(path, "this is not a bundle; name a new folder to write to")
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise BundleError(path, f"it cannot be written ({error})") from error


def record_metrics(bundle: Bundle, metrics: dict[str, JsonValue]) -> None:
    """Put `metrics` into the manifest of a bundle on disk, in the place of those it had."""
    try:
        _write_manifest(bundle.path, replace(bundle.manifest, metrics=metrics))
    except OSError as error:
        raise bundle.problem(MANIFEST, f"it cannot be written ({error})") from error


def load_bundle(path: Path) -> Bundle:
    """Read and check the bundle in the folder `path`.

    Raises `BundleError` naming the file when anything is missing, damaged, cut short or written
    by a newer Riko.
    """
    manifest = _read_manifest(path / MANIFEST)
    for name in (WEIGHTS, TITLES):
        if name not in manifest.files:
            raise BundleError(path / MANIFEST, f"it does not list {name}")
    for name, entry in manifest.files.items():
        if name not in {WEIGHTS, TITLES, CATALOGUE}:
            raise BundleError(path / MANIFEST, f"it lists a file {name!r} that no bundle has")
        _verify(path / name, entry)
    return Bundle(path, manifest, _read_titles(path / TITLES), _read_weights(path / WEIGHTS))


def _read_manifest(path: Path) -> Manifest:
    if not path.parent.is_dir():
        raise BundleError(path.parent, "there is no such bundle folder")
    try:
        raw: object = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BundleError(path, "it is missing, so this folder is not a bundle") from None
    except (OSError, ValueError, RecursionError) as error:
        raise BundleError(path, f"it cannot be read ({error})") from error
    if not isinstance(raw, dict):
        raise BundleError(path, "it is not a bundle's manifest")
    document = cast("dict[str, JsonValue]", raw)
    version = document.get("format")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise BundleError(path, "it is not a bundle's manifest: no format number")
    if version > FORMAT:
        raise BundleError(
            path, f"format {version} was written by a newer Riko; this one reads up to {FORMAT}"
        )
    for name in ("kind", "created"):
        if not isinstance(document.get(name), str):
            raise BundleError(path, f"its entry “{name}” is missing or damaged")
    for name in ("network", "training", "metrics", "files"):
        if not isinstance(document.get(name), dict):
            raise BundleError(path, f"its entry “{name}” is missing or damaged")
    known = {item.name for item in fields(Manifest)}
    return Manifest(**{name: value for name, value in document.items() if name in known})  # type: ignore[arg-type]


def _verify(path: Path, entry: JsonValue) -> None:
    if not isinstance(entry, dict):
        raise BundleError(path, "its entry in the manifest is damaged")
    if not path.is_file():
        raise BundleError(path, "it is missing")
    size = path.stat().st_size
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


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    text = json.dumps(asdict(manifest), indent=2, ensure_ascii=False) + "\n"
    draft = folder / f"{MANIFEST}.new"
    draft.write_text(text, encoding="utf-8")
    draft.replace(folder / MANIFEST)


def _swap(draft: Path, path: Path) -> None:
    """Put `draft` in the place of `path`, and what stood there back if that fails.

    A kill between the two renames leaves the old bundle beside, in a folder `.NAME-old-…`.
    """
    if not path.exists():
        draft.rename(path)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{path.name}-old-", dir=path.parent))
    path.rename(old / path.name)
    try:
        draft.rename(path)
    except OSError:
        (old / path.name).rename(path)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)
