"""A sheet of ten titles, as it is drawn twice for each pair of lists."""

from __future__ import annotations

import io
import random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from bot.ui.pictures.sheet import SheetItem, draw_sheet
from core.catalogue.poster_image import make_poster

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture


@pytest.mark.parametrize("posters", [True, False], ids=["posters", "cards"])
def test_a_sheet_of_ten(benchmark: BenchmarkFixture, posters: bool) -> None:
    out = io.BytesIO()
    noise = np.random.default_rng(1).integers(0, 255, (40, 28, 3), dtype=np.uint8)
    Image.fromarray(noise).resize((225, 320)).save(out, "JPEG")
    poster = make_poster(out.getvalue()) if posters else None
    chance = random.Random(1)  # noqa: S311 - nothing secret

    def drawn() -> bytes:
        """Draw titles nobody has seen yet: predictions never repeat, nor do names."""
        return draw_sheet(
            [
                SheetItem(
                    rank, f"A Title {chance.random()}", ("Action",), chance.uniform(6, 10),
                    poster, None, rank,
                )
                for rank in range(1, 11)
            ]
        )  # fmt: skip

    assert benchmark(drawn).startswith(b"\xff\xd8")
