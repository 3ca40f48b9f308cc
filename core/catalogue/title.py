"""One anime title, and the fixed words that describe it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.person import TitleLanguage

GENRES: Final = (
    "Action", "Adventure", "Cars", "Comedy", "Dementia", "Demons", "Drama", "Ecchi", "Fantasy",
    "Game", "Harem", "Hentai", "Historical", "Horror", "Josei", "Kids", "Magic", "Martial Arts",
    "Mecha", "Military", "Music", "Mystery", "Parody", "Police", "Psychological", "Romance",
    "Samurai", "School", "Sci-Fi", "Seinen", "Shoujo", "Shoujo Ai", "Shounen", "Shounen Ai",
    "Slice of Life", "Space", "Sports", "Super Power", "Supernatural", "Thriller", "Vampire",
    "Yaoi", "Yuri",
)  # fmt: skip
"""The 43 genres of the seed's `anime_genres.csv`, in alphabetical order."""

ADULT_GENRES: Final = frozenset({"Hentai", "Erotica"})
ADULT_AGE_RATING: Final = "Rx - Hentai"

LARGEST_ID: Final = 2**31 - 1
"""No number of a title is larger; MyAnimeList is at some 60,000."""


@dataclass(frozen=True, slots=True)
class Title:
    """One anime of the catalogue; `anime_id` is its MyAnimeList id.

    `title` is the romaji name. Texts are clean: no HTML entities, no surrounding white space.
    `translated` is an English name that a machine made of the others; only a title without an
    English name of its own has one. `score` (1–10) and `scored_by` are MyAnimeList's own.
    `franchise_order` counts from 1 in watching order within `franchise`.
    """

    anime_id: int
    title: str
    title_english: str | None = None
    title_japanese: str | None = None
    synonyms: tuple[str, ...] = ()
    type: str | None = None
    year: int | None = None
    episodes: int | None = None
    genres: tuple[str, ...] = ()
    age_rating: str | None = None
    source: str | None = None
    status: str | None = None
    studios: tuple[str, ...] = ()
    score: float | None = None
    scored_by: int | None = None
    members: int | None = None
    image_url: str | None = None
    franchise: str | None = None
    franchise_order: int | None = None
    adult: bool = False
    translated: str | None = None

    @property
    def display(self) -> str:
        """The name to show: English where there is one, else romaji."""
        return self.title_english or self.title

    def name_in(self, language: TitleLanguage) -> str:
        """Return the name in `language`; the romaji one where there is none."""
        match language:
            case TitleLanguage.ENGLISH:
                return self.title_english or self.title
            case TitleLanguage.JAPANESE:
                return self.title_japanese or self.title
            case TitleLanguage.ROMAJI:
                return self.title

    @property
    def url(self) -> str:
        """The title's page on MyAnimeList."""
        return f"https://myanimelist.net/anime/{self.anime_id}"
