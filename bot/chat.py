"""Messages to Riko: which ones are, what they say, in which language, and how they are answered.

Discord sends the text of messages that mention Riko, and of direct messages to it, without the
privileged intent; of other messages nothing is read.
"""

from __future__ import annotations

import asyncio
import logging
import re
from typing import TYPE_CHECKING, Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.errors import sentence, tell
from bot.interactions import place_in, server_settings
from bot.limits import LIMIT, who
from bot.switches import COMMAND_OF, said_when_off
from bot.ui.owned import view_of
from bot.ui.reader import Reader
from bot.ui.text import plain
from bot.ui.wish import Answer, Asked, answer_to
from bot.ui.words import Language, Words, words_in
from core.errors import (
    GenreNotFoundError,
    RikoError,
    TitleNotFoundError,
    shorten,
)

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from bot.interactions import RikoClient
    from core.services.servers import ServerSettings
    from core.services.wishes.service import WishService
    from core.services.wishes.wish import Wish
    from core.showing import Place

SLOW: Final = 1.0
"""Seconds after which Riko is seen typing."""

_MENTION: Final = re.compile(r"<(?:@[!&]?|#|a?:\w+:)\d+>")
_LETTER: Final = re.compile(r"[a-zA-Z]")
_SAID: Final = (discord.MessageType.default, discord.MessageType.reply)

_log = logging.getLogger(__name__)


class Chat:
    """Answers messages. One for each running bot."""

    def __init__(self, client: RikoClient) -> None:
        self._client = client
        # who asks too often hears so once, or the channel fills with it
        self._told_to_wait = commands.CooldownMapping(app_commands.Cooldown(1, LIMIT.per), who)

    async def hear(self, message: discord.Message) -> None:
        """Answer `message` if it is for Riko. Never raises; what fails is told or logged."""
        try:
            await self._hear(message)
        except Exception:  # noqa: BLE001 - a message that is not answered stops nothing
            _log.exception("message %d could not be heard", message.id)

    async def _hear(self, message: discord.Message) -> None:
        me = self._client.user
        if me is None or not is_for(message, me):
            return
        addressed = is_addressed(message, me)
        guild_id = message.guild.id if message.guild is not None else None
        server = await server_settings(self._client.services, guild_id)
        words = words_in(Language(server.language) if server.language else language_of(message))
        answer: Answer | None = None
        try:
            if not self._client.stopping:
                if addressed:
                    self._client.turns.take(message)
                answering = self._answer(message, words, server, addressed=addressed)
                answer = await _seen_typing(message, answering)
            elif addressed:
                answer = Answer(words("error-stopping"))
        except Exception as error:  # noqa: BLE001 - the person is told, the unknown is logged
            told = self._told(message, error, words)
            answer = None if told is None else Answer(told)
        if answer is not None:
            await _reply(message, answer, words)
            if message.guild is not None:
                await self._client.services.top.saw_member(message.guild.id, message.author.id)

    async def _answer(
        self, message: discord.Message, words: Words, server: ServerSettings, *, addressed: bool
    ) -> Answer | None:
        """Return the answer; none to a mere reply that asks for nothing.

        People also reply to Riko's lists to talk with each other: that counts as no turn of theirs.
        """
        # the same to the end, so that no answer is of two catalogues when one is replaced
        services = self._client.services
        text = text_of(message)
        place = place_in(message.channel, server)
        wish = None
        if text:
            wish = await _wish(services.wishes, message, text, place, addressed=addressed)
        off = wish is not None and COMMAND_OF[wish.kind] in server.commands_off
        if not addressed:
            if wish is None or off:
                return None
            self._client.turns.take(message)
        if wish is None:
            hello = words("chat-not-understood" if text else "chat-hello")
            return Answer(f"{hello}\n{words('chat-examples')}")
        if off:
            return Answer(said_when_off(words, COMMAND_OF[wish.kind]))
        preferences = await services.profiles.preferences(message.author.id)
        titles = None if server.language else preferences.title_language
        alone = message.guild is None
        asked = Asked(
            services,
            Reader.of(words.language, titles),
            message.author.id,
            place,
            server,
            personal=alone,
            shared=not alone and not preferences.private_in(server.private),
            guild_id=None if message.guild is None else message.guild.id,
        )
        return await answer_to(asked, wish)

    def _told(self, message: discord.Message, error: Exception, words: Words) -> str | None:
        """Return what to say about `error`; none for somebody who has just heard it."""
        if isinstance(error, app_commands.CommandOnCooldown):
            again = self._told_to_wait.update_rate_limit(message, message.created_at.timestamp())
            return None if again else sentence(error, words)
        if isinstance(error, TitleNotFoundError) and isinstance(error.query, str):
            query, names = plain(shorten(error.query)), ", ".join(map(plain, error.suggestions))
            if names:
                return words("chat-no-title-but", query=query, names=names)
            return words("chat-no-title", query=query)
        if isinstance(error, GenreNotFoundError):
            # a genre that is understood is missing only where it may not be shown
            return words("chat-adult")
        return tell(error, words, f"message {message.id}")


