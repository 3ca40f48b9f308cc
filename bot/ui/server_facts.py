"""What is set for a server, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.switches import called
from bot.ui.limits import FIELD, VIOLET
from bot.ui.text import clip
from core.services.servers import DigestTrouble

if TYPE_CHECKING:
    from bot.ui.reader import Reader
    from core.services.servers import ServerSettings
    from core.showing import Showing

OWN: Final = "own"
"""Stands for each person's own language."""
PUBLIC: Final = "public"
NO_ADULT: Final = "never"

PRIVACY: Final = {"private": "server-private-private", PUBLIC: "server-private-public"}
LANGUAGES: Final = {
    OWN: "server-language-own",
    "en": "server-language-en",
    "ja": "server-language-ja",
}
ADULT: Final = {"allow": "server-adult-allow", NO_ADULT: "server-adult-never"}
"""What can be chosen, each with its text."""

_TROUBLE: Final = {
    DigestTrouble.CHANNEL_GONE: "server-digest-channel-gone",
    DigestTrouble.NOT_ALLOWED: "server-digest-not-allowed",
}


def privacy_of(settings: ServerSettings) -> str:
    """Return which of `PRIVACY` is set."""
    return "private" if settings.private else PUBLIC


def language_of(settings: ServerSettings) -> str:
    """Return which of `LANGUAGES` is set."""
    return settings.language or OWN


def adult_of(settings: ServerSettings) -> str:
    """Return which of `ADULT` is set."""
    return "allow" if settings.adult else NO_ADULT


def settings_embed(reader: Reader, settings: ServerSettings, showing: Showing) -> discord.Embed:
    """Return what is set for a server; genres are named as `showing` has them."""
    hidden = showing.genres(sorted(settings.hidden_genres))
    commands_off = ", ".join(called(reader.words, name) for name in sorted(settings.commands_off))
    facts = (
        (
            "server-private",
            reader(PRIVACY[privacy_of(settings)]),
        ),
        ("server-language", reader(LANGUAGES[language_of(settings)])),
        ("server-adult", reader(ADULT[adult_of(settings)])),
        ("server-votes", reader("server-votes-least", count=settings.least_votes)),
        ("server-genres", reader.words.genres(hidden) if hidden else reader("server-none")),
        ("server-commands", commands_off or reader("server-none")),
        ("server-digest", _digest(reader, settings)),
    )
    rows = [
        reader("server-fact", name=reader(key), value=clip(value, FIELD)) for key, value in facts
    ]
    return discord.Embed(
        title=reader("server-title"),
        description="\n".join([reader("server-intro"), "", *rows]),
        colour=VIOLET,
    )


def _digest(reader: Reader, settings: ServerSettings) -> str:
    if settings.digest_channel_id is not None:
        return reader("server-digest-where", channel=f"<#{settings.digest_channel_id}>")
    if settings.digest_trouble is not None:
        return f"⚠️ {reader(_TROUBLE[settings.digest_trouble])}"
    return reader("server-none")
