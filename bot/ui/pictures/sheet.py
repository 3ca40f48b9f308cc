"""A sheet of numbered posters: what a list of titles looks like."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw

from bot.ui.pictures.badges import CROSS, mark_badge, number_badge, score_badge
from bot.ui.pictures.card import draw_card
from bot.ui.pictures.palette import BACKGROUND
from core.catalogue.poster_image import POSTER_SIZE, UnusablePosterError, open_poster

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_ITEMS: Final = 10
MOST_BYTES: Final = 500_000
"""A sheet is smaller than this."""
WIDTH, HEIGHT = POSTER_SIZE
_ONE_ROW: Final = 5
_GAP: Final = 16
_MARGIN: Final = 14
_CORNER: Final = 14
_INSET: Final = 6
_QUALITIES: Final = (88, 80, 70, 55, 40, 25, 10)
_DIMMED: Final = 0.6
_Box = tuple[int, int, int, int]
_KEPT_TILES: Final = 128
"""Well-known titles are on many sheets; a tile takes 290 KB, and half of a sheet's time to make."""


@dataclass(frozen=True, slots=True)
class SheetItem:
    """One title of a sheet.

    `name` and `genres` (in English, as the catalogue has them) make the card that is
    drawn when `poster`, an encoded picture, is missing or broken. `score` is shown with one
    decimal if it is a `float`, as it is if it is an `int`. `mark` is a short text such as `✓ 9`;
    one that begins with `✕` dims the poster. `rank` is the number by which the title is called,
    if it has one.
    """

    anime_id: int
    name: str
    genres: tuple[str, ...]
    score: float | int | None
    poster: bytes | None
    mark: str | None
    rank: int | None


def draw_sheet(items: Sequence[SheetItem]) -> bytes:
    """Return a JPEG below `MOST_BYTES` with up to five titles in one row, more in two.

    Raises `ValueError` for none and for more than `MOST_ITEMS`.
    """
    if not 1 <= len(items) <= MOST_ITEMS:
        raise ValueError(f"a sheet has 1 to {MOST_ITEMS} titles, not {len(items)}")
    columns = len(items) if len(items) <= _ONE_ROW else -(-len(items) // 2)
    rows = -(-len(items) // columns)
    sheet = Image.new("RGB", (_extent(columns, WIDTH), _extent(rows, HEIGHT)), BACKGROUND)
    for item, (left, top) in zip(items, _places(len(items), columns), strict=True):
        dimmed = item.mark is not None and item.mark.startswith(CROSS)
        sheet.paste(_tile(item.poster, item.name, item.genres, dimmed), (left, top))
        for badge, x, y in _badges(item):
            sheet.paste(badge, (left + x, top + y), badge)
    return _encode(sheet)


def _extent(count: int, size: int) -> int:
    return count * size + (count - 1) * _GAP + 2 * _MARGIN


def _places(count: int, columns: int) -> Iterator[tuple[int, int]]:
    """Give the left upper corner of each tile; a last row with fewer is centred."""
    for start in range(0, count, columns):
        inside = min(columns, count - start)
        left = (_extent(columns, WIDTH) - _extent(inside, WIDTH)) // 2 + _MARGIN
        top = start // columns * (HEIGHT + _GAP) + _MARGIN
        yield from ((left + i * (WIDTH + _GAP), top) for i in range(inside))


@lru_cache(maxsize=_KEPT_TILES)
def _tile(poster: bytes | None, name: str, genres: tuple[str, ...], dimmed: bool) -> Image.Image:
    """Return the picture of a title with round corners on the sheet's ground; not to be changed."""
    picture = _picture(poster, name, genres)
    if dimmed:
        picture = Image.blend(picture, Image.new("RGB", POSTER_SIZE, BACKGROUND), _DIMMED)
    tile = picture.copy()
    for corner, mask in _corners():
        tile.paste(BACKGROUND, corner, mask)
    return tile


def _picture(poster: bytes | None, name: str, genres: tuple[str, ...]) -> Image.Image:
    if poster is not None:
        try:
            return open_poster(poster)
        except UnusablePosterError:
            pass  # the card is drawn instead
    return draw_card(name, genres)


def _badges(item: SheetItem) -> Iterator[tuple[Image.Image, int, int]]:
    """Give what stands on a tile, with its left upper corner there."""
    if item.rank is not None:
        yield number_badge(item.rank), _INSET, _INSET
    if item.score is not None:
        badge = score_badge(item.score)
        yield badge, _INSET, HEIGHT - badge.height - _INSET
    if item.mark:
        badge = mark_badge(item.mark)
        yield badge, WIDTH - badge.width - _INSET, _INSET


@lru_cache(maxsize=1)
def _corners() -> tuple[tuple[_Box, Image.Image], ...]:
    """Return the corners of a tile, and the mask through which the ground covers each.

    A mask over the whole tile would take several times as long.
    """
    scale = 4
    mask = Image.new("L", (WIDTH * scale, HEIGHT * scale), 255)
    whole = (0, 0, mask.width - 1, mask.height - 1)
    ImageDraw.Draw(mask).rounded_rectangle(whole, _CORNER * scale, fill=0)
    mask = mask.resize(POSTER_SIZE, Image.Resampling.LANCZOS)
    size = _CORNER + 1  # the smoothed edge reaches a little further
    boxes = (
        (left, top, left + size, top + size)
        for left, top in product((0, WIDTH - size), (0, HEIGHT - size))
    )
    return tuple((box, mask.crop(box)) for box in boxes)


def _encode(sheet: Image.Image) -> bytes:
    """Return `sheet` as a JPEG in the best quality that is small enough.

    It is written to a file without a name: only then does Pillow let other threads run meanwhile.
    Else the event loop would wait for each sheet.
    """
    data = b""
    for quality in _QUALITIES:
        with tempfile.TemporaryFile() as file:
            sheet.save(file, "JPEG", quality=quality, subsampling=0)
            file.seek(0)
            data = file.read()
        if len(data) < MOST_BYTES:
            break
    return data
