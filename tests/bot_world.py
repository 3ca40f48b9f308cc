"""A simulated Discord with the real bot on a real database and a tiny real recommender."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import discord
import simcord
from simcord.actors import _component_interaction
from simcord.backend import serializers
from simcord.enums import ComponentType, InteractionType
from simcord.interactions import walk_to_subcommand

from bot.app import RikoBot, create_bot
from bot.settings import DATABASE, Settings
from core.catalogue.write import write_catalogue
from tests.fresh_database import put_fresh_database
from tests.tiny import tiny_bundle, tiny_catalogue

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping
    from pathlib import Path

    from core.catalogue.catalogue import Catalogue

FIRST, SECOND, THIRD, FOURTH, FIFTH = 101, 102, 103, 104, 105
"""Titles of the tiny catalogue that everybody may see."""
NOWHERE = "http://127.0.0.1:9"
"""An address at which nobody answers: tests ask nobody outside."""


def tiny_settings(
    folder: Path,
    catalogue: Catalogue | None = None,
    dev_guild: int | None = None,
    anilist: str = NOWHERE,
) -> Settings:
    """Settings whose files all lie in `folder`; nothing is read from the environment."""
    bundle = folder / "bundle"
    if not bundle.exists():
        tiny_bundle(bundle)
        write_catalogue(catalogue or tiny_catalogue(), folder / "catalogue.parquet")
        put_fresh_database(folder / "home" / DATABASE)
    return Settings.model_construct(
        token=None,
        home=folder / "home",
        database_url=None,
        bundle=bundle,
        catalogue=folder / "catalogue.parquet",
        device="cpu",
        dev_guild=dev_guild,
        anilist=anilist,
        log_level="INFO",
    )


class QuickEnv(simcord.Env):
    """A simulated Discord that looks every few milliseconds whether the bot has done its work.

    simcord looks every 50, which is most of what a test of the bot would take.
    """

    async def _settle_internal(self, *, idle: float = 0.003, **how: Any) -> None:
        await super()._settle_internal(idle=idle, **how)


@dataclass
class World:
    """Two members of one server, and the bot."""

    settings: Settings
    env: simcord.Env
    bot: RikoBot
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    aiko: simcord.MemberActor
    ben: simcord.MemberActor

    async def restart(self) -> None:
        """Stop the bot in order and start a new one on the same files."""
        await self.env.settle()
        await self.bot.close()
        self.bot = create_bot(self.settings)
        await self.env.restart_bot(self.bot)

    async def send_anything(
        self, member: simcord.MemberActor, command: str, **values: object
    ) -> simcord.InteractionResult:
        """Run `command` with values no Discord client would let through, as other programs can."""
        root_name, *path = command.split()
        root = self.env.backend.find_command(root_name, None)
        assert root is not None
        leaf, _ = walk_to_subcommand(root, path)
        types = {option["name"]: option["type"] for option in leaf["options"]}
        options = [
            {"name": name, "type": types[name], "value": value} for name, value in values.items()
        ]
        for name in reversed(path):
            options = [{"name": name, "type": 1, "options": options}]
        data = {"id": root["id"], "name": root_name, "type": 1, "options": options}
        return await member._dispatch_interaction(
            InteractionType.APPLICATION_COMMAND, self.channel, data
        )

    async def press_anyway(
        self, member: simcord.MemberActor, message: simcord.ResponseMessage, custom_id: str
    ) -> simcord.InteractionResult:
        """Press a button that the member cannot see or that is gone, as other programs can."""
        stored = self.env.backend.get_message(self.channel.id, message.id)
        data = {"custom_id": custom_id, "component_type": ComponentType.BUTTON}
        return await _component_interaction(member, stored, data)

    async def restrict(self, *, restricted: bool = True) -> None:
        """Make the channel age-restricted, or open it; simcord lacks the flag, so send the event."""
        channel = self.env.backend.get_channel(self.channel.id)
        payload = dict(serializers.channel_payload(self.env.backend, channel))
        self.env.backend.emit("CHANNEL_UPDATE", {**payload, "nsfw": restricted})
        await self.env.settle()

    async def let_manage(self, member: simcord.MemberActor, *, may: bool = True) -> None:
        """Allow `member` to manage the server, or forbid it again."""
        backend, guild_id = self.env.backend, self.guild.id
        roles = backend.get_guild(guild_id).roles.values()
        managers = next((role for role in roles if role.name == "managers"), None)
        if managers is None:
            permissions = discord.Permissions(manage_guild=True).value
            managers = backend.create_role(guild_id, "managers", permissions=permissions)
        change = backend.add_member_role if may else backend.remove_member_role
        change(guild_id, member.id, managers.id)
        await self.env.settle()

    def speak_japanese(self) -> None:
        """From now on everybody's Discord is set to Japanese, which simcord cannot be told."""
        emit = self.env.backend.emit

        def in_japanese(event: str, payload: Mapping[str, Any]) -> None:
            emit(event, {**payload, "locale": "ja"} if event == "INTERACTION_CREATE" else payload)

        self.env.backend.emit = in_japanese

    def move_between_two_people(self) -> None:
        """From now on everything happens in the direct messages of two people, of whom one uses Riko.

        simcord has no such channel, so the interactions are made to look as if there were.
        """
        emit = self.env.backend.emit

        def among_two(event: str, payload: Mapping[str, Any]) -> None:
            if event == "INTERACTION_CREATE":
                payload = {
                    key: value
                    for key, value in payload.items()
                    if key not in {"member", "guild_id", "guild"}
                } | {
                    "user": payload["member"]["user"],
                    "context": 2,
                    "channel": {"id": payload["channel_id"], "type": 1, "flags": 0},
                }
            emit(event, payload)

        self.env.backend.emit = among_two

    def damage(self, sql: str) -> None:
        """Change the database behind the bot's back."""
        with closing(sqlite3.connect(self.settings.data_folder / "riko.db")) as database, database:
            # a table may be renamed although triggers name it
            database.execute("PRAGMA legacy_alter_table = ON")
            database.execute(sql)

    async def rate(self, *scores: tuple[int, int]) -> None:
        """Let Aiko rate titles, oldest first."""
        for anime_id, score in scores:
            await self.aiko.slash(self.channel, "rate", title=str(anime_id), score=score)

    async def ratings(self) -> dict[int, int]:
        """Return what Aiko has rated, by title id."""
        rated = await self.bot.services.ratings.of(self.aiko.id)
        return {rating.title.anime_id: rating.score for rating in rated}

    def registrations(self) -> int:
        """Return how often commands were sent to Discord."""
        return sum(
            request.method == "PUT" and request.path.endswith("/commands")
            for request in self.env.http_requests
        )


