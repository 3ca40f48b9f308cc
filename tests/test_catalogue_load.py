"""Catalogue files: three layouts, cleaning, refusals, writing back."""

from __future__ import annotations

import csv
import html
import time
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.catalogue.catalogue import Catalogue
from core.catalogue.clean import clean_text, poster_address, source_word, whole_number
from core.catalogue.load import load_catalogue
from core.catalogue.title import GENRES, Title
from core.catalogue.write import write_catalogue
from core.errors import CatalogueError

DATA = Path(__file__).parent / "data"
SEED = DATA / "seed_layout.csv"
SEED_GENRES = DATA / "seed_genres.csv"
STARTER = DATA / "starter_layout.csv"

words = st.text(max_size=30)
quiet_files = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def parquet_row(**cells: object) -> dict[str, object]:
    """A row of catalogue.parquet's layout, complete but for what `cells` change."""
    row: dict[str, object] = {
        "anime_id": 900201,
        "in_reconet6668": False,
        "title": "Umi no Uta",
        "title_english": None,
        "title_japanese": "海の歌",
        "title_synonyms": "Sea Song|Song of the Sea",
        "image_url": "https://cdn.myanimelist.net/images/anime/3/33.jpg",
        "type": "TV",
        "episodes": 13,
        "status": "Finished Airing",
        "source": "manga",
        "genres": "Suspense|Drama|Award Winning",
        "year": 2007,
        "rating": "PG-13 - Teens 13 or older",
        "studios": "Studio One|Studio Two",
        "score": 8.38,
        "scored_by": 100,
        "members": 500,
        "rank": 1,
        "popularity": 1,
        "favorites": 1,
        "adult": False,
    }
    return row | cells


def write_parquet(path: Path, *rows: dict[str, object]) -> Path:
    frame = pd.DataFrame(list(rows))
    types = {"score": "float32", "episodes": "Int32", "year": "Int32", "members": "Int32"}
    frame.astype(types).to_parquet(path)
    return path


def write_csv(path: Path, header: str, *rows: str) -> Path:
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


# --- the layouts ---------------------------------------------------------------------------


def test_seed_layout_gives_clean_titles() -> None:
    title = load_catalogue(SEED).catalogue[900001]

    assert title == Title(
        anime_id=900001,
        title="Kishi no Tegami's",
        title_english="Knight's Letter",
        title_japanese="騎士の手紙",
        synonyms=("Kishigami", "The Letters of a Knight"),
        type="TV",
        year=2012,
        episodes=12,
        genres=("Action", "Shounen Ai", "Thriller"),
        age_rating="PG-13 - Teens 13 or older",
        source="Light novel",
        status="Finished Airing",
        studios=("Studio One", "Studio Two"),
        score=7.5,
        scored_by=1200,
        members=3400,
        image_url="https://cdn.myanimelist.net/images/anime/1/11.jpg",
    )


def test_missing_values_are_none_and_not_words() -> None:
    title = load_catalogue(SEED).catalogue[900004]

    assert (title.title_english, title.title_japanese, title.type) == (None, None, None)
    assert (title.age_rating, title.studios, title.image_url) == (None, (), None)
    assert (title.episodes, title.year) == (None, None)
    assert title.source == "4-koma manga"
    assert title.display == "Broken Score"


def test_refused_rows_are_counted_by_reason_and_nothing_else_is_lost() -> None:
    loaded = load_catalogue(SEED)

    assert loaded.refused == {
        "wrong number of columns": 1,
        "duplicate id": 1,
        "id is not a positive whole number": 2,
        "empty title": 1,
    }
    assert loaded.rows == 9 == len(loaded.catalogue) + sum(loaded.refused.values())
    assert list(loaded.catalogue) == [900001, 900002, 900004, 900006]


def test_a_broken_score_costs_the_score_and_not_the_title() -> None:
    loaded = load_catalogue(SEED)

    assert loaded.catalogue[900004].score is None
    assert loaded.mended["score is not a number from 0 to 10"] == 1
    # MyAnimeList writes 0 for a title without a score, which is not broken
    assert loaded.catalogue[900002].score is None


def test_genre_flags_are_united_with_the_rows_own_genres() -> None:
    catalogue = load_catalogue(SEED, SEED_GENRES).catalogue

    assert catalogue[900001].genres == (
        "Action", "Shounen", "Shounen Ai", "Slice of Life", "Thriller",
    )  # fmt: skip
    assert catalogue[900004].genres == ("Dementia", "Hentai", "Shoujo Ai")
    assert not load_catalogue(SEED).catalogue[900004].adult
    assert catalogue[900004].adult


