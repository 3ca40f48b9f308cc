"""Text that fits its box: broken into lines, and smaller where it must be."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.ui.pictures.fonts import font, font_file, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.ImageFont import FreeTypeFont

_MOST_CHARACTERS: Final = 250
_SPACING: Final = 1.2
# A word with the hyphens or slashes that end it, or one character of a script without spaces.
_PIECE: Final = re.compile(
    r"\s*(?:[\u2e80-\uffff]|[^\s\u2e80-\uffff/-]*[/-]+|[^\s\u2e80-\uffff/-]+)"
)


@dataclass(frozen=True, slots=True)
class Lettering:
    """Lines in a font; each is `line_height` pixels below the one before."""

    lines: tuple[str, ...]
    font: FreeTypeFont
    line_height: int

    @property
    def height(self) -> int:
        """Height of all lines in pixels."""
        return self.line_height * len(self.lines)

    @property
    def width(self) -> float:
        """Width of the longest line in pixels."""
        return max((self.font.getlength(line) for line in self.lines), default=0.0)


def fit(text: str, width: int, height: int, sizes: Sequence[int]) -> Lettering:
    """Return `text` in the first of `sizes` in which it fits into `width` by `height` pixels.

    If it fits in none, too long words are broken at the last size, and at last the end is cut off.
    """
    text = printable(text)[:_MOST_CHARACTERS]
    file = font_file(text)
    for size in sizes:
        letters = font(file, size)
        lettering = _lettering(_wrap(_PIECE.findall(text), letters, width), letters, size)
        if lettering.height <= height and lettering.width <= width:
            return lettering
    letters = font(file, sizes[-1])
    pieces = (_broken(piece, letters, width) for piece in _PIECE.findall(text))
    lines = _wrap([part for parts in pieces for part in parts], letters, width)
    most = max(1, int(height // (sizes[-1] * _SPACING)))
    if len(lines) > most:
        lines = [*lines[: most - 1], cut(f"{lines[most - 1]} {lines[most]}", letters, width)]
    return _lettering(lines, letters, sizes[-1])


def cut(text: str, letters: FreeTypeFont, width: int) -> str:
    """Return `text`, or its beginning and an ellipsis where it is wider than `width` pixels."""
    if letters.getlength(text) <= width:
        return text
    kept = bisect_right(
        range(1, len(text) + 1), width, key=lambda count: letters.getlength(f"{text[:count]}…")
    )
    return f"{text[:kept].rstrip()}…"


def _wrap(pieces: Sequence[str], letters: FreeTypeFont, width: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for piece in pieces:
        if line and letters.getlength(line + piece) > width:
            lines.append(line.strip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.strip()] if line.strip() else lines


def _broken(piece: str, letters: FreeTypeFont, width: int) -> Sequence[str]:
    return [piece] if letters.getlength(piece) <= width else list(piece)


def _lettering(lines: list[str], letters: FreeTypeFont, size: int) -> Lettering:
    return Lettering(tuple(lines), letters, round(size * _SPACING))
