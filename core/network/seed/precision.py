"""In which numbers a seed-shaped network computes: what the bundle holds and the device allows."""

from __future__ import annotations

from enum import StrEnum


class Precision(StrEnum):
    """The numbers a network is multiplied in. Bundles hold `FLOAT32` or `INT8`."""

    FLOAT32 = "float32"
    FLOAT16 = "float16"
    INT8 = "int8"


def precision_on(device_type: str, stored: Precision, *, int8_supported: bool) -> Precision:
    """Return the precision to compute in on a device of torch's `device_type`.

    A bundle of float32 was wanted exact and stays so everywhere. One of int8 is answered as fast
    as the device can: int8 where a CPU has the instructions (`int8_supported`), float32 where it
    has not (half precision without instructions for it is slower by an order of magnitude),
    float16 on accelerators, where it costs nothing and is finer than what was stored.
    """
    if stored is Precision.FLOAT32:
        return Precision.FLOAT32
    if device_type != "cpu":
        return Precision.FLOAT16
    return Precision.INT8 if int8_supported else Precision.FLOAT32
