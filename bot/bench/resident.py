"""How much memory a process has."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_MEGA: Final = 1e6
_KIBI: Final = 1024


def resident_memory(process: int | str = "self") -> float | None:
    """Return the resident memory of a process in MB; none where the system does not tell."""
    return _field(Path(f"/proc/{process}/status"), "VmRSS")


def proportional_memory(process: int | str = "self") -> float | None:
    """Return the same with each shared page divided among those who share it."""
    return _field(Path(f"/proc/{process}/smaps_rollup"), "Pss")


def _field(file: Path, name: str) -> float | None:
    try:
        lines = file.read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    for line in lines:
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * _KIBI / _MEGA
    return None
