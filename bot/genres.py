"""The `genre` option: one of the 43, by its name in either language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands

from bot.interactions import place_of, services_of, showing_of, words_of
from bot.options import MOST_CHOICES
from bot.ui.words import Language, words_in
from core.catalogue.title import GENRES
from core.errors import GenreNotFoundError

if TYPE_CHECKING:
    from bot.interactions import Interaction
    from core.showing import Showing


class OneGenre(app_commands.Transformer):
    """An option that becomes one of `GENRES`, from a suggestion or free text.

    Raises `GenreNotFoundError`, also for an adult genre that may not be shown here.
    """

    async def autocomplete(  # pyright: ignore[reportIncompatibleMethodOverride]  # str is all we offer
        self, interaction: Interaction, value: str, /
    ) -> list[app_commands.Choice[str]]:
        """Suggest genres whose name, or a word of it, begins with `value`; from memory."""
        words = words_of(interaction)
        typed = str(value).strip().casefold()
        found = [
            app_commands.Choice(name=words.genre(genre), value=genre)
            for genre in _surely_shown(interaction).genres(GENRES)
            if any(_begins(name, typed) for name in (words.genre(genre), genre))
        ]
        return found[:MOST_CHOICES]

    async def transform(self, interaction: Interaction, value: str, /) -> str:
        """Return the genre that `value` names."""
        typed = str(value).strip().casefold()
        for genre in (await showing_of(interaction)).genres(GENRES):
            names = {genre, *(words_in(language).genre(genre) for language in Language)}
            if typed in {name.casefold() for name in names}:
                return genre
        raise GenreNotFoundError(value)


def _surely_shown(interaction: Interaction) -> Showing:
    """Return what may be suggested, as far as that is known without the database."""
    known, place = (
        services_of(interaction).profiles.preferences_in_memory(interaction.user.id),
        place_of(interaction),
    )
    return place.to_anybody if known is None else known.shown_in(place)


def _begins(name: str, typed: str) -> bool:
    folded = name.casefold()
    return folded.startswith(typed) or any(word.startswith(typed) for word in folded.split())
