"""What Riko remembers of people: who they are, what they rated, which lists they were shown.

The tables are made by `migrations/` alone; a test holds both descriptions together. Titles are
not here: the catalogue is a file, so `anime_id` columns reference nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import CheckConstraint, DateTime, Float, ForeignKey, MetaData, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from core.person import HIGHEST_SCORE, LOWEST_SCORE, Gender

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect


class ListName(StrEnum):
    """The two lists of a round, as they are stored."""

    SIMILAR = "similar"
    MAY_LIKE = "may_like"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, stored in UTC and read back aware. Refuses a naive `datetime` by `ValueError`."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return `value` in UTC, without zone, as SQLite keeps it."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a stored moment needs a time zone"
            raise ValueError(msg)
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the stored `value` as an aware moment."""
        return None if value is None else value.replace(tzinfo=UTC)


def _one_of(column: str, words: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(word.value) for word in words)})"


_SCORE = f"score BETWEEN {LOWEST_SCORE} AND {HIGHEST_SCORE}"


class Base(DeclarativeBase):
    """The tables' common ground: how constraints are named, how Python types are stored."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: UtcDateTime}


class User(Base):
    """A person who rated something or said something about themselves."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint(_one_of("gender", Gender), name="gender"),)

    id: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, doc="The person's Discord id (64 bits)."
    )
    birth_year: Mapped[int | None] = mapped_column(
        doc="The year of birth, so that the age stays right; empty: not said."
    )
    gender: Mapped[str | None] = mapped_column(doc="A `Gender`; empty: not said.")
    created_at: Mapped[datetime] = mapped_column(doc="When Riko first stored something of them.")


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


class RoundTitle(Base):
    """One title of one list of a round."""

    __tablename__ = "round_titles"
    __table_args__ = (
        CheckConstraint(_one_of("list", ListName), name="list"),
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
