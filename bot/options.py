"""The `title` option: suggests, looks up and checks in one class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from discord import app_commands

from bot.interactions import adult_allowed, services_of
from bot.ui.texts import clip, title_choice

if TYPE_CHECKING:
    from bot.interactions import Interaction
    from core.catalogue.title import Title

MOST_CHOICES: Final = 25
"""Discord refuses more choices than this, and discord.py does not check."""
OTHER_MATCHES: Final = 5
LONGEST_CHOICE: Final = 100


@dataclass(frozen=True, slots=True)
class TitleMatches:
    """The title that fits best what a person typed, and others that fit too."""

    best: Title
    others: tuple[Title, ...]


class _TitleSuggestions(app_commands.Transformer):
    async def autocomplete(  # pyright: ignore[reportIncompatibleMethodOverride]  # str is all we offer
        self, interaction: Interaction, value: str, /
    ) -> list[app_commands.Choice[str]]:
        """Suggest titles from memory; never adult ones, as nobody's profile is read here."""
        found = services_of(interaction).titles.find(str(value), MOST_CHOICES)
        return [
            app_commands.Choice(
                name=clip(title_choice(title), LONGEST_CHOICE), value=str(title.anime_id)
            )
            for title in found[:MOST_CHOICES]
        ]


class OneTitle(_TitleSuggestions):
    """An option that becomes one `Title`, from a suggestion, an id or free text.

    Raises `TitleNotFoundError` for text that fits no title this person may see here.
    """

    async def transform(self, interaction: Interaction, value: str, /) -> Title:
        """Look `value` up."""
        allow_adult = await adult_allowed(interaction)
        return services_of(interaction).titles.resolve(str(value), allow_adult=allow_adult)


class AllMatches(_TitleSuggestions):
    """An option that becomes `TitleMatches`. Raises `TitleNotFoundError` like `OneTitle`."""

    async def transform(self, interaction: Interaction, value: str, /) -> TitleMatches:
        """Look `value` up; an id, which is what a suggestion sends, has no other matches."""
        titles = services_of(interaction).titles
        allow_adult = await adult_allowed(interaction)
        best = titles.resolve(str(value), allow_adult=allow_adult)
        if str(value).strip() == str(best.anime_id):
            return TitleMatches(best, ())
        found = titles.find(str(value), OTHER_MATCHES + 1, allow_adult=allow_adult)
        others = tuple(title for title in found if title.anime_id != best.anime_id)
        return TitleMatches(best, others[:OTHER_MATCHES])
