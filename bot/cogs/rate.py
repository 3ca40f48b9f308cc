"""`/rate` and `/unrate`."""

from typing import Final

from discord import app_commands
from discord.ext import commands

from bot.interactions import (
    Interaction,
    acknowledge,
    answer,
    reader_of,
    services_of,
    showing_of,
    will_save,
)
from bot.options import RatedFirst, TitlesToRate
from bot.ui.owned import view_of
from bot.ui.rating import (
    UndoRating,
    ask_for_score,
    confirm,
    not_understood_text,
    rated_many_text,
    rated_text,
    unrated_text,
)
from bot.ui.words import says
from core.catalogue.title import Title
from core.person import HIGHEST_SCORE, LOWEST_SCORE
from core.services.rating_lines import Problem, RatingLine, read_rating_line

_SEVERAL: Final = frozenset({Problem.NO_SCORE, Problem.TOO_MANY})
"""What is wrong with a line whose only score stands in the option of its own."""


class RateCog(commands.Cog):
    """Takes ratings, and takes them back; answered to the person who gave them only."""

    @app_commands.command(name=says("command-rate"), description=says("rate-help"))
    @app_commands.rename(title=says("option-title"), score=says("rate-option-score"))
    @app_commands.describe(title=says("rate-title-help"), score=says("rate-option-score-help"))
    async def rate(
        self,
        interaction: Interaction,
        title: app_commands.Transform[str, TitlesToRate],
        score: app_commands.Range[int, LOWEST_SCORE, HIGHEST_SCORE] | None = None,
    ) -> None:
        """Save one rating, or all of a line, or ask for the score that is missing."""
        will_save(interaction)
        await acknowledge(interaction)
        reader, user_id = await reader_of(interaction), interaction.user.id
        services = services_of(interaction)
        read = await read_rating_line(services.titles, title, await showing_of(interaction))
        if isinstance(read, Title):
            if score is None:
                await ask_for_score(interaction, user_id, read)
                return
            change = await services.ratings.rate(user_id, read.anime_id, score)
            await confirm(interaction, rated_text(reader, change), change.step_id)
        elif score is not None and (isinstance(read, RatingLine) or read.problem in _SEVERAL):
            await answer(
                interaction, f"{reader('error-nothing-saved')} {reader('rate-score-twice')}"
            )
        elif isinstance(read, RatingLine):
            given = [(each.title.anime_id, each.score) for each in read.ratings]
            changes = await services.ratings.rate_many(user_id, given)
            await confirm(interaction, rated_many_text(reader, changes), changes.step_id)
        else:
            await answer(interaction, not_understood_text(reader, read))

    @app_commands.command(name=says("command-unrate"), description=says("unrate-help"))
    @app_commands.rename(title=says("option-title"))
    @app_commands.describe(title=says("option-title-help"))
    async def unrate(
        self, interaction: Interaction, title: app_commands.Transform[Title, RatedFirst]
    ) -> None:
        """Take a rating back."""
        will_save(interaction)
        await acknowledge(interaction)
        removal = await services_of(interaction).ratings.unrate(interaction.user.id, title.anime_id)
        reader, step_id = await reader_of(interaction), removal.step_id
        undo = None if step_id is None else UndoRating.make(reader, interaction.user.id, step_id)
        await answer(
            interaction, unrated_text(reader, removal), view=view_of(undo) if undo else None
        )