def test_adult_by_age_rating_by_genre_and_by_column(tmp_path: Path) -> None:
    catalogue = load_catalogue(SEED).catalogue
    assert catalogue[900002].adult
    assert catalogue[900006].adult
    assert catalogue[900006].genres == ()
    assert not catalogue[900001].adult

    path = write_parquet(tmp_path / "c.parquet", parquet_row(adult=True))
    assert load_catalogue(path).catalogue[900201].adult


def test_parquet_layout(tmp_path: Path) -> None:
    path = write_parquet(
        tmp_path / "c.parquet",
        parquet_row(),
        parquet_row(anime_id=900202, episodes=None, year=None, score=None, genres=None, type=None),
    )
    loaded = load_catalogue(path)

    title = loaded.catalogue[900201]
    assert title.synonyms == ("Sea Song", "Song of the Sea")
    assert title.genres == ("Drama", "Thriller")
    assert title.studios == ("Studio One", "Studio Two")
    assert (title.score, title.members, title.source) == (8.38, 500, "Manga")
    empty = loaded.catalogue[900202]
    assert (empty.episodes, empty.year, empty.score, empty.genres) == (None, None, None, ())
    assert (loaded.rows, loaded.refused) == (2, {})
    assert loaded.mended == {"genre is none of the 43": 1}, "Award Winning"


def test_starter_layout() -> None:
    loaded = load_catalogue(STARTER)

    title = loaded.catalogue[900101]
    assert title.synonyms == ("SG", "Stars!")
    assert title.genres == ("Adventure", "Sci-Fi", "Space")
    assert (title.year, title.franchise, title.franchise_order) == (2019, "Hoshi Hiroi", 1)
    assert loaded.refused == {}


def test_only_id_and_title_are_needed(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "c.csv", "title,anime_id,more", "Natsu,7.0,x", "Fuyu,１２,x")

    assert load_catalogue(path).catalogue.titles == (Title(7, "Natsu"), Title(12, "Fuyu"))


def test_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_bytes("\ufeffanime_id,title\r\n7,Natsu\r\n\r\n".encode())

    assert load_catalogue(path).catalogue[7].title == "Natsu"


@pytest.mark.parametrize("more", ["", ",year", ",studios", ",genres_old", ",year,studios"])
@pytest.mark.parametrize("genres", ["Hentai, Romance", "Romance|Hentai", "Romance; Hentai (18+)"])
def test_the_adult_gate_holds_whatever_other_columns_a_file_has(
    tmp_path: Path, more: str, genres: str
) -> None:
    for column in ("genre", "genres"):
        path = write_csv(
            tmp_path / "c.csv", f"anime_id,title,{column}{more}", f'1,Natsu,"{genres}"{more}'
        )
        assert load_catalogue(path).catalogue[1].adult


def test_each_column_has_the_separator_of_its_own_layout(tmp_path: Path) -> None:
    seed_with_year = write_csv(
        tmp_path / "a.csv",
        "anime_id,title,title_synonyms,genre,studio,aired_from_year,year",
        '1,Natsu,"Summer, Ete","Comedy, Romance","One, Two",2011,2012',
    )
    title = load_catalogue(seed_with_year).catalogue[1]
    assert (title.genres, title.studios) == (("Comedy", "Romance"), ("One", "Two"))
    assert (title.synonyms, title.year) == (("Summer", "Ete"), 2012)

    mixed = write_csv(
        tmp_path / "b.csv",
        "anime_id,title,title_synonyms,genres,studio",
        '1,Natsu,"Summer, at last|Ete",Comedy|Drama,"One, Two"',
    )
    loaded = load_catalogue(mixed)
    title = loaded.catalogue[1]
    assert (title.genres, title.studios) == (("Comedy", "Drama"), ("One", "Two"))
    assert title.synonyms == ("Summer, at last", "Ete")
    assert loaded.mended == {}


def test_unknown_genre_words_are_counted(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "c.csv",
        "anime_id,title,genres",
        "1,A,Comedy|Sadness",
        "2,B,Drama|Gourmet|Erotica",
    )
    loaded = load_catalogue(path)
    assert loaded.mended == {"genre is none of the 43": 2}
    assert loaded.catalogue[2].genres == ("Drama",)


