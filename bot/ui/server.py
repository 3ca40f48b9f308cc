"""The panel of `/server settings`: what is set, and a menu for each setting.

It has three parts, as a message holds five rows. Who may manage the server is asked anew whenever
something is pressed: people lose that permission while the panel stands.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, Generic, Self

import discord
from discord.ext import commands

from bot.digests import NEEDED, lacking
from bot.interactions import acknowledge, answer, reader_of, services_of, showing_of, will_save
from bot.switches import switchable
from bot.ui.owned import (
    MOST_OPTIONS,
    NEVER,
    OWNER,
    AnyItem,
    Button,
    ChannelSelect,
    ItemT,
    OwnedItem,
    Select,
    view_of,
)
from bot.ui.server_choices import GENRES_OF, Choice, Setting, change_of, choice_of
from bot.ui.server_facts import settings_embed
from bot.ui.text import clip

if TYPE_CHECKING:
    from bot.interactions import Interaction
    from bot.ui.reader import Reader
    from core.services.servers import ServerSettings

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


_LABEL: Final = {
    Part.ANSWERS: "server-part-answers",
    Part.LISTS: "server-part-lists",
    Part.DIGEST: "server-part-digest",
}
_MENUS: Final = {
    Part.ANSWERS: (Setting.PRIVATE, Setting.LANGUAGE, Setting.ADULT),
    Part.LISTS: (Setting.VOTES, Setting.FIRST_GENRES, Setting.LAST_GENRES),
    Part.DIGEST: (Setting.COMMANDS,),
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
    def make(cls, owner: int, setting: Setting, choice: Choice) -> Self:
        """Return the menu of `setting`."""
        options = list(choice.options[:MOST_OPTIONS])
        menu: Select = discord.ui.Select(
            custom_id=f"riko:server-set:{owner}:{setting}",
            placeholder=clip(choice.placeholder, 150),
            options=options,
            min_values=0 if choice.several else 1,
            max_values=len(options) if choice.several else 1,
        )
        return cls(menu, owner=owner, mode=setting)

    async def manage(self, interaction: Interaction, guild_id: int) -> None:
        """Save what was chosen."""
        offered = await _offered(interaction, self.setting)
        change = change_of(self.setting, self.item.values, offered)
        settings = await services_of(interaction).servers.change(guild_id, **change)
        part = next(part for part, menus in _MENUS.items() if self.setting in menus)
        await _draw(interaction, settings, part)


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
    embed = settings_embed(reader, settings, (await showing_of(interaction)).with_hidden)
    items = await _items(interaction, reader, settings, part)
    await answer(interaction, said, embeds=[embed], view=view_of(*items))


async def _items(
    interaction: Interaction, reader: Reader, settings: ServerSettings, part: Part
) -> list[AnyItem]:
    owner = interaction.user.id
    items: list[AnyItem] = []
    if part is Part.DIGEST:
        channel_id, guild = settings.digest_channel_id, interaction.guild
        if channel_id is not None and guild is not None and guild.get_channel(channel_id) is None:
            # deleted since; a menu may only have chosen what can be chosen
            channel_id = None
        items.append(ChooseDigestChannel.make(reader, owner, channel_id))
    for setting in _MENUS[part]:
        choice = choice_of(reader, setting, settings, await _offered(interaction, setting))
        items.append(ChooseSetting.make(owner, setting, choice))
    items += [
        ShowPart.make(owner, each, reader(_LABEL[each]), current=each is part) for each in Part
    ]
    return [*items, ResetServer.make(reader, owner)]


async def _offered(interaction: Interaction, setting: Setting) -> tuple[str, ...]:
    """Return the genres or commands a menu offers here; adult genres where those may be named."""
    if setting is Setting.COMMANDS:
        client = interaction.client
        return switchable(client.tree) if isinstance(client, commands.Bot) else ()
    genres = GENRES_OF.get(setting, ())
    return (await showing_of(interaction)).with_hidden.genres(genres) if genres else ()


def _channel_value(channel_id: int) -> discord.SelectDefaultValue:
    return discord.SelectDefaultValue(id=channel_id, type=discord.SelectDefaultValueType.channel)


def _lacking(guild: discord.Guild | None, channel_id: int) -> str | None:
    """Return the first permission that Riko lacks to post a digest in a channel, none if none."""
    channel = None if guild is None else guild.get_channel(channel_id)
    return NEEDED[0] if channel is None else lacking(channel)
