"""The bot: wires settings, services, commands and buttons; starts and stops them."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import sys
from typing import TYPE_CHECKING, Any, Final

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands

from bot.chat import Chat
from bot.cogs.about import AboutCog
from bot.cogs.chat import ChatCog
from bot.cogs.history import HistoryCog
from bot.cogs.housekeeping import HousekeepingCog
from bot.cogs.imports import ImportCog
from bot.cogs.menus import MenusCog
from bot.cogs.party import PartyCog
from bot.cogs.privacy import PrivacyCog
from bot.cogs.profile import ProfileCog
from bot.cogs.rate import RateCog
from bot.cogs.ratings import RatingsCog
from bot.cogs.recommend import RecommendCog
from bot.cogs.search import SearchCog
from bot.cogs.server import ServerCog
from bot.cogs.top import TopCog
from bot.cogs.twins import TwinsCog
from bot.digests import Digests
from bot.errors import answer_failure
from bot.garbage import uncollected
from bot.interactions import Punctuality, admit, note_member
from bot.limits import Turns
from bot.nightly import MOST_SECONDS, Nightly
from bot.options import ScoresAtHand
from bot.settings import SettingsError
from bot.sweep import Sweep
from bot.switches import is_switched_on
from bot.sync import sync_commands
from bot.ui import (
    history,
    imports,
    party,
    party_panel,
    privacy,
    rated_pages,
    rating,
    round_buttons,
    round_menus,
    server,
    title_buttons,
    top,
    twins,
    wish,
)
from bot.ui.words import WordsTranslator
from core.errors import CatalogueError
from core.services.assembly import open_services
from core.services.crawling import Budget

if TYPE_CHECKING:
    from bot.interactions import Interaction
    from bot.settings import Settings
    from core.services.assembly import Services
    from core.services.crawling import CrawlReport

COMMANDS_RECORD: Final = "commands.json"
"""The file in the data folder that remembers what was registered with Discord."""

PERSISTENT: Final = (
    round_buttons,
    round_menus,
    rating,
    title_buttons,
    rated_pages,
    history,
    privacy,
    imports,
    wish,
    party_panel,
    party,
    twins,
    server,
    top,
)
"""The rooms of buttons and menus that must survive a restart."""

PATIENCE: Final = 5.0
"""Seconds a stopping bot waits for answers under way."""

REPLACED_SECONDS = 30.0
"""How long services are kept after others took their place; no answer takes longer."""

INVITED_WITH: Final = ("bot", "applications.commands")
"""What an invitation asks for."""

PERMISSIONS: Final = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
    send_polls=True,
)
"""What answering a mention and the poll of a watch party take; most servers allow it to everybody.

