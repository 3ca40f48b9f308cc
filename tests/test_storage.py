from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from contextlib import closing, contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from core.errors import (
    DatabaseBusyError,
    DatabaseError,
    DatabaseFullError,
    DatabaseReadOnlyError,
)
from core.storage import connection
from core.storage.copies import copy_before, copy_to
from core.storage.database import Database
from core.storage.examine import examine
from core.storage.home import data_folder
from core.storage.location import database_path
from core.storage.restore import restore
from core.storage.tables import Rating, Round, RoundTitle, User
from tests.rows import NOW, add, count, on_connect, rating, user

if TYPE_CHECKING:
    from collections.abc import Generator

    from sqlalchemy.ext.asyncio import AsyncSession

NOBODY = 65534


def names_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def allow(path: Path, mode: int) -> None:
    path.chmod(mode)


@contextmanager
def unprivileged() -> Generator[None]:
    """Run without the right of root to write everywhere, which containers often give."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Generator[Path]:
    """Give a folder that every user can reach, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="riko-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


# --- units of work -----------------------------------------------------------------------------


async def test_connections_are_set_up(database: Database) -> None:
    async def pragma(name: str) -> object:
        async with database.read() as session:
            return await session.scalar(text(f"PRAGMA {name}"))

    assert await pragma("journal_mode") == "wal"
    assert await pragma("busy_timeout") == 5000
    assert await pragma("foreign_keys") == 1
    assert await pragma("synchronous") == 2  # FULL


@pytest.mark.parametrize("order", [(True, False), (False, True)])
async def test_only_a_durable_commit_waits_for_the_disk(
    database: Database, order: tuple[bool, bool]
) -> None:
    for durable in order:
        async with database.write(durable=durable) as session:
            level = await session.scalar(text("PRAGMA synchronous"))
            session.add(user(1 + durable))
        assert level == (2 if durable else 1)
    assert await count(database, User) == 2


async def test_what_is_written_is_there_for_others_and_after_reopening(database: Database) -> None:
    await add(database, user())
    other = Database(f"sqlite+aiosqlite:///{database.path}")
    try:
        assert await count(other, User) == 1
    finally:
        await other.close()
    await database.close()
    await database.close()
    assert await count(database, User) == 1


async def test_an_error_undoes_the_whole_unit(database: Database) -> None:
    with pytest.raises(IntegrityError):
        await add(database, user(), rating(1, ordinal=1), rating(2, ordinal=1))
    assert await count(database, User) == 0


async def test_a_cancelled_unit_leaves_nothing_and_nobody_waiting(database: Database) -> None:
    inside = asyncio.Event()

    async def slow() -> None:
        async with database.write() as session:
            session.add(user(1))
            await session.flush()
            inside.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(slow())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await add(database, user(2))
    async with database.read() as session:
        assert (await session.scalars(select(User.id))).all() == [2]


async def test_reading_keeps_nothing(database: Database) -> None:
    async with database.read() as session:
        session.add(user())
        await session.flush()
    assert await count(database, User) == 0


async def test_a_reader_sees_one_state_while_others_write(database: Database) -> None:
    async with database.read() as reader:
        assert await reader.scalar(select(func.count()).select_from(User)) == 0
        async with database.write() as session:
            session.add(user())
        assert await reader.scalar(select(func.count()).select_from(User)) == 0
    assert await count(database, User) == 1


async def test_writers_that_read_first_take_turns(database: Database) -> None:
    """With BEGIN DEFERRED, nearly all of these would fail or overwrite each other's count."""
    other = Database(f"sqlite+aiosqlite:///{database.path}")
    await add(database, user(), rating(1, ordinal=1))

    async def next_ordinal(through: Database) -> None:
        async with through.write() as session:
            last = await session.scalar(select(func.max(Rating.ordinal)))
            await asyncio.sleep(0)
            row = await session.get_one(Rating, (7, 1))
            row.ordinal = (last or 0) + 1

    await asyncio.gather(*(next_ordinal(through) for through in (database, other) * 25))
    async with database.read() as session:
        assert (await session.get_one(Rating, (7, 1))).ordinal == 51
    await other.close()


# --- units of work in a thread -------------------------------------------------------------------


async def test_a_unit_is_committed_as_a_whole_or_not_at_all(database: Database) -> None:
    async def two(session: AsyncSession) -> int:
        session.add(user(1))
        await session.execute(insert(User), [{"id": 2, "created_at": NOW}])
        return threading.get_ident()

    async def failing(session: AsyncSession) -> None:
        session.add(user(3))
        await session.flush()
        raise KeyError("no")

    assert await database.write_in_thread(two) != threading.get_ident()
    with pytest.raises(KeyError):
        await database.write_in_thread(failing, durable=False)
    assert await database.read_in_thread(ids) == [1, 2]


