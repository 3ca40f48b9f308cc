"""Which device the network runs on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import torch


class DeviceChoice(StrEnum):
    """What a host may ask for in `RIKO_DEVICE`."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"


CPU: Final = "cpu"


@dataclass(frozen=True, slots=True)
class Available:
    """Which accelerators this machine has."""

    cuda: bool
    mps: bool

    @classmethod
    def here(cls) -> Available:
        """Ask torch."""
        return cls(torch.cuda.is_available(), torch.backends.mps.is_available())


def devices_to_try(choice: DeviceChoice, available: Available) -> tuple[str, ...]:
    """Return torch device names in the order to try them; the CPU always comes last.

    `AUTO` prefers CUDA, then an Apple GPU. A device that was asked for but is not there is not
    tried; the caller sees that the first name is not the choice and can say so.
    """
    wanted = {
        DeviceChoice.AUTO: ("cuda", "mps"),
        DeviceChoice.CUDA: ("cuda",),
        DeviceChoice.MPS: ("mps",),
        DeviceChoice.CPU: (),
    }[choice]
    present = {"cuda": available.cuda, "mps": available.mps}
    return (*(name for name in wanted if present[name]), CPU)
