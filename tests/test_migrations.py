from __future__ import annotations

import logging
import shutil
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

import migrations
from core.errors import DatabaseError, NewerDatabaseError
from core.storage.schema import alembic_config, migration_engine, newest_revision, upgrade
from core.storage.tables import Base
from core.storage.week import week_of

NEWEST = newest_revision()
RATE = (
    "INSERT INTO ratings (user_id, anime_id, score, rated_at, ordinal) "
    "VALUES (7, 20, 9, '2026-01-01 00:00:00', 1)"
)
ADD_NOTE = 'op.add_column("users", sa.Column("note", sa.String))'
DROP_NOTE = 'op.drop_column("users", "note")'


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(sql).fetchall()


def change(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(sql)


def schema_of(path: Path) -> set[str]:
    return {str(sql) for (sql,) in rows(path, "SELECT sql FROM sqlite_master WHERE sql NOT NULL")}


def lines(schema: set[str]) -> set[tuple[str, ...]]:
    """Return the statements with their columns and constraints in an order of their own.

    SQLite quotes the name of a table that was renamed, and writes an added column on the line of
    the one before.
    """
    return {
        tuple(
            sorted(
                line.strip(" ,\t")
                for line in sql.replace('"', "").replace(", ", "\n").splitlines()
                if line.strip(" ,\t")
            )
        )
        for sql in schema
        if "alembic_version" not in sql and not sql.startswith(("CREATE TRIGGER", "CREATE VIEW"))
    }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "riko.db"


@pytest.fixture
def add_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that gives Riko one more migration, made from the template."""
    folder = tmp_path / "100% later"  # a percent sign means something to alembic's configuration
    shutil.copytree(migrations.__path__[0], folder)

    def add(up: str, down: str = "pass") -> None:
        monkeypatch.setattr(migrations, "__path__", [str(folder)])
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        script = command.revision(config, message="One more", rev_id="9000")
        assert script is not None
        assert not isinstance(script, list)
        file = Path(script.path)
        body = file.read_text(encoding="utf-8")
        assert body.count("    pass\n") == 2
        body = body.replace("    pass\n", f"    {up}\n", 1).replace(
            "    pass\n", f"    {down}\n", 1
        )
        file.write_text(body, encoding="utf-8")

    return add


def test_they_make_exactly_the_tables_of_the_models(path: Path, tmp_path: Path) -> None:
    upgrade(path)
    engine = migration_engine(path)
    with engine.begin() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []
    # alembic compares neither checks nor WITHOUT ROWID; the text of the tables does
    by_models = tmp_path / "models.db"
    models = migration_engine(by_models)
    with models.begin() as connection:
        Base.metadata.create_all(connection)
    assert lines(schema_of(path)) == lines(schema_of(by_models))


def test_every_constraint_has_a_name_and_every_column_an_explanation(path: Path) -> None:
    upgrade(path)
    for table in Base.metadata.tables.values():
        assert all(column.doc for column in table.columns), table.name
        assert all(constraint.name for constraint in table.constraints), table.name
    engine = migration_engine(path)
    with engine.begin() as connection:
        found = inspect(connection)
        for table in Base.metadata.tables:
            constraints = [
                *found.get_foreign_keys(table),
                *found.get_check_constraints(table),
                *found.get_unique_constraints(table),
            ]
            assert constraints
            assert all(constraint["name"] for constraint in constraints), table


def test_the_triggers_that_count_for_servers_are_there(path: Path) -> None:
    upgrade(path)
    assert rows(path, "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'") == [
        ("server_titles", "server_titles_unrated"),
        ("ratings", "ratings_counted"),
        ("ratings", "ratings_uncounted"),
        ("ratings", "ratings_changing"),
        ("ratings", "ratings_changed"),
        ("members", "members_counted"),
        ("members", "members_uncounted"),
        ("users", "users_counted"),
        ("users", "users_uncounted"),
        ("users", "users_deleted"),
    ]


def test_the_view_they_count_by_is_there_and_reads_all_it_needs(path: Path) -> None:
    upgrade(path)
    assert rows(path, "SELECT name FROM sqlite_master WHERE type = 'view'") == [
        ("counted_ratings",)
    ]
    # a table or column that is gone would be missed here
    assert rows(path, "SELECT * FROM counted_ratings") == []


def test_what_was_rated_before_counts_in_the_servers(path: Path) -> None:
    upgrade(path)
    engine = migration_engine(path)
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "0002")
    for sql in (
        (
            "INSERT INTO users (id, created_at, in_server_lists) "
            "VALUES (7, '2026-01-01', 1), (8, '2026-01-01', 1), (9, '2026-01-01', 0)"
        ),
        "INSERT INTO ratings SELECT id, 20, id, created_at, 1 FROM users",
        "INSERT INTO members SELECT 555, id, created_at FROM users",
    ):
        change(path, sql)
    upgrade(path)
    # in the week of the last rating, before which nothing stood
    (week,) = rows(path, "SELECT this_week FROM clock")
    assert week == (week_of(datetime(2026, 1, 1, tzinfo=UTC)),)
    assert rows(path, "SELECT * FROM server_titles") == [
        (555, 20, 2, 15, 113, *week, 0, 0, 0, 0, 0, 0)
    ]


def test_a_past_that_who_left_had_emptied_is_counted_anew(path: Path) -> None:
    upgrade(path)
    engine = migration_engine(path)
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "0005")
    week = week_of(datetime(2026, 1, 15, tzinfo=UTC))
    for sql in (
        "INSERT INTO servers (guild_id, digest_week, digest_done_week) VALUES (555, 2900, 2899)",
        f"UPDATE clock SET this_week = {week}",  # noqa: S608 - our own number
        "INSERT INTO users (id, created_at) VALUES (7, '2026-01-01'), (8, '2026-01-06')",
        "INSERT INTO ratings SELECT id, 20, id, created_at, 1 FROM users",
        "INSERT INTO members SELECT 555, id, created_at FROM users",
    ):
        change(path, sql)
    upgrade(path)
    # the one is of the week before last, the other of the last
    assert rows(path, "SELECT * FROM server_titles") == [
        (555, 20, 2, 15, 113, week, 2, 15, 113, 1, 7, 49)
    ]
    # Monday, July 28 and 21, 2025
    assert rows(path, "SELECT digest_week, digest_done_week FROM servers") == [(105638, 105637)]
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "0005")
    assert rows(path, "SELECT digest_week, digest_done_week FROM servers") == [(2900, 2899)]


def test_what_is_rated_again_as_the_past_is_first_kept_does_not_look_new(path: Path) -> None:
    upgrade(path)
    engine = migration_engine(path)
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "0005")
    week = week_of(datetime(2026, 1, 15, tzinfo=UTC))
    for sql in (
        f"UPDATE clock SET this_week = {week}",  # noqa: S608 - our own number
        (
            "INSERT INTO users (id, created_at) VALUES (7, '2025-12-01'), (8, '2025-12-01'), "
            "(9, '2025-12-01'), (10, '2025-12-01'), (11, '2026-01-13')"
        ),
        "INSERT INTO members SELECT 555, id, created_at FROM users",
        # this week 7 went from 5 to 6 to 9; of 8 and 9 that is not known any more
        (
            "INSERT INTO ratings SELECT id, 20, id, '2026-01-14 10:00:00.000000', 1 FROM users "
            "WHERE id < 10"
        ),
        "INSERT INTO ratings VALUES (10, 20, 10, '2026-01-01 10:00:00.000000', 1)",
        # 10 rated another for the first time, 11 came this week
        "INSERT INTO ratings VALUES (10, 30, 4, '2026-01-14 10:00:00.000000', 2)",
        "INSERT INTO ratings VALUES (11, 30, 3, '2026-01-14 10:00:00.000000', 1)",
        # 10 changed a third from 2 to 1 last week
        "INSERT INTO ratings VALUES (10, 40, 1, '2026-01-07 10:00:00.000000', 3)",
        (
            "INSERT INTO undo_steps (id, user_id, created_at) VALUES (1, 7, '2026-01-13'), "
            "(2, 7, '2026-01-14'), (3, 10, '2026-01-14'), (4, 10, '2026-01-07')"
        ),
        (
            "INSERT INTO undo_ratings (step_id, anime_id, score, rated_at, ordinal, given) VALUES "
            "(1, 20, 5, '2026-01-01', 1, 6), (2, 20, 6, '2026-01-13', 1, 9), "
            "(3, 30, NULL, NULL, NULL, 4), (4, 40, 2, '2025-12-30', 1, 1)"
        ),
    ):
        change(path, sql)
    upgrade(path)
    then = (4, 5 + 8 + 9 + 10, 25 + 64 + 81 + 100)
    assert rows(path, "SELECT * FROM server_titles") == [
        (555, 20, 4, 7 + 8 + 9 + 10, 49 + 64 + 81 + 100, week, *then, *then),
        (555, 30, 2, 7, 25, week, 0, 0, 0, 0, 0, 0),
        (555, 40, 1, 1, 1, week, 1, 1, 1, 1, 2, 4),
    ]


def test_they_go_down_to_nothing_and_up_again(path: Path) -> None:
    upgrade(path)
    before = schema_of(path)
    engine = migration_engine(path)
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    assert {sql for sql in schema_of(path) if "alembic_version" not in sql} == {
        "CREATE TABLE sqlite_sequence(name,seq)"  # SQLite's own, it cannot be dropped
    }
    done = upgrade(path)
    assert (done.before, done.after, done.copy) == (None, newest_revision(), None)
    assert schema_of(path) == before


def test_what_the_first_version_kept_survives_both_ways(path: Path) -> None:
    upgrade(path)
    engine = migration_engine(path)
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "0001")
    old_schema = schema_of(path)
    for sql in (
        "INSERT INTO users VALUES (7, 1990, 'female', '2026-01-01 00:00:00')",
        "INSERT INTO ratings VALUES (7, 20, 9, '2026-01-02 00:00:00', 1)",
        "INSERT INTO rounds VALUES (41, 7, '2026-01-03 00:00:00', 1, 8, '2026-01-04 00:00:00')",
        "INSERT INTO round_titles VALUES (41, 'similar', 1, 30, 8.5, 20)",
        "INSERT INTO rounds VALUES (90, 7, '2026-01-03 00:00:00', 1, NULL, NULL)",
        "DELETE FROM rounds WHERE id = 90",
    ):
        change(path, sql)
    tables = ("users", "ratings", "rounds", "round_titles", "sqlite_sequence")
    before = [rows(path, f"SELECT * FROM {table}") for table in tables]  # noqa: S608
    done = upgrade(path)
    assert (done.before, done.after) == ("0001", NEWEST)
    assert rows(path, "SELECT * FROM users") == [
        (7, 1990, "female", "2026-01-01 00:00:00", None, 1, 1, 0, None, 1, 0)
    ]
    assert rows(path, "SELECT id, score, filters, kinds, previous_id FROM rounds") == [
        (41, 8, None, None, None)
    ]
    assert rows(path, "SELECT anime_id FROM round_titles") == [(30,)]
    # the id of the deleted round is not given again
    assert rows(path, "SELECT seq FROM sqlite_sequence WHERE name = 'rounds'") == [(90,)]
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "0001")
    assert lines(schema_of(path)) == lines(old_schema)
    assert [rows(path, f"SELECT * FROM {table}") for table in tables] == before  # noqa: S608


def test_a_second_upgrade_changes_and_copies_nothing(path: Path) -> None:
    assert upgrade(path).before is None
    change(path, "INSERT INTO users (id, created_at) VALUES (7, '2026-01-01 00:00:00')")
    done = upgrade(path)
    assert (done.before, done.copy) == (newest_revision(), None)
    assert rows(path, "SELECT id FROM users") == [(7,)]
    assert not list(path.parent.glob("*.bak"))


def test_a_due_migration_keeps_a_copy_of_what_was_there(path: Path, add_revision) -> None:
    upgrade(path)
    change(path, "INSERT INTO users (id, created_at) VALUES (7, '2026-01-01 00:00:00')")
    add_revision(ADD_NOTE, DROP_NOTE)
    done = upgrade(path)
    assert (done.before, done.after) == (NEWEST, "9000")
    assert rows(path, "SELECT id, note FROM users") == [(7, None)]
    assert done.copy is not None
    assert done.copy.parent == path.parent
    assert done.copy.name.startswith("riko.db.before-9000-")
    assert done.copy.name.endswith("Z.bak")
    assert rows(done.copy, "SELECT id FROM users") == [(7,)]
    assert rows(done.copy, "SELECT version_num FROM alembic_version") == [(NEWEST,)]
    assert rows(done.copy, "PRAGMA journal_mode") == [("delete",)]
    assert [file.name for file in path.parent.glob("*.part")] == []


def test_only_the_newest_three_copies_stay(path: Path, add_revision) -> None:
    upgrade(path)
    add_revision(ADD_NOTE, DROP_NOTE)
    made: list[Path] = []
    for _ in range(5):
        done = upgrade(path)
        assert done.copy is not None
        made.append(done.copy)
        engine = migration_engine(path)
        with engine.begin() as connection:
            command.downgrade(alembic_config(connection), NEWEST)
    assert sorted(path.parent.glob("*.bak")) == sorted(made[-3:])


def test_a_migration_that_fails_leaves_everything_as_it_was(path: Path, add_revision) -> None:
    upgrade(path)
    change(path, "INSERT INTO users (id, created_at) VALUES (7, '2026-01-01 00:00:00')")
    before = schema_of(path)
    add_revision(f'{ADD_NOTE}\n    op.drop_table("nowhere")')
    with pytest.raises(DatabaseError, match=r"riko\.db.*nowhere"):
        upgrade(path)
    assert schema_of(path) == before
    assert rows(path, "SELECT version_num FROM alembic_version") == [(NEWEST,)]


def test_rebuilding_a_table_deletes_nothing_that_belongs_to_it(path: Path, add_revision) -> None:
    upgrade(path)
    change(path, "INSERT INTO users (id, created_at) VALUES (7, '2026-01-01 00:00:00')")
    change(path, RATE)
    add_revision(
        'with op.batch_alter_table("users", recreate="always") as batch:\n'
        '        batch.add_column(sa.Column("note", sa.String))'
    )
    upgrade(path)
    assert rows(path, "SELECT user_id, score FROM ratings") == [(7, 9)]


def test_a_migration_that_orphans_rows_is_undone(path: Path, add_revision) -> None:
    upgrade(path)
    change(path, "INSERT INTO users (id, created_at) VALUES (7, '2026-01-01 00:00:00')")
    change(path, RATE)
    add_revision('op.execute("DELETE FROM users")')
    with pytest.raises(DatabaseError, match=r"riko\.db has rows that belong to nobody"):
        upgrade(path)
    assert rows(path, "SELECT id FROM users") == [(7,)]
    assert rows(path, "SELECT version_num FROM alembic_version") == [(NEWEST,)]


def test_two_upgrades_at_once_make_one_database(path: Path) -> None:
    failures: list[BaseException] = []

    def go() -> None:
        try:
            upgrade(path)
        except BaseException as error:  # noqa: BLE001 - a thread's error is reported below
            failures.append(error)

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert rows(path, "SELECT version_num FROM alembic_version") == [(NEWEST,)]


def test_a_newer_database_is_refused_and_left_alone(path: Path) -> None:
    upgrade(path)
    change(path, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerDatabaseError, match=r"riko\.db was made by a newer Riko .*9999"):
        upgrade(path)
    assert rows(path, "SELECT version_num FROM alembic_version") == [("9999",)]
    assert not list(path.parent.glob("*.bak"))


def test_the_database_of_another_program_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    change(path, "CREATE TABLE recipes (name TEXT)")
    with pytest.raises(DatabaseError, match=r"riko\.db belongs to another program"):
        upgrade(path)
    assert schema_of(path) == {"CREATE TABLE recipes (name TEXT)"}


def test_a_new_folder_is_closed_to_other_users(path: Path) -> None:
    upgrade(path)
    assert path.parent.stat().st_mode & 0o077 == 0


def test_logging_stays_as_the_application_set_it_up(path: Path) -> None:
    mine = logging.getLogger("riko.test")
    handler = logging.NullHandler()
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        before = (root.level, list(root.handlers), logging.getLogger("alembic").level)
        upgrade(path)
        assert (root.level, list(root.handlers), logging.getLogger("alembic").level) == before
        assert not mine.disabled
    finally:
        root.removeHandler(handler)
