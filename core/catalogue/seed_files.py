"""The seed's public files: where they lie, how they are recognised, and fetching them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.errors import DownloadError, OutsideError
from core.outside import drive
from core.outside.download import download, local_path
from core.outside.expected import Expected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Progress = Callable[[str, int, int | None], None]
    """Is told of which file how many bytes are there, and of how many, if that is known."""

TITLES: Final = "anime_cleaned.csv"
GENRES: Final = "anime_genres.csv"
CLUSTERS: Final = "clusters.csv"
COLUMNS: Final = "inputFormater.csv"
NETWORK: Final = "autoEncoder.pth"

PUBLISHED: Final = {
    TITLES: Expected(6_326_231, blob="42b63ab6c6f893b2cb12fa0cd1097cb95739272c"),
    GENRES: Expected(blob="53bd43ac36ac14c9a05f7b9e5a4e5fbb14145bfb"),
    CLUSTERS: Expected(blob="8dee1e7871191f02d90af9a97f74e0975e0726a7"),
    COLUMNS: Expected(blob="976a014087b312a1f629a28538a73d63eb781a7d"),
}
"""The four small files, as the public repository has them; of the network no checksum is known."""

_REPOSITORY: Final = "https://raw.githubusercontent.com/sparsh-ai/rec-data-public"
ADDRESSES: Final = tuple(f"{_REPOSITORY}/{branch}/anime" for branch in ("master", "main"))
"""The folder of the files on the web, by branch."""

_LARGEST: Final = 64_000_000
_LARGEST_NETWORK: Final = 400_000_000


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A file at `path`, and from which `place` it came; none if it was there already."""

    path: Path
    place: str | None


@dataclass(frozen=True, slots=True)
class Sources:
    """Where files are looked for: `mirrors` (addresses of folders, or folders), then `addresses`.

    With `verified` a file must be the published one.
    """

    mirrors: tuple[str, ...] = ()
    verified: bool = True
    addresses: tuple[str, ...] = ADDRESSES

    def expected(self, name: str) -> Expected:
        """Return what the file `name` must be."""
        return PUBLISHED.get(name, Expected()) if self.verified else Expected()


async def fetch_seed(folder: Path, sources: Sources, progress: Progress) -> tuple[FetchedFile, ...]:
    """Put the four small files into `folder`; those that are there and right stay.

    Raises `DownloadError` for the first that cannot be had; those before it are kept.
    """
    return tuple([await _fetch_one(folder, name, sources, progress) for name in PUBLISHED])


async def fetch_network(
    folder: Path,
    sources: Sources,
    drive_id: str | None,
    progress: Progress,
    drive_address: str = drive.ADDRESS,
) -> FetchedFile:
    """Put the seed's trained network into `folder`, from a mirror or else from Google Drive.

    One that is there stays. Raises `DownloadError`.
    """
    target = folder / NETWORK
    if await asyncio.to_thread(target.exists):
        return FetchedFile(target, None)
    places = [_join(mirror, NETWORK) for mirror in sources.mirrors]
    if drive_id is not None:
        try:
            places.append(await drive.confirmed(drive_id, drive_address))
        except OutsideError as error:
            if not places:
                raise DownloadError(NETWORK, (str(error).rstrip("."),)) from error
    if not places:
        way_out = "name a folder that has it with --mirror, or its Google Drive id with --drive-id"
        raise DownloadError(NETWORK, (way_out,))
    place = await download(
        places,
        target,
        largest=_LARGEST_NETWORK,
        progress=lambda done, total: progress(NETWORK, done, total),
    )
    return FetchedFile(target, place)


async def _fetch_one(folder: Path, name: str, sources: Sources, progress: Progress) -> FetchedFile:
    target = folder / name
    if await asyncio.to_thread(_is_published, target, name):
        return FetchedFile(target, None)
    expected = sources.expected(name)
    for path in _files_of_this_machine(sources.mirrors, name):
        problem = await asyncio.to_thread(_problem, path, expected)
        if problem is not None:
            # whoever names a folder means it, so that the web is no way round
            raise DownloadError(
                name, (f"{path} is not usable: {problem}; --unverified takes it all the same",)
            )
    place = await download(
        [_join(folder_, name) for folder_ in (*sources.mirrors, *sources.addresses)],
        target,
        largest=_LARGEST,
        expected=expected,
        progress=lambda done, total: progress(name, done, total),
    )
    return FetchedFile(target, place)


def _files_of_this_machine(mirrors: Sequence[str], name: str) -> Iterator[Path]:
    for mirror in mirrors:
        path = local_path(_join(mirror, name))
        if path is not None:
            yield path


def _is_published(path: Path, name: str) -> bool:
    return path.exists() and _problem(path, PUBLISHED[name]) is None


def _problem(path: Path, expected: Expected) -> str | None:
    """Return why the file at `path` is of no use; a missing one may be elsewhere."""
    try:
        return expected.problem(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        return error.strerror or str(error)


def _join(folder: str, name: str) -> str:
    """Return where `name` lies in a folder given as an address or a path."""
    if "://" in folder:
        return f"{folder.rstrip('/')}/{name}"
    return str(Path(folder).expanduser() / name)
