"""Watch parties, and whether people with the same taste may find each other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column(
        "users", sa.Column("twins", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.create_table(
        "parties",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("guild_id", sa.Integer, nullable=False),
        sa.Column("channel_id", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("titles", sa.String, nullable=False),
        sa.Column("polled_at", sa.DateTime),
        sa.Column("poll_id", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_parties"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_parties_user_id_users", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_parties_user_id", "parties", ["user_id"])
    op.create_index("ix_parties_guild_id", "parties", ["guild_id"])
    op.create_index("ix_parties_created_at", "parties", ["created_at"])
    op.create_table(
        "party_people",
        sa.Column("party_id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("counted", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("party_id", "user_id", name="pk_party_people"),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["parties.id"],
            name="fk_party_people_party_id_parties",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_party_people_user_id_users", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_party_people_user_id", "party_people", ["user_id"])


def downgrade() -> None:
    op.drop_index("ix_party_people_user_id", table_name="party_people")
    op.drop_table("party_people")
    op.drop_index("ix_parties_created_at", table_name="parties")
    op.drop_index("ix_parties_guild_id", table_name="parties")
    op.drop_index("ix_parties_user_id", table_name="parties")
    op.drop_table("parties")
    op.drop_column("users", "twins")
