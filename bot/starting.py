"""What makes the start quick; imports nothing that takes long itself."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def uncollected() -> Generator[None]:
    """Keep garbage collections from what is imported inside, now and later.

    Two thousand modules bring much that stays and hardly any garbage. Collections looked at it
    again and again: a sixth of the time to ready.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
