"""What Riko remembers of people: who they are, what they rated, which lists they were shown.

The tables are made by `migrations/` alone; a test holds both descriptions together. Titles are
not here: the catalogue is a file, so `anime_id` columns reference nothing.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - SQLAlchemy reads the annotations at run time
from enum import StrEnum
from typing import ClassVar, Final

from sqlalchemy import (
    CheckConstraint,
    Float,
    ForeignKey,
    UniqueConstraint,
    false,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.person import HIGHEST_SCORE, LOWEST_SCORE, Gender, TitleLanguage
from core.storage.columns import Base, one_of


class ListName(StrEnum):
    """The two lists of a round, as they are stored."""

    SIMILAR = "similar"
    MAY_LIKE = "may_like"


class DismissalKind(StrEnum):
    """Why a person wants to see no more of a title they have not rated, as it is stored."""

    NOT_FOR_ME = "not_for_me"
    SEEN = "seen"


class DigestTrouble(StrEnum):
    """Why a server's digest ended by itself, as it is stored."""

    CHANNEL_GONE = "channel_gone"
    NOT_ALLOWED = "not_allowed"


FEWEST_VOTES: Final = 3
MOST_VOTES: Final = 50
"""What a server may ask for; fewer votes would tell what single members gave."""


_SCORE = f"score BETWEEN {LOWEST_SCORE} AND {HIGHEST_SCORE}"


class User(Base):
    """A person who rated something or said something about themselves."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint(one_of("gender", Gender), name="gender"),
        CheckConstraint(one_of("title_language", TitleLanguage), name="title_language"),
    )

    id: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, doc="The person's Discord id (64 bits)."
    )
    birth_year: Mapped[int | None] = mapped_column(
        doc="The year of birth, so that the age stays right; empty: not said."
    )
    gender: Mapped[str | None] = mapped_column(doc="A `Gender`; empty: not said.")
    created_at: Mapped[datetime] = mapped_column(doc="When Riko first stored something of them.")
    title_language: Mapped[str | None] = mapped_column(
        doc="The `TitleLanguage` titles are named in; empty: as usual where the person reads."
    )
    private: Mapped[bool] = mapped_column(
        server_default=true(), doc="Whether answers are shown to the person alone by default."
    )
    in_server_lists: Mapped[bool] = mapped_column(
        server_default=true(),
        doc="Whether the ratings count, namelessly, in what a server's members think.",
    )
    shareable: Mapped[bool] = mapped_column(
        server_default=false(),
        doc="Whether others may ask for what they and this person would like, for two or a party.",
    )
    profile_asked_at: Mapped[datetime | None] = mapped_column(
        doc="When the person was asked for age and gender, which is done once; empty: not yet."
    )
    private_chosen: Mapped[bool] = mapped_column(
        server_default=false(),
        doc="Whether the person chose `private`; until then a server's own setting counts there.",
    )
    twins: Mapped[bool] = mapped_column(
        server_default=false(),
        doc="Whether members of the same servers with the same taste may find this person.",
    )


class Rating(Base):
    """The score a person gave a title; one row per person and title."""

    __tablename__ = "ratings"
    __table_args__ = (
        CheckConstraint(_SCORE, name="score"),
        UniqueConstraint("user_id", "ordinal"),
        # the key alone orders the table: all ratings of one person lie side by side
        {"sqlite_with_rowid": False},
    )

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, doc="Who rated."
    )
    anime_id: Mapped[int] = mapped_column(primary_key=True, doc="The title's MyAnimeList id.")
    score: Mapped[int] = mapped_column(doc="1 to 10.")
    rated_at: Mapped[datetime] = mapped_column(doc="When the score was given, or given again.")
    ordinal: Mapped[int] = mapped_column(
        doc="The order of the person's ratings; rating again makes it their largest."
    )
    began_score: Mapped[int | None] = mapped_column(
        doc="The score as the week of `rated_at` began, by a trigger; empty: none was known."
    )
    before_score: Mapped[int | None] = mapped_column(
        doc="The score as the week before that began, by a trigger; empty likewise."
    )


class Dismissal(Base):
    """A title a person wants to see no more of without rating it."""

    __tablename__ = "dismissals"
    __table_args__ = (
        CheckConstraint(one_of("kind", DismissalKind), name="kind"),
        {"sqlite_with_rowid": False},
    )

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, doc="Who dismissed it."
    )
    anime_id: Mapped[int] = mapped_column(primary_key=True, doc="The title's MyAnimeList id.")
    kind: Mapped[str] = mapped_column(doc="A `DismissalKind`.")
    created_at: Mapped[datetime] = mapped_column(doc="When it was dismissed.")


class UndoStep(Base):
    """One change of a person's ratings that can still be undone; the newest few are kept."""

    __tablename__ = "undo_steps"
    # an id is never given twice: an old button must not undo something newer
    __table_args__: ClassVar = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True, doc="Counts up over everybody's steps.")
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True, doc="Whose ratings changed."
    )
    created_at: Mapped[datetime] = mapped_column(doc="When they did.")


