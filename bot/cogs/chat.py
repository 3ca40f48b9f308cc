"""Messages that mention Riko, and direct messages to it."""

import discord
from discord.ext import commands

from bot.chat import Chat


class ChatCog(commands.Cog):
    """Hears what people say to Riko."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer a message that is for Riko."""
        await self._chat.hear(message)
