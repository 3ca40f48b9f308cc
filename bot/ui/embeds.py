"""The cards a person sees: the two lists, the cold start, one title, a profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.ui import texts
from bot.ui.texts import clip, plain, utf16_length

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.options import TitleMatches
    from core.catalogue.title import Title
    from core.recommender.cold_start import TopEntry
    from core.services.profiles import Profile
    from core.services.ratings import RatedTitle
    from core.services.recommendations import ColdStart, ListedTitle, Round

MOST_CHARACTERS: Final = 6_000
"""Discord counts all embeds of one message together."""
DESCRIPTION: Final = 4_096
FIELD: Final = 1_024
TITLE: Final = 256

VIOLET: Final = discord.Colour(0x8E7CC3)
TEAL: Final = discord.Colour(0x4FB3A6)
AMBER: Final = discord.Colour(0xE0A458)

# Names are shown this long if that fits into a message, else shorter, all alike.
_NAME_LENGTHS: Final = (90, 70, 55, 45, 35, 25, 15)
_MOST_GENRES: Final = 3
_LATEST: Final = 5


def two_lists(round_: Round, *, personal: bool) -> list[discord.Embed]:
    """Return the embeds of Similar Anime and Anime You May Like.

    `personal` speaks to the person who asked and adds what only they may see: the ratings that led
    to each title and how many there are.
    """
    return _first_that_fits(_two_lists(round_, personal, length) for length in _NAME_LENGTHS)


def cold_start(start: ColdStart, *, personal: bool) -> list[discord.Embed]:
    """Return the best loved titles of each genre with an invitation to rate.

    `personal` says that it is because the person who asked has not rated yet.
    """
    return _first_that_fits([_cold_start(start, personal, length)] for length in _NAME_LENGTHS)


def title_card(
    matches: TitleMatches,
    *,
    predicted: float | None = None,
    score: int | None = None,
) -> discord.Embed:
    """Return one title with all its names.

    `score` is what the person who asked gave it; for a title they have not rated, `predicted` is
    what they would likely give. Neither is for anybody else's eyes.
    """
    title = matches.best
    embed = discord.Embed(title=clip(title.display, TITLE), url=title.url, colour=VIOLET)
    names = [
        name
        for name in dict.fromkeys((title.title, title.title_japanese, *title.synonyms))
        if name and name != title.display
    ]
    if names:
        embed.description = f"{texts.ALSO_CALLED} {clip(plain(' · '.join(names)), 600)}"
    embed.add_field(name=texts.TYPE, value=title.type or texts.UNKNOWN)
    embed.add_field(
        name=texts.EPISODES, value=str(title.episodes) if title.episodes else texts.UNKNOWN
    )
    embed.add_field(name=texts.YEAR, value=str(title.year) if title.year else texts.UNKNOWN)
    if title.genres:
        embed.add_field(name=texts.GENRES, value=clip(", ".join(title.genres), FIELD), inline=False)
    if score is not None:
        embed.add_field(name=texts.FOR_YOU, value=texts.you_gave(score), inline=False)
    elif predicted is not None:
        embed.add_field(name=texts.FOR_YOU, value=texts.predicted_for_you(predicted), inline=False)
    if matches.others:
        rows = [_name_and_facts(other, 90) for other in matches.others]
        embed.add_field(name=texts.OTHER_MATCHES, value=_joined(rows, FIELD), inline=False)
    _add_thumbnail(embed, [title])
    return embed


def profile_card(
    profile: Profile, ratings: Sequence[RatedTitle], *, allow_adult: bool
) -> discord.Embed:
    """Return what Riko knows about a person; for nobody else's eyes."""
    embed = discord.Embed(title=texts.PROFILE_TITLE, colour=AMBER)
    embed.add_field(
        name=texts.AGE, value=str(profile.age) if profile.age is not None else texts.NOT_SAID
    )
    embed.add_field(
        name=texts.GENDER, value=profile.gender.value if profile.gender else texts.NOT_SAID
    )
    embed.add_field(name=texts.RATINGS, value=str(profile.rating_count))
    shown = [rating for rating in ratings if allow_adult or not rating.title.adult]
    if shown:
        rows = [texts.latest_rating(rating) for rating in shown[:_LATEST]]
        embed.add_field(name=texts.LATEST_RATINGS, value=_joined(rows, FIELD), inline=False)
    embed.set_footer(text=texts.PROFILE_FOOTER)
    return embed


def fits(embeds: Sequence[discord.Embed]) -> bool:
    """Return whether Discord would take `embeds` in one message."""
    return (
        sum(characters(embed) for embed in embeds) <= MOST_CHARACTERS
        and all(utf16_length(embed.description or "") <= DESCRIPTION for embed in embeds)
        and all(utf16_length(field.value or "") <= FIELD for e in embeds for field in e.fields)
    )