async def ids(session: AsyncSession) -> list[int]:
    return list(await session.scalars(select(User.id).order_by(User.id)))


async def test_a_unit_that_reads_keeps_nothing(database: Database) -> None:
    async def careless(session: AsyncSession) -> None:
        session.add(user())
        await session.flush()

    await database.read_in_thread(careless)
    assert await count(database, User) == 0


async def test_units_and_sessions_take_turns(database: Database) -> None:
    await add(database, user(), rating(1, ordinal=1))

    async def one_more(session: AsyncSession) -> None:
        last = await session.scalar(select(func.max(Rating.ordinal)))
        row = await session.get_one(Rating, (7, 1))
        row.ordinal = (last or 0) + 1

    async def on_the_loop() -> None:
        async with database.write() as session:
            await asyncio.sleep(0)
            await one_more(session)

    await asyncio.gather(
        *(database.write_in_thread(one_more) for _ in range(25)),
        *(on_the_loop() for _ in range(25)),
    )
    async with database.read() as session:
        assert (await session.get_one(Rating, (7, 1))).ordinal == 51


async def test_who_is_cancelled_learns_it_after_the_unit_has_ended(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    async def slow(session: AsyncSession) -> None:
        begun.set()
        go_on.wait()
        session.add(user())

    task = asyncio.create_task(database.write_in_thread(slow))
    await asyncio.to_thread(begun.wait)
    for _ in range(3):
        task.cancel()
        await asyncio.sleep(0.02)
        assert not task.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await count(database, User) == 1


async def test_a_unit_that_waits_for_anything_else_is_refused(database: Database) -> None:
    async def waiting(session: AsyncSession) -> None:
        session.add(user())
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="nothing but its session"):
        await database.write_in_thread(waiting)
    assert await count(database, User) == 0


# --- tables --------------------------------------------------------------------------------------


async def test_moments_come_back_in_utc(database: Database) -> None:
    in_tokyo = NOW.astimezone(timezone(timedelta(hours=9)))
    async with database.write() as session:
        session.add(User(id=7, created_at=in_tokyo))
    async with database.read() as session:
        stored = (await session.get_one(User, 7)).created_at
    assert stored == NOW
    assert stored.utcoffset() == timedelta(0)


async def test_naive_moments_are_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="time zone"):
        async with database.write() as session:
            session.add(User(id=7, created_at=datetime(2026, 1, 1)))  # noqa: DTZ001
    assert await count(database, User) == 0


async def test_discord_ids_of_64_bits_fit(database: Database) -> None:
    largest = 2**63 - 1
    async with database.write() as session:
        session.add(user(largest))
    async with database.read() as session:
        assert await session.scalar(select(User.id)) == largest


@pytest.mark.parametrize(
    "nonsense",
    [
        lambda: User(id=1, created_at=NOW, gender="robot"),
        lambda: rating(20, ordinal=9, score=0),
        lambda: rating(20, ordinal=9, score=11),
        lambda: rating(10, ordinal=9),
        lambda: rating(20, ordinal=1),
        lambda: rating(20, ordinal=9, user_id=404),
        lambda: Round(user_id=404, created_at=NOW, rating_count=1),
        lambda: Round(user_id=7, created_at=NOW, rating_count=1, score=11),
        lambda: RoundTitle(round_id=1, list="worst", rank=1, anime_id=5, predicted=8.0),
        lambda: RoundTitle(round_id=1, list="similar", rank=0, anime_id=5, predicted=8.0),
        lambda: RoundTitle(round_id=404, list="similar", rank=1, anime_id=5, predicted=8.0),
    ],
)
async def test_nonsense_is_refused(database: Database, nonsense) -> None:
    first = Round(id=1, user_id=7, created_at=NOW, rating_count=1)
    await add(database, user(), rating(10, ordinal=1), first)
    with pytest.raises(IntegrityError):
        await add(database, nonsense())


async def test_deleting_a_person_deletes_all_that_is_theirs(database: Database) -> None:
    await add(database, user(7), user(8), rating(1, 1), rating(1, 1, user_id=8))
    for round_id, owner in ((1, 7), (2, 8)):
        await add(
            database,
            Round(id=round_id, user_id=owner, created_at=NOW, rating_count=1),
            RoundTitle(round_id=round_id, list="similar", rank=1, anime_id=5, predicted=8.0),
        )
    async with database.write() as session:
        await session.execute(delete(User).where(User.id == 7))
    for table in (User, Rating, Round, RoundTitle):
        assert await count(database, table) == 1, table
    async with database.read() as session:
        assert await session.scalar(select(Rating.user_id)) == 8


