"""The settings of a server that a menu of fixed options changes: what is offered, what it means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import discord

from bot.switches import called
from bot.ui.owned import OPTION_LENGTH
from bot.ui.server_facts import (
    ADULT,
    LANGUAGES,
    NO_ADULT,
    OWN,
    PRIVACY,
    PUBLIC,
    adult_of,
    language_of,
    privacy_of,
)
from bot.ui.text import clip
from core.catalogue.title import GENRES
from core.errors import InvalidInputError
from core.services.servers import Among

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.ui.reader import Reader
    from core.services.servers import ServerSettings

_HALF: Final = 22
_VOTES: Final = (3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50)


class Setting(StrEnum):
    """The settings that a menu of fixed options changes."""

    PRIVATE = "private"
    LANGUAGE = "language"
    ADULT = "adult"
    VOTES = "votes"
    FIRST_GENRES = "genres1"
    LAST_GENRES = "genres2"
    COMMANDS = "commands"


GENRES_OF: Final = {
    Setting.FIRST_GENRES: GENRES[:_HALF],
    Setting.LAST_GENRES: GENRES[_HALF:],
}
"""The 43 genres take two menus."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a menu offers; of `several` options any number can be chosen, also none."""

    placeholder: str
    options: tuple[discord.SelectOption, ...]
    several: bool = False


def choice_of(
    reader: Reader, setting: Setting, settings: ServerSettings, offered: Sequence[str]
) -> Choice:
    """Return the menu of `setting`; `offered` are the genres or commands to choose from, if any."""
    match setting:
        case Setting.PRIVATE:
            names = {value: reader(key) for value, key in PRIVACY.items()}
            return _one_of(reader("server-private"), names, privacy_of(settings))
        case Setting.LANGUAGE:
            names = {value: reader(key) for value, key in LANGUAGES.items()}
            return _one_of(reader("server-language"), names, language_of(settings))
        case Setting.ADULT:
            names = {value: reader(key) for value, key in ADULT.items()}
            return _one_of(reader("server-adult"), names, adult_of(settings))
        case Setting.VOTES:
            counts = sorted({*_VOTES, settings.least_votes})
            names = {str(each): reader("server-votes-least", count=each) for each in counts}
            return _one_of(reader("server-votes"), names, str(settings.least_votes))
        case Setting.FIRST_GENRES | Setting.LAST_GENRES:
            names = {each: reader.words.genre(each) for each in offered}
            first, *_, last = names.values()
            placeholder = reader("server-genres-help", first=first, last=last)
            return Choice(placeholder, _options(names, settings.hidden_genres), several=True)
        case Setting.COMMANDS:
            names = {each: called(reader.words, each) for each in offered}
            return Choice(
                reader("server-commands-help"),
                _options(names, settings.commands_off),
                several=True,
            )


def change_of(setting: Setting, values: Sequence[str], offered: Sequence[str]) -> dict[str, Any]:
    """Return what `ServerService.change` is to change for the `values` chosen.

    `offered` is as for `choice_of`. Raises `InvalidInputError` for what no menu offers.
    """
    among = Among(frozenset(offered), frozenset(values))
    first = values[0] if values else ""
    match setting:
        case Setting.PRIVATE:
            return {"private": first != PUBLIC}
        case Setting.LANGUAGE:
            if first not in LANGUAGES:
                raise InvalidInputError("That is none of the languages.")
            return {"language": None if first == OWN else first}
        case Setting.ADULT:
            return {"adult": first != NO_ADULT}
        case Setting.VOTES:
            if not first.isdecimal():
                raise InvalidInputError("That is no number of votes.")
            return {"least_votes": int(first)}
        case Setting.FIRST_GENRES | Setting.LAST_GENRES:
            return {"hidden_genres": among}
        case Setting.COMMANDS:
            return {"commands_off": among}


def _one_of(what: str, names: Mapping[str, str], chosen: str) -> Choice:
    """Return a menu of which one is always chosen; each option says of what it is one."""
    options = {value: f"{what}: {name}" for value, name in names.items()}
    return Choice(what, _options(options, {chosen}))


def _options(
    names: Mapping[str, str], chosen: frozenset[str] | set[str]
) -> tuple[discord.SelectOption, ...]:
    return tuple(
        discord.SelectOption(label=clip(name, OPTION_LENGTH), value=value, default=value in chosen)
        for value, name in names.items()
    )