# --- files that cannot be used -------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"id,name\n1,Natsu\n", "needs columns anime_id and title"),
        (b"anime_id,title\n", "no usable row"),
        (b"anime_id,title\nx,Natsu\n,Fuyu\n", "2 × id is not a positive whole number"),
        ("anime_id,title\n1,夏\n".encode("shift_jis"), "not UTF-8"),
        (b'anime_id,title\n1,"' + b"a" * 200_000, "not a readable CSV file"),
        (b'anime_id,title\n1,Haru\n2,"Natsu\n3,Aki\n4,Fuyu\n', "quotation marks from line 3 on"),
        (b'anime_id,title\n1,"Haru\n2,Natsu\n3,"Aki, or Fuyu"\n', "quotation marks from line 2 on"),
        (b"anime_id,title,title\n1,Natsu,Fuyu\n", "more than one column “title”"),
        (b"PAR1 and then nothing", "damaged or incomplete parquet"),
    ],
)
def test_unusable_files_are_named_in_one_sentence(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes(content)

    with pytest.raises(CatalogueError, match=said) as caught:
        load_catalogue(path)
    assert str(path) in str(caught.value)
    assert str(caught.value).count("\n") == 0


def test_a_parquet_file_cut_anywhere_is_refused(tmp_path: Path) -> None:
    whole = write_parquet(tmp_path / "c.parquet", parquet_row()).read_bytes()
    cut = tmp_path / "cut.parquet"
    for size in (1, 4, 100, len(whole) // 2, len(whole) - 1):
        cut.write_bytes(whole[:size])
        with pytest.raises(CatalogueError, match=r"cut\.parquet is a damaged"):
            load_catalogue(cut)


def test_a_parquet_file_with_two_columns_of_one_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.parquet"
    columns = [pa.array([1]), pa.array(["Natsu"]), pa.array(["Fuyu"])]
    pq.write_table(pa.table(columns, names=["anime_id", "title", "title"]), path)
    with pytest.raises(CatalogueError, match="more than one column “title”"):
        load_catalogue(path)


def test_a_very_long_cell_costs_neither_the_file_nor_the_row(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "c.csv",
        "anime_id,title,background",
        f"1,Natsu,{'a' * 300_000}",
        f"2,{'b' * 300_000},",
    )
    catalogue = load_catalogue(path).catalogue
    assert catalogue[1].title == "Natsu"
    assert len(catalogue[2].title) == 10_000


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"no file .*nowhere\.csv"):
        load_catalogue(tmp_path / "nowhere.csv")
    with pytest.raises(CatalogueError, match="is a folder"):
        load_catalogue(tmp_path)


def test_a_genres_file_without_genres_is_refused(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "genres.csv", "anime_id,Nonsense", "1,1")

    with pytest.raises(CatalogueError, match=r"genres\.csv needs a column anime_id"):
        load_catalogue(SEED, path)


# --- cleaning ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("Knight&amp;#039;s &amp;amp; Co", "Knight's & Co"),
        ("&#x2605;Star&hearts;", "★Star♥"),
        ("R&D at AT&T &copy that", "R&D at AT&T &copy that"),
        (" a\t\n b\u3000c\x00d ", "a b c d"),
        ("ab\u202etxt\u200b", "abtxt"),
        ("Unknown", None),
        ("NaN", None),
        ("&nbsp;", None),
        (float("nan"), None),
    ],
)
def test_texts_are_cleaned(raw: object, cleaned: str | None) -> None:
    assert clean_text(raw) == cleaned


@given(words)
def test_cleaning_twice_changes_nothing_and_leaves_one_line(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    assert once is None or once == " ".join(once.split()) != ""


def test_escaping_a_thousand_times_is_undone_at_once_and_endless_nesting_is_dropped() -> None:
    began = time.thread_time()
    for ampersand in ("amp;", "#38;", "#x26;"):
        # as much as is read of a cell, and one round would not do
        assert clean_text("Tom &" + ampersand * 1000 + "amp; Jerry") == "Tom & Jerry"
        assert clean_text("&" + ampersand * 1000 + "#039;") == "'"
        assert clean_text("a &" + ampersand * 1_000_000) is not None
    nested = "&#53;"
    for _ in range(9):
        nested = nested.replace("5", "&#53;", 1)
    assert clean_text(nested) is None
    assert time.thread_time() - began < 1


@given(words)
def test_escaping_however_often_gives_the_same_text(text: str) -> None:
    escaped = html.escape(html.escape(text))
    assert clean_text(escaped) == clean_text(text)


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("https://myanimelist.cdn-dena.com/a/1.jpg", "https://cdn.myanimelist.net/a/1.jpg"),
        ("http://CDN.myanimelist.net/a/1.jpg", "https://cdn.myanimelist.net/a/1.jpg"),
        ("http://example.org/a.png?x=1&y=2", "http://example.org/a.png?x=1&y=2"),
        ("https://myanimelist.cdn-dena.com.example.org/a", "https://myanimelist.cdn-dena.com.example.org/a"),
        ("//cdn.myanimelist.net/a.jpg", None),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("https://example.org/a b.jpg", None),
        ("https://user:secret@example.org/a.jpg", None),
        ("https://example.org/" + "a" * 3000, None),
    ],
)  # fmt: skip
def test_poster_addresses(raw: str, address: str | None) -> None:
    assert poster_address(raw) == address


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ("manga", "Manga"),
        ("picture_book", "Picture book"),
        ("4_koma_manga", "4-koma manga"),
        ("4-koma manga", "4-koma manga"),
        ("_", None),
        ("unknown_", None),
    ],
)
def test_sources_have_one_spelling(raw: str, word: str | None) -> None:
    assert source_word(raw) == word
    assert source_word(word) == word


