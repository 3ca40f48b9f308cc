"""The file in which a person takes along all that is kept of them, and what makes it a good one.

What a person may have thousands of is a plain dictionary: unlike a model's, its many objects do not
hold the whole process up when Python looks for garbage.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Final, Literal, NotRequired

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    FailFast,
    Field,
    TypeAdapter,
    ValidationError,
    with_config,
)
from typing_extensions import TypedDict

from core.catalogue.title import GENRES
from core.errors import AnothersExportError, BadExportError, EmptyExportError, LongExportError
from core.person import HIGHEST_SCORE, LOWEST_SCORE, MINIMUM_AGE, Gender, TitleLanguage
from core.recommender.filters import Filters
from core.services.rounds import StoredKind
from core.storage.tables import DismissalKind, ListName

FORMAT: Final = "riko-export"
VERSION: Final = 1

_FORMAT: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{\s*\"format\"\s*:\s*\"riko-export\"")

LARGEST_FILE: Final = 10 * 2**20
"""Bytes; what Discord takes as an attachment."""
MOST_TITLES: Final = 30_000
"""Ratings or dismissals of one person: more than there are titles."""
MOST_ROUNDS: Final = 5_000
MOST_LISTED: Final = 10
"""Titles of one list of a round."""
MOST_SERVERS: Final = 10_000
MOST_LATEST: Final = 1_000
LONGEST_TYPE: Final = 40
"""Characters of a title's type."""


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


_STRICT: Final = ConfigDict(extra="forbid")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ExportedProfile(_Part):
    """What a person said about themselves and how they want it."""

    birth_year: Annotated[int, Field(ge=1850, le=2200)] | None = None
    gender: Gender | None = None
    title_language: TitleLanguage | None = None
    private: bool = True
    private_chosen: bool = True
    in_server_lists: bool = True
    shareable: bool = False
    twins: bool = False
    created_at: Moment
    asked_at: Moment | None = None


@with_config(_STRICT)
class ExportedRating(TypedDict):
    """A rating; those of a file stand in their order, oldest first."""

    anime_id: TitleId
    title: NotRequired[str | None]
    score: Score
    rated_at: Moment
    began_score: NotRequired[Score | None]
    """What the score was as the week of `rated_at` began, none before it."""
    before_score: NotRequired[Score | None]
    """What it was as the week before began, none before it."""


@with_config(_STRICT)
class ExportedDismissal(TypedDict):
    """A dismissed title."""

    anime_id: TitleId
    title: NotRequired[str | None]
    kind: DismissalKind
    created_at: Moment


@with_config(_STRICT)
class ExportedTitle(TypedDict):
    """A title of a list of a round; those of a list stand in their order, best first."""

    anime_id: TitleId
    title: NotRequired[str | None]
    predicted: Rating
    because_id: NotRequired[TitleId | None]


class ExportedRound(_Part):
    """A pair of lists. `id` and `previous_id` tie those together that continue each other."""

    id: Id
    previous_id: Id | None = None
    created_at: Moment
    rating_count: Annotated[int, Field(ge=0, lt=2**31)]
    score: Score | None = None
    scored_at: Moment | None = None
    filters: Filters | None = None
    kinds: Annotated[tuple[StoredKind, ...], Field(max_length=MOST_LISTED)] = ()
    titles: dict[ListName, Annotated[tuple[ExportedTitle, ...], Field(max_length=MOST_LISTED)]]


@with_config(_STRICT)
class ExportedServer(TypedDict):
    """A server in which the person used Riko; never imported, as anybody could claim it."""

    guild_id: Id
    seen_at: Moment


@with_config(_STRICT)
class ExportedPartyTitle(TypedDict):
    """A title of a party; those of one stand in their order, best first."""

    anime_id: TitleId
    title: NotRequired[str | None]
    mean: NotRequired[float | None]
    """What all would likely give it on average; left out where it would tell another's part."""


