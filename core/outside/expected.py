"""What is known of a file before it is fetched, and whether a file is that."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Expected:
    """Size in bytes, git blob id and SHA-256 (both in hexadecimal) of a file, as far as known."""

    size: int | None = None
    blob: str | None = None
    sha256: str | None = None

    def problem(self, file: Path) -> str | None:
        """Return why `file` is not what is expected, or `None` if it is.

        A git blob id is the SHA-1 of the word blob, the size, a zero byte and the content. Raises
        `OSError` when the file cannot be read.
        """
        size = file.stat().st_size
        if self.size is not None and size != self.size:
            return f"it has {size:,} bytes instead of {self.size:,}"
        digests = {
            # git's choice of algorithm, with which the files were published
            self.blob: hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False),
            self.sha256: hashlib.sha256(),
        }
        wanted = {digest: sum_ for digest, sum_ in digests.items() if digest is not None}
        if wanted:
            with file.open("rb") as content:
                while chunk := content.read(_CHUNK):
                    for sum_ in wanted.values():
                        sum_.update(chunk)
        if any(sum_.hexdigest() != digest.casefold() for digest, sum_ in wanted.items()):
            return "its checksum is not that of the published file"
        return None