class UndoRating(Base):
    """What stood before a step changed the rating of one title."""

    __tablename__ = "undo_ratings"
    __table_args__: ClassVar = {"sqlite_with_rowid": False}

    step_id: Mapped[int] = mapped_column(
        ForeignKey("undo_steps.id", ondelete="CASCADE"), primary_key=True, doc="The step."
    )
    anime_id: Mapped[int] = mapped_column(primary_key=True, doc="The title's MyAnimeList id.")
    score: Mapped[int | None] = mapped_column(doc="The score before; empty: it was not rated.")
    rated_at: Mapped[datetime | None] = mapped_column(doc="When that was given; empty likewise.")
    ordinal: Mapped[int | None] = mapped_column(doc="That rating's place; empty likewise.")
    given: Mapped[int | None] = mapped_column(
        doc="The score the step gave; empty: it removed the rating or, if there was none, "
        "dismissed the title."
    )
    dismissed: Mapped[str | None] = mapped_column(
        doc="The `DismissalKind` that the step ended; empty: it was not dismissed."
    )
    dismissed_at: Mapped[datetime | None] = mapped_column(doc="When it was; empty likewise.")
    began_score: Mapped[int | None] = mapped_column(doc="The `Rating.began_score` before.")
    before_score: Mapped[int | None] = mapped_column(doc="The `Rating.before_score` before.")


class Member(Base):
    """A person who used Riko in a server."""

    __tablename__ = "members"
    __table_args__: ClassVar = {"sqlite_with_rowid": False}

    guild_id: Mapped[int] = mapped_column(primary_key=True, doc="The server's Discord id.")
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True, doc="Who."
    )
    seen_at: Mapped[datetime] = mapped_column(doc="When last, give or take a day.")


class Server(Base):
    """What the people who run a server set for it; a row appears with the first setting."""

    __tablename__ = "servers"
    __table_args__ = (
        CheckConstraint(f"least_votes BETWEEN {FEWEST_VOTES} AND {MOST_VOTES}", name="least_votes"),
        CheckConstraint(one_of("digest_trouble", DigestTrouble), name="digest_trouble"),
    )

    guild_id: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, doc="The server's Discord id."
    )
    private: Mapped[bool] = mapped_column(
        server_default=true(),
        doc="Whether answers are private for people who have not chosen themselves.",
    )
    language: Mapped[str | None] = mapped_column(
        doc="The language of what everybody there sees (`en`, `ja`); empty: each person's own."
    )
    adult: Mapped[bool] = mapped_column(
        server_default=true(), doc="Whether age-restricted channels may show adult titles."
    )
    least_votes: Mapped[int] = mapped_column(
        server_default=str(FEWEST_VOTES), doc="How many votes a title needs in the top lists."
    )
    hidden_genres: Mapped[str | None] = mapped_column(
        doc="The genres never shown there, as a JSON list; empty: none."
    )
    commands_off: Mapped[str | None] = mapped_column(
        doc="The names of the commands that are off, as a JSON list; empty: none."
    )
    digest_channel_id: Mapped[int | None] = mapped_column(
        index=True, doc="The channel of the weekly digest; empty: there is no digest."
    )
    digest_week: Mapped[int | None] = mapped_column(
        doc="The last week whose digest somebody took upon themselves to send."
    )
    digest_done_week: Mapped[int | None] = mapped_column(
        doc="The last week whose digest was sent, or had nothing to say."
    )
    digest_trouble: Mapped[str | None] = mapped_column(
        doc="The `DigestTrouble` that ended the digest; empty: none."
    )


class ServerTitle(Base):
    """What the members of a server who allow it gave a title; triggers keep it right.

    All sums are over one score a member. The past is that of the ratings that count now, with the
    scores they had: who comes or leaves moves nothing, and what was taken back was never there. An
    import that writes over a score keeps its moment, and so corrects the past since then: that
    moves nothing either. A row whose `week` is over holds for the weeks since as well: nothing changed in them. There is
    none for a title without votes.
    """

    __tablename__ = "server_titles"
    __table_args__ = (
        CheckConstraint("votes >= 0", name="votes"),
        {"sqlite_with_rowid": False},
    )

    guild_id: Mapped[int] = mapped_column(primary_key=True, doc="The server's Discord id.")
    anime_id: Mapped[int] = mapped_column(primary_key=True, doc="The title's MyAnimeList id.")
    votes: Mapped[int] = mapped_column(doc="How many members rated it.")
    total: Mapped[int] = mapped_column(doc="The sum of their scores.")
    squares: Mapped[int] = mapped_column(doc="The sum of the squares of their scores.")
    week: Mapped[int] = mapped_column(doc="When it changed last (`core.storage.week`).")
    began_votes: Mapped[int] = mapped_column(doc="`votes` as that week began.")
    began_total: Mapped[int] = mapped_column(doc="`total` as that week began.")
    began_squares: Mapped[int] = mapped_column(doc="`squares` as that week began.")
    before_votes: Mapped[int] = mapped_column(doc="`votes` as the week before began.")
    before_total: Mapped[int] = mapped_column(doc="`total` as the week before began.")
    before_squares: Mapped[int] = mapped_column(doc="`squares` as the week before began.")


