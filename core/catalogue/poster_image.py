"""A downloaded picture made into a small poster, or refused."""

from __future__ import annotations

import io
import struct
from typing import Final

from PIL import Image, ImageOps

POSTER_SIZE: Final = (216, 306)
"""Width and height in pixels; the shape of most posters, so that little is cut off."""

MOST_PIXELS: Final = 20_000_000
"""A picture with more is refused before it is decoded."""

_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
_QUALITY: Final = 88
_BACKGROUND: Final = (43, 45, 49)
# What Pillow raises for broken files, beside its own errors, which are `OSError`.
_BROKEN: Final = (
    OSError, SyntaxError, ValueError, TypeError, EOFError, IndexError, OverflowError, struct.error,
    Image.DecompressionBombError,
)  # fmt: skip


class UnusablePosterError(Exception):
    """What an address gives is no poster, and will likely be none tomorrow."""


def open_poster(data: bytes) -> Image.Image:
    """Return the picture `data` in RGB and `POSTER_SIZE`, what exceeds that shape cut off.

    The first frame of an animation is taken; what is transparent becomes dark. Raises
    `UnusablePosterError` for what is no JPEG, PNG, WebP or GIF, is broken or has too many pixels.
    """
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise UnusablePosterError(f"{picture.width}×{picture.height} pixels")
            # a JPEG can be decoded at a fraction of its size
            picture.draft("RGB", (2 * POSTER_SIZE[0], 2 * POSTER_SIZE[1]))
            poster = _opaque(ImageOps.exif_transpose(picture))
            if poster.size == POSTER_SIZE:
                return poster
            return ImageOps.fit(poster, POSTER_SIZE, Image.Resampling.LANCZOS)
    except _BROKEN as error:
        raise UnusablePosterError(str(error)) from error


def make_poster(data: bytes) -> bytes:
    """Return the picture `data` as a small JPEG. Raises as `open_poster` does."""
    out = io.BytesIO()
    open_poster(data).save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _opaque(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):  # 16 bits of grey; convert() would clip them to 8
        return picture.convert("I").point(lambda grey: grey / 257).convert("L").convert("RGB")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    ground = Image.new("RGBA", layer.size, (*_BACKGROUND, 255))
    return Image.alpha_composite(ground, layer).convert("RGB")
