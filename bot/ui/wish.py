"""The answer to what somebody asked for in a sentence, whoever sees it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self

import discord

from bot.interactions import (
    acknowledge,
    answer,
    client_of,
    place_of,
    reader_of,
    server_of,
    services_of,
)
from bot.ui.limits import AMBER, NAME_LENGTHS, VIOLET, first_that_fits, names_that_fit
from bot.ui.lists import filters_line, listed_row, new_line, top_row
from bot.ui.owned import OWNER, AnyItem, Button, OwnedItem, view_of
from bot.ui.rating import ChooseTitle
from bot.ui.round_buttons import lists_buttons
from bot.ui.round_message import draw_lists
from bot.ui.sheets import Shown, attach, sheet
from bot.ui.text import clip
from bot.ui.top import top_embeds
from core.errors import GenreNotFoundError
from core.services.recommendations import RATINGS_WANTED, ColdStart
from core.services.server_lists import TopKind
from core.services.wishes.wish import CODE, Wish, WishKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.interactions import Interaction
    from bot.ui.reader import Reader
    from core.catalogue.title import Title
    from core.services.assembly import Services
    from core.services.recommendations import Round
    from core.services.servers import ServerSettings
    from core.services.toplists import TopEntry
    from core.services.wishes.service import Like
    from core.showing import Place

_SHEET: Final = "titles.jpg"
_LONGEST_TITLE: Final = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, and who will see the answer.

    `personal` answers are seen by that person alone. In the others nothing of theirs may be, apart
    from their own lists, which they show to everybody if they chose that they are `shared`.
    """

    services: Services
    reader: Reader
    user_id: int
    place: Place
    server: ServerSettings
    personal: bool
    shared: bool = False
    guild_id: int | None = None
    """The server they ask in, if any."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent, as a message or in answer to a button."""

    content: str | None = None
    embeds: tuple[discord.Embed, ...] = ()
    files: tuple[discord.File, ...] = ()
    items: tuple[AnyItem, ...] = ()


async def answer_to(asked: Asked, wish: Wish) -> Answer:
    """Return the answer to `wish`. Raises what the services raise."""
    match wish.kind:
        case WishKind.SIMILAR:
            return await _similar(asked, wish)
        case WishKind.TOP:
            return await _top(asked, wish)
        case WishKind.SERVER:
            return await _server(asked, wish)
        case WishKind.LISTS:
            return await _lists(asked, wish)


async def _similar(asked: Asked, wish: Wish) -> Answer:
    found = await asked.services.wishes.like(
        wish, asked.place, user_id=asked.user_id, personal=asked.personal
    )
    reader = asked.reader
    if not found.found:
        if found.known and wish.filters.narrows:
            return Answer(reader("chat-nothing"))
        key = "chat-like-none-left" if found.known else "chat-like-nothing"
        return Answer(names_that_fit(reader, {key: found.titles}))
    embeds = first_that_fits(_similar_embed(asked, wish, found, length) for length in NAME_LENGTHS)
    shown = [Shown(entry.title, entry.predicted) for entry in found.found]
    return await _with_sheet(asked, embeds, shown, _items(asked, wish, shown))


def _similar_embed(asked: Asked, wish: Wish, found: Like, length: int) -> list[discord.Embed]:
    reader = asked.reader
    names = ", ".join(reader.name(title) for title in found.titles)
    rows = [
        listed_row(reader, rank, entry, length, personal=asked.personal)
        for rank, entry in enumerate(found.found, 1)
    ]
    predicted = any(entry.predicted is not None for entry in found.found)
    stars = reader("chat-stars") if predicted else None
    return [
        _embed(
            reader("chat-like", titles=clip(names, _LONGEST_TITLE)),
            rows,
            (stars, new_line(reader, found.found), filters_line(reader, wish.filters)),
            VIOLET,
        )
    ]


async def _top(asked: Asked, wish: Wish, said: str | None = None) -> Answer:
    entries = await asked.services.wishes.top(
        wish, asked.place, user_id=asked.user_id, personal=asked.personal
    )
    reader = asked.reader
    if not entries:
        return Answer(reader("chat-nothing"))
    embeds = first_that_fits(_top_embed(reader, wish, entries, length) for length in NAME_LENGTHS)
    shown = [Shown(entry.title, entry.mean) for entry in entries]
    answer = await _with_sheet(asked, embeds, shown, _items(asked, wish, shown))
    return replace(answer, content=said)


def _top_embed(
    reader: Reader, wish: Wish, entries: Sequence[TopEntry], length: int
) -> list[discord.Embed]:
    rows = [top_row(reader, rank, entry, length) for rank, entry in enumerate(entries, 1)]
    notes = (reader("top-footer"), filters_line(reader, wish.filters))
    return [_embed(reader("chat-top"), rows, notes, AMBER)]


