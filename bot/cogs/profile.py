"""`/profile set` and `/profile view`."""

from typing import Final

from discord import app_commands
from discord.ext import commands

from bot.interactions import Interaction, acknowledge, answer, is_restricted, will_save
from bot.ui import texts
from bot.ui.embeds import profile_card
from core.person import MAXIMUM_AGE, MINIMUM_AGE, Gender, check_gender
from core.services.profiles import KEEP, Keep, ProfileService
from core.services.ratings import RatingService

UNSAID: Final = "unsaid"
FORGET_AGE: Final = "age"
FORGET_GENDER: Final = "gender"
FORGET_BOTH: Final = "both"

GENDERS: Final = [
    app_commands.Choice(name=texts.GENDER_MALE, value=Gender.MALE.value),
    app_commands.Choice(name=texts.GENDER_FEMALE, value=Gender.FEMALE.value),
    app_commands.Choice(name=texts.GENDER_ANOTHER, value=Gender.ANOTHER.value),
    app_commands.Choice(name=texts.GENDER_UNSAID, value=UNSAID),
]
FORGETTABLE: Final = [
    app_commands.Choice(name=texts.FORGET_AGE, value=FORGET_AGE),
    app_commands.Choice(name=texts.FORGET_GENDER, value=FORGET_GENDER),
    app_commands.Choice(name=texts.FORGET_BOTH, value=FORGET_BOTH),
]


class ProfileCog(commands.Cog):
    """What a person tells about themselves; always answered to that person only."""

    profile = app_commands.Group(name="profile", description=texts.PROFILE)

    def __init__(self, profiles: ProfileService, ratings: RatingService) -> None:
        self._profiles = profiles
        self._ratings = ratings

    @profile.command(name="set", description=texts.PROFILE_SET)
    @app_commands.describe(
        age=texts.OPTION_AGE, gender=texts.OPTION_GENDER, forget=texts.OPTION_FORGET
    )
    @app_commands.choices(gender=GENDERS, forget=FORGETTABLE)
    async def set(
        self,
        interaction: Interaction,
        age: app_commands.Range[int, MINIMUM_AGE, MAXIMUM_AGE] | None = None,
        gender: str | None = None,
        forget: str | None = None,
    ) -> None:
        """Save what was given, forget what was asked for, keep the rest."""
        will_save(interaction)
        await acknowledge(interaction)
        forget_age = forget in {FORGET_AGE, FORGET_BOTH}
        forget_gender = forget in {FORGET_GENDER, FORGET_BOTH}
        if (forget_age and age is not None) or (forget_gender and gender is not None):
            await answer(interaction, texts.SET_AND_FORGET)
            return
        new_age = None if forget_age else KEEP if age is None else age
        new_gender = None if forget_gender else _gender(gender)
        if new_age is KEEP and new_gender is KEEP:
            await answer(interaction, texts.NOTHING_TO_SET)
            return
        profile = await self._profiles.save(interaction.user.id, age=new_age, gender=new_gender)
        await answer(interaction, texts.profile_saved(profile))

    @profile.command(name="view", description=texts.PROFILE_VIEW)
    async def view(self, interaction: Interaction) -> None:
        """Show the profile and the latest ratings."""
        await acknowledge(interaction)
        profile = await self._profiles.view(interaction.user.id)
        ratings = await self._ratings.of(interaction.user.id)
        allow_adult = profile.may_see_adult(restricted_channel=is_restricted(interaction))
        await answer(interaction, embeds=[profile_card(profile, ratings, allow_adult=allow_adult)])


def _gender(chosen: str | None) -> Gender | Keep | None:
    if chosen is None:
        return KEEP
    return None if chosen == UNSAID else check_gender(chosen)