@pytest.mark.parametrize("cell", [True, 1.5, float("inf"), float("nan"), "1.5", "", "0", 2**40, []])
def test_no_id_is_read_from_anything_else(cell: object) -> None:
    assert whole_number(cell, 1, 2**31 - 1) is None


# --- writing and reading back --------------------------------------------------------------


def test_the_seed_layout_survives_writing(tmp_path: Path) -> None:
    before = load_catalogue(SEED, SEED_GENRES).catalogue
    write_catalogue(before, tmp_path / "catalogue.parquet")
    after = load_catalogue(tmp_path / "catalogue.parquet")

    assert after.catalogue.titles == before.titles
    assert (after.refused, after.mended) == ({}, {})


counts = st.none() | st.integers(0, 2**40)
cell_rows = st.fixed_dictionaries(
    {
        "anime_id": st.integers(-1, 2**31 - 1),
        "title": words,
        "title_english": words,
        "title_japanese": words,
        "title_synonyms": words,
        "type": st.sampled_from(["TV", "Movie", "Unknown", ""]),
        "year": st.integers(1800, 2200),
        "episodes": counts,
        "genres": st.lists(st.sampled_from([*GENRES, "Erotica", "Boys Love"])).map("|".join),
        "rating": words | st.just("Rx - Hentai"),
        "source": words,
        "status": words,
        "studios": words,
        "score": st.floats(-1, 12) | st.just("") | words,
        "scored_by": counts,
        "members": counts,
        "image_url": words | st.just("http://cdn.myanimelist.net/1.jpg"),
        "franchise": words,
        "franchise_order": st.integers(-1, 9),
        "adult": st.sampled_from(["", "0", "1", "True"]),
    }
)


@quiet_files
@given(rows=st.lists(cell_rows, min_size=1, max_size=6))
def test_loading_writing_and_loading_is_identity(
    rows: list[dict[str, object]], tmp_path: Path
) -> None:
    path = tmp_path / "any.csv"
    with path.open("w", encoding="utf-8", errors="ignore", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    usable = {row["anime_id"] for row in rows if clean_text(row["title"]) is not None} - {-1, 0}
    if not usable:
        with pytest.raises(CatalogueError, match="no usable row"):
            load_catalogue(path)
        return
    loaded = load_catalogue(path)
    write_catalogue(loaded.catalogue, tmp_path / "any.parquet")
    again = load_catalogue(tmp_path / "any.parquet")

    assert again.catalogue.titles == loaded.catalogue.titles
    assert set(loaded.catalogue) == usable
    assert loaded.rows == len(rows) == len(loaded.catalogue) + sum(loaded.refused.values())
    assert again.refused == {}


def test_writing_replaces_whole_files_and_leaves_no_rest(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.parquet"
    write_catalogue(Catalogue([Title(1, "Natsu")]), path)
    write_catalogue(Catalogue([Title(2, "Fuyu")]), path)

    assert load_catalogue(path).catalogue.titles == (Title(2, "Fuyu"),)
    assert list(tmp_path.iterdir()) == [path]


def test_writing_where_nothing_can_be_written_keeps_what_was_there(tmp_path: Path) -> None:
    blocked = tmp_path / "catalogue.parquet"
    blocked.mkdir()
    (blocked / "kept").touch()

    with pytest.raises(CatalogueError, match="cannot be written"):
        write_catalogue(Catalogue([Title(1, "Natsu")]), blocked)
    with pytest.raises(CatalogueError, match="cannot be written"):
        write_catalogue(Catalogue([Title(1, "Natsu")]), tmp_path / "nowhere" / "c.parquet")
    assert list(tmp_path.iterdir()) == [blocked]


# --- the catalogue itself ------------------------------------------------------------------


def test_catalogue_is_a_mapping_that_nobody_changes() -> None:
    titles = (Title(3, "Natsu"), Title(1, "Fuyu"))
    catalogue = Catalogue(iter(titles))

    assert list(catalogue) == [3, 1]
    assert catalogue.titles == titles
    assert (len(catalogue), catalogue[1], catalogue.get(2), 3 in catalogue) == (
        2, titles[1], None, True,
    )  # fmt: skip
    with pytest.raises(KeyError):
        catalogue[2]
    with pytest.raises(TypeError):
        catalogue[2] = titles[0]  # pyright: ignore[reportIndexIssue]
    with pytest.raises(ValueError, match="share an id"):
        Catalogue([titles[0], titles[0]])
