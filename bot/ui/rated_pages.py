"""The pages of what a person has rated, and of what they dismissed; for their own eyes only."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, ClassVar, Final, Self, TypeVar

import discord

from bot.interactions import answer, place_of, reader_of, services_of, showing_of, will_save
from bot.ui.limits import AMBER, NAME_LENGTHS, first_that_fits, names_that_fit
from bot.ui.lists import marked
from bot.ui.owned import NEVER, OWNER, AnyItem, Button, OwnedItem, Select, title_options, view_of
from bot.ui.rating import ChooseTitle
from bot.ui.sheets import Shown, attach, sheet
from core.person import HIGHEST_SCORE, LOWEST_SCORE
from core.services.recommendations import Mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.interactions import Interaction
    from bot.ui.reader import Reader
    from core.services.dismissals import Dismissal
    from core.services.ratings import RatedTitle

PAGE: Final = 10
"""Titles a page: as many as a sheet holds."""
SHEET: Final = "ratings.jpg"
_GONE_NAMED: Final = 10
"""So many titles that left the catalogue are named by their numbers."""

_PAGE: Final = r"(?P<page>\d{1,4})"

EntryT = TypeVar("EntryT")


async def answer_with_ratings(interaction: Interaction, page: int) -> None:
    """Give a page, from 0, of the titles the person rated, the latest first."""
    reader, services, owner = (
        await reader_of(interaction),
        services_of(interaction),
        interaction.user.id,
    )
    showing = (await showing_of(interaction)).with_hidden
    rated = [rating for rating in await services.ratings.of(owner) if showing.allows(rating.title)]
    page, pages, shown = _cut(rated, page)
    embed = ratings_card(reader, rated, page, await services.ratings.gone(owner))
    file = await sheet(
        services.posters, reader, SHEET, [Shown(rating.title, rating.score) for rating in shown]
    )
    attach(embed, file)
    items: list[AnyItem] = []
    if shown:
        scores = {rating.title.anime_id: f"✓ {rating.score} ·" for rating in shown}
        titles = [rating.title for rating in shown]
        items.append(ChooseTitle.make(reader, owner, titles, reader("ratings-rate-again"), scores))
    items += _turning(RatingsPage, reader, owner, page, pages)
    items.append(HiddenPage.make(reader, owner, 0, "ratings-hidden"))
    await answer(interaction, embeds=[embed], view=view_of(*items), files=[file] if file else [])


async def answer_with_hidden(interaction: Interaction, page: int, said: str | None = None) -> None:
    """Give a page, from 0, of the titles the person dismissed, the latest first."""
    reader, owner = await reader_of(interaction), interaction.user.id
    hidden = await services_of(interaction).dismissals.of(owner, place_of(interaction))
    page, pages, shown = _cut(hidden, page)
    items: list[AnyItem] = []
    if shown:
        items.append(BringBackTitles.make(reader, owner, page, shown))
    items += _turning(HiddenPage, reader, owner, page, pages)
    items.append(RatingsPage.make(reader, owner, 0, "ratings-rated"))
    embed = hidden_card(reader, hidden, page)
    await answer(interaction, said, embeds=[embed], view=view_of(*items))


def ratings_card(
    reader: Reader, rated: Sequence[RatedTitle], page: int, gone: Sequence[int] = ()
) -> discord.Embed:
    """Return a page of ratings with how all of them are spread over the scores.

    `gone` are the numbers of rated titles that left the catalogue.
    """
    page, pages, shown = _cut(rated, page)
    behind = ["", _gone(reader, gone)] if gone else []
    if not rated:
        none = "" if gone else reader("ratings-none")
        return discord.Embed(
            title=reader("ratings-title"), description="\n".join([none, *behind]), colour=AMBER
        )

    def card(length: int) -> discord.Embed:
        rows = [
            f"**{rank}.** {reader.link(rating.title, length)} · **✓\N{NO-BREAK SPACE}{rating.score}**"
            f" · {discord.utils.format_dt(rating.rated_at, 'd')}"
            for rank, rating in enumerate(shown, 1)
        ]
        embed = discord.Embed(
            title=reader("ratings-title"),
            description="\n".join([*_spread(reader, rated), "", *rows, *behind]),
            colour=AMBER,
        )
        return _numbered(reader, embed, page, pages)

    return first_that_fits([card(length)] for length in NAME_LENGTHS)[0]


def hidden_card(reader: Reader, hidden: Sequence[Dismissal], page: int) -> discord.Embed:
    """Return a page of dismissed titles."""
    page, pages, shown = _cut(hidden, page)
    if not hidden:
        return discord.Embed(
            title=reader("hidden-title"), description=reader("hidden-none"), colour=AMBER
        )

    def card(length: int) -> discord.Embed:
        rows = [
            f"{reader.link(each.title, length)} · {marked(reader, Mark(dismissed=each.kind))}"
            for each in shown
        ]
        embed = discord.Embed(
            title=reader("hidden-title"),
            description="\n".join([f"*{reader('hidden-help')}*", *rows]),
            colour=AMBER,
        )
        return _numbered(reader, embed, page, pages)

    return first_that_fits([card(length)] for length in NAME_LENGTHS)[0]


class _Page(OwnedItem[Button], template=NEVER):
    """A button that shows a page, from 0."""

    kind: ClassVar[str]

    def __init__(self, item: Button, *, owner: int, page: int) -> None:
        super().__init__(item, owner=owner)
        self.page = page

    @classmethod
    def make(
        cls, reader: Reader, owner: int, page: int, label: str, *, disabled: bool = False
    ) -> Self:
        """Return the button that shows `page` and is called by the text `label`."""
        button: Button = discord.ui.Button(
            label=reader(label),
            custom_id=f"riko:{cls.kind}:{owner}:{page}",
            disabled=disabled,
            row=1,
        )
        return cls(button, owner=owner, page=page)


class RatingsPage(_Page, template=f"riko:ratings:{OWNER}:{_PAGE}"):
    """Shows a page of ratings."""

    kind = "ratings"

    async def work(self, interaction: Interaction) -> None:
        """Turn to it."""
        await interaction.response.defer()
        await answer_with_ratings(interaction, self.page)


class HiddenPage(_Page, template=f"riko:hidden:{OWNER}:{_PAGE}"):
    """Shows a page of dismissed titles."""

    kind = "hidden"

    async def work(self, interaction: Interaction) -> None:
        """Turn to it."""
        await interaction.response.defer()
        await answer_with_hidden(interaction, self.page)


class BringBackTitles(OwnedItem[Select], template=f"riko:unhide:{OWNER}:{_PAGE}"):
    """A menu of dismissed titles; those chosen may be recommended again."""

    def __init__(self, item: Select, *, owner: int, page: int) -> None:
        super().__init__(item, owner=owner)
        self.page = page

    @classmethod
    def make(cls, reader: Reader, owner: int, page: int, shown: Sequence[Dismissal]) -> Self:
        """Return the menu of the titles of `page`."""
        options = title_options(reader, [dismissal.title for dismissal in shown])
        menu: Select = discord.ui.Select(
            custom_id=f"riko:unhide:{owner}:{page}",
            placeholder=reader("hidden-choose"),
            options=options,
            max_values=len(options),
        )
        return cls(menu, owner=owner, page=page)

    async def work(self, interaction: Interaction) -> None:
        """Bring the titles chosen back, and show what is left."""
        will_save(interaction)
        await interaction.response.defer()
        reader, services = await reader_of(interaction), services_of(interaction)
        showing = (await showing_of(interaction)).with_hidden
        chosen = [services.titles.get(int(value), showing) for value in self.item.values]
        await services.dismissals.restore_many(self.owner, [title.anime_id for title in chosen])
        said = names_that_fit(reader, {"brought-back": chosen})
        await answer_with_hidden(interaction, self.page, said)


PERSISTENT: Final = (RatingsPage, HiddenPage, BringBackTitles)
"""What the bot registers before the first event, so that old messages keep working."""


def _cut(entries: Sequence[EntryT], page: int) -> tuple[int, int, Sequence[EntryT]]:
    """Return the page that there is, how many there are, and what is on it."""
    pages = max(1, -(-len(entries) // PAGE))
    page = min(page, pages - 1)
    return page, pages, entries[page * PAGE : (page + 1) * PAGE]


def _turning(kind: type[_Page], reader: Reader, owner: int, page: int, pages: int) -> list[AnyItem]:
    if pages == 1:
        return []
    return [
        kind.make(reader, owner, max(page - 1, 0), "page-before", disabled=page == 0),
        kind.make(reader, owner, page + 1, "page-after", disabled=page == pages - 1),
    ]


def _numbered(reader: Reader, embed: discord.Embed, page: int, pages: int) -> discord.Embed:
    if pages > 1:
        embed.set_footer(text=reader("page-position", page=page + 1, pages=pages))
    return embed


def _gone(reader: Reader, gone: Sequence[int]) -> str:
    numbers = ", ".join(map(str, gone[:_GONE_NAMED])) + ("…" if len(gone) > _GONE_NAMED else "")
    return reader("ratings-gone", count=len(gone), numbers=numbers)


def _spread(reader: Reader, rated: Sequence[RatedTitle]) -> list[str]:
    """Say how many there are, their mean, and how often each score was given."""
    counts = Counter(rating.score for rating in rated)
    mean = sum(rating.score for rating in rated) / len(rated)
    spread = " · ".join(
        f"**{score}** ×\N{NO-BREAK SPACE}{counts[score]}"
        for score in range(HIGHEST_SCORE, LOWEST_SCORE - 1, -1)
        if counts[score]
    )
    return [reader("ratings-count", count=len(rated), mean=f"{mean:.1f}"), spread]
