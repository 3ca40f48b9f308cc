"""People, their ratings, and the lists they were shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("birth_year", sa.Integer),
        sa.Column("gender", sa.String),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.CheckConstraint("gender IN ('male', 'female', 'another')", name=op.f("ck_users_gender")),
    )
    op.create_table(
        "ratings",
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("anime_id", sa.Integer, nullable=False),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("rated_at", sa.DateTime, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "anime_id", name="pk_ratings"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_ratings_user_id_users", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("user_id", "ordinal", name="uq_ratings_user_id_ordinal"),
        sa.CheckConstraint("score BETWEEN 1 AND 10", name=op.f("ck_ratings_score")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rounds",
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
        sqlite_autoincrement=True,
    )
    op.create_index("ix_rounds_user_id", "rounds", ["user_id"])
    op.create_table(
        "round_titles",
        sa.Column("round_id", sa.Integer, nullable=False),
        sa.Column("list", sa.String, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("anime_id", sa.Integer, nullable=False),
        sa.Column("predicted", sa.Float, nullable=False),
        sa.Column("because_id", sa.Integer),
        sa.PrimaryKeyConstraint("round_id", "list", "rank", name="pk_round_titles"),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name="fk_round_titles_round_id_rounds", ondelete="CASCADE"
        ),
        sa.CheckConstraint("list IN ('similar', 'may_like')", name=op.f("ck_round_titles_list")),
        sa.CheckConstraint("rank >= 1", name=op.f("ck_round_titles_rank")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("round_titles")
    op.drop_index("ix_rounds_user_id", table_name="rounds")
    op.drop_table("rounds")
    op.drop_table("ratings")
    op.drop_table("users")
