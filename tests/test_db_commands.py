from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from alembic.command import downgrade
from typer.testing import CliRunner

from core.cli.db import app
from core.errors import DatabaseBusyError, DatabaseError, NewerDatabaseError, RikoError
from core.services.locations import Locations
from core.storage.examine import examine
from core.storage.schema import alembic_config, migration_engine, newest_revision
from core.storage.tables import Rating, User
from tests.rows import add, count, rating, user

if TYPE_CHECKING:
    from pathlib import Path

    from core.storage.database import Database


def riko_db(*arguments: object, obj: object = None) -> str:
    """Run `riko db`, return the one line it prints, raise what it raises."""
    result = CliRunner().invoke(
        app, [str(argument) for argument in arguments], obj=obj, env={"RIKO_DATABASE_URL": ""}
    )
    if isinstance(result.exception, RikoError):
        raise result.exception
    assert result.exit_code == 0, result.output
    assert result.output.count("\n") == 1
    return result.output


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """Return the file of a database with one person and one rating."""
    file = tmp_path / "riko.db"
    riko_db("upgrade", "--database-url", f"sqlite+aiosqlite:///{file}")
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("INSERT INTO users (id, created_at) VALUES (7, '2026-01-01 00:00:00')")
        database.execute(
            "INSERT INTO ratings (user_id, anime_id, score, rated_at, ordinal) "
            "VALUES (7, 20, 9, '2026-01-01 00:00:00', 1)"
        )
    return file


def scores(file: Path) -> list[int]:
    with closing(sqlite3.connect(file)) as database:
        return [score for (score,) in database.execute("SELECT score FROM ratings ORDER BY score")]


def rate(file: Path, anime_id: int, score: int) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(
            "INSERT INTO ratings (user_id, anime_id, score, rated_at, ordinal) "
            "VALUES (7, ?, ?, '2026-01-01 00:00:00', ?)",
            (anime_id, score, anime_id),
        )


def at(file: Path) -> tuple[str, str]:
    return "--database-url", f"sqlite+aiosqlite:///{file}"


def test_upgrade_says_what_it_did(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "riko.db"
    assert f"riko.db is made, revision {newest_revision()}" in riko_db("upgrade", *at(file))
    assert f"riko.db is up to date, revision {newest_revision()}" in riko_db("upgrade", *at(file))


def test_the_database_of_the_settings_is_used_without_an_option(filled: Path) -> None:
    locations = Locations(filled.parent, at(filled)[1], filled.parent, None, "cpu")
    assert f"is sound, revision {newest_revision()}" in riko_db("check", obj=lambda: locations)


def test_a_copy_can_be_brought_back(filled: Path) -> None:
    copy = filled.parent / "copies" / "mine.bak"
    assert f"is copied to {copy}" in riko_db("backup", copy, *at(filled))
    rate(filled, 30, 3)
    assert "is kept as" in riko_db("restore", copy, *at(filled))
    assert scores(filled) == [9]
    [kept] = filled.parent.glob("riko.db.before-restore-*.bak")
    assert scores(kept) == [3, 9]
    assert scores(copy) == [9]
    riko_db("restore", kept, *at(filled))
    assert scores(filled) == [3, 9]


def test_a_copy_without_a_name_goes_beside_the_database(filled: Path) -> None:
    riko_db("backup", *at(filled))
    [copy] = filled.parent.glob("riko.db.*.bak")
    assert scores(copy) == [9]


def test_a_copy_can_be_brought_back_where_nothing_was(filled: Path, tmp_path: Path) -> None:
    riko_db("backup", tmp_path / "mine.bak", *at(filled))
    new = tmp_path / "new" / "riko.db"
    assert "kept" not in riko_db("restore", tmp_path / "mine.bak", *at(new))
    assert scores(new) == [9]
    assert "is up to date" in riko_db("upgrade", *at(new))


def test_a_backup_never_overwrites(filled: Path, tmp_path: Path) -> None:
    other = tmp_path / "precious.txt"
    other.write_text("keep me", encoding="utf-8")
    with pytest.raises(DatabaseError, match=r"precious\.txt exists already"):
        riko_db("backup", other, *at(filled))
    assert other.read_text(encoding="utf-8") == "keep me"


def test_what_servers_think_is_counted_anew(filled: Path) -> None:
    assert "has 0 rated titles in 0 servers; all were right" in riko_db("rebuild", *at(filled))
    with closing(sqlite3.connect(filled)) as database, database:
        database.execute("INSERT INTO members VALUES (555, 7, '2026-01-01 00:00:00')")
        database.execute("UPDATE server_titles SET total = 1")
    assert "1 rated titles in 1 servers; 1 of them were wrong" in riko_db("rebuild", *at(filled))
    assert "all were right" in riko_db("rebuild", *at(filled))
    with closing(sqlite3.connect(filled)) as database:
        assert database.execute("SELECT votes, total FROM server_titles").fetchall() == [(1, 9)]


def test_an_old_database_is_upgraded_before_it_is_counted(filled: Path) -> None:
    engine = migration_engine(filled)
    with engine.begin() as connection:
        downgrade(alembic_config(connection), "0001")
    with pytest.raises(DatabaseError, match="run `riko db upgrade` first"):
        riko_db("rebuild", *at(filled))


@pytest.mark.parametrize("command", ["backup", "check", "rebuild"])
def test_a_missing_database_is_not_made_by_looking_at_it(tmp_path: Path, command: str) -> None:
    with pytest.raises(DatabaseError, match="There is no database at"):
        riko_db(command, *at(tmp_path / "riko.db"))
    assert list(tmp_path.iterdir()) == []


async def test_a_backup_while_riko_writes_is_whole(database: Database) -> None:
    await add(database, user())

    async def write_on() -> None:
        for number in range(1, 101):
            async with database.write() as session:
                session.add_all([rating(number, number), rating(1000 + number, 1000 + number)])

    copy = database.path.parent / "mine.bak"
    writing = asyncio.create_task(write_on())
    await asyncio.sleep(0.05)
    await asyncio.to_thread(riko_db, "backup", copy, *at(database.path))
    await writing
    assert await count(database, Rating) == 200
    assert len(scores(copy)) % 2 == 0
    assert examine(copy).problems == ()


async def test_restoring_under_a_running_riko_is_refused(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = database.path.parent / "mine.bak"
    riko_db("backup", copy, *at(database.path))
    await add(database, user())
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, **{"timeout": 0.1} | k))
    with pytest.raises(DatabaseBusyError, match="is in use; stop Riko first"):
        await asyncio.to_thread(riko_db, "restore", copy, *at(database.path))
    assert await count(database, User) == 1


