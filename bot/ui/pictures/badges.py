"""The small signs on a poster: its number, its score, and whether it was rated or dismissed."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw

from bot.ui.pictures.fonts import font, font_file, printable
from bot.ui.pictures.lettering import cut
from bot.ui.pictures.palette import BACKGROUND, DISMISSED, INK, RATED, STAR, WHITE

if TYPE_CHECKING:
    from bot.ui.pictures.palette import Colour

CROSS: Final = "✕"
"""A mark that begins with it says that the title was dismissed."""

HEIGHT: Final = 50
_WIDEST: Final = 140
_LETTERS: Final = 34
_PADDING: Final = 12
_STAR_LETTERS: Final = 30
# Drawn so many times bigger and made smaller, for smooth edges.
_SCALE: Final = 3


@lru_cache(maxsize=64)
def number_badge(rank: int) -> Image.Image:
    """Return the number of a title in its list, in RGBA."""
    return _badge("", str(rank), INK, radius=12)


def score_text(score: float) -> str:
    """Return a score as it is written: an `int` as it is, a `float` to one decimal."""
    return str(score) if isinstance(score, int) else f"{score:.1f}"


def score_badge(score: float) -> Image.Image:
    """Return a star and the score, in RGBA."""
    return _written_badge(score_text(score))


# by what is written: predictions have many more decimals, and hardly one comes twice
@lru_cache(maxsize=256)
def _written_badge(score: str) -> Image.Image:
    return _badge("★", score, INK, radius=12)


@lru_cache(maxsize=64)
def mark_badge(mark: str) -> Image.Image:
    """Return a mark, in RGBA: round, or with corners where it begins with `CROSS`."""
    dismissed = mark.startswith(CROSS)
    colour, radius = (DISMISSED, 0) if dismissed else (RATED, HEIGHT // 2)
    return _badge("", printable(mark), colour, radius=radius)


def _badge(star: str, text: str, ground: Colour, *, radius: int) -> Image.Image:
    letters = font(font_file(text), _LETTERS * _SCALE)
    stars = font(font_file(star), _STAR_LETTERS * _SCALE)
    text = cut(text, letters, (_WIDEST - 2 * _PADDING) * _SCALE)
    star_width = stars.getlength(f"{star} ") if star else 0
    content = star_width + letters.getlength(text)
    width = max(HEIGHT * _SCALE, round(content) + 2 * _PADDING * _SCALE)
    # A rim in the colour of the sheet sets the badge off from any poster.
    rim = 3 * _SCALE
    picture = Image.new("RGBA", (width, HEIGHT * _SCALE))
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle(
        (0, 0, width - 1, HEIGHT * _SCALE - 1),
        radius * _SCALE,
        fill=ground,
        outline=BACKGROUND,
        width=rim,
    )
    x, y = (width - content) / 2, HEIGHT * _SCALE / 2
    pen.text((x, y), star, fill=STAR, font=stars, anchor="lm")
    pen.text((x + star_width, y), text, fill=WHITE, font=letters, anchor="lm")
    return picture.resize((width // _SCALE, HEIGHT), Image.Resampling.LANCZOS)
