"""The embeds of the two lists, and of the genre top lists that stand in for them at the start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.ui.limits import AMBER, NAME_LENGTHS, TEAL, VIOLET, first_that_fits
from bot.ui.text import joined
from core.services.dismissals import DismissalKind
from core.services.recommendations import RATINGS_WANTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.ui.reader import Reader
    from core.catalogue.title import Title
    from core.recommender.cold_start import TopEntry
    from core.recommender.filters import Filters
    from core.services.recommendations import ColdStart, ListedTitle, Mark, Round

SHEETS: Final = ("similar.jpg", "may_like.jpg")
"""The pictures of Similar Anime and of Anime You May Like."""

_MOST_GENRES: Final = 3
_MOST_ROWS: Final = 4_000
_FULL: Final = 10
_STAR: Final = "★\N{NO-BREAK SPACE}"


def two_lists(reader: Reader, round_: Round, *, personal: bool) -> list[discord.Embed]:
    """Return the embeds of Similar Anime and Anime You May Like.

    `personal` speaks to the person who asked and adds what only they may see: the ratings that led
    to each title, how many there are, and what became of the titles since.
    """
    return first_that_fits(_two_lists(reader, round_, personal, length) for length in NAME_LENGTHS)


def cold_start(reader: Reader, start: ColdStart, *, personal: bool) -> list[discord.Embed]:
    """Return an invitation to rate, and the best loved titles of each genre, an embed each.

    `personal` says that it is because the person who asked has not rated yet.
    """
    return first_that_fits(_cold_start(reader, start, personal, length) for length in NAME_LENGTHS)


def top_row(reader: Reader, rank: int, entry: TopEntry, length: int) -> str:
    """Return a line of a top list."""
    return f"**{rank}.** {_named(reader, entry.title, length)} · **{_STAR}{entry.mean:.1f}**"


def listed_row(
    reader: Reader, rank: int, entry: ListedTitle, length: int, *, personal: bool
) -> str:
    """Return two lines: what the title is, and why it is listed or what became of it."""
    first = f"**{rank}.** {_named(reader, entry.title, length)}"
    if entry.predicted is not None:
        first += f" · **{_STAR}{entry.predicted:.1f}**"
    if entry.new:
        first += f" · *{reader('list-new')}*"
    because = entry.because if personal else None
    # with a reason beside them, more genres would break most rows into three lines
    genres = entry.title.genres[: _MOST_GENRES if because is None else _MOST_GENRES - 1]
    details = [reader.words.genres(genres)] if genres else []
    if personal and entry.mark is not None:
        details = [f"**{marked(reader, entry.mark)}**"]
    elif because is not None:
        score = reader("score-of", score=because.score)
        name = reader.name(because.title, length)
        details.append(f"*{reader('list-because', title=name, score=score)}*")
    return f"{first}\n{' · '.join(details)}" if details else first


def new_line(reader: Reader, entries: Iterable[ListedTitle]) -> str | None:
    """Return what the mark of a new title means; none if there is none in the list."""
    return reader("list-new-help") if any(entry.new for entry in entries) else None


def marked(reader: Reader, mark: Mark) -> str:
    """Return what became of a listed title since, with a sign in front."""
    if mark.score is not None:
        return reader("mark-rated", score=mark.score)
    seen = mark.dismissed is DismissalKind.SEEN
    return reader("mark-seen" if seen else "mark-not-for-me")


def filters_line(reader: Reader, filters: Filters) -> str | None:
    """Return what the lists were narrowed to; none if they were not."""
    parts: list[str] = []
    if filters.genre is not None:
        parts.append(reader.words.genre(filters.genre))
    parts += [reader.words.genre(genre) for genre in filters.also]
    parts += [reader("filter-without", genre=reader.words.genre(g)) for g in filters.without]
    if filters.type is not None:
        parts.append(reader.words.type(filters.type))
    if filters.year_from is not None:
        parts.append(reader("filter-from", year=str(filters.year_from)))
    if filters.year_to is not None:
        parts.append(reader("filter-to", year=str(filters.year_to)))
    if filters.hide_sequels:
        parts.append(reader("filter-no-sequels"))
    if filters.episodes_to is not None:
        parts.append(reader("filter-episodes", count=filters.episodes_to))
    if filters.latest is not None:
        parts.append(reader("filter-latest", count=filters.latest))
    return reader("filter-only", filters=" · ".join(parts)) if parts else None


def _two_lists(reader: Reader, round_: Round, personal: bool, length: int) -> list[discord.Embed]:
    embeds: list[discord.Embed] = []
    may_like = reader("list-may-like-help" if personal else "list-may-like-help-public")
    for title, subtitle, colour, listed in (
        (
            reader("list-similar"),
            _similar_help(reader, round_, personal, length),
            VIOLET,
            round_.similar,
        ),
        (reader("list-may-like"), may_like, TEAL, round_.may_like),
    ):
        rows = [
            listed_row(reader, rank, entry, length, personal=personal)
            for rank, entry in enumerate(listed, 1)
        ]
        embeds.append(
            discord.Embed(
                title=title,
                description=_list(reader, round_, subtitle, rows, personal=personal),
                colour=colour,
            )
        )
    notes = [_footer(reader, round_.rating_count) if personal else reader("list-footer-public")]
    if (new := new_line(reader, (*round_.similar, *round_.may_like))) is not None:
        notes.append(new)
    if (narrowed := filters_line(reader, round_.filters)) is not None:
        notes.append(narrowed)
    embeds[-1].set_footer(text="\n".join(notes))
    return embeds


def _cold_start(
    reader: Reader, start: ColdStart, personal: bool, length: int
) -> list[discord.Embed]:
    key = "cold-start-text" if personal else "cold-start-text-public"
    narrowed = filters_line(reader, start.filters)
    if narrowed is not None and not personal:
        key = "cold-start-text-public-filters"
    embeds = [
        discord.Embed(
            title=reader("cold-start-title"),
            description=reader(key, count=start.ratings_wanted),
            colour=AMBER,
        )
    ]
    for top in start.lists:
        rows = [top_row(reader, rank, entry, length) for rank, entry in enumerate(top.entries, 1)]
        title = narrowed or (reader.words.genre(top.genre) if top.genre else None)
        if narrowed is not None and not rows:
            nothing = reader("cold-start-none")
            embeds.append(discord.Embed(title=title, description=nothing, colour=AMBER))
        if rows:
            embeds.append(
                discord.Embed(
                    title=title,
                    description=joined(rows, _MOST_ROWS),
                    colour=AMBER,
                )
            )
    embeds[-1].set_footer(text=reader("top-footer"))
    return embeds


def _similar_help(reader: Reader, round_: Round, personal: bool, length: int) -> str:
    """Name the kinds of anime that the latest ratings pointed to."""
    if not personal:
        return reader("list-similar-help-public")
    kinds: list[str] = []
    for kind in round_.kinds:
        if kind.examples:
            name = reader.name(kind.examples[0], length)
            genres = reader.words.genres(kind.genres)
            kinds.append(f"{genres} ({name})" if genres else name)
    if not kinds:
        return reader("list-similar-help")
    return reader("list-similar-kinds", kinds=" · ".join(kinds))


def _list(
    reader: Reader, round_: Round, subtitle: str, rows: Sequence[str], *, personal: bool
) -> str:
    if not rows:
        return _empty(reader, round_, personal=personal)
    lines = [f"*{subtitle}*", *rows]
    if len(rows) < _FULL:
        key = "list-short" if personal else "list-short-public"
        lines.append(reader(key, count=len(rows)))
    return "\n".join(lines)


def _empty(reader: Reader, round_: Round, *, personal: bool) -> str:
    """Say why there is nothing in a list."""
    if round_.previous_id is not None:
        return reader("list-empty-shown")
    if round_.filters.narrows:
        return reader("list-empty-filters")
    return reader("list-empty" if personal else "list-empty-public")


def _footer(reader: Reader, rating_count: int) -> str:
    if rating_count >= RATINGS_WANTED:
        return reader("list-footer", count=rating_count)
    return reader("list-footer-few", count=RATINGS_WANTED - rating_count)


def _named(reader: Reader, title: Title, length: int) -> str:
    known = reader.facts(title)
    link = reader.link(title, length)
    return f"{link} · {known}" if known else link
