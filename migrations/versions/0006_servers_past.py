"""The past of a server's lists is that of the members who count now.

As a week began, a title had the scores that the ratings which count now had then. So somebody who
comes, leaves, or changes whether they count moves nothing, whatever they rated before; and what was
taken back was never there. What a changed score was before stands beside it. An import that writes
over a score keeps its moment, and so corrects the past since then: that moves nothing either.

Of what was rated until now that is known only as far as it can be undone. Else a score of this week
or the last is taken to have been the same before, of who was there before: a week without movement
is better than titles that look new and are not.

The weeks of digests become those of the lists, which begin on Monday, 0:00 UTC.

A later migration that makes `ratings`, `members`, `users` or `clock` anew must make the triggers
anew and the view `counted_ratings` too, which they read (tests hold both).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

revision = "0006"
down_revision = "0005"

_SUMS: Final = ("votes", "total", "squares")
_WHEN: Final = ("", "began_", "before_")
_COLUMNS: Final = "guild_id, anime_id, week, " + ", ".join(
    f"{when}{sum_}" for when in _WHEN for sum_ in _SUMS
)
_FIRST_DIGEST_WEEK: Final = 102_738
"""The week of January 5, 1970, which digests' weeks were counted from."""


def _week(moment: str) -> str:
    """Return the number of the week that `moment`, stored as text, lies in."""
    # of the date alone: SQLite rounds the last microseconds of a day to the next
    return f"CAST((julianday(substr({moment}, 1, 10)) - 1721425.5) / 7 AS INTEGER)"


def _beginning(week: str) -> str:
    """Return when `week` began, comparable with moments that are stored as text."""
    return f"date(1721425.5 + 7 * ({week}))"


def _before(week: str) -> str:
    """Return the condition that a rating was given, or given again, before `week` began."""
    return f"ratings.rated_at < {_beginning(week)}"


VIEW: Final = f"""
    CREATE VIEW counted_ratings AS
    SELECT members.guild_id, members.user_id, ratings.anime_id, clock.this_week, ratings.score,
        CASE WHEN {_before("this_week")} THEN ratings.score
            ELSE ratings.began_score END AS began_score,
        CASE WHEN {_before("this_week - 1")} THEN ratings.score
            WHEN {_before("this_week")} THEN ratings.began_score
            ELSE ratings.before_score END AS before_score
    FROM members
    JOIN users ON users.id = members.user_id AND users.in_server_lists
    JOIN ratings ON ratings.user_id = members.user_id
    JOIN clock ON clock.id = 1
"""  # noqa: S608 - our own names
"""Each rating that counts, for each server: its score now and as this week and the last began."""


def _parts(when: str) -> tuple[str, str, str]:
    """Return what one counted rating is in the sums; none: the title was not rated then."""
    score = f"counted.{when}score"
    return f"({score} IS NOT NULL)", f"ifnull({score}, 0)", f"ifnull({score} * {score}, 0)"


def _rolled(when: str, sum_: str, week: str) -> str:
    """Return how a sum was as `week`, the present one, or the one before began."""
    if not when:
        return sum_
    last = f"WHEN 1 THEN began_{sum_} " if when == "before_" else ""
    return f"CASE {week} - week WHEN 0 THEN {when}{sum_} {last}ELSE {sum_} END"


def _count(condition: str) -> str:
    """Return the statement that counts ratings of `counted`, who are one person's."""
    parts = [part for when in _WHEN for part in _parts(when)]
    sets = ", ".join(
        f"{when}{sum_} = {_rolled(when, sum_, 'excluded.week')} + excluded.{when}{sum_}"
        for when in _WHEN
        for sum_ in _SUMS
    )
    return f"""
        INSERT INTO server_titles ({_COLUMNS})
        SELECT counted.guild_id, counted.anime_id, counted.this_week, {", ".join(parts)}
        FROM counted_ratings AS counted WHERE {condition}
        ON CONFLICT (guild_id, anime_id) DO UPDATE SET week = excluded.week, {sets};
    """  # noqa: S608 - our own names


def _uncount(condition: str) -> str:
    """Return the statement that takes ratings of `counted`, which are one person's, out again.

    The plus lets SQLite go from the person's ratings to the server's titles, not the other way.
    """
    sets = ", ".join(
        f"{when}{sum_} = {_rolled(when, sum_, 'this_week')} - {part}"
        for when in _WHEN
        for sum_, part in zip(_SUMS, _parts(when), strict=True)
    )
    return f"""
        UPDATE server_titles SET week = this_week, {sets}
        FROM counted_ratings AS counted WHERE {condition}
        AND server_titles.guild_id = counted.guild_id
        AND server_titles.anime_id = +counted.anime_id;
    """  # noqa: S608 - our own names


def _rating(row: str) -> str:
    return f"counted.user_id = {row}.user_id AND counted.anime_id = {row}.anime_id"


def _member(row: str) -> str:
    return f"counted.guild_id = {row}.guild_id AND counted.user_id = {row}.user_id"


_PASSED: Final = f"{_week('NEW.rated_at')} - {_week('OLD.rated_at')}"
_RERATED: Final = "OLD.score <> NEW.score OR OLD.rated_at <> NEW.rated_at"