async def _wish(
    wishes: WishService,
    message: discord.Message,
    text: str,
    place: Place,
    *,
    addressed: bool,
) -> Wish | None:
    """Return what `text` asks for; of a mere reply, none also when that fails."""
    try:
        return await wishes.understand(text, place, user_id=message.author.id)
    except RikoError as error:
        if addressed:
            raise
        _log.info("message %d: a reply is left alone: %s", message.id, type(error).__name__)
        return None


def is_for(message: discord.Message, me: discord.ClientUser) -> bool:
    """Return whether a person says `message` to `me`: by a mention, a reply or directly."""
    if message.author.bot or message.webhook_id is not None or message.type not in _SAID:
        return False
    return is_addressed(message, me) or me in message.mentions


def is_addressed(message: discord.Message, me: discord.ClientUser) -> bool:
    """Return whether `message` is meant for `me` beyond doubt; a mere reply is not.

    The role that Discord makes for a bot is easily mentioned in its place. `@everyone` is nobody.
    """
    if message.guild is None:
        return True
    role = message.guild.self_role
    return bool({f"<@{me.id}>", f"<@!{me.id}>"} & set(_MENTION.findall(message.content))) or (
        role is not None and role in message.role_mentions
    )


def text_of(message: discord.Message) -> str:
    """Return what `message` says, without mentions and custom emoji, on one line."""
    return " ".join(_MENTION.sub(" ", message.content).split())


def language_of(message: discord.Message) -> Language:
    """Return the language `message` is written in, else that of the server."""
    text = text_of(message)
    language = Language.of_text(text)
    if language is Language.ENGLISH and not _LETTER.search(text) and message.guild is not None:
        return Language.of_locale(message.guild.preferred_locale)
    return language


async def _seen_typing(
    message: discord.Message, answering: Coroutine[None, None, Answer | None]
) -> Answer | None:
    """Await the answer; the channel sees that Riko is typing if it takes a while."""
    task = asyncio.ensure_future(answering)
    try:
        await asyncio.wait({task}, timeout=SLOW)
        if not task.done():
            await _type(message)
        return await task
    finally:
        task.cancel()


async def _type(message: discord.Message) -> None:
    try:
        await message.channel.typing()
    except discord.HTTPException as error:
        _log.info("message %d: typing is not seen: %s", message.id, error)


async def _reply(message: discord.Message, answer: Answer, words: Words) -> None:
    """Send `answer`; where Riko may not send pictures or lists, say so; else only log it."""
    reference = message.to_reference(fail_if_not_exists=False)
    try:
        try:
            await message.channel.send(
                answer.content,
                embeds=answer.embeds,
                files=answer.files,
                view=view_of(*answer.items),
                reference=reference,
            )
        except discord.Forbidden:
            await message.channel.send(words("chat-not-allowed"), reference=reference)
    except discord.HTTPException as error:
        _log.warning("message %d could not be answered: %s", message.id, error)
