"""How good the lists were over time: a table in pages, and a chart of all of it."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING, Final, Self

import discord

from bot.interactions import answer, place_of, reader_of, services_of
from bot.ui.limits import ALT_TEXT, NAME_LENGTHS, TEAL, first_that_fits
from bot.ui.owned import OWNER, Button, OwnedItem, view_of
from bot.ui.pictures.charts import HistoryDrawing, HistoryLine, draw_history
from bot.ui.pictures.thread import draw
from bot.ui.text import clip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.interactions import Interaction
    from bot.ui.reader import Reader
    from core.services.history import History, HistoryRow

CHART: Final = "history.png"
ROWS: Final = 10
_MOST_NAMES: Final = 3

_log = logging.getLogger(__name__)


async def answer_with_history(interaction: Interaction, history: History) -> None:
    """Give the newest page of the table, and the chart."""
    reader = await reader_of(interaction)
    if not history.rows:
        await answer(interaction, reader("history-empty"))
        return
    chart = await _chart(reader, history.rows)
    embed = history_embed(reader, history.rows, 1)
    if chart is not None:
        embed.set_image(url=f"attachment://{CHART}")
    await answer(
        interaction,
        embeds=[embed],
        view=_turning(reader, interaction.user.id, history.rows, 1),
        files=() if chart is None else [chart],
    )


class TurnHistory(OwnedItem[Button], template=rf"riko:history:{OWNER}:(?P<page>\d{{1,4}})"):
    """Turns to a page of the table; page 1 is the newest."""

    def __init__(self, item: Button, *, owner: int, page: int) -> None:
        super().__init__(item, owner=owner)
        self.page = page

    @classmethod
    def make(cls, label: str, owner: int, page: int) -> Self:
        """Return the button that turns to `page`."""
        button: Button = discord.ui.Button(label=label, custom_id=f"riko:history:{owner}:{page}")
        return cls(button, owner=owner, page=page)

    async def work(self, interaction: Interaction) -> None:
        """Show the page as it is today; the chart stays."""
        await interaction.response.defer()
        reader = await reader_of(interaction)
        history = await services_of(interaction).history.history(self.owner, place_of(interaction))
        if not history.rows:
            await answer(interaction, reader("history-empty"))
            return
        page = min(max(self.page, 1), _pages(history.rows))
        embed = history_embed(reader, history.rows, page)
        message = interaction.message
        if message is not None and any(file.filename == CHART for file in message.attachments):
            embed.set_image(url=f"attachment://{CHART}")
        await interaction.edit_original_response(
            embeds=[embed], view=_turning(reader, self.owner, history.rows, page)
        )


PERSISTENT: Final = (TurnHistory,)
"""What the bot registers before the first event, so that old messages keep working."""


def _pages(rows: Sequence[HistoryRow]) -> int:
    return -(-len(rows) // ROWS)


def _turning(
    reader: Reader, owner: int, rows: Sequence[HistoryRow], page: int
) -> discord.ui.View | None:
    newer = TurnHistory.make(reader("history-newer"), owner, page - 1) if page > 1 else None
    older = (
        TurnHistory.make(reader("history-older"), owner, page + 1) if page < _pages(rows) else None
    )
    return view_of(newer, older) if newer or older else None


def history_embed(reader: Reader, rows: Sequence[HistoryRow], page: int) -> discord.Embed:
    """Return a page of the table, newest rows first; `rows` are newest last, pages count from 1."""
    newest_first = rows[::-1]
    shown = newest_first[(page - 1) * ROWS : page * ROWS]
    (embed,) = first_that_fits(
        [
            discord.Embed(
                title=reader("history-title"),
                description="\n".join(_row(reader, row, length) for row in shown),
                colour=TEAL,
            ).set_footer(text=reader("history-footer", page=page, pages=_pages(rows)))
        ]
        for length in NAME_LENGTHS
    )
    return embed


def _row(reader: Reader, row: HistoryRow, length: int) -> str:
    score = (
        reader("history-unscored")
        if row.score is None
        else reader("history-score", score=row.score)
    )
    first = reader(
        "history-row",
        number=str(row.round_number),
        when=discord.utils.format_dt(row.made_at, "D"),
        score=score,
        ratings=row.rating_count,
    )
    if not row.accepted or row.mean_given is None or row.mean_predicted is None:
        return f"{first}\n{reader('history-none-accepted')}"
    taken = reader(
        "history-accepted",
        count=len(row.accepted),
        mean=f"{row.mean_given:.1f}",
        expected=f"{row.mean_predicted:.1f}",
    )
    names = [
        f"{reader.name(rated.title, length)} **{rated.score}**"
        for rated in row.accepted[:_MOST_NAMES]
    ]
    if len(row.accepted) > _MOST_NAMES:
        names.append("…")
    return f"{first}\n{taken}: {', '.join(names)}"


async def _chart(reader: Reader, rows: Sequence[HistoryRow]) -> discord.File | None:
    """Return the chart; none if it cannot be drawn: the table is worth showing without it."""
    try:
        data = await draw(draw_history, history_drawing(reader, rows))
    except Exception:  # noqa: BLE001 - whatever fails in a picture, the rest is worth showing
        _log.exception("a history of %d rounds could not be drawn", len(rows))
        return None
    return discord.File(io.BytesIO(data), filename=CHART, description=_described(reader, rows))


def history_drawing(reader: Reader, rows: Sequence[HistoryRow]) -> HistoryDrawing:
    """Return what to draw of a history, newest last."""
    return HistoryDrawing(
        title=reader("history-title"),
        round_label=reader("history-rounds"),
        score_label=reader("history-scores"),
        rounds=tuple(row.round_number for row in rows),
        lines=(
            HistoryLine(reader("history-lists"), tuple(row.score for row in rows)),
            HistoryLine(reader("history-taken"), tuple(row.mean_given for row in rows)),
        ),
        empty=reader("history-nothing"),
    )


def _described(reader: Reader, rows: Sequence[HistoryRow]) -> str:
    """Return what the chart shows, newest first, for people who do not see it."""
    points: list[str] = []
    for row in reversed(rows):
        number = str(row.round_number)
        if row.score is not None:
            points.append(reader("history-point-lists", number=number, score=row.score))
        if row.mean_given is not None:
            mean = f"{row.mean_given:.1f}"
            points.append(reader("history-point-taken", number=number, score=mean))
    return clip(f"{reader('history-title')}: {'; '.join(points)}", ALT_TEXT)
