"""Lists from elsewhere: shown before anything is saved, then taken in; ratings as a file."""

from __future__ import annotations

import asyncio
import contextlib
import io
from typing import TYPE_CHECKING, Final, Self

import discord

from bot.interactions import answer, reader_of, services_of, will_save
from bot.ui.attached import read_attached
from bot.ui.owned import NEVER, OWNER, Button, OwnedItem, view_of
from bot.ui.panel import show
from bot.ui.privacy import answer_with_imported
from bot.ui.rating import UndoRating
from core.errors import LargeListError, RikoError
from core.services.export import LARGEST_FILE
from core.services.imports.plan import DROPPED_SCORE, Choices
from core.services.imports.service import Preview, Scale, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.interactions import Interaction
    from bot.ui.owned import AnyItem
    from bot.ui.reader import Reader
    from core.services.imports.service import TakenIn, Unmatched

UNMATCHED: Final = "not-known-here.txt"
RATINGS: Final = "riko-ratings.xml"
MOST_BYTES: Final = 8 * 2**20
"""Of a file; Discord takes 10 MiB."""

_FROM: Final = {
    Source.MYANIMELIST: "import-from-myanimelist",
    Source.ANILIST: "import-from-anilist",
}
_SCALES: Final = {
    Scale.TEN: "import-scale-ten",
    Scale.HUNDRED: "import-scale-hundred",
    Scale.TEN_DECIMAL: "import-scale-ten-decimal",
    Scale.FIVE_STARS: "import-scale-five-stars",
    Scale.THREE_SMILEYS: "import-scale-three-smileys",
}
_TAKE: Final = {
    "all": "import-take-all",
    "keep": "import-take-keep",
    "overwrite": "import-take-overwrite",
}
_SWITCH: Final = {
    ("dropped", False): "import-dropped-on",
    ("dropped", True): "import-dropped-off",
    ("seen", False): "import-seen-on",
    ("seen", True): "import-seen-off",
}

_WHICH: Final = r"(?P<token>[a-z]{1,20})"
_LIST: Final = rf"{OWNER}:{_WHICH}:(?P<dropped>[01])(?P<seen>[01])"
"""Whose list, which, and what is chosen of its titles without a score."""


async def look_at_file(interaction: Interaction, file: discord.Attachment) -> None:
    """Show what is in a file; Riko's own export is taken in as `/privacy import` does.

    Raises what `ImportService.open_file` does.
    """
    if file.size > LARGEST_FILE:
        raise LargeListError(LARGEST_FILE)
    data = await read_attached(interaction, file)
    if data is None:
        return
    told = False

    async def waits(seconds: int) -> None:
        nonlocal told
        told = True
        reader = await reader_of(interaction)
        await answer(interaction, reader("import-asking-anilist", seconds=seconds))

    try:
        opened = await services_of(interaction).imports.open_file(interaction.user.id, data, waits)
    except RikoError:
        # the sentence about the failure comes in a message of its own
        if told:
            with contextlib.suppress(discord.NotFound):
                await interaction.delete_original_response()
        raise
    if isinstance(opened, Preview):
        await _answer_with_preview(interaction, opened)
    else:
        await answer_with_imported(interaction, opened)


async def look_at_anilist(interaction: Interaction, name: str) -> None:
    """Show what is in somebody's public list. Raises what `ImportService.open_anilist` does."""
    opened = await services_of(interaction).imports.open_anilist(interaction.user.id, name)
    await _answer_with_preview(interaction, opened)


async def answer_with_ratings_file(interaction: Interaction, data: bytes | None) -> None:
    """Give ratings as a file; `data` is none when there are none."""
    reader = await reader_of(interaction)
    if data is None:
        await answer(interaction, reader("ratings-none"))
        return
    file = discord.File(io.BytesIO(data), filename=RATINGS)
    await answer(interaction, reader("exported-xml"), files=[file])


