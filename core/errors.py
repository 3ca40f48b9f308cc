"""Every failure a person can act on, one type each.

The text of an exception is the sentence for the command line. The bot maps the *type* to a
sentence of its own (`bot.errors`), so the attributes carry what that sentence needs.
"""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class RikoError(Exception):
    """Something went wrong that the person or the host can mend; the text says how."""


# --- what a person typed -------------------------------------------------------------------


class InvalidInputError(RikoError):
    """A value a person gave cannot be used."""


class InvalidScoreError(InvalidInputError):
    """A score that is not a whole number from 1 to 10."""

    def __init__(self, value: object) -> None:
        self.value = value
        super().__init__(f"A score is a whole number from 1 to 10, not {shorten(value)}.")


class InvalidAgeError(InvalidInputError):
    """An age outside what Discord and human life allow."""

    def __init__(self, value: object, minimum: int, maximum: int) -> None:
        self.value = value
        self.minimum = minimum
        self.maximum = maximum
        super().__init__(
            f"An age is a whole number from {minimum} to {maximum}, not {shorten(value)}. "
            "You can also leave it out."
        )


class InvalidGenderError(InvalidInputError):
    """A gender word Riko does not know."""

    def __init__(self, value: object) -> None:
        self.value = value
        super().__init__(
            f"Gender is male, female or another, not {shorten(value)}. You can also leave it out."
        )


class TitleNotFoundError(InvalidInputError):
    """No title of the catalogue matches what was typed."""

    def __init__(self, query: object, suggestions: tuple[str, ...] = ()) -> None:
        self.query = query
        self.suggestions = suggestions
        hint = f" Did you mean {', '.join(suggestions)}?" if suggestions else ""
        text = f"No anime found for {shorten(query)}.{hint} Try a part of its name."
        if str(query).strip().isdecimal():
            text = f"No anime has the number {shorten(query)} here. Try a part of its name."
        super().__init__(text)


class GenreNotFoundError(InvalidInputError):
    """No genre that may be shown has the name that was typed."""

    def __init__(self, query: object) -> None:
        self.query = query
        super().__init__(f"{shorten(query)} is none of the genres here.")


class InvalidYearsError(InvalidInputError):
    """Years that no title can lie between, as the first is after the last."""

    def __init__(self, year_from: int, year_to: int) -> None:
        self.year_from = year_from
        self.year_to = year_to
        super().__init__(f"No anime is from {year_from} or later and from {year_to} or earlier.")


class RoundGoneError(InvalidInputError):
    """Something was asked of lists that are not (or no longer) there."""

    def __init__(self) -> None:
        super().__init__("Those lists are gone; ask for new ones first.")


class NoRatingsError(InvalidInputError):
    """What was asked needs ratings of titles the recommender knows, and there are none."""

    def __init__(self) -> None:
        super().__init__("There are no ratings to go by yet; rate a few anime first.")


class NothingToUndoError(InvalidInputError):
    """What was to be undone is undone already, too long ago, or another's."""

    def __init__(self) -> None:
        super().__init__("That cannot be undone any more.")


class NotSharedError(InvalidInputError):
    """Somebody is asked for together with a person who has not allowed it.

    It is the same for a person who rated nothing or is not known at all, so that it reveals nothing.
    """

    def __init__(self) -> None:
        super().__init__("That person does not share their taste, or has nothing to share yet.")


class NobodySharesError(InvalidInputError):
    """Nobody of a party counts but who asked for it: nobody allowed it and rated something."""

    def __init__(self) -> None:
        super().__init__("Nobody else of that party has allowed to be counted.")


class NarrowPartyError(InvalidInputError):
    """So few titles are left for several people that a list would tell what somebody knows."""

    def __init__(self) -> None:
        super().__init__("Too few titles are left to choose from for several people.")


class PartyGoneError(InvalidInputError):
    """Something was asked of a party that is not (or no longer) there."""

    def __init__(self) -> None:
        super().__init__("That party is over; make a new one.")


