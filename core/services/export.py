"""The file in which a person takes along all that is kept of them, and what makes it a good one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from core.catalogue.title import GENRES
from core.errors import BadExportError
from core.person import HIGHEST_SCORE, LOWEST_SCORE, MAXIMUM_AGE, MINIMUM_AGE, Gender, TitleLanguage
from core.recommender.filters import Filters
from core.services.rounds import StoredKind
from core.storage.tables import DismissalKind, ListName

FORMAT: Final = "riko-export"
VERSION: Final = 1

LARGEST_FILE: Final = 10 * 2**20
"""Bytes; what Discord takes as an attachment."""


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("a moment that no calendar has") from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
TitleId = Annotated[int, Field(ge=1, lt=2**31)]
Score = Annotated[int, Field(ge=LOWEST_SCORE, le=HIGHEST_SCORE)]
Rating = Annotated[float, Field(ge=LOWEST_SCORE, le=HIGHEST_SCORE)]
Id = Annotated[int, Field(ge=0, lt=2**63)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ExportedProfile(_Part):
    """What a person said about themselves and how they want it."""

    birth_year: Annotated[int, Field(ge=1850, le=2200)] | None = None
    gender: Gender | None = None
    title_language: TitleLanguage | None = None
    private: bool = True
    in_server_lists: bool = True
    shareable: bool = False
    created_at: Moment
    asked_at: Moment | None = None


class ExportedRating(_Part):
    """A rating; those of a file stand in their order, oldest first."""

    anime_id: TitleId
    title: str | None = None
    score: Score
    rated_at: Moment


class ExportedDismissal(_Part):
    """A dismissed title."""

    anime_id: TitleId
    title: str | None = None
    kind: DismissalKind
    created_at: Moment


class ExportedTitle(_Part):
    """A title of a list of a round; those of a list stand in their order, best first."""

    anime_id: TitleId
    title: str | None = None
    predicted: Rating
    because_id: TitleId | None = None


class ExportedRound(_Part):
    """A pair of lists. `id` and `previous_id` tie those together that continue each other."""

    id: Id
    previous_id: Id | None = None
    created_at: Moment
    rating_count: Annotated[int, Field(ge=0, lt=2**31)]
    score: Score | None = None
    scored_at: Moment | None = None
    filters: Filters | None = None
    kinds: tuple[StoredKind, ...] = ()
    titles: dict[ListName, tuple[ExportedTitle, ...]]


class ExportedServer(_Part):
    """A server in which the person used Riko; never imported, as anybody could claim it."""

    guild_id: Id
    seen_at: Moment


class Export(_Part):
    """All that is kept of one person, but for the steps that can be undone.

    Titles are named for the reader; only their ids count. The file is complete for everybody, also
    for somebody who may not see adult titles any more, and may be opened anywhere: so adult titles
    stand in it by their ids alone.
    """

    format: Literal["riko-export"] = FORMAT
    version: Literal[1] = VERSION
    user_id: Id
    profile: ExportedProfile | None = None
    ratings: tuple[ExportedRating, ...] = ()
    dismissals: tuple[ExportedDismissal, ...] = ()
    rounds: tuple[ExportedRound, ...] = ()
    servers: tuple[ExportedServer, ...] = ()

    def to_json(self) -> bytes:
        """Return the file's content."""
        return self.model_dump_json(indent=1, exclude_none=True).encode()


def read_export(data: bytes, this_year: int) -> Export:
    """Return what a file holds.

    Raises `BadExportError`, whose text repeats nothing of the file, when it is no export, has
    values that cannot be, or says something twice.
    """
    if len(data) > LARGEST_FILE:
        raise BadExportError(f"it is larger than {LARGEST_FILE // 2**20} MB")
    try:
        export = Export.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_input=False, include_context=False, include_url=False)[0]
        entry = str(first["loc"][0]) if first["loc"] else ""
        if entry in {"profile", "ratings", "dismissals", "rounds", "servers"}:
            raise BadExportError(f"something in its entry {entry} is damaged") from None
        raise BadExportError("it is no export of this Riko") from None
    for name, numbers in (
        ("ratings", [rating.anime_id for rating in export.ratings]),
        ("dismissals", [dismissal.anime_id for dismissal in export.dismissals]),
        ("rounds", [round_.id for round_ in export.rounds]),
    ):
        if len(set(numbers)) != len(numbers):
            raise BadExportError(f"its entry {name} has something twice")
    named = {genre for round_ in export.rounds for kind in round_.kinds for genre in kind.genres}
    for round_ in export.rounds:
        named |= round_.filters.genres if round_.filters else frozenset()
    if not named <= set(GENRES):
        raise BadExportError("something in its entry rounds is damaged")
    born = export.profile.birth_year if export.profile else None
    if born is not None and not MINIMUM_AGE <= this_year - born <= MAXIMUM_AGE:
        raise BadExportError("its year of birth is that of nobody who may use Discord")
    return export
