"""Lists of other services: read whole, and nothing else than lists is read."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.errors import (
    DamagedListError,
    EmptyListError,
    LargeListError,
    ListError,
    LongListError,
    MangaListError,
    UnknownListError,
)
from core.lists.foreign import (
    MOST_ENTRIES,
    ForeignEntry,
    Scale,
    Source,
    Status,
    convert_score,
    guess_any_scale,
)
from core.lists.myanimelist import ScoredName, write_myanimelist
from core.lists.read import LARGEST_FILE, LARGEST_UNPACKED, read_list
from tests.made_lists import ani_entry, ani_export, ani_file, mal_entry, mal_file


def test_an_export_of_myanimelist():
    read = read_list(
        mal_file(
            mal_entry(5114, 10, my_finish_date="2015-07-04", my_start_date="2014-01-01"),
            mal_entry(20, 0, "Dropped", my_start_date="2016-00-00"),
            mal_entry(21, 8, "Watching", my_last_updated="1500000000"),
            mal_entry(22, 0, "On-Hold"),
            mal_entry(23, 0, "Plan to Watch"),
            mal_entry(24, 7, "2"),
        )
    )
    assert (read.source, read.scale) == (Source.MYANIMELIST, Scale.TEN)
    assert read.entries[0] == ForeignEntry(
        5114, "Listed 5114", 10, Status.COMPLETED, datetime(2015, 7, 4, tzinfo=UTC)
    )
    assert [entry.score for entry in read.entries] == [10, None, 8, None, None, 7]
    assert [entry.status for entry in read.entries[1:]] == [
        Status.DROPPED,
        Status.WATCHING,
        Status.ON_HOLD,
        Status.PLANNED,
        Status.COMPLETED,
    ]
    assert read.entries[1].moment == datetime(2016, 1, 1, tzinfo=UTC)
    assert read.entries[2].moment == datetime(2017, 7, 14, 2, 40, tzinfo=UTC)
    assert read.entries[3].moment is None


def test_an_export_of_anilist():
    read = read_list(
        ani_file(
            ani_entry(5114, 95, completedAt={"year": 2015, "month": 7, "day": None}),
            ani_entry(20, 0, "DROPPED", updatedAt=1_500_000_000),
            ani_entry(None, 60),
            ani_entry(21, 1, "REPEATING"),
            ani_entry(22, 0, "PLANNING"),
            scale="POINT_100",
        )
    )
    assert (read.source, read.scale) == (Source.ANILIST, Scale.HUNDRED)
    assert read.entries[0] == ForeignEntry(
        5114, "Listed 5114", 10, Status.COMPLETED, datetime(2015, 7, 1, tzinfo=UTC)
    )
    assert [(entry.anime_id, entry.score) for entry in read.entries[1:]] == [
        (20, None),
        (None, 6),
        (21, 1),
        (22, None),
    ]
    assert read.entries[1].moment == datetime(2017, 7, 14, 2, 40, tzinfo=UTC)


def test_flat_entries_that_name_numbers_of_myanimelist():
    entries = [
        {"malId": "5114", "title": "Brotherhood", "score": "9", "status": "watching"},
        {
            "mal_id": 20,
            "title": {"english": "Naruto"},
            "status": "dropped",
            "updated_at": "2015-02-03",
        },
    ]
    first, second = read_list(json.dumps(entries).encode()).entries
    assert (first.anime_id, first.title, first.score) == (5114, "Brotherhood", 9)
    assert (second.title, second.status) == ("Naruto", Status.DROPPED)
    assert second.moment == datetime(2015, 2, 3, tzinfo=UTC)


def test_anilists_own_numbers_are_told_from_those_of_myanimelist():
    review = {"id": 3, "series_id": 5, "series_type": 0, "score": 20, "text": "Well"}
    manga = {"id": 4, "series_id": 6, "series_type": 1, "score": 50, "status": 2}
    listed = read_list(ani_export((5, 80, 2), (7, 0, 3), reviews=[review], also=[manga]))
    assert listed.has_numbers_of_anilist_only
    assert listed.scale is Scale.HUNDRED
    moment = datetime(2015, 7, 4, tzinfo=UTC)
    assert listed.entries == (
        ForeignEntry(None, "AniList 5", 8, Status.COMPLETED, moment, anilist_id=5),
        ForeignEntry(None, "AniList 7", None, Status.DROPPED, moment, anilist_id=7),
    )
    assert not read_list(ani_file(ani_entry(5, 80))).has_numbers_of_anilist_only


def test_a_stray_score_does_not_change_the_scale():
    listed = read_list(mal_file(*(mal_entry(i, 9) for i in range(1, 9)), mal_entry(9, 11)))
    assert listed.scale is Scale.TEN
    assert [entry.score for entry in listed.entries] == [9] * 8 + [10]


def test_two_titles_of_one_name_without_numbers_are_two():
    listed = read_list(
        mal_file(*(mal_entry("", score, series_title="One name") for score in (7, 8)))
    )
    assert [entry.score for entry in listed.entries] == [7, 8]


@pytest.mark.parametrize(
    "data",
    [
        b"<myanimelist><myinfo/><manga><manga_mangadb_id>1</manga_mangadb_id></manga></myanimelist>",
        json.dumps({"lists": [{"series_id": 5, "series_type": 1, "status": 2}]}).encode(),
        ani_file({"status": "CURRENT", "score": 1, "media": {"idMal": 2, "type": "MANGA"}}),
    ],
)
def test_a_list_of_manga_is_named_as_that(data: bytes):
    with pytest.raises(MangaListError):
        read_list(data)


def test_a_title_that_stands_twice_counts_once_with_its_score():
    read = read_list(ani_file(ani_entry(1, 8), ani_entry(2, 5), ani_entry(1, 0), ani_entry(2, 6)))
    assert [(entry.anime_id, entry.score) for entry in read.entries] == [(1, 8), (2, 6)]


@pytest.mark.parametrize(
    ("scale", "given_scores", "wanted"),
    [
        (Scale.TEN, [0, 1, 10], [None, 1, 10]),
        (Scale.TEN_DECIMAL, [0.3, 7.4, 8.5], [1, 7, 9]),
        (Scale.HUNDRED, [1, 84, 85, 100], [1, 8, 9, 10]),
        (Scale.FIVE_STARS, [1, 3, 5], [2, 6, 10]),
        (Scale.THREE_SMILEYS, [1, 2, 3], [4, 6, 9]),
    ],
)
def test_scores_become_those_of_1_to_10(
    scale: Scale, given_scores: list[float], wanted: list[int | None]
):
    assert [convert_score(score, scale) for score in given_scores] == wanted


@pytest.mark.parametrize(
    ("scores", "scale"),
    [
        ([7, 85], Scale.HUNDRED),
        ([7, 8.5], Scale.TEN_DECIMAL),
        ([5] * 10, Scale.FIVE_STARS),
        ([0, 1, 2, 3] * 5, Scale.THREE_SMILEYS),
        ([3] * 9, Scale.TEN),
        ([], Scale.TEN),
    ],
)
def test_a_scale_that_no_file_names_is_guessed(scores: list[float], scale: Scale):
    assert guess_any_scale([float(score) for score in scores]) is scale


@given(st.floats(0, 100), st.sampled_from(Scale))
def test_every_score_is_converted_or_refused(value: float, scale: Scale):
    try:
        score = convert_score(value, scale)
    except ValueError:
        assert value > 3
    else:
        assert score is None if value == 0 else score is not None and 1 <= score <= 10


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_the_content_tells_the_format(pack, encoding: str):
    named = encoding.removesuffix("-sig")
    xml = mal_file(
        mal_entry(1, 9, series_title="Pokémon"), head=f'<?xml version="1.0" encoding="{named}"?>'
    )
    read = read_list(pack(xml.decode().encode(encoding)))
    assert read.entries[0].title == "Pokémon"
    if encoding != "iso-8859-1":
        text = json.dumps([{"idMal": 1, "score": 9, "title": "Pokémon"}], ensure_ascii=False)
        assert read_list(pack(text.encode(encoding))).entries[0].title == "Pokémon"


LAUGHS = (
    '<!DOCTYPE m [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><myanimelist><anime>'
    "<series_title>&b;</series_title></anime></myanimelist>"
)
GOOD = mal_file(mal_entry(1, 9))


@pytest.mark.parametrize(
    ("data", "error"),
    {
        "nothing": (b"", UnknownListError),
        "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0", UnknownListError),
        "a zip": (b"PK\x03\x04", UnknownListError),
        "a web page": (b"<html><body>Log in</body></html>", UnknownListError),
        "other JSON": (b'{"a": [1, {"b": 2}]}', UnknownListError),
        "an empty list": (mal_file(), EmptyListError),
        "an empty answer": (ani_file(), EmptyListError),
        "entities": (LAUGHS.encode(), DamagedListError),
        "an entity of another file": (
            b'<!DOCTYPE m [<!ENTITY a SYSTEM "file:///etc/passwd">]><myanimelist>&a;</myanimelist>',
            DamagedListError,
        ),
        "half an export": (GOOD[: len(GOOD) // 2], DamagedListError),
        "half of a packed one": (gzip.compress(GOOD)[:-20], DamagedListError),
        "broken packing": (b"\x1f\x8b" + b"no" * 50, DamagedListError),
        "another encoding": (GOOD.replace(b"Listed", b"\xff\xfe\xfd"), DamagedListError),
        "an unknown encoding": (GOOD.replace(b"UTF-8", b"rot13"), DamagedListError),
        "a made-up encoding": (GOOD.replace(b"UTF-8", b"klingon"), DamagedListError),
        "an absurd score": (mal_file(mal_entry(1, 10**30)), DamagedListError),
        "a score that is none": (mal_file(mal_entry(1, "inf")), DamagedListError),
        "a negative score": (mal_file(mal_entry(1, -1)), DamagedListError),
        "a score above 100": (mal_file(mal_entry(1, 101)), DamagedListError),
        "an absurd number": (mal_file(mal_entry("9" * 5000, 5)), DamagedListError),
        "an endless number": (b'[{"idMal": ' + b"9" * 5000 + b', "score": 1}]', DamagedListError),
        "not a number": (b'[{"idMal": 1, "score": NaN}]', DamagedListError),
        "an infinite score": (b'[{"idMal": 1, "score": 1e999}]', DamagedListError),
        "a list as a score": (b'[{"idMal": 1, "score": [1]}]', DamagedListError),
        "deep JSON": (b"[" * 200_000, DamagedListError),
        "many brackets": (b"[" + b"[]," * 500_000 + b"[]]", DamagedListError),
        "many numbers": (b"[" + b"0," * 2_500_000 + b"0]", DamagedListError),
        "deep XML": (b"<myanimelist>" + b"<a>" * 500_000, DamagedListError),
        "many entries": (
            b"<myanimelist>" + b"<anime/>" * (MOST_ENTRIES + 1) + b"</myanimelist>",
            LongListError,
        ),
        "many entries of JSON": (
            json.dumps([{"idMal": i, "score": 1} for i in range(MOST_ENTRIES + 1)]).encode(),
            LongListError,
        ),
        "a large file": (b"<myanimelist>" + b" " * LARGEST_FILE, LargeListError),
        "a small file of much": (
            gzip.compress(b"<myanimelist>" + b" " * LARGEST_UNPACKED),
            LargeListError,
        ),
    }.values(),
)
def test_what_is_no_list_is_refused_by_one_sentence(data: bytes, error: type[ListError]):
    with pytest.raises(error) as raised:
        read_list(data)
    assert type(raised.value) is error
    assert str(raised.value).count(". ") == 0


def test_a_bomb_is_not_unpacked():
    bomb = gzip.compress(b"\0" * 160_000_000, 1)
    tracemalloc.start()
    with pytest.raises(LargeListError):
        read_list(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * LARGEST_UNPACKED


@given(
    st.one_of(
        st.binary(max_size=300),
        st.text("<>/&;[]{}\"':,=!?-0123456789 anime myanimelist score", max_size=300).map(
            str.encode
        ),
        st.builds(
            lambda where, what: GOOD[:where] + what + GOOD[where:],
            st.integers(0, len(GOOD)),
            st.binary(min_size=1, max_size=8),
        ),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(
                    st.sampled_from(
                        [
                            "score",
                            "status",
                            "media",
                            "idMal",
                            "mediaId",
                            "series_id",
                            "title",
                            "completedAt",
                            "year",
                            "type",
                            "updatedAt",
                            "lists",
                            "entries",
                            "scoreFormat",
                            "romaji",
                            "isAdult",
                        ]
                    ),
                    inner,
                    max_size=5,
                )
            ),
            max_leaves=20,
        ).map(lambda value: json.dumps(value).encode()),
    )
)
@example(b'[{"idMal":1,"score":"1.","status":null,"completedAt":{"year":true,"month":99}}]')
@example(b'[{"idMal":1,"score":"\xc2\xb2"}]')
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_a_list_or_refused(data: bytes):
    try:
        read = read_list(data)
    except ListError:
        return
    assert read.entries
    for entry in read.entries:
        assert entry.score is None or 1 <= entry.score <= 10
        assert entry.anime_id is None or 0 < entry.anime_id < 2**31


@given(
    st.lists(
        st.builds(
            ScoredName,
            anime_id=st.integers(1, 2**31 - 1),
            title=st.text(max_size=60),
            score=st.integers(1, 10),
        ),
        min_size=1,
        max_size=30,
        unique_by=lambda rating: rating.anime_id,
    )
)
@example([ScoredName(1, "a]]>b\0c\ud800", 1)])
@settings(deadline=None)
def test_what_is_written_is_read_again(ratings: list[ScoredName]):
    data = write_myanimelist(ratings)
    read = read_list(data)
    assert [(entry.anime_id, entry.score) for entry in read.entries] == [
        (rating.anime_id, rating.score) for rating in ratings
    ]
    assert all(entry.status is Status.COMPLETED for entry in read.entries)
