"""Downloads from real servers that break off, change their minds, and send something else."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from core.errors import DownloadError
from core.outside.download import download
from core.outside.expected import Expected
from core.outside.pace import Pace
from tests.misbehaving import (
    Site,
    fails,
    file,
    misbehaving,
    nobody_there,
    redirects,
    resets,
    says,
    too_many,
    wrong_type,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

BODY = bytes(range(256)) * 4000
LARGEST = 2_000_000
BLOB = hashlib.sha1(b"blob %d\0" % len(BODY) + BODY, usedforsecurity=False).hexdigest()
PUBLISHED = Expected(len(BODY), BLOB, hashlib.sha256(BODY).hexdigest())


@pytest_asyncio.fixture
async def site() -> AsyncGenerator[Site]:
    async with misbehaving() as running:
        yield running


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "seed" / "titles.csv"


class Patience:
    """A clock that only sleeping moves, and how long was slept."""

    def __init__(self) -> None:
        self.now = 0.0

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    def pace(self) -> Pace:
        return Pace(clock=lambda: self.now, sleep=self.sleep)


async def fetch(target: Path, *places: str, expected: Expected = PUBLISHED) -> str:
    return await download(
        places, target, largest=LARGEST, expected=expected, pace=Patience().pace()
    )


def content(target: Path) -> bytes | None:
    return target.read_bytes() if target.exists() else None


def left_over(target: Path) -> list[str]:
    return sorted(each.name for each in target.parent.iterdir() if each != target)


async def test_a_file_arrives_whole_with_progress(site: Site, target: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    place = site.at("/a", file(BODY))
    came_from = await download(
        [place],
        target,
        largest=LARGEST,
        expected=PUBLISHED,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert came_from == place
    assert content(target) == BODY
    assert left_over(target) == []
    assert seen[0] == (0, len(BODY))
    assert seen[-1] == (len(BODY), len(BODY))
    assert seen == sorted(seen)


async def test_it_goes_on_where_it_broke_off(site: Site, target: Path) -> None:
    place = site.at(
        "/a",
        file(BODY, stops_after=300_000),
        resets(),
        fails(503),
        too_many("2"),
        file(BODY, stops_after=300_000),
        file(BODY),
    )
    await fetch(target, place)
    assert content(target) == BODY
    ranges = [asked.headers.get("Range") for asked in site.asked]
    assert ranges[0] is None
    assert ranges[1] == "bytes=300000-"
    assert ranges[-1] == "bytes=600000-"
    assert site.asked[-1].headers["If-Range"] == '"one"'


async def test_what_an_earlier_run_left_is_not_fetched_again(site: Site, target: Path) -> None:
    place = site.at("/a", file(BODY, stops_after=500_000), fails(500))
    with pytest.raises(DownloadError):
        await fetch(target, place)
    assert content(target) is None
    site.at("/a", file(BODY))
    await fetch(target, place)
    assert site.asked[-1].headers["Range"] == "bytes=500000-"
    assert content(target) == BODY


async def test_another_version_is_fetched_from_its_start(site: Site, target: Path) -> None:
    old = BODY[::-1]
    place = site.at("/a", file(old, stops_after=500_000), file(BODY, etag='"two"'))
    await fetch(target, place)
    assert content(target) == BODY


@pytest.mark.parametrize("etag", [None, 'W/"weak"'])
async def test_what_cannot_be_told_apart_is_fetched_from_its_start(
    site: Site, target: Path, etag: str | None
) -> None:
    place = site.at("/a", file(BODY, etag=etag, stops_after=500_000), file(BODY, etag=etag))
    await fetch(target, place)
    assert "Range" not in site.asked[-1].headers
    assert content(target) == BODY


async def test_a_server_without_ranges(site: Site, target: Path) -> None:
    place = site.at("/a", file(BODY, ranges=False, stops_after=9000), file(BODY, ranges=False))
    await fetch(target, place)
    assert content(target) == BODY


async def test_a_server_that_always_breaks_off_is_given_up(site: Site, target: Path) -> None:
    lengths = (9000, 70_000, 9000, 70_000, 9000, 70_000, 9000)
    place = site.at("/a", *(file(BODY, ranges=False, stops_after=each) for each in lengths))
    with pytest.raises(DownloadError, match="broke off"):
        await fetch(target, place)
    assert len(site.asked) < len(lengths)


async def test_a_part_that_is_too_long_by_now(site: Site, target: Path) -> None:
    place = site.at("/a", file(BODY * 2, stops_after=1_500_000))
    with pytest.raises(DownloadError):
        await fetch(target, place, expected=Expected())
    site.at("/a", file(BODY))
    await fetch(target, place)
    assert content(target) == BODY


async def test_a_server_that_lies_about_what_it_still_has(site: Site, target: Path) -> None:
    place = site.at("/a", file(BODY[::-1], stops_after=500_000), file(BODY), file(BODY))
    await fetch(target, place)
    assert content(target) == BODY
    assert "Range" not in site.asked[-1].headers


async def test_the_old_file_stays_until_the_new_one_is_whole(site: Site, target: Path) -> None:
    await fetch(target, site.at("/old", file(b"old")), expected=Expected())
    place = site.at("/a", file(BODY, stops_after=500_000), fails(404))
    with pytest.raises(DownloadError, match=r"titles\.csv could not be fetched: .*status 404"):
        await fetch(target, place)
    assert content(target) == b"old"


async def test_wrong_content_is_not_taken(site: Site, target: Path) -> None:
    same_size = site.at("/size", file(BODY[::-1]))
    shorter = site.at("/short", file(BODY[1:]))
    longer = site.at("/long", file(BODY + b"1"))
    page = site.at("/page", wrong_type())
    packed = site.at("/packed", says(BODY, Content_Encoding="gzip"))
    with pytest.raises(DownloadError) as caught:
        await fetch(target, same_size, shorter, longer, page, packed)
    for problem, words in zip(
        caught.value.problems,
        ("checksum", "instead of", "instead of", "web page", "packed"),
        strict=True,
    ):
        assert words in problem
    assert content(target) is None
    assert left_over(target) == []


async def test_no_more_than_the_limit_is_kept(site: Site, target: Path) -> None:
    place = site.at("/a", file(BODY * 3))
    with pytest.raises(DownloadError, match="more than 2,000,000 bytes"):
        await fetch(target, place, expected=Expected())


async def test_the_next_mirror_is_tried(site: Site, target: Path, tmp_path: Path) -> None:
    good = site.at("/good", file(BODY))
    gone = site.at("/gone", fails(404))
    insecure = site.at("/away", redirects("http://127.0.0.1:9/"))
    nowhere = str(tmp_path / "nowhere")
    places = (gone, f"{nobody_there()}/a", insecure, "http://[half", nowhere, good)
    assert await fetch(target, *places) == good


async def test_redirects_are_followed(site: Site, target: Path) -> None:
    site.at("/good", file(BODY))
    await fetch(target, site.at("/old", redirects("/good")))
    assert content(target) == BODY
    with pytest.raises(DownloadError, match="from one address to the next"):
        await fetch(target, site.at("/circle", redirects("/circle")))


async def test_files_of_this_machine(target: Path, tmp_path: Path) -> None:
    source = tmp_path / "the file.csv"
    source.write_bytes(BODY)
    for place in (str(source), source.as_uri()):
        assert await fetch(target, place) == place
        assert content(target) == BODY
    source.write_bytes(BODY[::-1])
    with pytest.raises(DownloadError, match="checksum is not that of the published file"):
        await fetch(target, str(source))
    with pytest.raises(DownloadError, match="Is a directory"):
        await fetch(target, str(tmp_path))


async def test_a_folder_that_may_not_be_written(site: Site, tmp_path: Path) -> None:
    (tmp_path / "seed").write_text("a file where a folder should be")
    with pytest.raises(DownloadError, match="cannot be written"):
        await fetch(tmp_path / "seed" / "titles.csv", site.at("/a", file(BODY)))