Commands need nothing.
"""

REFUSED: Final = (
    "Discord does not accept the token in DISCORD_TOKEN: get a new one at "
    "https://discord.com/developers/applications under Bot → Reset Token; to try Riko without a "
    "token, run: riko play"
)

_log = logging.getLogger(__name__)


SWITCH_SECONDS: Final = 0.001
"""How long a thread may run on while the event loop wants to."""


class RikoTree(app_commands.CommandTree[discord.Client]):
    """The command tree: drops what is too late, answers what fails."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Return whether there is still time to answer, and the command is on in the server."""
        return await admit(interaction) and await is_switched_on(interaction)

    async def on_error(
        self, interaction: Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        """Tell the person what happened."""
        await answer_failure(interaction, error)


class RikoBot(commands.Bot):
    """Riko on Discord. Make one with `create_bot`; `setup_hook` opens everything it needs."""

    def __init__(self, settings: Settings) -> None:
        # The servers with their channels, that there are messages, and who is in which voice
        # channel, for watch parties: no members, no presences.
        # Without the privileged intent Discord sends the text only of messages that mention Riko
        # or go to it directly, and that is all it needs.
        intents = discord.Intents.none()
        intents.guilds = True
        intents.guild_messages = True
        intents.dm_messages = True
        intents.voice_states = True
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            tree_cls=RikoTree,
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        self.settings = settings
        self.punctuality = Punctuality()
        self.turns = Turns()
        self.scores_at_hand = ScoresAtHand()
        self.stopping = False
        self._services: Services | None = None
        self._reloading = asyncio.Lock()
        self._catalogue_state: object = None
        self.nightly = Nightly(self._crawl, self.reload_catalogue)

    @property
    def services(self) -> Services:
        """The open services; there are none before `setup_hook` and after `close`."""
        if self._services is None:
            raise RuntimeError("the services are not open")
        return self._services

    async def setup_hook(self) -> None:
        """Open the services, load the commands, register what must survive a restart.

        Raises the `RikoError` that says what is wrong with the host's files or settings.
        """
        locations = self.settings.locations()
        self._catalogue_state = await asyncio.to_thread(locations.catalogue_state)
        self._services = await open_services(locations)
        await self.add_cog(ProfileCog())
        await self.add_cog(SearchCog())
        await self.add_cog(RateCog())
        await self.add_cog(RatingsCog())
        await self.add_cog(RecommendCog())
        await self.add_cog(HistoryCog())
        await self.add_cog(TopCog())
        await self.add_cog(PrivacyCog())
        await self.add_cog(ImportCog())
        await self.add_cog(ServerCog())
        await self.add_cog(HousekeepingCog(self, Digests(self), Sweep(self)))
        await self.add_cog(AboutCog())
        await self.add_cog(ChatCog(Chat(self)))
        await self.add_cog(PartyCog())
        await self.add_cog(TwinsCog())
        await self.add_cog(MenusCog(self.tree))
        for module in PERSISTENT:
            self.add_dynamic_items(*module.PERSISTENT)
        await self.tree.set_translator(WordsTranslator())
        await sync_commands(
            self.tree, self.settings.data_folder / COMMANDS_RECORD, self.settings.dev_guild
        )
        self._settle()
        if self.settings.crawl == "nightly":
            if self.settings.catalogue is not None:
                _log.warning("RIKO_CATALOGUE is set, so what crawls bring is not shown")
            self.nightly.start()

    async def _crawl(self) -> CrawlReport:
        return await self.services.crawl(Budget(seconds=MOST_SECONDS))

    async def reload_catalogue(self) -> bool:
        """Put the catalogue as its file is now in place, while commands run; return whether it was.

        Commands under way end with the catalogue they began with. A file that cannot be used
        leaves the old catalogue in place, and the log says so.
        """
        async with self._reloading:
            # before the file is read: what is written meanwhile is then found the next time
            self._catalogue_state = await self._catalogue_state_now()
            before = self._services
            if before is None:  # stopped meanwhile
                return False
            try:
                with uncollected():
                    services = await before.reloaded()
            except CatalogueError as error:
                _log.error("The catalogue stays as it was: %s", error)
                return False
            if self._services is None:  # stopped meanwhile
                return False
            self._services = services
            # commands under way still find what they began with
            asyncio.get_running_loop().call_later(REPLACED_SECONDS, lambda _: None, before)
            self._settle()
            return True

    async def reload_if_changed(self) -> bool:
        """Reload the catalogue if its files were changed since the last time; return whether it was.

        So what `riko data` brings beside the running bot is shown. A file that could not be used is
        tried again once it changes.
        """
        if await self._catalogue_state_now() == self._catalogue_state:
            return False
        return await self.reload_catalogue()

    async def _catalogue_state_now(self) -> object:
        return await asyncio.to_thread(self.settings.locations().catalogue_state)

    def _settle(self) -> None:
        """Say what the services found, and keep the garbage collection from all of it.

        What is loaded stays for long. A full collection would look at it again and again, and
        nobody is answered in the 0.13 s that takes.
        """
        gc.freeze()
        facts = self.services.facts
        _log.info(
            "%d titles of %s, bundle %s on %s, database %s",
            facts.titles,
            facts.catalogue,
            facts.bundle,
            facts.device,
            facts.database,
        )

    async def on_ready(self) -> None:
        """Keep garbage collections from the servers, too, which Discord has told of by now."""
        gc.collect()
        gc.freeze()

    async def on_message(self, message: discord.Message, /) -> None:
        """Do nothing: there are no commands in messages; `ChatCog` hears what is said to Riko."""

    async def on_app_command_completion(
        self,
        interaction: Interaction,
        command: app_commands.Command[Any, ..., Any] | app_commands.ContextMenu,  # noqa: ARG002
    ) -> None:
        """Note that the person used Riko there."""
        await note_member(interaction)

    async def close(self) -> None:
        """Let the answers under way be given, leave Discord, close the services.

        Who asks for something meanwhile is told to try again later.
        """
        self.stopping = True
        await self.nightly.stop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while under_way := _answers_under_way():
                    await asyncio.wait(under_way)
        await super().close()
        services, self._services = self._services, None
        gc.unfreeze()
        if services is not None:
            await services.close()
            _log.info("stopped")


_ANSWERING: Final = (
    "CommandTree-",
    "discord-ui-dynamic-",
    "discord.py: on_message",
    "discord.py: on_app_command_completion",
    "discord.py: on_guild_remove",
)
"""How the names begin that discord.py gives the tasks of commands, buttons, and what is heard."""


def _answers_under_way() -> list[asyncio.Task[object]]:
    """Return the tasks in which discord.py runs what must not be cut off, known by their names."""
    own = asyncio.current_task()
    return [
        task
        for task in asyncio.all_tasks()
        if task is not own and task.get_name().startswith(_ANSWERING)
    ]


def create_bot(settings: Settings) -> RikoBot:
    """Return a bot that is not connected yet; the same for Discord, the playground and tests."""
    # The loop works in many short turns. At each of them another thread (the network's, the
    # pictures', the database's) would keep it waiting for up to 5 ms, which is the default.
    sys.setswitchinterval(SWITCH_SECONDS)
    return RikoBot(settings)


async def run_bot(settings: Settings) -> None:
    """Run Riko on Discord until it is cancelled.

    Raises `SettingsError` without a good token or a way to Discord, and what `setup_hook` raises.
    """
    token = settings.discord_token()
    async with create_bot(settings) as bot:
        try:
            await bot.login(token)
        except discord.LoginFailure:
            raise SettingsError(REFUSED) from None
        except aiohttp.ClientConnectionError as error:
            raise SettingsError(f"Discord cannot be reached: {error}") from None
        except discord.HTTPException as error:
            raise SettingsError(
                f"Discord does not answer as it should (status {error.status}); "
                "start Riko again in a few minutes."
            ) from None
        if bot.application_id is not None:
            invitation = discord.utils.oauth_url(
                bot.application_id, permissions=PERMISSIONS, scopes=INVITED_WITH
            )
            _log.info("invite Riko to a server with %s", invitation)
        await bot.connect()
