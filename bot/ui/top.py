"""What people love most, everywhere or in a server: one embed with a poster sheet, a menu, buttons."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Self

import discord

from bot.interactions import (
    answer,
    answer_privately,
    is_private_message,
    place_of,
    reader_of,
    server_of,
    services_of,
)
from bot.ui.asked_top import CODE, AskedTop, TopScope
from bot.ui.limits import AMBER, NAME_LENGTHS, first_that_fits
from bot.ui.lists import top_row
from bot.ui.owned import OWNER, AnyItem, Button, OwnedItem, view_of
from bot.ui.rating import ChooseTitle
from bot.ui.sheets import Shown, attach, sheet
from core.errors import GenreNotFoundError, ServerOnlyError
from core.services.server_lists import MOST_COUNTED, ServerEntry, ServerTop, TopKind
from core.services.toplists import PAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.interactions import Interaction
    from bot.ui.reader import Reader
    from core.services.toplists import TopEntry, TopList

TOP_SHEET: Final = "top.jpg"

_TITLES: Final = {
    TopKind.BEST: ("top-server-best", "top-server-best-genre"),
    TopKind.DIVISIVE: ("top-server-divisive", "top-server-divisive-genre"),
    TopKind.GEMS: ("top-server-gems", "top-server-gems-genre"),
}
_NONE: Final = {
    TopKind.DIVISIVE: "top-none-divisive",
    TopKind.GEMS: "top-none-gems",
}
_TOO_FEW: Final = {
    TopKind.DIVISIVE: "top-lacking-divisive",
    TopKind.GEMS: "top-lacking-gems",
}
_KIND_LABELS: Final = {
    TopKind.BEST: "top-list-best",
    TopKind.DIVISIVE: "top-list-divisive",
    TopKind.GEMS: "top-list-gems",
}


async def answer_with_top(interaction: Interaction, asked: AskedTop, *, private: bool) -> None:
    """Give a top list, for the person alone if `private`, or else the same as for everybody.

    Raises `ServerOnlyError` for a server's list where there is no server.
    """
    services, user_id = services_of(interaction), interaction.user.id
    found: TopList | ServerTop
    if asked.scope is TopScope.SERVER:
        if interaction.guild_id is None:
            raise ServerOnlyError
        found = await services.server_lists.top(
            interaction.guild_id,
            asked.kind,
            asked.genre,
            place_of(interaction),
            user_id=user_id,
            personal=private,
            least_votes=server_of(interaction).least_votes,
            page=asked.page,
        )
    else:
        if asked.kind is not TopKind.BEST:
            raise ServerOnlyError
        found = await services.top.top(
            asked.genre,
            place_of(interaction),
            user_id=user_id,
            personal=private,
            page=asked.page,
        )
    own: Mapping[int, int] = await services.ratings.scores(user_id) if private else {}
    reader = await reader_of(interaction)
    shown = [Shown(entry.title, entry.mean) for entry in found.entries]
    file = await sheet(services.posters, reader, TOP_SHEET, shown, first=found.page * PAGE + 1)
    (embed,) = top_embeds(reader, found, own)
    attach(embed, file)
    items: list[AnyItem] = []
    if found.entries:
        titles = [entry.title for entry in found.entries]
        items.append(ChooseTitle.make(reader, user_id, titles, reader("top-choose")))
    items += _buttons(reader, user_id, asked, found, in_server=interaction.guild_id is not None)
    await answer(
        interaction, embeds=[embed], view=view_of(*items), files=[file] if file is not None else ()
    )


def top_embeds(
    reader: Reader,
    top: TopList | ServerTop,
    own: Mapping[int, int],
    narrowed: str | None = None,
) -> list[discord.Embed]:
    """Return the embed of a top list, with the longest names that fit.

    `own` are the scores to mark titles with, by title id; `narrowed` says what the list was
    narrowed to, if anything but its genre.
    """
    return first_that_fits([_embed(reader, top, own, narrowed, length)] for length in NAME_LENGTHS)


def _embed(
    reader: Reader,
    top: TopList | ServerTop,
    own: Mapping[int, int],
    narrowed: str | None,
    length: int,
) -> discord.Embed:
    rows = [
        _row(reader, rank, entry, own.get(entry.title.anime_id), length)
        for rank, entry in enumerate(top.entries, top.page * PAGE + 1)
    ]
    keys, notes = ("top-title", "top-title-genre"), [reader("top-footer")]
    none = "top-empty" if top.genre is None else "top-empty-genre"
    if isinstance(top, ServerTop):
        if top.lacking is not None:
            rows.insert(0, f"*{_lacking(reader, top)}*")
        else:
            keys, none = _TITLES[top.kind], _NONE.get(top.kind, none)
            notes = [reader("top-server-footer")]
            if top.kind is TopKind.DIVISIVE:
                notes.append(reader("top-server-spread"))
            if any(isinstance(entry, ServerEntry) and entry.moved for entry in top.entries):
                notes.append(reader("top-server-moved"))
        many = "top-server-voters-many" if top.voters >= MOST_COUNTED else "top-server-voters"
        notes.append(reader(many, count=top.voters))
    title, of_genre = keys
    if narrowed is not None:
        notes.append(narrowed)
    if top.pages > 1 and narrowed is None:
        notes.append(reader("page-position", page=top.page + 1, pages=top.pages))
    if not top.entries:
        rows.append(reader(none))
    embed = discord.Embed(
        title=reader(title)
        if top.genre is None
        else reader(of_genre, genre=reader.words.genre(top.genre)),
        description="\n".join(rows),
        colour=AMBER,
    )
    return embed.set_footer(text="\n".join(notes)) if top.entries else embed


def _lacking(reader: Reader, top: ServerTop) -> str:
    lacking = top.lacking
    if lacking is None:
        return ""
    if top.kind in _TOO_FEW:
        return reader(_TOO_FEW[top.kind], votes=lacking.votes)
    if lacking.voters:
        return reader("top-lacking-voters", count=lacking.voters)
    key = "top-lacking-titles" if top.genre is None else "top-lacking-titles-genre"
    return reader(key, count=lacking.titles, votes=lacking.votes)


def _row(reader: Reader, rank: int, entry: TopEntry, score: int | None, length: int) -> str:
    parts = [top_row(reader, rank, entry, length)]
    if isinstance(entry, ServerEntry):
        parts.append(reader("top-people", count=entry.votes))
        if entry.moved != 0:
            parts.append(_moved(reader, entry.moved))
    else:
        parts.append(reader("top-votes", count=entry.votes))
    if score is not None:
        parts.append(f"**{reader('top-own', score=score)}**")
    return " · ".join(parts)


def _moved(reader: Reader, places: int | None) -> str:
    if places is None:
        return reader("top-new")
    return f"▲{places}" if places > 0 else f"▼{-places}"


def _buttons(
    reader: Reader,
    owner: int,
    asked: AskedTop,
    found: TopList | ServerTop,
    *,
    in_server: bool,
) -> list[AnyItem]:
    """Return the way to the other lists and pages."""
    asked = replace(asked, page=found.page)
    items: list[AnyItem] = []
    if in_server:
        items += [
            TurnTop.make(
                reader(_KIND_LABELS[kind]),
                owner,
                _Mode.LIST,
                AskedTop(TopScope.SERVER, kind, asked.genre),
                current=asked.scope is TopScope.SERVER and kind is asked.kind,
            )
            for kind in TopKind
        ]
        items.append(
            TurnTop.make(
                reader("top-list-everybody"),
                owner,
                _Mode.SCOPE,
                AskedTop(TopScope.EVERYBODY, genre=asked.genre),
                current=asked.scope is TopScope.EVERYBODY,
            )
        )
    if found.pages > 1:
        items += [
            TurnTop.make(
                reader("page-before"),
                owner,
                _Mode.PAGE,
                replace(asked, page=max(0, found.page - 1)),
                disabled=found.page == 0,
            ),
            TurnTop.make(
                reader("page-after"),
                owner,
                _Mode.PAGE,
                replace(asked, page=found.page + 1),
                disabled=found.page == found.pages - 1,
            ),
        ]
    return items


class _Mode(StrEnum):
    """What a button turns to; it also keeps their ids apart."""

    LIST = "list"
    SCOPE = "scope"
    PAGE = "page"


class TurnTop(
    OwnedItem[Button],
    template=f"riko:top:{OWNER}:(?P<mode>{'|'.join(_Mode)}):(?P<code>{CODE})",
):
    """Shows another list, or another page, in the place of the one that is there."""

    def __init__(self, item: Button, *, owner: int, mode: str, code: str) -> None:
        super().__init__(item, owner=owner)
        self.mode = _Mode(mode)
        self.asked = AskedTop.of_code(code)

    @classmethod
    def make(
        cls,
        label: str,
        owner: int,
        mode: _Mode,
        asked: AskedTop,
        *,
        current: bool = False,
        disabled: bool = False,
    ) -> Self:
        """Return the button that shows what is `asked`, unless that is the `current` list."""
        button: Button = discord.ui.Button(
            label=label,
            style=discord.ButtonStyle.primary if current else discord.ButtonStyle.secondary,
            custom_id=f"riko:top:{owner}:{mode}:{asked.code}",
            disabled=disabled or current,
            row=2 if mode is _Mode.PAGE else 1,
        )
        return cls(button, owner=owner, mode=mode, code=asked.code)

    async def work(self, interaction: Interaction) -> None:
        """Turn to it."""
        await interaction.response.defer()
        private = is_private_message(interaction)
        try:
            await answer_with_top(interaction, self.asked, private=private)
        except GenreNotFoundError:
            # a genre that might be shown when the list was made
            every_genre = replace(self.asked, genre=None, page=0)
            await answer_with_top(interaction, every_genre, private=private)
            await answer_privately(interaction, (await reader_of(interaction))("chat-adult"))


PERSISTENT: Final = (TurnTop,)
"""What the bot registers before the first event, so that old messages keep working."""
