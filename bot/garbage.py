"""Keeping garbage collections from what stays; imports nothing that takes long itself."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def uncollected() -> Generator[None]:
    """Keep garbage collections from what comes to be inside, now and later.

    For what brings many objects, nearly all of which stay: the modules of a program, a catalogue.
    Collections would look at them again and again while they come, which was a sixth of the time to
    ready, and a full one afterwards would keep everybody waiting.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
