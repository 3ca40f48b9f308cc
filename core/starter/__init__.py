"""What ships with Riko: hand-written titles and a trained bundle."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

CATALOGUE: Final = Path(__file__).parent / "titles.csv"
"""The starter catalogue, in the layout `load_catalogue` knows."""
WRITTEN: Final = datetime(2026, 11, 24, tzinfo=UTC)
"""When its titles were changed last."""
BUNDLE: Final = Path(__file__).parent / "bundle"
"""The folder of the starter bundle."""