class Clock(Base):
    """The present week, for the triggers; one row."""

    __tablename__ = "clock"
    __table_args__ = (CheckConstraint("id = 1", name="id"),)

    id: Mapped[int] = mapped_column(primary_key=True, doc="Always 1.")
    this_week: Mapped[int] = mapped_column(doc="The week of the last write; see `Database.write`.")


class Round(Base):
    """One pair of lists a person was shown."""

    __tablename__ = "rounds"
    __table_args__ = (
        CheckConstraint(_SCORE, name="score"),
        # an id is never given twice: a button under an old message must not find a newer round
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True, doc="Counts up over everybody's rounds.")
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True, doc="Who was shown the lists."
    )
    created_at: Mapped[datetime] = mapped_column(doc="When they were made.")
    rating_count: Mapped[int] = mapped_column(doc="How many ratings they were made from.")
    score: Mapped[int | None] = mapped_column(
        doc="What the person gave the lists, 1 to 10; empty: nothing yet."
    )
    scored_at: Mapped[datetime | None] = mapped_column(doc="When, or when last.")
    filters: Mapped[str | None] = mapped_column(
        doc="What they were narrowed to, as JSON (`Filters`); empty: nothing."
    )
    kinds: Mapped[str | None] = mapped_column(
        doc="The kinds of anime Similar Anime was chosen from, as JSON; empty: not known."
    )
    previous_id: Mapped[int | None] = mapped_column(
        ForeignKey("rounds.id", ondelete="SET NULL"),
        index=True,
        doc="The round these lists continue; empty: they stand alone.",
    )


class RoundTitle(Base):
    """One title of one list of a round."""

    __tablename__ = "round_titles"
    __table_args__ = (
        CheckConstraint(one_of("list", ListName), name="list"),
        CheckConstraint("rank >= 1", name="rank"),
        {"sqlite_with_rowid": False},
    )

    round_id: Mapped[int] = mapped_column(
        ForeignKey("rounds.id", ondelete="CASCADE"), primary_key=True, doc="The round."
    )
    list: Mapped[str] = mapped_column(primary_key=True, doc="A `ListName`.")
    rank: Mapped[int] = mapped_column(primary_key=True, doc="The place in that list, from 1.")
    anime_id: Mapped[int] = mapped_column(doc="The title's MyAnimeList id.")
    predicted: Mapped[float] = mapped_column(Float, doc="The rating (1–10) Riko expected.")
    because_id: Mapped[int | None] = mapped_column(
        doc="The rated title that spoke for it most; empty: none did."
    )


class Party(Base):
    """Titles that several people of a server were shown to watch together; kept for a week."""

    __tablename__ = "parties"
    # an id is never given twice: a button below an old message must not find a newer party
    __table_args__: ClassVar = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True, doc="Counts up over everybody's parties.")
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True, doc="Who asked for it."
    )
    guild_id: Mapped[int] = mapped_column(index=True, doc="The server's Discord id.")
    channel_id: Mapped[int] = mapped_column(doc="The Discord id of the channel it is shown in.")
    created_at: Mapped[datetime] = mapped_column(index=True, doc="When it was made.")
    titles: Mapped[str] = mapped_column(
        doc="The titles, best first, each with the mean of what was expected, as JSON."
    )
    polled_at: Mapped[datetime | None] = mapped_column(
        doc="When the poll about it was begun; empty: there is none."
    )
    poll_id: Mapped[int | None] = mapped_column(
        doc="The Discord id of the poll's message; empty: there is none, or not yet."
    )


class PartyPerson(Base):
    """A person a party was made for; people Riko keeps nothing else of are not noted."""

    __tablename__ = "party_people"
    __table_args__: ClassVar = {"sqlite_with_rowid": False}

    party_id: Mapped[int] = mapped_column(
        ForeignKey("parties.id", ondelete="CASCADE"), primary_key=True, doc="The party."
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True, doc="Who."
    )
    counted: Mapped[bool] = mapped_column(
        doc="Whether the titles were chosen for them too; else they had not allowed it."
    )
