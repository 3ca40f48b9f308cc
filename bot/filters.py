"""The options by which several commands narrow their lists."""

from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

from discord import app_commands

from bot.ui.words import says
from core.errors import InvalidInputError
from core.recommender.filters import Filters

EARLIEST_YEAR: Final = 1900
LATEST_YEAR: Final = 2100
MOST_LATEST: Final = 20

TYPES: Final = [
    app_commands.Choice(name=says("type-tv"), value="TV"),
    app_commands.Choice(name=says("type-movie"), value="Movie"),
    app_commands.Choice(name=says("type-ova"), value="OVA"),
    app_commands.Choice(name=says("type-ona"), value="ONA"),
    app_commands.Choice(name=says("type-special"), value="Special"),
    app_commands.Choice(name=says("type-music"), value="Music"),
]


CommandT = TypeVar("CommandT", bound=Callable[..., Coroutine[Any, Any, None]])


def narrowing(command: CommandT) -> CommandT:
    """Name and explain the options `genre`, `kind`, `year_from`, `year_to` and `hide_sequels`.

    Belongs below `app_commands.command`, as discord.py's own decorators of options do.
    """
    command = app_commands.rename(
        genre=says("option-genre"),
        kind=says("option-type"),
        year_from=says("option-year-from"),
        year_to=says("option-year-to"),
        hide_sequels=says("option-hide-sequels"),
    )(command)
    command = app_commands.describe(
        genre=says("option-genre-help"),
        kind=says("option-type-help"),
        year_from=says("option-year-from-help"),
        year_to=says("option-year-to-help"),
        hide_sequels=says("option-hide-sequels-help"),
    )(command)
    return app_commands.choices(kind=TYPES)(command)


def filters_given(
    genre: str | None,
    kind: str | None,
    year_from: int | None,
    year_to: int | None,
    hide_sequels: bool,
    latest: int | None = None,
) -> Filters:
    """Return the filters, held to what Discord offers: other programs send anything.

    Raises `InvalidInputError`.
    """
    if kind is not None and kind not in {choice.value for choice in TYPES}:
        raise InvalidInputError("That is none of the types.")
    for number, least, most in (
        (year_from, EARLIEST_YEAR, LATEST_YEAR),
        (year_to, EARLIEST_YEAR, LATEST_YEAR),
        (latest, 1, MOST_LATEST),
    ):
        if number is not None and not least <= number <= most:
            raise InvalidInputError(f"That is not a number from {least} to {most}.")
    return Filters(genre, kind, year_from, year_to, hide_sequels, latest)