class NotInPartyError(InvalidInputError):
    """Something was asked of a party by somebody it was not made for."""

    def __init__(self) -> None:
        super().__init__("That party was made for others.")


class PartyPolledError(InvalidInputError):
    """A poll was asked for about a party that has one, or for which one is being made.

    `message_id` is that of the poll, none while it is being made.
    """

    def __init__(self, guild_id: int, channel_id: int, message_id: int | None) -> None:
        self.guild_id = guild_id
        self.channel_id = channel_id
        self.message_id = message_id
        super().__init__("There is a poll about that party already.")


class ServerOnlyError(InvalidInputError):
    """A list of a server's members was asked for where there is no server, or of everybody."""

    def __init__(self) -> None:
        super().__init__("That list is made of what a server's members rated; ask for it there.")


class BadExportError(InvalidInputError):
    """A file that is to be imported is no export of Riko's, or is damaged."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(f"That file cannot be imported, and nothing was changed: {problem}.")


class EmptyExportError(BadExportError):
    """A file that is to be imported is of somebody of whom nothing was kept."""

    def __init__(self) -> None:
        super().__init__("there is nothing in it")


class AnothersExportError(BadExportError):
    """A file that is to be imported is another person's; nobody takes over what others said."""

    def __init__(self) -> None:
        super().__init__("it is of another account, and only one's own data can be taken in")


class LongExportError(BadExportError):
    """A file that is to be imported has more `what` than anybody can have."""

    def __init__(self, what: str, most: int) -> None:
        self.most = most
        super().__init__(f"it has more than {most:,} {what}")


class ListError(InvalidInputError):
    """A list from elsewhere cannot be taken in; nothing was changed."""


class UnknownListError(ListError):
    """A file is no list that Riko can read."""

    def __init__(self) -> None:
        super().__init__("That file is no list of MyAnimeList's, AniList's or Riko's own.")


class DamagedListError(ListError):
    """A file is cut off, says what cannot be, or was made to do harm."""

    def __init__(self) -> None:
        super().__init__("That file is damaged; please export your list anew.")


class LargeListError(ListError):
    """A file, or what is packed in it, has more bytes than a list can have."""

    def __init__(self, most: int) -> None:
        self.megabytes = most // 2**20
        super().__init__(f"That file is larger than {self.megabytes} MB.")


class LongListError(ListError):
    """A list has more entries than there are titles."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(f"That list has more than {most:,} entries.")


class EmptyListError(ListError):
    """A list has no entry."""

    def __init__(self) -> None:
        super().__init__("There is no anime in that list.")


class MangaListError(ListError):
    """A list is of manga."""

    def __init__(self) -> None:
        super().__init__("That is a list of manga; please export the one of anime.")


class NumbersOfAniListError(ListError):
    """A list names titles by AniList's own numbers only, and AniList did not tell which those are."""

    def __init__(self) -> None:
        super().__init__(
            "AniList did not tell which titles that file means; give the user name instead."
        )


class ListAccountError(ListError):
    """An account elsewhere does not exist, or nobody has a name like that."""

    def __init__(self) -> None:
        super().__init__("There is no account with that name.")


class PrivateListError(ListError):
    """An account elsewhere shows its list to nobody."""

    def __init__(self) -> None:
        super().__init__("That list is private.")


class OneListError(ListError):
    """A file and a user name were given, or neither."""

    def __init__(self) -> None:
        super().__init__("Give either a file or a user name.")


class ListsTooOftenError(ListError):
    """Somebody gave so many lists that others would have to wait; `retry_after` is in seconds."""

    def __init__(self, wait: float) -> None:
        """`wait` is after how many seconds the person may go on."""
        self.retry_after = wait
        super().__init__(f"Those are many lists; try again in {wait:.0f} seconds.")


class ListGoneError(ListError):
    """A list that was looked at is not (or no longer) waiting to be taken in."""

    def __init__(self) -> None:
        super().__init__("That list is taken in already, or waited too long; give it again.")


# --- what the host set up ------------------------------------------------------------------


class CatalogueError(RikoError):
    """A catalogue file is missing, of an unknown layout, or has no usable row."""


