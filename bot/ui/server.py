"""The panel of `/server settings`: what is set, and a menu for each setting.

It has three parts, as a message holds five rows. Who may manage the server is asked anew whenever
something is pressed: people lose that permission while the panel stands.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Generic, Self

import discord
from discord.ext import commands

from bot.digests import NEEDED, lacking
from bot.interactions import acknowledge, adult_allowed, answer, reader_of, services_of, will_save
from bot.switches import called, switchable
from bot.ui.owned import (
    MOST_OPTIONS,
    NEVER,
    OPTION_LENGTH,
    OWNER,
    AnyItem,
    Button,
    ChannelSelect,
    ItemT,
    OwnedItem,
    Select,
    view_of,
)
from bot.ui.server_facts import (
    ADULT,
    LANGUAGES,
    NO_ADULT,
    OWN,
    PRIVACY,
    PUBLIC,
    adult_of,
    language_of,
    privacy_of,
    settings_embed,
)
from bot.ui.text import clip
from core.catalogue.title import GENRES
from core.errors import InvalidInputError
from core.services.filtered import shown_genres
from core.services.servers import Among

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.interactions import Interaction
    from bot.ui.reader import Reader
    from core.services.servers import ServerSettings

_HALF: Final = 22
_VOTES: Final = (3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50)
_PERMISSIONS: Final = {
    "view_channel": "permission-view-channel",
    "send_messages": "permission-send-messages",
    "embed_links": "permission-embed-links",
    "attach_files": "permission-attach-files",
}
"""The permissions a digest takes, each with its text."""


class Part(StrEnum):
    """The parts of the panel."""

    ANSWERS = "answers"
    LISTS = "lists"
    DIGEST = "digest"


class Setting(StrEnum):
    """The settings that a menu of fixed options changes."""

    PRIVATE = "private"
    LANGUAGE = "language"
    ADULT = "adult"
    VOTES = "votes"
    FIRST_GENRES = "genres1"
    LAST_GENRES = "genres2"
    COMMANDS = "commands"


_LABEL: Final = {
    Part.ANSWERS: "server-part-answers",
    Part.LISTS: "server-part-lists",
    Part.DIGEST: "server-part-digest",
}
_PART_OF: Final = {
    Setting.PRIVATE: Part.ANSWERS,
    Setting.LANGUAGE: Part.ANSWERS,
    Setting.ADULT: Part.ANSWERS,
    Setting.VOTES: Part.LISTS,
    Setting.FIRST_GENRES: Part.LISTS,
    Setting.LAST_GENRES: Part.LISTS,
    Setting.COMMANDS: Part.DIGEST,
}


async def answer_with_settings(interaction: Interaction) -> None:
    """Give the panel in the answer that was acknowledged, to somebody who may manage the server."""
    if interaction.guild_id is None or interaction.guild is None:
        await answer(interaction, (await reader_of(interaction))("server-only-here"))
    elif not interaction.permissions.manage_guild:
        await answer(interaction, (await reader_of(interaction))("server-not-allowed"))
    else:
        settings = await services_of(interaction).servers.settings(interaction.guild_id)
        await _draw(interaction, settings, Part.ANSWERS)


class _PanelItem(OwnedItem[ItemT], Generic[ItemT], template=NEVER):
    """A button or menu of the panel."""

    async def work(self, interaction: Interaction) -> None:
        """Do what it is for if the person may manage the server this very moment."""
        guild_id = interaction.guild_id
        if guild_id is None or not interaction.permissions.manage_guild:
            await acknowledge(interaction)
            await answer(interaction, (await reader_of(interaction))("server-not-allowed"))
            return
        will_save(interaction)
        await interaction.response.defer()
        await self.manage(interaction, guild_id)

    async def manage(self, interaction: Interaction, guild_id: int) -> None:
        """Do what it is for and draw the panel again."""
        raise NotImplementedError


class ChooseSetting(
    _PanelItem[Select], template=rf"riko:server-set:{OWNER}:(?P<mode>{'|'.join(Setting)})"
):
    """A menu of one setting; choosing saves it."""

    def __init__(self, item: Select, *, owner: int, mode: str) -> None:
        super().__init__(item, owner=owner)
        self.setting = Setting(mode)

    @classmethod
    def make(
        cls,
        owner: int,
        setting: Setting,
        placeholder: str,
        options: Iterable[discord.SelectOption],
        *,
        several: bool = False,
    ) -> Self:
        """Return the menu of `options`; of `several` any number can be chosen, also none."""
        offered = list(options)[:MOST_OPTIONS]
        menu: Select = discord.ui.Select(
            custom_id=f"riko:server-set:{owner}:{setting}",
            placeholder=clip(placeholder, 150),
            options=offered,
            min_values=0 if several else 1,
            max_values=len(offered) if several else 1,
        )
        return cls(menu, owner=owner, mode=setting)

    async def manage(self, interaction: Interaction, guild_id: int) -> None:
        """Save what was chosen."""
        change = await self._change(interaction)
        settings = await services_of(interaction).servers.change(guild_id, **change)
        await _draw(interaction, settings, _PART_OF[self.setting])

    async def _change(self, interaction: Interaction) -> dict[str, Any]:
        """Return what to change. Raises `InvalidInputError` for what no menu offers."""
        values = self.item.values
        first = values[0] if values else ""
        match self.setting:
            case Setting.PRIVATE:
                return {"private": first != PUBLIC}
            case Setting.LANGUAGE:
                if first not in LANGUAGES:
                    raise InvalidInputError("That is none of the languages.")
                return {"language": None if first == OWN else first}
            case Setting.ADULT:
                return {"adult": first != NO_ADULT}
            case Setting.VOTES:
                if not first.isdecimal():
                    raise InvalidInputError("That is no number of votes.")
                return {"least_votes": int(first)}
            case Setting.FIRST_GENRES | Setting.LAST_GENRES:
                offered = await _genres(interaction, self.setting)
                return {"hidden_genres": Among(frozenset(offered), frozenset(values))}
            case Setting.COMMANDS:
                offered = frozenset(_commands(interaction))
                return {"commands_off": Among(offered, frozenset(values))}


class ChooseDigestChannel(_PanelItem[ChannelSelect], template=rf"riko:server-digest:{OWNER}"):
    """The menu of channels for the weekly digest; choosing none ends it."""

    @classmethod
    def make(cls, reader: Reader, owner: int, channel_id: int | None) -> Self:
        """Return the menu, with the channel that is chosen now."""
        chosen = [] if channel_id is None else [_channel_value(channel_id)]
        menu: ChannelSelect = discord.ui.ChannelSelect(
            custom_id=f"riko:server-digest:{owner}",
            placeholder=reader("server-digest-help"),
            channel_types=[discord.ChannelType.text, discord.ChannelType.news],
            min_values=0,
            max_values=1,
            default_values=chosen,
        )
        return cls(menu, owner=owner)

    async def manage(self, interaction: Interaction, guild_id: int) -> None:
        """Save the channel if Riko may post the digest there, else say what is missing."""
        servers, values = services_of(interaction).servers, self.item.values
        if not values:
            settings = await servers.change(guild_id, digest_channel_id=None)
            await _draw(interaction, settings, Part.DIGEST)
            return
        channel_id = values[0].id
        missing = _lacking(interaction.guild, channel_id)
        if missing is None:
            settings = await servers.change(guild_id, digest_channel_id=channel_id)
            await _draw(interaction, settings, Part.DIGEST)
            return
        reader = await reader_of(interaction)
        said = reader(
            "server-digest-lacks",
            channel=f"<#{channel_id}>",
            permission=reader(_PERMISSIONS[missing]),
        )
        await _draw(interaction, await servers.settings(guild_id), Part.DIGEST, said)


class ShowPart(
    _PanelItem[Button], template=rf"riko:server-part:{OWNER}:(?P<mode>{'|'.join(Part)})"
):
    """Turns to a part of the panel."""

    def __init__(self, item: Button, *, owner: int, mode: str) -> None:
        super().__init__(item, owner=owner)
        self.part = Part(mode)

    @classmethod
    def make(cls, owner: int, part: Part, label: str, *, current: bool = False) -> Self:
        """Return the button that shows `part`; that of the `current` one cannot be pressed."""
        button: Button = discord.ui.Button(
            label=label,
            style=discord.ButtonStyle.primary if current else discord.ButtonStyle.secondary,
            custom_id=f"riko:server-part:{owner}:{part}",
            disabled=current,
            row=4,
        )
        return cls(button, owner=owner, mode=part)

    async def manage(self, interaction: Interaction, guild_id: int) -> None:
        """Draw the part."""
        settings = await services_of(interaction).servers.settings(guild_id)
        await _draw(interaction, settings, self.part)


class ResetServer(_PanelItem[Button], template=rf"riko:server-reset:{OWNER}:(?P<mode>ask|yes)"):
    """Asks whether to forget all settings, then does."""

    def __init__(self, item: Button, *, owner: int, mode: str) -> None:
        super().__init__(item, owner=owner)
        self.sure = mode == "yes"

    @classmethod
    def make(cls, reader: Reader, owner: int, *, sure: bool = False) -> Self:
        """Return the button that asks or, below the question, the one that is `sure`."""
        mode = "yes" if sure else "ask"
        button: Button = discord.ui.Button(
            label=reader("server-reset-yes" if sure else "server-reset"),
            style=discord.ButtonStyle.danger if sure else discord.ButtonStyle.secondary,
            custom_id=f"riko:server-reset:{owner}:{mode}",
            row=4,
        )
        return cls(button, owner=owner, mode=mode)

    async def manage(self, interaction: Interaction, guild_id: int) -> None:
        """Ask, or forget the settings."""
        reader, servers = await reader_of(interaction), services_of(interaction).servers
        if self.sure:
            await servers.reset(guild_id)
            settings = await servers.settings(guild_id)
            await _draw(interaction, settings, Part.ANSWERS, reader("server-reset-done"))
            return
        view = view_of(
            ResetServer.make(reader, self.owner, sure=True),
            ShowPart.make(self.owner, Part.ANSWERS, reader("server-reset-no")),
        )
        await interaction.edit_original_response(content=reader("server-reset-question"), view=view)


PERSISTENT: Final = (ChooseSetting, ChooseDigestChannel, ShowPart, ResetServer)
"""What the bot registers before the first event, so that old messages keep working."""


async def _draw(
    interaction: Interaction, settings: ServerSettings, part: Part, said: str | None = None
) -> None:
    reader = await reader_of(interaction)
    embed = settings_embed(reader, settings, allow_adult=await adult_allowed(interaction))
    items = await _items(interaction, reader, settings, part)
    await answer(interaction, said, embeds=[embed], view=view_of(*items))


async def _items(
    interaction: Interaction, reader: Reader, settings: ServerSettings, part: Part
) -> list[AnyItem]:
    owner = interaction.user.id
    items: list[AnyItem] = []
    match part:
        case Part.ANSWERS:
            items += _answer_menus(reader, owner, settings)
        case Part.LISTS:
            items.append(_votes_menu(reader, owner, settings))
            for setting in (Setting.FIRST_GENRES, Setting.LAST_GENRES):
                genres = await _genres(interaction, setting)
                items.append(_genre_menu(reader, owner, setting, genres, settings.hidden_genres))
        case Part.DIGEST:
            items.append(ChooseDigestChannel.make(reader, owner, settings.digest_channel_id))
            options = [
                discord.SelectOption(
                    label=called(reader.words, name),
                    value=name,
                    default=name in settings.commands_off,
                )
                for name in _commands(interaction)
            ]
            placeholder = reader("server-commands-help")
            items.append(
                ChooseSetting.make(owner, Setting.COMMANDS, placeholder, options, several=True)
            )
    items += [
        ShowPart.make(owner, each, reader(_LABEL[each]), current=each is part) for each in Part
    ]
    return [*items, ResetServer.make(reader, owner)]


def _answer_menus(reader: Reader, owner: int, settings: ServerSettings) -> list[AnyItem]:
    return [
        ChooseSetting.make(
            owner,
            setting,
            reader(help_),
            [
                discord.SelectOption(
                    label=clip(f"{reader(help_)}: {reader(key)}", OPTION_LENGTH),
                    value=value,
                    default=value == chosen,
                )
                for value, key in texts.items()
            ],
        )
        for setting, help_, texts, chosen in (
            (Setting.PRIVATE, "server-private-help", PRIVACY, privacy_of(settings)),
            (Setting.LANGUAGE, "server-language-help", LANGUAGES, language_of(settings)),
            (Setting.ADULT, "server-adult-help", ADULT, adult_of(settings)),
        )
    ]


def _votes_menu(reader: Reader, owner: int, settings: ServerSettings) -> AnyItem:
    options = [
        discord.SelectOption(
            label=reader("server-votes-option", count=count),
            value=str(count),
            default=count == settings.least_votes,
        )
        for count in sorted({*_VOTES, settings.least_votes})
    ]
    return ChooseSetting.make(owner, Setting.VOTES, reader("server-votes-help"), options)


def _genre_menu(
    reader: Reader,
    owner: int,
    setting: Setting,
    genres: tuple[str, ...],
    hidden: frozenset[str],
) -> AnyItem:
    placeholder = reader(
        "server-genres-help",
        first=reader.words.genre(genres[0]),
        last=reader.words.genre(genres[-1]),
    )
    options = [
        discord.SelectOption(label=reader.words.genre(each), value=each, default=each in hidden)
        for each in genres
    ]
    return ChooseSetting.make(owner, setting, placeholder, options, several=True)


async def _genres(interaction: Interaction, setting: Setting) -> tuple[str, ...]:
    """Return the genres a menu offers here: about half of the 43, adult ones where they may be."""
    half = GENRES[:_HALF] if setting is Setting.FIRST_GENRES else GENRES[_HALF:]
    return shown_genres(half, allow_adult=await adult_allowed(interaction))


def _commands(interaction: Interaction) -> tuple[str, ...]:
    client = interaction.client
    return switchable(client.tree) if isinstance(client, commands.Bot) else ()


def _channel_value(channel_id: int) -> discord.SelectDefaultValue:
    return discord.SelectDefaultValue(id=channel_id, type=discord.SelectDefaultValueType.channel)


def _lacking(guild: discord.Guild | None, channel_id: int) -> str | None:
    """Return the first permission that Riko lacks to post a digest in a channel, none if none."""
    channel = None if guild is None else guild.get_channel(channel_id)
    return NEEDED[0] if channel is None else lacking(channel)
