"""The `genre` option: one of the 43, by its name in either language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands

from bot.interactions import adult_allowed, hidden_genres_of, is_restricted, services_of, words_of
from bot.options import MOST_CHOICES
from bot.ui.words import Language, words_in
from core.catalogue.title import GENRES
from core.errors import GenreNotFoundError
from core.services.filtered import shown_genres

if TYPE_CHECKING:
    from bot.interactions import Interaction


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
            for genre in shown_genres(
                GENRES,
                allow_adult=_surely_allowed(interaction),
                hidden_genres=hidden_genres_of(interaction),
            )
            if any(_begins(name, typed) for name in (words.genre(genre), genre))
        ]
        return found[:MOST_CHOICES]

    async def transform(self, interaction: Interaction, value: str, /) -> str:
        """Return the genre that `value` names."""
        typed = str(value).strip().casefold()
        allow_adult, hidden = await adult_allowed(interaction), hidden_genres_of(interaction)
        for genre in shown_genres(GENRES, allow_adult=allow_adult, hidden_genres=hidden):
            names = {genre, *(words_in(language).genre(genre) for language in Language)}
            if typed in {name.casefold() for name in names}:
                return genre
        raise GenreNotFoundError(value)


def _surely_allowed(interaction: Interaction) -> bool:
    """Return whether adult genres may be suggested, as far as that is known without the database."""
    known = services_of(interaction).profiles.preferences_in_memory(interaction.user.id)
    return known is not None and known.may_see_adult and is_restricted(interaction)


def _begins(name: str, typed: str) -> bool:
    folded = name.casefold()
    return folded.startswith(typed) or any(word.startswith(typed) for word in folded.split())