class DataBusyError(RikoError):
    """Another command, or the bot, changes the data folder at the moment."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} is being changed by another Riko; try again when that is done.")


class BundleError(RikoError):
    """A bundle is missing, damaged, incomplete or from a newer Riko; the text names the file."""

    def __init__(self, path: Path, problem: str) -> None:
        self.path = path
        super().__init__(f"{path}: {problem}")


class TrainingDataError(RikoError):
    """Training data that cannot be used; the text names file and column."""


class DatabaseError(RikoError):
    """The database cannot be opened, read or written."""


class NewerDatabaseError(DatabaseError):
    """The database was made by a newer Riko."""


class DatabaseReadOnlyError(DatabaseError):
    """The database file or its folder may not be written."""


class DatabaseFullError(DatabaseError):
    """The disk that holds the database is full."""


class DatabaseBusyError(DatabaseError):
    """Somebody else held the database for longer than the time-out."""


# --- the web ---------------------------------------------------------------------------------


class OutsideError(RikoError):
    """A web service Riko asked something of did not give it; the text names its host."""

    def __init__(self, host: str, text: str) -> None:
        self.host = host
        super().__init__(text)

    @property
    def outage(self) -> bool:
        """Whether the service answers nobody just now, whatever it is asked."""
        return False


class UnreachableError(OutsideError):
    """A web service cannot be reached or does not answer in time."""

    @property
    def outage(self) -> bool:
        """It is one."""
        return True

    def __init__(self, host: str, problem: str) -> None:
        super().__init__(host, f"{host} cannot be reached ({problem}); try again later.")


class RefusedError(OutsideError):
    """A web service answered with a status that is not the wanted one.

    `answer` is the JSON that came with it, if any; `retry_after` in how many seconds the service
    wants to be asked again, if it said so; `again` whether it may do better later.
    """

    def __init__(
        self,
        host: str,
        status: int,
        *,
        answer: object = None,
        retry_after: float | None = None,
        again: bool = False,
    ) -> None:
        self.status = status
        self.answer = answer
        self.retry_after = retry_after
        self.again = again
        later = "; try again later" if again else ""
        super().__init__(host, f"{host} refused a request (status {status}){later}.")

    @property
    def too_often(self) -> bool:
        """Whether it was asked too often."""
        return self.status == HTTPStatus.TOO_MANY_REQUESTS

    @property
    def outage(self) -> bool:
        """Whether it was asked too often or is out of service."""
        return self.too_often or self.status == HTTPStatus.SERVICE_UNAVAILABLE


class BrokenAnswerError(OutsideError):
    """A web service answered with something that cannot be used.

    `again` is whether the same request may well be answered better.
    """

    def __init__(self, host: str, problem: str, *, again: bool = False) -> None:
        self.again = again
        super().__init__(host, f"The answer of {host} cannot be used: {problem}.")


class DownloadError(RikoError):
    """A file could be had from none of the places it may be at; `problems` has one for each."""

    def __init__(self, name: str, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__(f"{name} could not be fetched: {'; '.join(problems)}.")


# --- the worker ------------------------------------------------------------------------------


class BusyError(RikoError):
    """More people are waiting than can be answered in time; nothing was done.

    `retry_after` is in how many seconds it is worth another try: whole ones, 1 or more.
    """

    def __init__(self, wait: float) -> None:
        """`wait` is how many seconds those who are there already will take."""
        self.retry_after = float(max(1, math.ceil(wait)))
        seconds = "1 second" if self.retry_after == 1 else f"{self.retry_after:.0f} seconds"
        super().__init__(f"Too many people are asking right now; try again in {seconds}.")


class InferenceError(RikoError):
    """The worker failed or stopped while a request was waiting; the request may be repeated."""

    def __init__(self) -> None:
        super().__init__("The recommender had to restart; please try again.")


def shorten(value: object, limit: int = 60) -> str:
    """Return `value` quoted, at most `limit` characters of it, safe to show in one line."""
    text = " ".join(str(value).split())
    return f"“{text if len(text) <= limit else text[: limit - 1] + '…'}”"