class ExportedParty(_Part):
    """A watch party the person is of; never imported, as it is other people's too."""

    id: Id
    guild_id: Id
    channel_id: Id
    created_at: Moment
    asked: bool
    """Whether it was this person who asked for it."""
    counted: bool
    titles: Annotated[tuple[ExportedPartyTitle, ...], Field(max_length=MOST_LISTED)]
    polled_at: Moment | None = None
    poll_id: Id | None = None


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
    ratings: Annotated[tuple[ExportedRating, ...], Field(max_length=MOST_TITLES), FailFast()] = ()
    dismissals: Annotated[
        tuple[ExportedDismissal, ...], Field(max_length=MOST_TITLES), FailFast()
    ] = ()
    rounds: Annotated[tuple[ExportedRound, ...], Field(max_length=MOST_ROUNDS), FailFast()] = ()
    servers: Annotated[tuple[ExportedServer, ...], Field(max_length=MOST_SERVERS), FailFast()] = ()
    parties: Annotated[tuple[ExportedParty, ...], FailFast()] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing of anybody."""
        return not (self.profile or self.ratings or self.dismissals or self.rounds)

    def to_json(self) -> bytes:
        """Return the file's content, a line for each entry.

        Each line is made by itself: while pydantic works, no other thread of Python does.
        """
        head = self.model_dump_json(exclude=set(_LISTS), exclude_none=True)
        parts = [head.removesuffix("}").encode()]
        for name, adapter in _LISTS.items():
            lines = [adapter.dump_json(each, exclude_none=True) for each in getattr(self, name)]
            parts.append(b',\n"%b":[\n%b\n]' % (name.encode(), b",\n".join(lines)))
        return b"".join([*parts, b"}\n"])


_LISTS: Final[dict[str, TypeAdapter[object]]] = {
    "ratings": TypeAdapter(ExportedRating),
    "dismissals": TypeAdapter(ExportedDismissal),
    "rounds": TypeAdapter(ExportedRound),
    "servers": TypeAdapter(ExportedServer),
    "parties": TypeAdapter(ExportedParty),
}


def is_export(data: bytes) -> bool:
    """Return whether a file calls itself an export of Riko's, which it does at its beginning."""
    return _FORMAT.match(data) is not None


def read_export(data: bytes, user_id: int, this_year: int) -> Export:
    """Return what a file that `user_id` gives holds.

    Raises `BadExportError`, whose text repeats nothing of the file, when it is no export, has
    values that cannot be, says something twice or more than anybody can have, is empty, or is
    another person's.
    """
    if len(data) > LARGEST_FILE:
        raise BadExportError(f"it is larger than {LARGEST_FILE // 2**20} MB")
    try:
        export = Export.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        entry = str(first["loc"][0]) if first["loc"] else ""
        if first["type"] == "too_long":
            what = entry if len(first["loc"]) == 1 else "titles in a list"
            raise LongExportError(what, first.get("ctx", {})["max_length"]) from None
        if entry in {"profile", *_LISTS}:
            raise BadExportError(f"something in its entry {entry} is damaged") from None
        raise BadExportError("it is no export of this Riko") from None
    if export.is_empty:
        raise EmptyExportError
    if export.user_id != user_id:
        raise AnothersExportError
    for name, numbers in (
        ("ratings", [rating["anime_id"] for rating in export.ratings]),
        ("dismissals", [each["anime_id"] for each in export.dismissals]),
        ("rounds", [round_.id for round_ in export.rounds]),
    ):
        if len(set(numbers)) != len(numbers):
            raise BadExportError(f"its entry {name} has something twice")
    if not all(map(_can_be, export.rounds)):
        raise BadExportError("something in its entry rounds is damaged")
    born = export.profile.birth_year if export.profile else None
    # no oldest age: who said 120 is older by the time they import
    if born is not None and this_year - born < MINIMUM_AGE:
        raise BadExportError("its year of birth is that of nobody who may use Discord")
    return export


def _can_be(round_: ExportedRound) -> bool:
    """Return whether Riko could have made such a round."""
    for listed in round_.titles.values():
        if len({title["anime_id"] for title in listed}) != len(listed):
            return False
    return all(map(_kind_can_be, round_.kinds)) and (
        round_.filters is None or _filters_can_be(round_.filters)
    )


def _kind_can_be(kind: StoredKind) -> bool:
    return set(kind.genres) <= set(GENRES) and len(kind.genres) + len(kind.examples) <= MOST_LISTED


def _filters_can_be(filters: Filters) -> bool:
    numbers = (
        (filters.latest, MOST_LATEST),
        (filters.year_from, 9_999),
        (filters.year_to, 9_999),
        (filters.episodes_to, 9_999),
    )
    return (
        all(number is None or 0 < number <= most for number, most in numbers)
        and len(filters.type or "") <= LONGEST_TYPE
        and len(filters.also) + len(filters.without) <= len(GENRES)
        and filters.genres <= set(GENRES)
    )
