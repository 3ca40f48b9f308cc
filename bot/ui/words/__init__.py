"""Every text a person reads in Discord: one folder a language, one Fluent file a subject.

`en/` is complete by definition and the fallback; a test holds `ja/` to the same keys and values.
Code names a text by its key: `words("rate-saved", title="Monster", score=9)`.
"""

from __future__ import annotations

import logging
import re
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import discord
from discord import app_commands
from fluent.runtime import FluentBundle, FluentResource

from core.person import TitleLanguage

if TYPE_CHECKING:
    from collections.abc import Iterator

Value = str | int | float

_FOLDER: Final = Path(__file__).parent
_NO_LETTERS: Final = re.compile(r"[^a-z0-9]+")
_JAPANESE: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")

_log = logging.getLogger(__name__)


class Language(StrEnum):
    """The languages Riko speaks."""

    ENGLISH = "en"
    JAPANESE = "ja"

    @classmethod
    def of_locale(cls, locale: discord.Locale) -> Language:
        """Return the language for somebody whose Discord is set to `locale`."""
        return cls.JAPANESE if locale is discord.Locale.japanese else cls.ENGLISH

    @classmethod
    def of_text(cls, text: str) -> Language:
        """Return the language `text` seems to be written in."""
        return cls.JAPANESE if _JAPANESE.search(text) else cls.ENGLISH

    @property
    def titles(self) -> TitleLanguage:
        """In which language titles are named for its speakers, unless they choose otherwise."""
        return TitleLanguage.JAPANESE if self is Language.JAPANESE else TitleLanguage.ENGLISH


class Words:
    """The texts of one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        # Discord shows the invisible marks that isolate values as boxes on some systems
        self._bundle = FluentBundle([language.value], use_isolating=False)
        for file in sorted((_FOLDER / language.value).glob("*.ftl")):
            self._bundle.add_resource(FluentResource(file.read_text(encoding="utf-8")))

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._bundle.has_message(key)

    def __call__(self, key: str, /, **values: Value) -> str:
        """Return the text `key` with `values` put in; names must be `plain` already.

        A text this language lacks is given in English. Raises `KeyError` when English lacks it.
        """
        if key not in self:
            if self.language is Language.ENGLISH:
                raise KeyError(key)
            return words_in(Language.ENGLISH)(key, **values)
        pattern = self._bundle.get_message(key).value
        if pattern is None:
            raise KeyError(key)
        text, errors = self._bundle.format_pattern(pattern, values)
        if errors:
            _log.error("text %s in %s: %s", key, self.language, errors[0])
        return str(text)

    def genre(self, genre: str) -> str:
        """Return the name of one of the 43 genres."""
        return self(f"genre-{slug(genre)}")

    def genres(self, genres: Iterator[str] | tuple[str, ...]) -> str:
        """Return several genres as one list."""
        comma = "、" if self.language is Language.JAPANESE else ", "
        return comma.join(map(self.genre, genres))

    def type(self, name: str) -> str:
        """Return what kind of production a title is (`TV`, `Movie`); an unknown one as it is."""
        key = f"type-{slug(name)}"
        return self(key) if key in self else name


@cache
def words_in(language: Language) -> Words:
    """Return the texts in `language`; read once."""
    return Words(language)


def slug(name: str) -> str:
    """Return `name` as it stands in a key: small letters, digits and single hyphens."""
    return _NO_LETTERS.sub("-", name.casefold()).strip("-")


def says(key: str) -> app_commands.locale_str:
    """Return the text `key` for a command's definition, which Discord shows in many languages."""
    return app_commands.locale_str(words_in(Language.ENGLISH)(key), key=key)


class WordsTranslator(app_commands.Translator):
    """Gives Discord the definitions of the commands in every language Riko speaks."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,  # noqa: ARG002 - discord.py's signature
    ) -> str | None:
        """Return `string` for `locale`; none where the English definition serves."""
        language = Language.of_locale(locale)
        key: object = string.extras.get("key")
        if language is Language.ENGLISH or not isinstance(key, str):
            return None
        return words_in(language)(key)
