"""The drawn card of a title whose poster is not there: its name on the colours of its genres."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageChops, ImageDraw

from bot.ui.pictures.lettering import Lettering, fit
from bot.ui.pictures.palette import WHITE, Colour, genre_colours, genre_number
from core.catalogue.poster_image import POSTER_SIZE

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = POSTER_SIZE
NAME_BOX: Final = (10, 60, WIDTH - 10, HEIGHT - 60)
"""Where the name may be: left, top, right, bottom in pixels. The badges have the rest."""
_SIZES: Final = (36, 33, 30, 27, 24, 22, 20, 18, 16)
_PATTERNS: Final = 6
_STEP: Final = 36
# The pattern only darkens, so it never takes contrast from the name.
_SHADE: Final = 214


def draw_card(name: str, genres: Sequence[str]) -> Image.Image:
    """Return a card of `POSTER_SIZE` with `name` in white."""
    first, second = genre_colours(genres)
    card = _ground(first, second, genre_number(genres) % _PATTERNS).copy()
    lettering = name_lettering(name)
    pen = ImageDraw.Draw(card)
    y = (NAME_BOX[1] + NAME_BOX[3] - lettering.height) // 2
    for line in lettering.lines:
        pen.text((WIDTH // 2, y), line, fill=WHITE, font=lettering.font, anchor="ma")
        y += lettering.line_height
    return card


@lru_cache(maxsize=512)
def name_lettering(name: str) -> Lettering:
    """Return `name` as it fits into `NAME_BOX`."""
    left, top, right, bottom = NAME_BOX
    return fit(name, right - left, bottom - top, _SIZES)


@lru_cache(maxsize=64)
def _ground(first: Colour, second: Colour, pattern: int) -> Image.Image:
    slope = Image.linear_gradient("L").resize(POSTER_SIZE)
    colours = Image.composite(
        Image.new("RGB", POSTER_SIZE, second), Image.new("RGB", POSTER_SIZE, first), slope
    )
    return ImageChops.multiply(colours, _pattern(pattern))


@lru_cache(maxsize=_PATTERNS)
def _pattern(number: int) -> Image.Image:
    """Return one of the patterns: stripes both ways, dots, rings, zigzag, chequers."""
    scale = 3
    picture = Image.new("L", (WIDTH * scale, HEIGHT * scale), 255)
    pen = ImageDraw.Draw(picture)
    step, wide, high = _STEP * scale, picture.width, picture.height
    if number in {0, 1}:
        for x in range(-high, wide + high, step):
            lean = high if number else -high
            pen.line([(x, 0), (x + lean, high)], fill=_SHADE, width=step // 3)
    elif number in {2, 3, 5}:
        for row, y in enumerate(range(0, high + step, step)):
            for x in range((row % 2) * step // 2, wide + step, step):
                half = step // 4
                box = (x - half, y - half, x + half, y + half)
                if number == 2:
                    pen.ellipse(box, fill=_SHADE)
                elif number == 3:
                    pen.ellipse(box, outline=_SHADE, width=step // 9)
                else:
                    pen.regular_polygon((x, y, half), 4, rotation=45, fill=_SHADE)
    else:
        for y in range(-step, high + step, step):
            peaks = [
                (x, y + (i % 2) * step // 2) for i, x in enumerate(range(0, wide + step, step // 2))
            ]
            pen.line(peaks, fill=_SHADE, width=step // 4, joint="curve")
    return picture.resize(POSTER_SIZE, Image.Resampling.LANCZOS).convert("RGB")
