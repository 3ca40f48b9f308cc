"""A sheet of ten titles, as it is drawn twice for each pair of lists."""

from __future__ import annotations

import io
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
    items = [
        SheetItem(
            number, f"A Title of Some Length {number}", ("Action",), 8.1, poster, None, number
        )
        for number in range(1, 11)
    ]
    assert benchmark(draw_sheet, items).startswith(b"\xff\xd8")