async def _answer_with_preview(interaction: Interaction, preview: Preview) -> None:
    reader, owner = await reader_of(interaction), interaction.user.id
    files: list[discord.File] = []
    if preview.unmatched:
        # there may be ten thousands
        lines = await asyncio.to_thread(
            _unmatched_lines,
            preview.unmatched,
            lambda count: reader("import-unmatched-more", count=count),
        )
        files.append(discord.File(io.BytesIO(lines), filename=UNMATCHED))
    view = view_of(*_buttons(reader, owner, preview))
    await answer(interaction, preview_text(reader, preview), view=view, files=files)


def preview_text(reader: Reader, preview: Preview) -> str:
    """Say what is in a list and what would become of it."""
    chosen = preview.choices
    dropped = "import-dropped-counted" if chosen.dropped else "import-dropped-left"
    counts = {
        "import-new": preview.new,
        "import-same": preview.same,
        "import-conflicts": preview.conflicts,
        dropped: preview.dropped,
        "import-seen-marked" if chosen.seen else "import-seen-left": preview.seen,
        "import-planned": preview.planned,
        "import-unmatched": len(preview.unmatched),
    }
    rows = [
        f"- {reader(key, count=count, score=DROPPED_SCORE)}"
        for key, count in counts.items()
        if count
    ]
    said = [reader(_FROM[preview.source]), *rows]
    if preview.new or preview.same or preview.conflicts:
        said.append(reader(_SCALES[preview.scale]))
    if preview.changes_nothing:
        return "\n".join([*said, "", reader("import-nothing")])
    question = "import-question-conflicts" if preview.conflicts else "import-question"
    return "\n".join([*said, "", reader("import-order"), reader(question)])


def taken_in_text(reader: Reader, taken: TakenIn, *, learnt: bool) -> str:
    """Say what became of a list; `learnt` is whether the network knows any of its titles."""
    if taken.step_id is None:
        return reader("import-nothing")
    counts = {
        "imported-new": taken.new,
        "imported-overwritten": taken.overwritten,
        "imported-kept": taken.kept,
        "imported-dropped": taken.dropped,
        "imported-seen": taken.seen,
    }
    rows = [
        f"- {reader(key, count=count, score=DROPPED_SCORE)}"
        for key, count in counts.items()
        if count
    ]
    rated = reader("rated-count", count=taken.rating_count)
    if taken.rated:
        rated += " " + reader("rated-learned" if learnt else "imported-unknown-to-network")
    return "\n".join([reader("imported"), *rows, rated])


def _unmatched_lines(unmatched: Sequence[Unmatched], more: Callable[[int], str]) -> bytes:
    """Return a line for each title: its name and its page, as far as the list has them.

    What is too much for a file is only counted, on the last line.
    """
    lines: list[str] = []
    size = 0
    for at, title in enumerate(unmatched):
        name = " ".join((title.name or "").split())
        page = f"https://myanimelist.net/anime/{title.anime_id}" if title.anime_id else ""
        line = " · ".join(filter(None, (name, page)))
        size += len(line.encode("utf-8", "replace")) + 1
        if size > MOST_BYTES:
            lines.append(more(len(unmatched) - at))
            break
        lines.append(line)
    return "\n".join([*lines, ""]).encode("utf-8", "replace")


def _buttons(reader: Reader, owner: int, preview: Preview) -> list[AnyItem]:
    if preview.changes_nothing:
        return []
    modes = ("keep", "overwrite") if preview.conflicts else ("all",)
    items: list[AnyItem] = [TakeIn.make(reader, owner, preview, mode) for mode in modes]
    if preview.dropped:
        items.append(ChooseUnscored.make(reader, owner, preview, "dropped"))
    if preview.seen:
        items.append(ChooseUnscored.make(reader, owner, preview, "seen"))
    return [*items, LeaveList.make(reader, owner, preview)]


def _carried(owner: int, preview: Preview) -> str:
    chosen = preview.choices
    return f"{owner}:{preview.token}:{chosen.dropped:d}{chosen.seen:d}"


