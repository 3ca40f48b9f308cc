"""`riko data fetch` and `info`: mirrors, folders, Drive, and the catalogue made of the files."""

from __future__ import annotations

import csv
import html
import json
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from core import starter
from core.catalogue.catalogue import Catalogue
from core.catalogue.folder import DataFolder
from core.catalogue.load import load_catalogue
from core.catalogue.origin import SEED, STARTER, Origin
from core.catalogue.seed_catalogue import MadeCatalogue, make_catalogue
from core.catalogue.seed_files import (
    NETWORK,
    PUBLISHED,
    TITLES,
    Sources,
    fetch_network,
    fetch_seed,
)
from core.catalogue.title import Title
from core.catalogue.write import write_catalogue
from core.errors import DownloadError
from core.person import Taste
from core.recommender.engine import Engine
from core.recommender.loading import load_data
from core.recommender.request import Request
from core.services.assembly import open_services
from core.services.locations import Locations
from core.showing import EVERYTHING
from tests.command_line import install, riko
from tests.misbehaving import Site, fails, file, misbehaving, redirects, says, trickles
from tests.seed_files import write_seed_files
from tests.tiny import tiny_catalogue

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.misbehaving import Behaviour

REAL = Path(__file__).parents[2] / "shared" / "data" / "seed"
DRIVE_ID = "made-up_id-0123456789"


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    """A folder of made-up files in the seed's layouts."""
    write_seed_files(tmp_path / "mirror", (16, 8), titles=40, clusters=5)
    return tmp_path / "mirror"


@pytest_asyncio.fixture
async def site() -> AsyncGenerator[Site]:
    async with misbehaving() as running:
        yield running


def nothing(_name: str, _done: int, _total: int | None) -> None:
    """Show no progress."""


def serve(site: Site, seed: Path, folder: str) -> str:
    for name in (*PUBLISHED, NETWORK):
        site.at(f"{folder}/{name}", file((seed / name).read_bytes()))
    return f"{site.url}{folder}"


async def test_the_first_branch_that_has_a_file_gives_it(
    site: Site, seed: Path, tmp_path: Path
) -> None:
    main = serve(site, seed, "/main/anime")
    sources = Sources(verified=False, addresses=(f"{site.url}/master/anime", main))
    files = await fetch_seed(tmp_path / "to", sources, nothing)
    assert [each.path.name for each in files] == list(PUBLISHED)
    assert {each.place for each in files} == {f"{main}/{name}" for name in PUBLISHED}
    assert site.paths()[:2] == [f"/master/anime/{TITLES}", f"/main/anime/{TITLES}"]


async def test_a_mirror_goes_first(site: Site, seed: Path, tmp_path: Path) -> None:
    official = serve(site, seed, "/official")
    sources = Sources((f"{site.url}/mirror/",), verified=False, addresses=(official,))
    site.at(f"/mirror/{TITLES}", file(b"of the mirror"))
    files = await fetch_seed(tmp_path / "to", sources, nothing)
    assert files[0].path.read_bytes() == b"of the mirror"
    assert files[1].place == f"{official}/{files[1].path.name}"


async def test_what_is_not_the_published_file_is_not_taken(
    site: Site, seed: Path, tmp_path: Path
) -> None:
    sources = Sources(addresses=(serve(site, seed, "/a"),))
    with pytest.raises(DownloadError, match="instead of 6,326,231"):
        await fetch_seed(tmp_path / "to", sources, nothing)
    # a folder that has something else is told at once, and the web is not asked
    asked = len(site.asked)
    with pytest.raises(DownloadError, match="--unverified takes it all the same"):
        await fetch_seed(tmp_path / "to", Sources((str(seed),), addresses=(site.url,)), nothing)
    assert len(site.asked) == asked


@pytest.mark.skipif(not REAL.exists(), reason="the seed's rebuilt files are not here")
async def test_published_files_that_are_there_are_not_fetched_again(
    site: Site, tmp_path: Path
) -> None:
    # three of the four rebuilt files are byte for byte the published ones
    to = tmp_path / "to"
    first = await fetch_seed(to, Sources((str(REAL),), verified=False), nothing)
    assert all(each.place for each in first)
    again = Sources((f"{site.url}/a",), verified=False, addresses=())
    site.at(f"/a/{TITLES}", file(b"newer"))
    places = [each.place for each in await fetch_seed(to, again, nothing)]
    assert places == [f"{site.url}/a/{TITLES}", None, None, None]


