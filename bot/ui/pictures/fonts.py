"""Fonts that come with the dependencies, so that a picture looks the same on every machine."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import ImageFont

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

_FIRST_CJK: Final = "\u2e80"
"""From here on the characters are those of East Asia; before it DejaVu has nearly all."""


class Weight(StrEnum):
    """How heavy Latin letters are; the Japanese font has one weight only."""

    REGULAR = "DejaVuSans.ttf"
    BOLD = "DejaVuSans-Bold.ttf"


def font_file(text: str, weight: Weight = Weight.BOLD) -> Path:
    """Return the font file that has the characters of `text`."""
    if any(character >= _FIRST_CJK for character in text):
        return _folder("matplotlib_fontja") / "fonts" / "ipaexg.ttf"
    return _folder("matplotlib") / "mpl-data" / "fonts" / "ttf" / weight.value


@lru_cache(maxsize=64)
def font(file: Path, size: int) -> FreeTypeFont:
    """Return the font in `file` at `size` pixels.

    Its letters are placed by Pillow itself: the better layout is not there on every machine.
    """
    return ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.BASIC)


def printable(text: str) -> str:
    """Return `text` in one line, without characters that cannot be drawn."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


@lru_cache
def _folder(package: str) -> Path:
    """Return where `package` is, without importing it: that would change matplotlib's settings."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{package} is not installed")
    return Path(spec.origin).parent
