"""Settings, dismissed titles, undoing, who used Riko in which server, lists that go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from sqlalchemy.schema import SchemaItem

revision = "0002"
down_revision = "0001"

_USERS = "id, birth_year, gender, created_at"
_ROUNDS = "id, user_id, created_at, rating_count, score, scored_at"


def upgrade() -> None:
    _remake("users", _USERS, [*_users(), *_users_added()])
    newest = _newest_round()
    _remake("rounds", _ROUNDS, [*_rounds(), *_rounds_added()], sqlite_autoincrement=True)
    _count_rounds_from(newest)
    op.create_index("ix_rounds_user_id", "rounds", ["user_id"])
    op.create_index("ix_rounds_previous_id", "rounds", ["previous_id"])
    op.create_table(
        "dismissals",
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("anime_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "anime_id", name="pk_dismissals"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_dismissals_user_id_users", ondelete="CASCADE"
        ),
        sa.CheckConstraint("kind IN ('not_for_me', 'seen')", name=op.f("ck_dismissals_kind")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "undo_steps",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_undo_steps"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_undo_steps_user_id_users", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_undo_steps_user_id", "undo_steps", ["user_id"])
    op.create_table(
        "undo_ratings",
        sa.Column("step_id", sa.Integer, nullable=False),
        sa.Column("anime_id", sa.Integer, nullable=False),
        sa.Column("score", sa.Integer),
        sa.Column("rated_at", sa.DateTime),
        sa.Column("ordinal", sa.Integer),
        sa.Column("given", sa.Integer),
        sa.Column("dismissed", sa.String),
        sa.Column("dismissed_at", sa.DateTime),
        sa.PrimaryKeyConstraint("step_id", "anime_id", name="pk_undo_ratings"),
        sa.ForeignKeyConstraint(
            ["step_id"],
            ["undo_steps.id"],
            name="fk_undo_ratings_step_id_undo_steps",
            ondelete="CASCADE",
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "members",
        sa.Column("guild_id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("seen_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "user_id", name="pk_members"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_members_user_id_users", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_members_user_id", "members", ["user_id"])


def downgrade() -> None:
    op.drop_index("ix_members_user_id", table_name="members")
    op.drop_table("members")
    op.drop_table("undo_ratings")
    op.drop_index("ix_undo_steps_user_id", table_name="undo_steps")
    op.drop_table("undo_steps")
    op.drop_table("dismissals")
    op.drop_index("ix_rounds_previous_id", table_name="rounds")
    newest = _newest_round()
    _remake("rounds", _ROUNDS, _rounds(), sqlite_autoincrement=True)
    _count_rounds_from(newest)
    op.create_index("ix_rounds_user_id", "rounds", ["user_id"])
    _remake("users", _USERS, _users())


def _remake(table: str, kept: str, parts: list[SchemaItem], **options: bool) -> None:
    """Make `table` anew from `parts` with what the `kept` columns hold.

    SQLite's ALTER TABLE adds and drops no constraints.
    """
    new = f"new_{table}"
    op.create_table(new, *parts, **options)
    op.execute(f"INSERT INTO {new} ({kept}) SELECT {kept} FROM {table}")  # noqa: S608 - our own names
    op.drop_table(table)
    op.rename_table(new, table)


def _users() -> list[SchemaItem]:
    return [
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("birth_year", sa.Integer),
        sa.Column("gender", sa.String),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.CheckConstraint("gender IN ('male', 'female', 'another')", name=op.f("ck_users_gender")),
    ]


def _users_added() -> list[SchemaItem]:
    return [
        sa.Column("title_language", sa.String),
        sa.Column("private", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("in_server_lists", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("shareable", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("profile_asked_at", sa.DateTime),
        sa.CheckConstraint(
            "title_language IN ('english', 'romaji', 'japanese')",
            name=op.f("ck_users_title_language"),
        ),
    ]


def _rounds() -> list[SchemaItem]:
    return [
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("rating_count", sa.Integer, nullable=False),
        sa.Column("score", sa.Integer),
        sa.Column("scored_at", sa.DateTime),
        sa.PrimaryKeyConstraint("id", name="pk_rounds"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_rounds_user_id_users", ondelete="CASCADE"
        ),
        sa.CheckConstraint("score BETWEEN 1 AND 10", name=op.f("ck_rounds_score")),
    ]


def _rounds_added() -> list[SchemaItem]:
    return [
        sa.Column("filters", sa.String),
        sa.Column("kinds", sa.String),
        sa.Column("previous_id", sa.Integer),
        sa.ForeignKeyConstraint(
            ["previous_id"],
            ["rounds.id"],
            name="fk_rounds_previous_id_rounds",
            ondelete="SET NULL",
        ),
    ]


def _newest_round() -> int:
    """Return the largest id a round was ever given, deleted ones included."""
    found = op.get_bind().exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = 'rounds'")
    return found.scalar() or 0


def _count_rounds_from(newest: int) -> None:
    """Let the table made anew go on where the old one stood: no id is given twice."""
    connection = op.get_bind()
    connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = 'rounds'")
    connection.exec_driver_sql("INSERT INTO sqlite_sequence VALUES ('rounds', ?)", (newest,))