# --- the network -----------------------------------------------------------------------------


def page(action: str, **fields: str) -> bytes:
    inputs = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
        for name, value in fields.items()
    )
    form = f'<form id="f" action="{html.escape(action)}" method="get">{inputs}</form>'
    return f"<!DOCTYPE html><body>Too large to look for viruses.{form}</body>".encode()


async def test_drive_asks_for_confirmation(site: Site, tmp_path: Path) -> None:
    start = site.at("/download", redirects("/page"))
    fields = {"id": DRIVE_ID, "export": "download", "confirm": "t", "uuid": "a&b"}
    site.at("/page", says(page("/really", **fields), Content_Type="text/html; charset=utf-8"))
    site.at("/really", file(b"the network", stops_after=3), file(b"the network"))
    got = await fetch_network(tmp_path, Sources(), DRIVE_ID, nothing, start)
    assert got.path == tmp_path / NETWORK
    assert got.path.read_bytes() == b"the network"
    assert site.asked[0].query["id"] == DRIVE_ID
    assert site.asked[-1].query == fields
    assert (await fetch_network(tmp_path, Sources(), DRIVE_ID, nothing, start)).place is None


async def test_the_question_of_drive_may_come_in_pieces(site: Site, tmp_path: Path) -> None:
    start = site.at("/download", trickles(page("/really", id=DRIVE_ID), 0.001, "text/html"))
    site.at("/really", file(b"the network"))
    got = await fetch_network(tmp_path, Sources(), DRIVE_ID, nothing, start)
    assert got.path.read_bytes() == b"the network"


async def test_drive_without_a_question(site: Site, tmp_path: Path) -> None:
    start = site.at("/download", file(b"the network"))
    got = await fetch_network(tmp_path, Sources(), DRIVE_ID, nothing, start)
    assert got.path.read_bytes() == b"the network"


@pytest.mark.parametrize(
    ("behaviour", "problem"),
    [
        (says(b"<p>Quota exceeded</p>", Content_Type="text/html"), "fetched too often today"),
        (says(page("http://127.0.0.1:9/", id="x"), Content_Type="text/html"), "without encryption"),
        (says(b"<form" * 9999, Content_Type="text/html"), "a page instead of the file"),
        (redirects("/download"), "one address to the next"),
        (fails(404), "status 404"),
    ],
)
async def test_drive_that_does_not_give_it(
    site: Site, tmp_path: Path, behaviour: Behaviour, problem: str
) -> None:
    start = site.at("/download", behaviour)
    with pytest.raises(DownloadError, match=problem):
        await fetch_network(tmp_path, Sources(), DRIVE_ID, nothing, start)


async def test_a_mirror_saves_the_way_to_drive(site: Site, seed: Path, tmp_path: Path) -> None:
    sources = Sources((serve(site, seed, "/mirror"),))
    place = (await fetch_network(tmp_path / "to", sources, None, nothing)).place
    assert place == f"{site.url}/mirror/{NETWORK}"


# --- the catalogue ---------------------------------------------------------------------------


def made_of(seed: Path, folder: DataFolder) -> MadeCatalogue:
    with folder.held():
        seed.rename(folder.seed)
        return make_catalogue(folder, load_catalogue(starter.CATALOGUE).catalogue)


