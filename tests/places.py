"""Places for tests of services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.showing import Place

if TYPE_CHECKING:
    from collections.abc import Iterable

RESTRICTED: Final = Place(restricted=True, hidden_genres=frozenset())
"""A channel for adults, where nothing is hidden."""


def hiding(genres: Iterable[str], *, restricted: bool = False) -> Place:
    """Return a channel of a server that never shows `genres`."""
    return Place(restricted, frozenset(genres))
