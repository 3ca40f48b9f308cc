"""Picture files of every kind, made on the spot."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image


def encoded(picture: Image.Image, format_: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, format_, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def plain_jpeg(
    colour: tuple[int, int, int] = (200, 30, 60), size: tuple[int, int] = (425, 600)
) -> bytes:
    return encoded(Image.new("RGB", size, colour), "JPEG")


def claims_to_be(width: int, height: int) -> bytes:
    """A PNG whose header promises so many pixels, without any."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", len(header) - 4)
        + header
        + struct.pack(">I", zlib.crc32(header))
        + struct.pack(">I", 0)
        + b"IEND"
        + struct.pack(">I", zlib.crc32(b"IEND"))
    )
