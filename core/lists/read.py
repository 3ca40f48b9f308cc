"""Reading a list from a file of a kind that its content tells, not its name."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from core.errors import DamagedListError, LargeListError, UnknownListError
from core.lists.anilist import read_anilist
from core.lists.myanimelist import read_myanimelist

if TYPE_CHECKING:
    from core.lists.foreign import ForeignList

LARGEST_FILE: Final = 10 * 2**20
"""Bytes; what Discord takes as an attachment."""
LARGEST_UNPACKED: Final = 40 * 2**20
"""Bytes; 30,000 entries as MyAnimeList writes them are 30 MB."""

_GZIP: Final = b"\x1f\x8b"
_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
"""What files in Unicode may begin with."""


def read_list(data: bytes) -> ForeignList:
    """Return the list in a file: MyAnimeList's XML or AniList's JSON, either also as gzip.

    Raises `UnknownListError`, `DamagedListError`, `LargeListError`, `LongListError`,
    `EmptyListError` or one of the readers' own; their texts repeat nothing of the file.
    """
    data = unpack(data)
    start = _start(data)
    if start == b"<":
        return read_myanimelist(data)
    if start in {b"{", b"["}:
        return read_anilist(data)
    raise UnknownListError


def unpack(data: bytes) -> bytes:
    """Return a file without its gzip, if it has one.

    Raises `LargeListError` when either is too large, of which a small file can claim to be,
    `DamagedListError` when it is cut off.
    """
    if len(data) > LARGEST_FILE:
        raise LargeListError(LARGEST_FILE)
    if not data.startswith(_GZIP):
        return data
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        unpacked = unpacking.decompress(data, LARGEST_UNPACKED + 1)
    except zlib.error:
        raise DamagedListError from None
    if len(unpacked) > LARGEST_UNPACKED:
        raise LargeListError(LARGEST_UNPACKED)
    if not unpacking.eof:
        raise DamagedListError
    return unpacked


def _start(data: bytes) -> bytes:
    """Return the first byte that says something."""
    head = data[:256]
    for mark in _MARKS:
        head = head.removeprefix(mark)
    return head.lstrip(b" \t\r\n\0")[:1]
