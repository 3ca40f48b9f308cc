"""The card of one title, and the list of those like it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import discord

from bot.ui.limits import FIELD, NAME_LENGTHS, TEAL, TITLE, VIOLET, first_that_fits
from bot.ui.lists import listed_row, marked, new_line
from bot.ui.text import clip, plain

if TYPE_CHECKING:
    from bot.ui.reader import Reader
    from core.catalogue.title import Title
    from core.services.recommendations import Mark, SimilarTitles
    from core.services.server_lists import ServerMean

SIMILAR_TITLES_SHEET: Final = "like_this.jpg"

_OTHER_NAMES: Final = 600
_TRANSLATED: Final = 200


@dataclass(frozen=True, slots=True)
class ForYou:
    """What a title is to the person who asked; for nobody else's eyes.

    `mark` is their score or that they dismissed it; for a title without a score, `predicted` is
    what they would likely give (1–10). A `new` title is judged by what is like it.
    """

    mark: Mark | None = None
    predicted: float | None = None
    new: bool = False


def title_card(
    reader: Reader,
    title: Title,
    *,
    for_you: ForYou | None = None,
    server: ServerMean | None = None,
    position: tuple[int, int] | None = None,
) -> discord.Embed:
    """Return one title with all its names.

    `position` says which of how many matches this is, from 1.
    """
    name = reader.raw_name(title)
    embed = discord.Embed(title=clip(plain(name), TITLE), url=title.url, colour=VIOLET)
    own = (title.title_english, title.title, title.title_japanese, *title.synonyms)
    names = [other for other in dict.fromkeys(own) if other and other != name]
    lines: list[str] = []
    if names:
        lines.append(reader("card-also", names=clip(plain(" · ".join(names)), _OTHER_NAMES)))
    if title.translated is not None:
        lines.append(reader("card-translated", name=clip(plain(title.translated), _TRANSLATED)))
    embed.description = "\n".join(lines) or None
    unknown = reader("card-unknown")
    for key, value in (
        ("card-type", reader.words.type(title.type) if title.type else unknown),
        ("card-episodes", str(title.episodes) if title.episodes else unknown),
        ("card-year", str(title.year) if title.year else unknown),
    ):
        embed.add_field(name=reader(key), value=value)
    if title.genres:
        genres = clip(reader.words.genres(title.genres), FIELD)
        embed.add_field(name=reader("card-genres"), value=genres, inline=False)
    if title.studios:
        studios = clip(plain(", ".join(title.studios)), FIELD)
        embed.add_field(name=reader("card-studios"), value=studios)
    embed.add_field(name=reader("card-myanimelist"), value=_on_myanimelist(reader, title))
    if server is not None:
        mean = reader("card-server-mean", mean=f"{server.mean:.1f}", count=server.votes)
        embed.add_field(name=reader("card-server"), value=mean, inline=False)
    if for_you is not None and (lines := _for_you(reader, for_you)):
        embed.add_field(name=reader("card-for-you"), value="\n".join(lines), inline=False)
    if position is not None:
        at, count = position
        embed.set_footer(text=reader("card-position", at=at, count=count))
    return embed


def similar_card(reader: Reader, similar: SimilarTitles, *, personal: bool) -> discord.Embed:
    """Return the titles of the same kind as one; ratings and reasons only if `personal`."""
    attempts = ([_similar(reader, similar, personal, length)] for length in NAME_LENGTHS)
    return first_that_fits(attempts)[0]


def _for_you(reader: Reader, for_you: ForYou) -> list[str]:
    lines: list[str] = []
    mark = for_you.mark
    if mark is not None:
        lines.append(f"**{marked(reader, mark)}**")
    if for_you.predicted is not None and (mark is None or mark.score is None):
        lines.append(reader("card-predicted", predicted=f"{for_you.predicted:.1f}"))
        if for_you.new:
            lines.append(reader("card-new"))
    return lines


def _on_myanimelist(reader: Reader, title: Title) -> str:
    if title.score is None:
        return f"[{reader('card-open')}]({title.url})"
    score = f"[★\N{NO-BREAK SPACE}{title.score:.2f}]({title.url})"
    if not title.scored_by:
        return score
    return f"{score} · {reader('card-votes', count=title.scored_by)}"


def _similar(reader: Reader, similar: SimilarTitles, personal: bool, length: int) -> discord.Embed:
    kind = _kind(reader, similar, length)
    lines = [f"*{kind}*"] if kind else []
    for rank, entry in enumerate(similar.titles, 1):
        shown = entry if personal else replace(entry, predicted=None)
        lines.append(listed_row(reader, rank, shown, length, personal=personal))
    if not similar.titles:
        lines.append(_nothing_like_it(reader, similar, personal=personal))
    embed = discord.Embed(
        title=clip(reader("similar-title", title=reader.name(similar.title, TITLE)), TITLE),
        url=similar.title.url,
        description="\n".join(lines),
        colour=TEAL,
    )
    notes: list[str] = []
    if personal and any(entry.predicted is not None for entry in similar.titles):
        notes.append(reader("similar-footer"))
    if (new := new_line(reader, similar.titles)) is not None:
        notes.append(new)
    return embed.set_footer(text="\n".join(notes)) if notes else embed


def _nothing_like_it(reader: Reader, similar: SimilarTitles, *, personal: bool) -> str:
    if similar.kind is None:
        return reader("similar-unknown")
    return reader("list-empty" if personal else "list-empty-public")


def _kind(reader: Reader, similar: SimilarTitles, length: int) -> str | None:
    """Name the kind in words: its genres, and a title everybody knows; none if it has no name."""
    if similar.kind is None:
        return None
    genres = reader.words.genres(similar.kind.genres)
    examples = [each for each in similar.kind.examples if each.anime_id != similar.title.anime_id]
    if not examples:
        return genres or None
    example = reader.name(examples[0], length)
    if not genres:
        return reader("similar-kind-such-as", title=example)
    return reader("similar-kind", genres=genres, title=example)