def test_a_crawled_catalogue_keeps_its_titles(seed: Path, tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    assert made_of(seed, folder).seeds == 40
    first = load_catalogue(folder.catalogue)
    assert first.origin is not None
    assert first.origin.sources == (SEED, STARTER)

    crawled = Origin(datetime(2026, 1, 2, tzinfo=UTC), ("MyAnimeList",))
    write_catalogue(tiny_catalogue(), folder.catalogue, crawled)
    make_catalogue(folder, load_catalogue(starter.CATALOGUE).catalogue)
    both = load_catalogue(folder.catalogue)
    assert both.origin == Origin(crawled.made, ("MyAnimeList", SEED, STARTER))
    assert both.catalogue[101].title == "Chiisana 0"
    assert set(first.catalogue) <= set(both.catalogue)


def related(**entries: list[int]) -> str:
    """Return a cell of `related`, as the seed's file writes it."""
    url = "https://myanimelist.net/anime/1/It&#039;s"
    return str(
        {
            "Adaptation": [{"mal_id": 1, "type": "manga", "url": url, "title": "It&#039;s"}],
            **{
                how.replace("_", " "): [
                    {"mal_id": each, "type": "anime", "url": url, "title": 'The "Second"'}
                    for each in to
                ]
                for how, to in entries.items()
            },
        }
    )


def relate(seed: Path, cells: dict[int, str]) -> None:
    """Write what titles are related to into the seed's file."""
    path = seed / TITLES
    with path.open(encoding="utf-8", newline="") as there:
        header, *rows = csv.reader(there)
    with path.open("w", encoding="utf-8", newline="") as there:
        csv.writer(there).writerows(
            [[*header, "related"], *([*row, cells.get(int(row[0]), "[]")] for row in rows)]
        )


def unknown_to_starter(seed: Path) -> list[int]:
    known = load_catalogue(starter.CATALOGUE).catalogue
    return [i for i in load_catalogue(seed / TITLES).catalogue if i not in known]


def parts(folder: DataFolder, *ids: int) -> list[tuple[str | None, int | None]]:
    catalogue = load_catalogue(folder.catalogue).catalogue
    return [(catalogue[i].franchise, catalogue[i].franchise_order) for i in ids]


def test_what_the_seed_says_of_relations_makes_franchises(seed: Path, tmp_path: Path) -> None:
    first, second, third, aside, alone, broken = unknown_to_starter(seed)[:6]
    relate(
        seed,
        {
            first: related(Sequel=[second], Side_story=[aside], Other=[alone]),
            third: related(Prequel=[second]),
            broken: "{'Sequel': [{'mal_id': ",
            alone: "9" * 200_000,
        },
    )
    folder = DataFolder(tmp_path / "data")
    made_of(seed, folder)
    found = parts(folder, first, second, third, aside)
    assert {of for of, _ in found} == {f"Title {first}"}
    places = [place for _, place in found if place]
    assert sorted(places) == [1, 2, 3, 4]
    assert places[:3] == sorted(places[:3]), "one after the other, whichever said so"
    assert parts(folder, alone, broken) == [(None, None), (None, None)]


def test_the_franchises_of_a_crawl_stay(seed: Path, tmp_path: Path) -> None:
    first, second, third = unknown_to_starter(seed)[:3]
    relate(seed, {first: related(Sequel=[second]), third: related(Prequel=[first])})
    folder = DataFolder(tmp_path / "data")
    crawled = [
        Title(first, "Crawled", franchise="C", franchise_order=2),
        Title(second, "Crawled too", franchise="C", franchise_order=1),
    ]
    with folder.held():
        write_catalogue(
            Catalogue(crawled), folder.catalogue, Origin(datetime(2026, 1, 2, tzinfo=UTC), ("M",))
        )
    made_of(seed, folder)
    assert parts(folder, second, first, third) == [("C", 1), ("C", 2), ("C", 3)]


def test_a_folder_gives_a_catalogue_that_is_used_from_then_on(seed: Path, tmp_path: Path) -> None:
    home = install(tmp_path / "home")
    bundle = {"RIKO_BUNDLE": str(starter.BUNDLE), "RIKO_CATALOGUE": ""}
    refused = riko(home, "data", "fetch", "--mirror", str(seed), **bundle)
    assert refused.returncode == 1
    assert len(refused.stderr.strip().splitlines()) == 1
    assert "--unverified" in refused.stderr

    done = riko(home, "data", "fetch", "--mirror", str(seed), "--network", "--unverified", **bundle)
    assert done.returncode == 0, done.stderr
    assert "40 the seed's" in done.stdout
    [command] = [line for line in done.stdout.splitlines() if "riko bundle import" in line]
    imported = riko(home, *shlex.split(command)[1:], **bundle)
    assert imported.returncode == 0, imported.stderr
    own = riko(home, "data", "info", "--json", RIKO_BUNDLE=str(home / "bundle"), RIKO_CATALOGUE="")
    assert json.loads(own.stdout)["network_knows"] == 40
    info = json.loads(riko(home, "data", "info", "--json", **bundle).stdout)
    assert info["catalogue"] == str(home / "data" / "catalogue.parquet")
    assert info["kind"] == "made by riko data"
    assert info["sources"] == [SEED, STARTER]
    assert info["titles"] > 40
    told = riko(home, "data", "info", **bundle).stdout
    assert info["made"][:10] in told
    assert "known to the network" in told
    doctor = riko(home, "doctor", **bundle).stdout
    assert f"{home / 'data' / 'catalogue.parquet'} (made 2" in doctor

    with DataFolder(home / "data").held():
        busy = riko(home, "data", "fetch", "--unverified", "--mirror", str(seed), **bundle)
        assert busy.returncode == 1
        assert f"{home / 'data'} is being changed by another Riko" in busy.stderr
    again = riko(home, "data", "fetch", "--unverified", "--json", RIKO_MIRRORS=str(seed), **bundle)
    assert json.loads(again.stdout)["titles"] == info["titles"]

    (home / "data" / "catalogue.parquet").write_bytes(b"PAR1")
    broken = riko(home, "recommend", "--rate", "1=9", **bundle)
    assert broken.returncode == 1
    assert "data/catalogue.parquet" in broken.stderr
    assert "`riko data fetch` makes it again" in broken.stderr


def test_the_starters_date_is_told(tmp_path: Path) -> None:
    settings = {"RIKO_BUNDLE": "", "RIKO_CATALOGUE": ""}
    info = json.loads(riko(tmp_path, "data", "info", "--json", **settings).stdout)
    assert info["kind"] == "the starter's"
    assert info["made"] == starter.WRITTEN.isoformat()
    assert info["sources"] == [STARTER]


async def test_the_bot_uses_it(seed: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    folder = DataFolder(home / "data")
    made = made_of(seed, folder)
    services = await open_services(
        Locations(home, home / "riko.db", starter.BUNDLE, catalogue=None, device="cpu")
    )
    try:
        assert services.facts.catalogue == folder.catalogue
        assert services.facts.titles <= made.titles
    finally:
        await services.close()


def test_a_catalogue_that_is_named_goes_before_the_made_one(seed: Path, tmp_path: Path) -> None:
    home = install(tmp_path / "home")
    done = riko(home, "data", "fetch", "--mirror", str(seed), "--unverified")
    assert f"RIKO_CATALOGUE names {home / 'catalogue.parquet'}" in done.stdout
    info = json.loads(riko(home, "data", "info", "--json").stdout)
    assert info["kind"] == "chosen"
    assert (info["titles"], info["network_knows"], info["made"]) == (60, 60, None)


@pytest.mark.parametrize("drive_id", ["", "../../etc", "a b", "https://drive.google.com/x"])
def test_a_drive_id_that_is_none_is_told(tmp_path: Path, drive_id: str) -> None:
    home = install(tmp_path / "home")
    done = riko(home, "data", "fetch", "--network", "--drive-id", drive_id)
    assert done.returncode == 2
    assert "--drive-id" in done.stderr


@pytest.mark.skipif(not REAL.exists(), reason="the seed's rebuilt files are not here")
def test_all_titles_of_the_seed_work_with_the_shipped_bundle(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    settings = {"RIKO_BUNDLE": "", "RIKO_CATALOGUE": ""}
    done = riko(home, "data", "fetch", "--mirror", str(REAL), "--unverified", **settings)
    assert done.returncode == 0, done.stderr
    folder = DataFolder(home / "data")
    data = load_data(None, folder.catalogue, folder=folder)
    seeds = load_catalogue(REAL / TITLES).catalogue
    assert len(seeds) == 6_668
    assert set(seeds) <= set(data.catalogue)
    index = data.title_index()
    assert all(index.resolve(str(i), EVERYTHING).anime_id == i for i in list(seeds)[::50])
    request = Request(Taste(ratings=((11013, 9), (721, 8))))
    [lists] = Engine(data.bundle, data.catalogue, "cpu").recommend([request])
    assert len(lists.similar) == len(lists.may_like) == 10
