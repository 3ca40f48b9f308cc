"""What is set for a server; whether a person chose that answers are private."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "servers",
        sa.Column("guild_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("private", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("language", sa.String),
        sa.Column("adult", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("least_votes", sa.Integer, nullable=False, server_default="3"),
        sa.Column("hidden_genres", sa.String),
        sa.Column("commands_off", sa.String),
        sa.Column("digest_channel_id", sa.Integer),
        sa.Column("digest_week", sa.Integer),
        sa.Column("digest_done_week", sa.Integer),
        sa.Column("digest_trouble", sa.String),
        sa.PrimaryKeyConstraint("guild_id", name="pk_servers"),
        sa.CheckConstraint("least_votes BETWEEN 3 AND 50", name=op.f("ck_servers_least_votes")),
        sa.CheckConstraint(
            "digest_trouble IN ('channel_gone', 'not_allowed')",
            name=op.f("ck_servers_digest_trouble"),
        ),
    )
    op.create_index("ix_servers_digest_channel_id", "servers", ["digest_channel_id"])
    op.add_column(
        "users",
        sa.Column("private_chosen", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    # Whoever is known already may have chosen what they have now; nothing of theirs becomes public.
    op.execute("UPDATE users SET private_chosen = 1")


def downgrade() -> None:
    op.drop_column("users", "private_chosen")
    op.drop_index("ix_servers_digest_channel_id", table_name="servers")
    op.drop_table("servers")
