"""Sheets of posters: size, order, legibility, and what happens to odd items."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from bot.ui.pictures import badges, card, sheet
from bot.ui.pictures.card import NAME_BOX, draw_card, name_lettering
from bot.ui.pictures.palette import (
    DISMISSED,
    INK,
    RATED,
    STAR,
    WHITE,
    Colour,
    genre_colours,
    genre_number,
)
from bot.ui.pictures.sheet import MOST_BYTES, SheetItem, draw_sheet
from bot.ui.pictures.thread import draw
from core.catalogue.poster_image import POSTER_SIZE, make_poster
from core.catalogue.title import GENRES
from tests.picture_files import encoded, opened, plain_jpeg

ITEM = SheetItem(1, "Cowboy Bebop", ("Action", "Sci-Fi"), 8.75, None, None, 1)
LONG = (
    "Kochira Katsushikaku Kameari Kouenmae Hashutsujo: Seton Tankentai! Sumidagawa no Chikai - "
    "Omoide no Shiroi Kujira wo Sagase!"
)


def items(count: int, **changes: object) -> list[SheetItem]:
    return [replace(ITEM, anime_id=i, rank=i + 1, **changes) for i in range(count)]


def contrast(one: Colour, other: Colour) -> float:
    """WCAG 2.2: ratio of the relative luminances."""

    def luminance(of: Colour) -> float:
        parts = [value / 255 for value in of]
        linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def differ(one: Image.Image, other: Image.Image) -> bool:
    return ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getbbox() is not None


# --- the sheet -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "columns", "rows"),
    [
        (1, 1, 1),
        (2, 2, 1),
        (3, 3, 1),
        (4, 4, 1),
        (5, 5, 1),
        (6, 3, 2),
        (7, 4, 2),
        (8, 4, 2),
        (9, 5, 2),
        (10, 5, 2),
    ],
)
def test_titles_stand_in_one_or_two_rows(count: int, columns: int, rows: int) -> None:
    picture = opened(draw_sheet(items(count)))
    assert picture.format == "JPEG"
    assert picture.size == (
        columns * POSTER_SIZE[0] + (columns - 1) * 16 + 28,
        rows * POSTER_SIZE[1] + (rows - 1) * 16 + 28,
    )


def test_ten_titles_are_as_wide_as_a_phone_shows_sharply() -> None:
    assert 1000 <= opened(draw_sheet(items(10))).width <= 1200


@pytest.mark.parametrize("count", [0, 11])
def test_no_title_and_too_many_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 10"):
        draw_sheet(items(count))


def test_the_noisiest_posters_make_a_small_file() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (*reversed(POSTER_SIZE), 3), dtype=np.uint8)
    poster = encoded(Image.fromarray(noise), "PNG")
    assert len(draw_sheet(items(10, poster=poster, mark="✓ 10"))) < MOST_BYTES


def test_posters_come_in_the_order_given() -> None:
    colours = [(200, 40, 40), (40, 200, 40), (40, 40, 200)]
    three = [
        replace(item, poster=make_poster(plain_jpeg(colour)))
        for item, colour in zip(items(3), colours, strict=True)
    ]
    picture = opened(draw_sheet(three))
    for place, colour in enumerate(colours):
        middle = (14 + place * (POSTER_SIZE[0] + 16) + POSTER_SIZE[0] // 2, picture.height // 2)
        assert picture.getpixel(middle) == pytest.approx(colour, abs=12)


def test_a_broken_poster_becomes_a_card() -> None:
    assert draw_sheet([replace(ITEM, poster=b"broken")]) == draw_sheet([ITEM])


def test_a_tile_that_is_kept_is_drawn_as_at_first() -> None:
    poster = make_poster(plain_jpeg((200, 40, 40)))
    plain = [replace(item, poster=poster) for item in items(3)]
    dimmed = [replace(item, poster=poster, mark="✕") for item in items(3)]
    first, marked = draw_sheet(plain), draw_sheet(dimmed)
    assert differ(opened(first), opened(marked))
    assert draw_sheet(plain) == first
    assert draw_sheet(dimmed) == marked


def test_number_score_and_mark_are_each_visible() -> None:
    plain = opened(draw_sheet([replace(ITEM, score=None)]))
    for other in (
        replace(ITEM, score=None, rank=2),
        replace(ITEM, score=8.75),
        replace(ITEM, score=None, mark="✓ 9"),
        replace(ITEM, score=None, mark="✕"),
    ):
        assert differ(plain, opened(draw_sheet([other])))


def test_whole_scores_and_predictions_are_written_differently() -> None:
    assert badges.score_text(9) == "9"
    assert badges.score_text(9.0) == "9.0"
    assert badges.score_badge(9.0).width > badges.score_badge(9).width


def test_predictions_that_are_written_alike_share_a_badge() -> None:
    assert badges.score_badge(8.1234) is badges.score_badge(8.1432)


def test_marks_differ_in_shape_without_colour() -> None:
    rated, dismissed = badges.mark_badge("✓ 9"), badges.mark_badge("✕")
    assert rated.getchannel("A").getpixel((0, 0)) == 0, "round"
    assert dismissed.getchannel("A").getpixel((0, 0)) == 255, "with corners"
    assert rated.width > dismissed.width


@given(
    st.lists(
        st.builds(
            SheetItem,
            anime_id=st.integers(1, 99_999),
            name=st.text(max_size=120),
            genres=st.lists(st.sampled_from([*GENRES, "Unheard Of"]), max_size=5).map(tuple),
            score=st.none() | st.floats(1, 10) | st.integers(1, 10),
            poster=st.none() | st.binary(max_size=50) | st.just(plain_jpeg(size=(30, 40))),
            mark=st.none() | st.text(max_size=30) | st.sampled_from(["✓ 9", "✕", "✓ 10"]),
            rank=st.integers(1, 9_999),
        ),
        min_size=1,
        max_size=10,
    )
)
@settings(max_examples=25, deadline=None)
def test_anything_can_be_drawn(any_items: list[SheetItem]) -> None:
    data = draw_sheet(any_items)
    assert len(data) < MOST_BYTES
    assert opened(data).format == "JPEG"


async def test_drawing_happens_in_one_other_thread() -> None:
    threads = {await draw(threading.get_ident) for _ in range(3)}
    assert len(threads) == 1
    assert threading.get_ident() not in threads
    with pytest.raises(ValueError, match="1 to 10"):
        await draw(draw_sheet, [])
    assert await draw(draw_sheet, items=[ITEM]) == draw_sheet([ITEM])


# --- cards -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "K", LONG, LONG * 3, "Donaudampfschifffahrtsgesellschaft" * 3, "W" * 200, "a/b-c/d-e" * 9,
        "劇場版 魔法少女まどか☆マギカ 新編 叛逆の物語", "叛" * 300, "", " \n\t", "\ud800x", "\u202ex\x00",
    ],
)  # fmt: skip
def test_a_name_fits_its_box(name: str) -> None:
    lettering = name_lettering(name)
    assert lettering.width <= NAME_BOX[2] - NAME_BOX[0]
    assert lettering.height <= NAME_BOX[3] - NAME_BOX[1]


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_name_fits_its_box(name: str) -> None:
    test_a_name_fits_its_box(name)


def test_nothing_of_a_name_is_drawn_outside_its_box() -> None:
    for name in ("Steins;Gate", LONG, "jjjgggÅÅÅ"):
        drawn = ImageChops.difference(draw_card(name, ()), draw_card("", ()))
        left, top, right, bottom = drawn.getbbox() or (0, 0, 0, 0)
        assert right > left, name
        assert left >= NAME_BOX[0] - 3
        assert top >= NAME_BOX[1]
        assert right <= NAME_BOX[2] + 3
        assert bottom <= NAME_BOX[3]


def test_the_badges_leave_the_name_alone() -> None:
    assert NAME_BOX[1] >= 6 + badges.HEIGHT
    assert NAME_BOX[3] <= POSTER_SIZE[1] - 6 - badges.HEIGHT
    number, mark = badges.number_badge(10), badges.mark_badge("✓ 10 and much more")
    assert number.width + mark.width <= POSTER_SIZE[0] - 12


def test_words_stay_whole_where_they_can() -> None:
    words = set(LONG.replace("-", " ").split())
    for line in name_lettering(LONG).lines:
        assert set(line.replace("-", " ").split()) <= words


def test_a_name_too_long_says_that_it_goes_on() -> None:
    assert name_lettering(LONG * 3).lines[-1].endswith("…")


def test_each_genre_has_a_colour_on_which_white_can_be_read() -> None:
    pairs = [genre_colours([genre]) for genre in GENRES]
    assert len({first for first, _ in pairs}) == len(GENRES)
    for colour in (genre_colours([])[0], *(each for pair in pairs for each in pair)):
        assert contrast(colour, WHITE) >= 4.5, colour


def test_badges_can_be_read() -> None:
    assert contrast(INK, WHITE) >= 4.5
    assert contrast(INK, STAR) >= 4.5
    assert contrast(RATED, WHITE) >= 4.5
    assert contrast(DISMISSED, WHITE) >= 4.5


def test_the_ground_of_a_card_is_never_lighter_than_its_colours() -> None:
    for first, second in zip(GENRES, reversed(GENRES), strict=True):
        ground = draw_card("", (first, second))
        for _, colour in ground.getcolors(POSTER_SIZE[0] * POSTER_SIZE[1]) or ():
            assert isinstance(colour, tuple)
            red, green, blue = colour
            assert contrast((red, green, blue), WHITE) >= 4.5, (first, second)


def test_neighbouring_genres_differ_in_pattern_too() -> None:
    numbers = [genre_number([genre]) for genre in GENRES]
    assert numbers == list(range(1, 44))
    assert genre_number([]) == genre_number(["Unheard Of"]) == 0


def test_a_card_has_the_size_of_a_poster() -> None:
    assert draw_card("x", ("Action",)).size == POSTER_SIZE
    assert (card.WIDTH, card.HEIGHT) == (sheet.WIDTH, sheet.HEIGHT) == POSTER_SIZE
