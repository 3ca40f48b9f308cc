"""Pictures of every kind made into posters."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.catalogue.poster_image import POSTER_SIZE, UnusablePosterError, make_poster
from tests.picture_files import claims_to_be, encoded, opened, plain_jpeg

MIDDLE = (POSTER_SIZE[0] // 2, POSTER_SIZE[1] // 2)
SIZE = (212, 300)
RED = (200, 30, 60)
JPEG = plain_jpeg(RED)


def middle(data: bytes) -> tuple[int, ...]:
    poster = opened(make_poster(data))
    assert poster.format == "JPEG"
    assert poster.mode == "RGB"
    assert poster.size == POSTER_SIZE
    found = poster.getpixel(MIDDLE)
    assert isinstance(found, tuple)
    return found


def animation() -> bytes:
    frames = [Image.new("RGB", SIZE, colour) for colour in (RED, (0, 0, 255), (0, 255, 0))]
    return encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])


def turned() -> bytes:
    """A picture that lies on its side, its left half red, and says so."""
    picture = Image.new("RGB", (300, 212), RED)
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(picture, "JPEG", exif=exif)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(JPEG, RED, id="JPEG"),
        pytest.param(encoded(Image.new("RGB", SIZE, RED), "WEBP", lossless=True), RED, id="WebP"),
        pytest.param(encoded(Image.new("RGBA", SIZE, (*RED, 255)), "PNG"), RED, id="opaque alpha"),
        pytest.param(
            encoded(Image.new("RGBA", SIZE, (*RED, 0)), "PNG"), (43, 45, 49), id="transparent"
        ),
        pytest.param(
            encoded(Image.new("LA", SIZE, (255, 0)), "PNG"), (43, 45, 49), id="transparent grey"
        ),
        pytest.param(
            encoded(Image.new("P", SIZE, 0), "PNG", transparency=0), (43, 45, 49), id="palette"
        ),
        pytest.param(
            encoded(Image.new("CMYK", SIZE, (0, 255, 255, 0)), "JPEG"), (255, 0, 0), id="CMYK"
        ),
        pytest.param(
            encoded(Image.new("I;16", SIZE, 128 * 257), "PNG"), (128, 128, 128), id="16 bits"
        ),
        pytest.param(encoded(Image.new("1", SIZE, 1), "PNG"), (255, 255, 255), id="1 bit"),
        pytest.param(animation(), RED, id="animation"),
        pytest.param(turned(), RED, id="turned"),
        pytest.param(encoded(Image.new("RGB", (1, 1), RED), "PNG"), RED, id="one pixel"),
        pytest.param(encoded(Image.new("RGB", (9_000, 1), RED), "PNG"), RED, id="a line"),
    ],
)
def test_every_kind_of_picture_becomes_a_poster(data: bytes, expected: tuple[int, ...]) -> None:
    assert middle(data) == pytest.approx(expected, abs=8)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        JPEG[:-200],
        animation()[:400],
        claims_to_be(5_000, 4_001),
        claims_to_be(60_000, 60_000),
        claims_to_be(0, 0),
        claims_to_be(100, 100),
        encoded(Image.new("RGB", SIZE, RED), "BMP"),
        encoded(Image.new("RGB", SIZE, RED), "TIFF"),
    ],
    ids=[
        "empty",
        "text",
        "cut JPEG",
        "cut GIF",
        "just too big",
        "bomb",
        "no size",
        "no pixels",
        "BMP",
        "TIFF",
    ],
)
def test_what_is_no_poster_is_refused(data: bytes) -> None:
    with pytest.raises(UnusablePosterError):
        make_poster(data)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_damage_is_refused_or_survived(data: st.DataObject) -> None:
    file = bytearray(
        data.draw(
            st.sampled_from(
                [plain_jpeg(size=(60, 90)), encoded(Image.new("P", (60, 90)), "PNG"), animation()]
            )
        )
    )
    places = st.tuples(st.integers(0, len(file) - 1), st.integers(0, 255))
    for place, value in data.draw(st.lists(places, min_size=1, max_size=12)):
        file[place] = value
    try:
        poster = make_poster(bytes(file))
    except UnusablePosterError:
        return
    assert opened(poster).size == POSTER_SIZE
