"""`riko play`: the real bot inside a simulated Discord, in the browser, without a token."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import webbrowser
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import typer

from bot.app import create_bot
from bot.cogs.housekeeping import HousekeepingCog
from bot.settings import Settings, SettingsError
from bot.simulation import complete_mentions, follow_newest, simulate
from bot.ui.words import Language, words_in
from core.services.recommendations import RATINGS_WANTED

if TYPE_CHECKING:
    from pathlib import Path

    from simcord import ChannelHandle, Env, MemberActor

    from bot.app import RikoBot

BOT: Final = "Riko"
SERVER: Final = "Riko's playground"
CHANNEL: Final = "anime"
MEMBERS: Final = ("Aiko", "Ben")

_NOT_INSTALLED: Final = (
    "riko play needs the simulated Discord; install it in Riko's folder with: "
    "pip install --editable '.[play]'"
)
_log = logging.getLogger(__name__)


def playground_settings(settings: Settings, home: Path | None) -> Settings:
    """Return `settings` for the playground: a data folder of its own and nothing of Discord's."""
    own = {
        "home": home or settings.data_folder / "play",
        "database_url": None,
        "token": None,
        "dev_guild": None,
    }
    return settings.model_copy(update=own)


async def play(settings: Settings, *, port: int = 0, browser: bool = True) -> None:
    """Run the playground until its page ends the session or the task is cancelled.

    `port` 0 takes any free one. Raises `SettingsError` if the simulation is not installed or the
    port is taken, and what `create_bot` and its services raise.
    """
    try:
        import simcord
    except ImportError:
        raise SettingsError(_NOT_INSTALLED) from None

    async with AsyncExitStack() as opened:
        bot = create_bot(settings)
        opened.push_async_callback(bot.close)
        env = simulate(bot)
        channel, members = build_world(env)
        opened.push_async_callback(env.shutdown)
        await env.start()
        opened.enter_context(env.time_context())
        await greet(env, bot, channel)
        for member in members:
            complete_mentions(member, BOT, env.backend.bot_user.id)
        preview = env.preview(channel, viewers=members, layout="channel", port=port)
        follow_newest(preview)
        try:
            await opened.enter_async_context(preview)
        except simcord.SetupError as error:
            raise SettingsError(
                f"The page cannot be shown: {error}; try another --port, or 0 for any free one."
            ) from None
        typer.echo(
            f"\nRiko's playground: {preview.url}\n"
            f"Your ratings are kept in {settings.data_folder}\nCtrl-C ends it.\n"
        )
        if browser and _can_open_browser():
            await asyncio.to_thread(webbrowser.open, preview.url)
        await preview.wait_closed()


def build_world(env: Env) -> tuple[ChannelHandle, list[MemberActor]]:
    """Make the server, its channel and its members.

    This comes before anything else, because the simulation counts ids up from a fixed start: so
    everybody keeps their id, and with it their ratings, from one run to the next.
    """
    users = [env.create_user(name.lower(), global_name=name) for name in MEMBERS]
    guild = env.create_guild(SERVER, owner=users[0])
    channel = guild.create_text_channel(CHANNEL)
    return channel, [guild.add_member(user) for user in users]


async def greet(env: Env, bot: RikoBot, channel: ChannelHandle) -> None:
    """Bring the simulation to the present, give the bot its name, and say what to type."""
    behind = (datetime.now(UTC) - env.now()).total_seconds()
    # what Riko does every few minutes would be done for all the months that pass in this moment
    housekeeping = await bot.remove_cog(HousekeepingCog.__cog_name__)
    await env.advance_time(max(0.0, behind))
    if housekeeping is not None:
        await bot.add_cog(housekeeping)
    if bot.user is not None:
        await bot.user.edit(username=BOT)
    greeting = words_in(Language.ENGLISH)("greeting", count=RATINGS_WANTED)
    await bot.get_partial_messageable(channel.id).send(greeting)
    await env.settle()


def _can_open_browser() -> bool:
    """Return whether there is a screen; without one Python would start a browser in text mode."""
    return not sys.platform.startswith("linux") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