def characters(embed: discord.Embed) -> int:
    """Return what Discord counts of `embed` towards the limit of a message."""
    parts = [embed.title, embed.description, embed.footer.text, embed.author.name]
    for field in embed.fields:
        parts += [field.name, field.value]
    return sum(utf16_length(part) for part in parts if part)


def _first_that_fits(attempts: Iterable[list[discord.Embed]]) -> list[discord.Embed]:
    """Return the first of `attempts` that Discord would take, else the last."""
    embeds: list[discord.Embed] = []
    for embeds in attempts:
        if fits(embeds):
            break
    return embeds


def _two_lists(round_: Round, personal: bool, length: int) -> list[discord.Embed]:
    embeds: list[discord.Embed] = []
    similar, may_like = texts.SIMILAR_SUBTITLE_PUBLIC, texts.MAY_LIKE_SUBTITLE_PUBLIC
    if personal:
        similar, may_like = _similar_subtitle(round_, length), texts.MAY_LIKE_SUBTITLE
    for title, subtitle, colour, listed in (
        (texts.SIMILAR, similar, VIOLET, round_.similar),
        (texts.MAY_LIKE, may_like, TEAL, round_.may_like),
    ):
        rows = [_row(rank, entry, length, personal) for rank, entry in enumerate(listed, 1)]
        embed = discord.Embed(
            title=title, description=_list(subtitle, rows, personal), colour=colour
        )
        _add_thumbnail(embed, (entry.title for entry in listed))
        embeds.append(embed)
    footer = texts.lists_footer(round_.rating_count) if personal else texts.PREDICTED_PUBLIC
    embeds[-1].set_footer(text=footer)
    return embeds


def _cold_start(start: ColdStart, personal: bool, length: int) -> discord.Embed:
    embed = discord.Embed(
        title=texts.COLD_START_TITLE,
        description=texts.cold_start_text(start.ratings_wanted, personal=personal),
        colour=AMBER,
    )
    for top in start.lists:
        rows = [_top_row(rank, entry, length) for rank, entry in enumerate(top.entries, 1)]
        if rows:
            embed.add_field(name=top.genre, value=_joined(rows, FIELD), inline=False)
    embed.set_footer(text=texts.MEAN)
    return embed


def _similar_subtitle(round_: Round, length: int) -> str:
    """Name the kinds of anime that the latest ratings pointed to."""
    return texts.similar_subtitle(
        [
            (kind.genres, plain(clip(kind.examples[0].display, length)))
            for kind in round_.kinds
            if kind.examples
        ]
    )


def _list(subtitle: str, rows: list[str], personal: bool) -> str:
    if not rows:
        return texts.NO_MORE_TITLES if personal else texts.NO_MORE_TITLES_PUBLIC
    lines = [f"*{subtitle}*", *rows]
    if len(rows) < 10:
        lines.append(texts.too_few(len(rows), personal=personal))
    return "\n".join(lines)


def _row(rank: int, entry: ListedTitle, length: int, personal: bool) -> str:
    because = entry.because if personal else None
    # with a reason beside them, more genres would break most rows into three lines
    genres = entry.title.genres[: _MOST_GENRES if because is None else _MOST_GENRES - 1]
    details = [", ".join(genres)] if genres else []
    if because is not None:
        name = plain(clip(because.title.display, length))
        details.append(f"*{texts.because(name, because.score)}*")
    first = f"**{rank}.** {_name_and_facts(entry.title, length)} · **★\N{NO-BREAK SPACE}{entry.predicted:.1f}**"
    return f"{first}\n{' · '.join(details)}" if details else first


def _top_row(rank: int, entry: TopEntry, length: int) -> str:
    return (
        f"{rank}. {_name_and_facts(entry.title, length)} · **★\N{NO-BREAK SPACE}{entry.mean:.1f}**"
    )


def _name_and_facts(title: Title, length: int) -> str:
    known = texts.facts(title)
    link = f"[{plain(clip(title.display, length))}]({title.url})"
    return f"{link} · {known}" if known else link


def _joined(rows: Sequence[str], limit: int) -> str:
    """Join whole rows as far as they fit; half a link would be unreadable."""
    kept: list[str] = []
    for row in rows:
        if utf16_length("\n".join([*kept, row])) > limit:
            break
        kept.append(row)
    return "\n".join(kept)


def _add_thumbnail(embed: discord.Embed, titles: Iterable[Title]) -> None:
    """Show the poster of the first title that has one; adult titles are never pictured."""
    for title in titles:
        if title.image_url and not title.adult:
            embed.set_thumbnail(url=title.image_url)
            return