async def _server(asked: Asked, wish: Wish) -> Answer:
    """Return what the members of the server love; elsewhere what people love."""
    if asked.guild_id is None:
        return await _top(asked, wish)
    found = await asked.services.server_lists.top(
        asked.guild_id,
        TopKind.BEST,
        None,
        asked.place,
        user_id=asked.user_id,
        personal=asked.personal,
        least_votes=asked.server.least_votes,
        filters=wish.filters,
    )
    if not found.entries:
        return Answer(asked.reader("chat-nothing"))
    embeds = top_embeds(asked.reader, found, {}, filters_line(asked.reader, wish.filters))
    shown = [Shown(entry.title, entry.mean) for entry in found.entries]
    return await _with_sheet(asked, embeds, shown, _items(asked, wish, shown))


async def _lists(asked: Asked, wish: Wish) -> Answer:
    """Return the person's own lists; what is theirs alone they open by a button."""
    reader = asked.reader
    if not (asked.personal or asked.shared):
        button = ShowMe.make(reader, asked.user_id, wish, "chat-show-me")
        return Answer(reader("chat-private"), items=(button,))
    found = await asked.services.recommendations.recommend(
        asked.user_id, asked.place, filters=wish.filters
    )
    if isinstance(found, ColdStart):
        # that nothing is rated is the person's own affair
        said = reader("chat-unrated", count=RATINGS_WANTED) if asked.personal else None
        return await _top(asked, wish, said)
    if not found.similar and not found.may_like:
        return Answer(reader("chat-nothing" if wish.filters.narrows else "chat-none-left"))
    return await _round(asked, found)


async def _round(asked: Asked, round_: Round) -> Answer:
    embeds, files = await draw_lists(
        asked.services.posters, asked.reader, round_, personal=asked.personal
    )
    items: tuple[AnyItem, ...] = ()
    if round_.round_id is not None:
        items = lists_buttons(asked.reader, asked.user_id, round_.round_id, round_.score)
    return Answer(embeds=tuple(embeds), files=tuple(files), items=items)


def _embed(
    title: str, rows: list[str], notes: tuple[str | None, ...], colour: discord.Colour
) -> discord.Embed:
    embed = discord.Embed(title=title, description="\n".join(rows), colour=colour)
    return embed.set_footer(text="\n".join(note for note in notes if note))


async def _with_sheet(
    asked: Asked,
    embeds: list[discord.Embed],
    shown: Sequence[Shown],
    items: tuple[AnyItem, ...],
) -> Answer:
    file = await sheet(asked.services.posters, asked.reader, _SHEET, shown)
    attach(embeds[0], file)
    return Answer(embeds=tuple(embeds), files=(file,) if file else (), items=items)


def _items(asked: Asked, wish: Wish, shown: Sequence[Shown]) -> tuple[AnyItem, ...]:
    """Return a menu to rate the titles or, below what everybody sees, the way to one's own list."""
    if asked.personal:
        return (rate_menu(asked.reader, asked.user_id, [entry.title for entry in shown]),)
    if wish.kind is not WishKind.SIMILAR:
        return ()
    return (ShowMe.make(asked.reader, asked.user_id, wish, "chat-just-for-me"),)


def rate_menu(reader: Reader, owner: int, titles: Sequence[Title]) -> ChooseTitle:
    """Return a menu that rates one of `titles`."""
    return ChooseTitle.make(reader, owner, titles, reader("named-rate"))


class ShowMe(OwnedItem[Button], template=f"riko:wish:{OWNER}:(?P<code>{CODE})"):
    """Answers a wish once more, to the person who asked alone."""

    def __init__(self, item: Button, *, owner: int, code: str) -> None:
        super().__init__(item, owner=owner)
        self.wish = Wish.of_code(code)

    @classmethod
    def make(cls, reader: Reader, owner: int, wish: Wish, key: str) -> Self:
        """Return the button that answers `wish`; `key` names its label."""
        button: Button = discord.ui.Button(
            label=reader(key),
            style=discord.ButtonStyle.primary,
            custom_id=f"riko:wish:{owner}:{wish.code}",
        )
        return cls(button, owner=owner, code=wish.code)

    async def work(self, interaction: Interaction) -> None:
        """Answer privately."""
        client_of(interaction).turns.take(interaction)
        await acknowledge(interaction)
        asked = Asked(
            services_of(interaction),
            await reader_of(interaction),
            self.owner,
            place_of(interaction),
            server_of(interaction),
            personal=True,
            guild_id=interaction.guild_id,
        )
        try:
            wish = await asked.services.wishes.allowed(self.wish, asked.place, user_id=self.owner)
        except GenreNotFoundError:
            # a genre that was all right when the message was written
            await answer(interaction, asked.reader("chat-adult"))
            return
        found = await answer_to(asked, wish)
        await answer(
            interaction,
            found.content,
            embeds=found.embeds,
            view=view_of(*found.items) if found.items else None,
            files=found.files,
        )


PERSISTENT: Final = (ShowMe,)
"""What the bot registers before the first event, so that old messages keep working."""