@asynccontextmanager
async def open_world(
    folder: Path,
    *,
    catalogue: Catalogue | None = None,
    settings: Settings | None = None,
    anilist: str = NOWHERE,
) -> AsyncGenerator[World]:
    """Start the bot in a simulated Discord; everything is stopped at the end.

    Errors the bot answers are errors to simcord too, so that tests look at the answers instead.
    """
    settings = settings or await asyncio.to_thread(
        tiny_settings, folder, catalogue, anilist=anilist
    )
    bot = create_bot(settings)
    env = QuickEnv(bot, settle_timeout=20)
    aiko, ben = env.create_user("aiko"), env.create_user("ben")
    guild = env.create_guild("Anime club")
    channel = guild.create_text_channel("anime")
    world = World(settings, env, bot, guild, channel, guild.add_member(aiko), guild.add_member(ben))
    await env.start()
    try:
        with env.time_context():
            yield world
    finally:
        await env.shutdown()
        await world.bot.close()


def text(result: simcord.InteractionResult) -> str:
    """Return the only sentence of an answer that only the person who asked can see."""
    messages = [*([result.response] if result.response else []), *result.followups]
    said = [message for message in messages if message.content]
    assert len(said) == 1, messages
    assert said[0].ephemeral
    assert not said[0].embeds
    return said[0].content


def card(result: simcord.InteractionResult) -> simcord.ResponseMessage:
    """Return an answer that has embeds."""
    assert result.response is not None
    assert result.response.embeds
    return result.response


def options(message: simcord.ResponseMessage) -> list[dict[str, str]]:
    """Return the options of the only menu of `message`."""
    (menu,) = [
        item for row in message.components for item in row["components"] if "options" in item
    ]
    return menu["options"]


def everything_shown(channel: simcord.ChannelHandle, viewer: simcord.MemberActor) -> str:
    """Return all that `viewer` can see in a channel, with what the menus offer."""
    return "\n".join(
        f"{message.content}\n{[embed.to_dict() for embed in message.embeds]}\n"
        f"{[component.to_dict() for component in message.components]}"
        for message in channel.history(viewer=viewer)
    )
