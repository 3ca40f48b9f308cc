"""A matplotlib figure measured in pixels, with the fonts and colours of our charts."""

# matplotlib's stubs leave the types of keyword arguments open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from bot.ui.pictures.fonts import Weight, font, font_file, printable
from bot.ui.pictures.lettering import cut

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

GROUND: Final = "#2b2d31"
PANEL: Final = "#3a3d44"
TEXT: Final = "#f2f3f5"
QUIET: Final = "#c4c9d1"
MINE: Final = "#f0b35e"
OTHER: Final = "#8ea1bd"
THIRD: Final = "#5cc4b5"

_DOTS: Final = 72
"""Points and pixels are the same, so that font sizes are in pixels here too."""


class Board:
    """An empty picture; the left upper corner is (0, 0)."""

    def __init__(self, width: int, height: int) -> None:
        self._width = width
        self._height = height
        self._figure = Figure(figsize=(width / _DOTS, height / _DOTS), dpi=_DOTS, facecolor=GROUND)
        FigureCanvasAgg(self._figure)

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Return axes in that box, without frame and ticks."""
        axes = self._figure.add_axes(
            (
                left / self._width,
                1 - (top + height) / self._height,
                width / self._width,
                height / self._height,
            )
        )
        axes.set_facecolor(GROUND)
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0, labelbottom=False, labelleft=False)
        axes.set_xticks([])
        axes.set_yticks([])
        return axes

    def write(
        self,
        x: float,
        y: float,
        text: str,
        size: int,
        *,
        width: float,
        weight: Weight = Weight.REGULAR,
        colour: str = TEXT,
        align: Literal["left", "center", "right"] = "left",
    ) -> float:
        """Write `text` in one line, its middle at height `y`, cut off where it exceeds `width`.

        Returns how wide it is in pixels.
        """
        text, wide = fitted(text, size, width, weight)
        self._figure.text(
            x / self._width,
            1 - y / self._height,
            text,
            color=colour,
            ha=align,
            va="center_baseline",
            fontproperties=letters(font_file(text, weight), size),
            parse_math=False,
        )
        return wide

    def png(self) -> bytes:
        """Return the picture as a PNG."""
        out = io.BytesIO()
        self._figure.savefig(out, format="png", dpi=_DOTS, facecolor=GROUND)
        return out.getvalue()


def fitted(text: str, size: int, width: float, weight: Weight) -> tuple[str, float]:
    """Return `text`, its end cut off where it exceeds `width` pixels, and how wide it is."""
    measure = font(font_file(text, weight), size)
    text = cut(printable(text), measure, int(width))
    return text, measure.getlength(text)


@lru_cache(maxsize=64)
def letters(file: Path, size: int) -> FontProperties:
    """Return matplotlib's name for a font in pixels."""
    return FontProperties(fname=str(file), size=size)