class _ListButton(OwnedItem[Button], template=NEVER):
    """A button for a list, with what was chosen of the titles without a score."""

    def __init__(
        self, item: Button, *, owner: int, mode: str, token: str, dropped: int, seen: int
    ) -> None:
        super().__init__(item, owner=owner)
        self.mode = mode
        self.token = token
        self.choices = Choices(dropped=bool(dropped), seen=bool(seen))

    @classmethod
    def of(cls, button: Button, owner: int, preview: Preview, mode: str) -> Self:
        """Return `button` as the one for the list that `preview` is of."""
        chosen = preview.choices
        return cls(
            button,
            owner=owner,
            mode=mode,
            token=preview.token,
            dropped=chosen.dropped,
            seen=chosen.seen,
        )


class TakeIn(_ListButton, template=f"riko:import-take:(?P<mode>all|keep|overwrite):{_LIST}"):
    """Saves a list; `mode` says whose scores stay where both have one."""

    @classmethod
    def make(cls, reader: Reader, owner: int, preview: Preview, mode: str) -> Self:
        """Return the button for the list that `preview` is of."""
        first = mode != "overwrite"
        button: Button = discord.ui.Button(
            label=reader(_TAKE[mode]),
            style=discord.ButtonStyle.primary if first else discord.ButtonStyle.secondary,
            custom_id=f"riko:import-take:{mode}:{_carried(owner, preview)}",
        )
        return cls.of(button, owner, preview, mode)

    async def work(self, interaction: Interaction) -> None:
        """Save the list and say what became of it; it can be undone."""
        will_save(interaction)
        await interaction.response.defer()
        taken = await services_of(interaction).imports.take_in(
            self.owner, self.token, self.choices, overwrite=self.mode == "overwrite"
        )
        reader = await reader_of(interaction)
        learnt = services_of(interaction).recommendations.knows_any(taken.rated)
        said = taken_in_text(reader, taken, learnt=learnt)
        # the file with what is not known stays
        if taken.step_id is None:
            await show(interaction, said)
        else:
            await show(interaction, said, UndoRating.make(reader, self.owner, taken.step_id))


class ChooseUnscored(_ListButton, template=f"riko:import-choose:(?P<mode>dropped|seen):{_LIST}"):
    """Switches what becomes of titles without a score: of those dropped, or of the others."""

    @classmethod
    def make(cls, reader: Reader, owner: int, preview: Preview, mode: str) -> Self:
        """Return the button for the list that `preview` is of."""
        chosen = preview.choices
        on = chosen.dropped if mode == "dropped" else chosen.seen
        button: Button = discord.ui.Button(
            label=reader(_SWITCH[mode, on], score=DROPPED_SCORE),
            custom_id=f"riko:import-choose:{mode}:{_carried(owner, preview)}",
        )
        return cls.of(button, owner, preview, mode)

    async def work(self, interaction: Interaction) -> None:
        """Show the list anew with the other choice."""
        await interaction.response.defer()
        chosen = self.choices
        switched = Choices(
            dropped=chosen.dropped != (self.mode == "dropped"),
            seen=chosen.seen != (self.mode == "seen"),
        )
        preview = await services_of(interaction).imports.preview(self.owner, self.token, switched)
        reader = await reader_of(interaction)
        said = preview_text(reader, preview)
        await show(interaction, said, *_buttons(reader, self.owner, preview))


class LeaveList(OwnedItem[Button], template=f"riko:import-leave:{OWNER}:{_WHICH}"):
    """Leaves everything as it is and forgets the list."""

    def __init__(self, item: Button, *, owner: int, token: str) -> None:
        super().__init__(item, owner=owner)
        self.token = token

    @classmethod
    def make(cls, reader: Reader, owner: int, preview: Preview) -> Self:
        """Return the button for the list that `preview` is of."""
        button: Button = discord.ui.Button(
            label=reader("import-cancel"),
            custom_id=f"riko:import-leave:{owner}:{preview.token}",
        )
        return cls(button, owner=owner, token=preview.token)

    async def work(self, interaction: Interaction) -> None:
        """Say that nothing was changed."""
        await interaction.response.defer()
        services_of(interaction).imports.cancel(self.owner, self.token)
        reader = await reader_of(interaction)
        await show(interaction, reader("import-cancelled"))


PERSISTENT: Final = (TakeIn, ChooseUnscored, LeaveList)
"""What the bot registers before the first event, so that old messages say what to do."""
