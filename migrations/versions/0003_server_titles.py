"""What the members of each server think of each title, kept right by the writes themselves.

Triggers count, within the transaction that changes a rating, a membership or a setting. They stand
on tables of earlier revisions: a later migration that makes `ratings`, `members` or `users` anew
must make their triggers anew too (a test holds them).
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_SUMS: Final = ("votes", "total", "squares")
_COUNTED: Final = (
    "members JOIN users ON users.id = members.user_id AND users.in_server_lists "
    "JOIN clock ON clock.id = 1"
)
"""The memberships that count; of a person who is being deleted there is no row any more."""


def _roll(week: str) -> str:
    """Return the assignments that remember how a row was when `week`, the present one, began."""
    return ", ".join(
        f"before_{sum_} = CASE {week} - week WHEN 0 THEN before_{sum_} "
        f"WHEN 1 THEN began_{sum_} ELSE {sum_} END, "
        f"began_{sum_} = CASE {week} - week WHEN 0 THEN began_{sum_} ELSE {sum_} END"
        for sum_ in _SUMS
    )


def _add(guild: str, anime: str, score: str, source: str) -> str:
    """Return the statement that counts the scores which `source`, tables and condition, gives."""
    began = ", ".join(f"{when}_{sum_}" for when in ("began", "before") for sum_ in _SUMS)
    return f"""
        INSERT INTO server_titles (guild_id, anime_id, votes, total, squares, week, {began})
        SELECT {guild}, {anime}, 1, {score}, {score} * {score}, clock.this_week, 0, 0, 0, 0, 0, 0
        FROM {source}
        ON CONFLICT (guild_id, anime_id) DO UPDATE SET {_roll("excluded.week")},
            votes = votes + 1, total = total + excluded.total,
            squares = squares + excluded.squares, week = excluded.week;
    """  # noqa: S608 - our own names


def _leave(source: str, guild: str) -> str:
    """Return the statement that takes the ratings of somebody who leaves out again.

    Out of the past as well: else the difference would tell what they gave. The plus lets SQLite go
    from the person's ratings to the server's titles, not the other way round.
    """
    new = {
        "votes": "votes - 1",
        "total": "total - ratings.score",
        "squares": "squares - ratings.score * ratings.score",
    }
    sets = ", ".join(
        f"{when}{sum_} = {left}" for sum_, left in new.items() for when in ("", "began_", "before_")
    )
    return f"""
        UPDATE server_titles SET {sets} FROM {source}
        AND server_titles.guild_id = {guild} AND server_titles.anime_id = +ratings.anime_id;
    """  # noqa: S608 - our own names


_HERE: Final = "server_titles.guild_id = members.guild_id AND server_titles.anime_id = OLD.anime_id"
_BOTH: Final = "members JOIN ratings ON ratings.user_id = members.user_id"

TRIGGERS: Final = {
    "ratings_counted": "AFTER INSERT ON ratings BEGIN "
    + _add(
        "members.guild_id",
        "NEW.anime_id",
        "NEW.score",
        f"{_COUNTED} WHERE members.user_id = NEW.user_id",
    )
    + "END",
    "ratings_recounted": f"""
        AFTER UPDATE OF score ON ratings WHEN NEW.score <> OLD.score BEGIN
        UPDATE server_titles SET {_roll("this_week")}, total = total + NEW.score - OLD.score,
            squares = squares + NEW.score * NEW.score - OLD.score * OLD.score, week = this_week
        FROM {_COUNTED} WHERE members.user_id = OLD.user_id AND {_HERE};
        END""",  # noqa: S608
    "ratings_uncounted": f"""
        AFTER DELETE ON ratings BEGIN
        UPDATE server_titles SET {_roll("this_week")}, votes = votes - 1,
            total = total - OLD.score, squares = squares - OLD.score * OLD.score, week = this_week
        FROM {_COUNTED} WHERE members.user_id = OLD.user_id AND {_HERE};
        END""",  # noqa: S608
    "members_counted": "AFTER INSERT ON members BEGIN "
    + _add(
        "NEW.guild_id",
        "ratings.anime_id",
        "ratings.score",
        "ratings JOIN users ON users.id = ratings.user_id AND users.in_server_lists "
        "JOIN clock ON clock.id = 1 WHERE ratings.user_id = NEW.user_id",
    )
    + "END",
    "members_uncounted": "BEFORE DELETE ON members BEGIN "
    + _leave(
        "ratings JOIN users ON users.id = ratings.user_id AND users.in_server_lists "
        "WHERE ratings.user_id = OLD.user_id",
        "OLD.guild_id",
    )
    + "END",
    "users_counted": "AFTER UPDATE OF in_server_lists ON users "
    "WHEN NEW.in_server_lists AND NOT OLD.in_server_lists BEGIN "
    + _add(
        "members.guild_id",
        "ratings.anime_id",
        "ratings.score",
        f"{_BOTH} JOIN clock ON clock.id = 1 WHERE members.user_id = NEW.id",
    )
    + "END",
    "users_uncounted": "AFTER UPDATE OF in_server_lists ON users "
    "WHEN OLD.in_server_lists AND NOT NEW.in_server_lists BEGIN "
    + _leave(f"{_BOTH} WHERE members.user_id = OLD.id", "members.guild_id")
    + "END",
    # before: what belongs to the person is deleted after them, when nobody knows they counted
    "users_deleted": "BEFORE DELETE ON users WHEN OLD.in_server_lists BEGIN "
    + _leave(f"{_BOTH} WHERE members.user_id = OLD.id", "members.guild_id")
    + "END",
    "server_titles_unrated": """
        AFTER UPDATE OF votes ON server_titles WHEN NEW.votes <= 0 BEGIN
        DELETE FROM server_titles WHERE guild_id = NEW.guild_id AND anime_id = NEW.anime_id;
        END""",
}
"""By name, what follows that name in `CREATE TRIGGER`."""


def upgrade() -> None:
    op.create_table(
        "clock",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("this_week", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_clock"),
        sa.CheckConstraint("id = 1", name=op.f("ck_clock_id")),
    )
    op.execute("INSERT INTO clock VALUES (1, 0)")
    op.create_table(
        "server_titles",
        sa.Column("guild_id", sa.Integer, nullable=False),
        sa.Column("anime_id", sa.Integer, nullable=False),
        sa.Column("votes", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("squares", sa.Integer, nullable=False),
        sa.Column("week", sa.Integer, nullable=False),
        sa.Column("began_votes", sa.Integer, nullable=False),
        sa.Column("began_total", sa.Integer, nullable=False),
        sa.Column("began_squares", sa.Integer, nullable=False),
        sa.Column("before_votes", sa.Integer, nullable=False),
        sa.Column("before_total", sa.Integer, nullable=False),
        sa.Column("before_squares", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "anime_id", name="pk_server_titles"),
        sa.CheckConstraint("votes >= 0", name=op.f("ck_server_titles_votes")),
        sqlite_with_rowid=False,
    )
    op.execute("""
        INSERT INTO server_titles
        SELECT guild_id, anime_id, votes, total, squares, 0,
            votes, total, squares, votes, total, squares
        FROM (
            SELECT members.guild_id, ratings.anime_id, count(*) AS votes,
                sum(ratings.score) AS total, sum(ratings.score * ratings.score) AS squares
            FROM members
            JOIN users ON users.id = members.user_id AND users.in_server_lists
            JOIN ratings ON ratings.user_id = members.user_id
            GROUP BY members.guild_id, ratings.anime_id
        )
    """)
    for name, rest in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {rest}")


def downgrade() -> None:
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER IF EXISTS {name}")
    op.drop_table("server_titles")
    op.drop_table("clock")
