"""`/profile set` and `/profile view`."""

from typing import Final, TypeVar

from discord import app_commands
from discord.ext import commands

from bot.interactions import Interaction, acknowledge, answer, reader_of, services_of, will_save
from bot.ui.profile_card import answer_with_profile, profile_facts
from bot.ui.words import says
from core.errors import InvalidInputError, shorten
from core.person import MAXIMUM_AGE, MINIMUM_AGE, Gender, TitleLanguage, check_gender
from core.services.profiles import KEEP, Keep

ValueT = TypeVar("ValueT")

UNSAID: Final = "unsaid"
AS_DISCORD: Final = "discord"
FORGET_AGE: Final = "age"
FORGET_GENDER: Final = "gender"
FORGET_BOTH: Final = "both"

GENDERS: Final = [
    app_commands.Choice(name=says("gender-male"), value=Gender.MALE.value),
    app_commands.Choice(name=says("gender-female"), value=Gender.FEMALE.value),
    app_commands.Choice(name=says("gender-another"), value=Gender.ANOTHER.value),
    app_commands.Choice(name=says("gender-unsaid"), value=UNSAID),
]
LANGUAGES: Final = [
    app_commands.Choice(name=says("language-english"), value=TitleLanguage.ENGLISH.value),
    app_commands.Choice(name=says("language-romaji"), value=TitleLanguage.ROMAJI.value),
    app_commands.Choice(name=says("language-japanese"), value=TitleLanguage.JAPANESE.value),
    app_commands.Choice(name=says("language-discord"), value=AS_DISCORD),
]
FORGETTABLE: Final = [
    app_commands.Choice(name=says("forget-age"), value=FORGET_AGE),
    app_commands.Choice(name=says("forget-gender"), value=FORGET_GENDER),
    app_commands.Choice(name=says("forget-both"), value=FORGET_BOTH),
]


class ProfileCog(commands.Cog):
    """What a person tells about themselves; always answered to that person only."""

    profile = app_commands.Group(name=says("command-profile"), description=says("profile-help"))

    @profile.command(name=says("command-profile-set"), description=says("profile-set-help"))
    @app_commands.rename(
        age=says("option-age"),
        gender=says("option-gender"),
        language=says("option-language"),
        private=says("option-private"),
        server_lists=says("option-server-lists"),
        share=says("option-share"),
        twins=says("option-twins"),
        forget=says("option-forget"),
    )
    @app_commands.describe(
        age=says("option-age-help"),
        gender=says("option-gender-help"),
        language=says("option-language-help"),
        private=says("option-answers-help"),
        server_lists=says("option-server-lists-help"),
        share=says("option-share-help"),
        twins=says("option-twins-help"),
        forget=says("option-forget-help"),
    )
    @app_commands.choices(gender=GENDERS, language=LANGUAGES, forget=FORGETTABLE)
    async def set(
        self,
        interaction: Interaction,
        age: app_commands.Range[int, MINIMUM_AGE, MAXIMUM_AGE] | None = None,
        gender: str | None = None,
        language: str | None = None,
        private: bool | None = None,
        server_lists: bool | None = None,
        share: bool | None = None,
        twins: bool | None = None,
        forget: str | None = None,
    ) -> None:
        """Save what was given, forget what was asked for, keep the rest."""
        will_save(interaction)
        await acknowledge(interaction)
        reader = await reader_of(interaction)
        given = (age, gender, language, private, server_lists, share, twins, forget)
        if all(value is None for value in given):
            await answer(interaction, reader("profile-nothing-to-set"))
            return
        if forget not in {None, FORGET_AGE, FORGET_GENDER, FORGET_BOTH}:
            raise InvalidInputError(f"nothing to forget: {shorten(forget)}")
        forget_age = forget in {FORGET_AGE, FORGET_BOTH}
        forget_gender = forget in {FORGET_GENDER, FORGET_BOTH}
        if (forget_age and age is not None) or (forget_gender and gender is not None):
            await answer(interaction, reader("profile-set-and-forget"))
            return
        profile = await services_of(interaction).profiles.save(
            interaction.user.id,
            age=None if forget_age else _or_keep(age),
            gender=None if forget_gender else _gender(gender),
            title_language=_language(language),
            private=_or_keep(private),
            in_server_lists=_or_keep(server_lists),
            shareable=_or_keep(share),
            twins=_or_keep(twins),
        )
        saved = [reader("profile-saved"), *profile_facts(reader, profile)]
        await answer(interaction, "\n".join(saved))

    @profile.command(name=says("command-profile-view"), description=says("profile-view-help"))
    async def view(self, interaction: Interaction) -> None:
        """Show what is known, and the taste as a picture."""
        await acknowledge(interaction)
        await answer_with_profile(interaction)


def _or_keep(value: ValueT | None) -> ValueT | Keep:
    return KEEP if value is None else value


def _gender(chosen: str | None) -> Gender | Keep | None:
    if chosen is None:
        return KEEP
    return None if chosen == UNSAID else check_gender(chosen)


def _language(chosen: str | None) -> TitleLanguage | Keep | None:
    if chosen is None:
        return KEEP
    if chosen == AS_DISCORD:
        return None
    try:
        return TitleLanguage(chosen)
    except ValueError:
        raise InvalidInputError(f"no language of titles: {shorten(chosen)}") from None
