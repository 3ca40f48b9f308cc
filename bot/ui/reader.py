"""Who reads an answer: in which language, and how titles are named for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.ui.text import clip, plain
from bot.ui.words import Language, Value, Words, words_in

if TYPE_CHECKING:
    from core.catalogue.title import Title
    from core.person import TitleLanguage

LONGEST_NAME: Final = 90


@dataclass(frozen=True, slots=True)
class Reader:
    """The person an answer is written for."""

    words: Words
    titles: TitleLanguage

    @classmethod
    def of(cls, language: Language, titles: TitleLanguage | None = None) -> Reader:
        """Return a reader of `language`; titles are named as usual there unless `titles` says."""
        return cls(words_in(language), titles or language.titles)

    def __call__(self, key: str, /, **values: Value) -> str:
        """Return a text; see `Words`."""
        return self.words(key, **values)

    def raw_name(self, title: Title) -> str:
        """Return the name of `title` as it is, for menus and pictures."""
        return title.name_in(self.titles)

    def name(self, title: Title, length: int = LONGEST_NAME) -> str:
        """Return the name of `title`, at most `length` characters of it, safe in markdown."""
        return plain(clip(self.raw_name(title), length))

    def link(self, title: Title, length: int = LONGEST_NAME) -> str:
        """Return the name of `title` as a link to its page."""
        return f"[{self.name(title, length)}]({title.url})"

    def facts(self, title: Title, separator: str = " · ") -> str:
        """Return year and type, as far as known, such as `1998 · TV`."""
        kind = self.words.type(title.type) if title.type else None
        return separator.join(str(fact) for fact in (title.year, kind) if fact)

    def choice(self, title: Title) -> str:
        """Return how a suggestion reads: the name, the romaji name if it differs, year and type."""
        name = self.raw_name(title)
        names = name if name == title.title else f"{name} · {title.title}"
        known = self.facts(title, ", ")
        return f"{names} ({known})" if known else names