@pytest.mark.parametrize("name", [b"rotings", b"rat\xffngs"], ids=["readable", "unreadable"])
def test_a_damaged_database_is_found_and_can_be_replaced(
    filled: Path, tmp_path: Path, name: bytes
) -> None:
    riko_db("backup", tmp_path / "mine.bak", *at(filled))
    content = filled.read_bytes()
    # what SQLite says of the damage quotes the name
    damaged = content.replace(b"ratingsratings", name + b"ratings")
    assert damaged != content
    filled.write_bytes(damaged)
    with pytest.raises(DatabaseError, match=r"riko\.db is damaged.*riko db restore"):
        riko_db("check", *at(filled))
    riko_db("restore", tmp_path / "mine.bak", *at(filled))
    assert scores(filled) == [9]
    [kept] = filled.parent.glob("riko.db.before-restore-*.bak")
    assert kept.exists()


def test_a_database_that_is_garbage_is_moved_aside(filled: Path, tmp_path: Path) -> None:
    riko_db("backup", tmp_path / "mine.bak", *at(filled))
    filled.write_bytes(b"garbage" * 1000)
    riko_db("restore", tmp_path / "mine.bak", *at(filled))
    assert scores(filled) == [9]
    [kept] = filled.parent.glob("riko.db.before-restore-*.bak")
    assert kept.read_bytes() == b"garbage" * 1000


def test_rows_that_belong_to_nobody_are_found(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as database, database:
        database.execute("DELETE FROM users")
    with pytest.raises(DatabaseError, match="of ratings belongs to a missing row of users"):
        riko_db("check", *at(filled))


def test_bad_copies_are_refused_and_the_database_stays(filled: Path, tmp_path: Path) -> None:
    def copied(name: str) -> Path:
        riko_db("backup", tmp_path / name, *at(filled))
        return tmp_path / name

    newer = copied("newer.bak")
    with closing(sqlite3.connect(newer)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    cut = copied("cut.bak")
    cut.write_bytes(cut.read_bytes()[:9000])
    empty = tmp_path / "empty.bak"
    empty.touch()
    text_file = tmp_path / "letter.txt"
    text_file.write_text("Dear Riko, " * 500, encoding="utf-8")
    foreign = tmp_path / "foreign.db"
    with closing(sqlite3.connect(foreign)) as database:
        database.execute("CREATE TABLE recipes (name TEXT)")

    for file, kind, sentence in (
        (newer, NewerDatabaseError, "newer.bak was made by a newer Riko"),
        (cut, DatabaseError, "cut.bak is damaged"),
        (empty, DatabaseError, "empty.bak is empty"),
        (text_file, DatabaseError, "letter.txt is not a SQLite database"),
        (foreign, DatabaseError, "foreign.db belongs to another program"),
        (tmp_path / "nothing.bak", DatabaseError, "There is no file .*nothing.bak"),
        (filled, DatabaseError, "is the database itself"),
    ):
        with pytest.raises(kind, match=sentence):
            riko_db("restore", file, *at(filled))
    assert scores(filled) == [9]
    assert not list(tmp_path.glob("*before-restore*"))