TRIGGERS: Final = {
    "ratings_counted": f"AFTER INSERT ON ratings BEGIN {_count(_rating('NEW'))} END",
    "ratings_uncounted": f"BEFORE DELETE ON ratings BEGIN {_uncount(_rating('OLD'))} END",
    "ratings_changing": f"BEFORE UPDATE OF score, rated_at ON ratings WHEN {_RERATED} BEGIN "
    f"{_uncount(_rating('OLD'))} END",
    "ratings_changed": f"""
        AFTER UPDATE OF score, rated_at ON ratings WHEN {_RERATED} BEGIN
        UPDATE ratings SET
            began_score = iif({_PASSED} > 0, OLD.score, OLD.began_score),
            before_score = CASE WHEN {_PASSED} > 1 THEN OLD.score
                WHEN {_PASSED} = 1 THEN OLD.began_score ELSE OLD.before_score END
        WHERE user_id = NEW.user_id AND anime_id = NEW.anime_id;
        {_count(_rating("NEW"))} END""",  # noqa: S608
    "members_counted": f"AFTER INSERT ON members BEGIN {_count(_member('NEW'))} END",
    "members_uncounted": f"BEFORE DELETE ON members BEGIN {_uncount(_member('OLD'))} END",
    "users_counted": "AFTER UPDATE OF in_server_lists ON users "
    "WHEN NEW.in_server_lists AND NOT OLD.in_server_lists BEGIN "
    f"{_count('counted.user_id = NEW.id')} END",
    "users_uncounted": "BEFORE UPDATE OF in_server_lists ON users "
    "WHEN OLD.in_server_lists AND NOT NEW.in_server_lists BEGIN "
    f"{_uncount('counted.user_id = OLD.id')} END",
    # before: what belongs to the person is deleted after them, when nobody knows they counted
    "users_deleted": "BEFORE DELETE ON users WHEN OLD.in_server_lists BEGIN "
    f"{_uncount('counted.user_id = OLD.id')} END",
}
"""By name, what follows that name in `CREATE TRIGGER`."""

_COUNT_ALL: Final = f"""
    INSERT INTO server_titles ({_COLUMNS})
    SELECT guild_id, anime_id, this_week,
        {", ".join(f"sum({part})" for when in _WHEN for part in _parts(when))}
    FROM counted_ratings AS counted GROUP BY guild_id, anime_id
"""  # noqa: S608 - our own names
# a database that was not written since 0003 knows no week yet; a moment to come is none
_TELL_WEEK: Final = f"""
    UPDATE clock SET this_week = min({_week("datetime('now')")}, max(this_week, ifnull(
        (SELECT {_week("max(rated_at)")} FROM ratings), 0)))
"""  # noqa: S608 - our own names


def _known(week: str) -> str:
    """Return the score a rating had as `week` began, as far as can be told.

    It is what the first step since then that can be undone found. Where none is known, the score
    is taken to have been the present one, unless the person came later: what is not known must not
    look new.
    """
    return f"""nullif(coalesce(
        (SELECT ifnull(undone.score, 0) FROM undo_steps
            JOIN undo_ratings AS undone ON undone.step_id = undo_steps.id
            WHERE undo_steps.user_id = ratings.user_id AND undone.anime_id = ratings.anime_id
            AND undo_steps.created_at >= {_beginning(week)} ORDER BY undo_steps.id LIMIT 1),
        (SELECT ratings.score FROM users
            WHERE users.id = ratings.user_id AND users.created_at < {_beginning(week)})
    ), 0)"""  # noqa: S608 - our own names


_RATED_IN: Final = _week("ratings.rated_at")
_FILL_PAST: Final = f"""
    UPDATE ratings SET began_score = {_known(_RATED_IN)}, before_score = {_known(_RATED_IN + " - 1")}
    FROM clock WHERE NOT {_before("this_week - 1")}
"""  # noqa: S608 - our own names
"""Only of the ratings of this week and the last: of older ones nothing else will be asked."""


def _before_this() -> dict[str, str]:
    """Return the triggers that 0003 made and this revision replaces."""
    script = cast("ScriptDirectory", op.get_context().script)
    made: dict[str, str] = script.get_revision("0003").module.TRIGGERS
    return {name: rest for name, rest in made.items() if name != "server_titles_unrated"}


def _move_digest_weeks(by: int) -> None:
    op.execute(
        f"UPDATE servers SET digest_week = digest_week + {by}, "  # noqa: S608 - our own number
        f"digest_done_week = digest_done_week + {by}"
    )


def upgrade() -> None:
    for name in _before_this():
        op.execute(f"DROP TRIGGER {name}")
    op.add_column("ratings", sa.Column("began_score", sa.Integer))
    op.add_column("ratings", sa.Column("before_score", sa.Integer))
    # what stood before a step has its past as well
    op.add_column("undo_ratings", sa.Column("began_score", sa.Integer))
    op.add_column("undo_ratings", sa.Column("before_score", sa.Integer))
    op.execute("UPDATE undo_ratings SET began_score = score, before_score = score")
    op.execute(VIEW)
    op.execute(_TELL_WEEK)
    op.execute(_FILL_PAST)
    op.execute("DELETE FROM server_titles")
    op.execute(_COUNT_ALL)
    for name, rest in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {rest}")
    _move_digest_weeks(_FIRST_DIGEST_WEEK)


def downgrade() -> None:
    _move_digest_weeks(-_FIRST_DIGEST_WEEK)
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}")
    op.execute("DROP VIEW counted_ratings")
    for table in ("undo_ratings", "ratings"):
        op.drop_column(table, "before_score")
        op.drop_column(table, "began_score")
    for name, rest in _before_this().items():
        op.execute(f"CREATE TRIGGER {name} {rest}")