async def test_the_id_of_a_deleted_round_is_not_given_again(database: Database) -> None:
    await add(database, user(), Round(id=5, user_id=7, created_at=NOW, rating_count=1))
    async with database.write() as session:
        await session.execute(delete(Round))
    row = Round(user_id=7, created_at=NOW, rating_count=1)
    await add(database, row)
    assert row.id == 6


# --- what can be wrong with it --------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+asyncpg://me:secret@host/riko",
        "sqlite:///riko.db",
        "mysql://me:secret@host/riko",
        "sqlite+aiosqlite://",
        "sqlite+aiosqlite:///:memory:",
        "sqlite+aiosqlite:///riko.db?mode=ro",
        "sqlite+aiosqlite://host/riko.db",
        "riko.db",
        "",
        "🦝",
    ],
)
def test_other_databases_are_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(DatabaseError, match=r"sqlite\+aiosqlite:///path/to/riko\.db") as refusal:
        Database(url)
    assert "secret" not in str(refusal.value)


def test_a_path_may_start_at_home_or_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    assert database_path("sqlite+aiosqlite:///~/r i%k.db") == tmp_path / "home" / "r i%k.db"
    assert database_path("sqlite+aiosqlite:///riko.db") == tmp_path / "riko.db"
    assert database_path("sqlite+aiosqlite:////srv/riko.db") == Path("/srv/riko.db")


async def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "riko.db"
    file.write_text("Dear diary, " * 500, encoding="utf-8")
    before = file.read_bytes()
    database = Database(f"sqlite+aiosqlite:///{file}")
    with pytest.raises(DatabaseError, match=r"riko\.db is not a SQLite database"):
        await database.upgrade()
    with pytest.raises(DatabaseError, match=r"riko\.db is not a SQLite database"):
        await count(database, User)
    await database.close()
    assert file.read_bytes() == before
    assert names_in(tmp_path) == ["riko.db"]


async def test_a_folder_is_refused(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}")
    with pytest.raises(DatabaseError, match="is a folder; the database must be a file inside it"):
        await database.upgrade()


async def test_a_file_where_a_folder_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder", encoding="utf-8")
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'data' / 'riko.db'}")
    with pytest.raises(DatabaseError, match="a part of its path is a file, not a folder"):
        await database.upgrade()


async def test_a_folder_that_vanished_is_named(database: Database) -> None:
    await database.close()
    shutil.rmtree(database.path.parent)
    with pytest.raises(DatabaseError, match="its folder does not exist"):
        await count(database, User)


async def test_a_read_only_folder_is_named(open_folder: Path) -> None:
    allow(open_folder, 0o555)
    database = Database(f"sqlite+aiosqlite:///{open_folder / 'riko.db'}")
    deeper = Database(f"sqlite+aiosqlite:///{open_folder / 'data' / 'riko.db'}")
    with unprivileged():
        for refused in (database, deeper):
            with pytest.raises(DatabaseReadOnlyError, match=r"riko\.db may not be written"):
                await refused.upgrade()
    assert names_in(open_folder) == []


async def test_a_read_only_file_is_named_and_left_alone(open_folder: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{open_folder / 'riko.db'}")
    await database.upgrade()
    await add(database, user(1))
    await database.close()
    allow(database.path, 0o444)
    allow(open_folder, 0o555)
    with unprivileged():
        with pytest.raises(DatabaseReadOnlyError, match=r"riko\.db may not be written"):
            await database.upgrade()
        with pytest.raises(DatabaseReadOnlyError, match=r"riko\.db may not be written"):
            async with database.write() as session:
                session.add(user(2))
    await database.close()
    allow(open_folder, 0o755)
    allow(database.path, 0o644)
    assert await count(database, User) == 1
    await database.close()


async def test_a_full_disk_is_named_and_loses_nothing(database: Database) -> None:
    await add(database, user())
    await database.close()
    pages = sqlite3.connect(database.path).execute("PRAGMA page_count").fetchone()[0]
    on_connect(database, f"PRAGMA max_page_count = {pages}")
    saved = 0

    async def fill() -> None:
        nonlocal saved
        while True:
            await add(database, rating(saved + 1, ordinal=saved + 1))
            saved += 1

    with pytest.raises(DatabaseFullError, match=r"The disk that holds .*riko\.db is full"):
        await fill()
    assert saved > 0
    assert await count(database, Rating) == saved
    assert examine(database.path).problems == ()


async def test_a_database_somebody_holds_is_named(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert connection.BUSY_SECONDS == 5
    monkeypatch.setattr("core.storage.connection.BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusyError, match=r"riko\.db is busy"):
            async with database.write() as session:
                session.add(user())
        other.execute("ROLLBACK")
    # the same for somebody of our own
    monkeypatch.setattr("core.storage.database.BUSY_SECONDS", 0.05)
    async with database.write() as session:
        session.add(user())
        with pytest.raises(DatabaseBusyError, match=r"riko\.db is busy"):
            async with database.write():
                pass
    assert await count(database, User) == 1


async def test_a_database_without_tables_says_what_is_missing(database_url: str) -> None:
    database = Database(database_url)
    with pytest.raises(DatabaseError, match=r"riko\.db.*no such table.*riko db check"):
        await count(database, User)
    await database.close()


KILLED = """
import asyncio, sys
from core.catalogue.catalogue import Catalogue
from core.catalogue.title import Title
from core.services.ratings import RatingService
from core.storage.database import Database

async def main():
    database = Database(sys.argv[1])
    catalogue = Catalogue(Title(i, f"Title {i}") for i in range(1, 5000))
    ratings = RatingService(database, catalogue, catalogue.keys())

    async def one_person(user_id):
        for anime_id in catalogue:
            await ratings.rate(user_id, anime_id, 1 + anime_id % 10)
            sys.stdout.write(f"{user_id} {anime_id}\\n")
            sys.stdout.flush()

    await asyncio.gather(*(one_person(user_id) for user_id in range(1, 5)))

asyncio.run(main())
"""


@pytest.mark.parametrize("acknowledged", [1, 40, 200])
async def test_a_kill_loses_no_rating_that_was_acknowledged(
    database: Database, acknowledged: int
) -> None:
    await database.close()
    root = Path(__file__).parent.parent
    command = [sys.executable, "-c", KILLED, f"sqlite+aiosqlite:///{database.path}"]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)  # noqa: ASYNC220, S603
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(acknowledged)]
    process.send_signal(signal.SIGKILL)
    lines += process.stdout.readlines()
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    promised = {tuple(map(int, line.split())) for line in lines if line.endswith("\n")}
    assert len(promised) >= acknowledged
    await database.upgrade()
    async with database.read() as session:
        rows = (await session.scalars(select(Rating))).all()
    kept = {(row.user_id, row.anime_id): row for row in rows}
    assert promised <= kept.keys()
    # at most the one that each person was about to be told of is there beyond that
    assert len(kept) - len(promised) <= 4
    assert all(row.score == 1 + row.anime_id % 10 for row in rows)
    for user_id in range(1, 5):
        ordinals = sorted(row.ordinal for row in rows if row.user_id == user_id)
        assert ordinals == list(range(1, len(ordinals) + 1))
    assert examine(database.path).problems == ()


# --- who may read it ------------------------------------------------------------------------------


@pytest.fixture
def usual_umask() -> Generator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    """Return what in `folder` somebody other than its owner may look at."""
    return [str(path) for path in folder.rglob("*") if path.stat().st_mode & 0o077]


@pytest.mark.usefixtures("usual_umask")
async def test_nobody_else_may_read_the_database_or_its_copies(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "riko.db"
    database = Database(path)
    await database.upgrade()
    await add(database, user())
    copy_before(path, "0002")
    copy_to(path, path.parent / "mine.bak")
    assert {"riko.db", "riko.db-wal", "riko.db-shm", "mine.bak"} <= set(names_in(path.parent))
    assert open_to_others(tmp_path) == []
    await database.close()
    restore(tmp_path / "c" / "d" / "riko.db", path.parent / "mine.bak")
    restore(path, path.parent / "mine.bak")
    assert open_to_others(tmp_path) == []


@pytest.mark.usefixtures("usual_umask")
def test_one_riko_has_the_data_folder_for_itself(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"
    with data_folder(home):
        with (
            pytest.raises(DatabaseBusyError, match=r"Another Riko is using .*home"),
            data_folder(home),
        ):
            pass
        with data_folder(tmp_path / "other"):
            pass
        assert open_to_others(tmp_path) == []
    with data_folder(home):
        pass


def test_a_riko_that_was_killed_leaves_the_data_folder_free(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from core.storage.home import data_folder\n"
        "with data_folder(Path(sys.argv[1])): os.kill(os.getpid(), 9)"
    )
    root = Path(__file__).parent.parent
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", script, str(tmp_path)], cwd=root, check=False
    )
    assert done.returncode == -signal.SIGKILL
    with data_folder(tmp_path):
        pass


async def test_a_data_folder_that_cannot_be_written_is_named(open_folder: Path) -> None:
    allow(open_folder, 0o555)
    with unprivileged(), pytest.raises(DatabaseReadOnlyError), data_folder(open_folder):
        pass
    assert names_in(open_folder) == []
