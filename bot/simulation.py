"""The simulated Discord of the playground, made to behave as people know Discord.

The simulation is written for tests and pinned to one version; a little of its inside is used here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.errors import is_foreseen

if TYPE_CHECKING:
    from typing import Literal

    import discord
    from simcord import ChannelHandle, Env, MemberActor
    from simcord.actors import MessageLike
    from simcord.preview import Preview
    from simcord.preview._pages import _Page  # pyright: ignore[reportPrivateUsage]

    from bot.app import RikoBot

    Reason = Literal[
        "initial", "refresh", "snapshot", "navigation", "query", "presentation", "action", "capture"
    ]

SETTLE_SECONDS: Final = 60.0
"""How long the simulation waits for an answer before it gives up."""


def simulate(bot: RikoBot) -> Env:
    """Return a Discord for `bot`, not started, where only what nobody foresaw counts as a failure.

    The simulation notes whatever is raised, answered or not: its page would call it an uncertain
    outcome that somebody has mistyped a name.
    """
    import simcord  # an extra that `riko run` does without

    class Simulation(simcord.Env):
        def _record_error(self, error: BaseException) -> None:
            if not is_foreseen(error):
                super()._record_error(error)

    return Simulation(bot, settle_timeout=SETTLE_SECONDS)


def complete_mentions(member: MemberActor, name: str, user_id: int) -> None:
    """Make `@name`, as `member` types it, a mention of `user_id`; Discord's own box does so."""
    send = member.send
    typed = re.compile(rf"@{re.escape(name)}\b", re.IGNORECASE)

    async def send_completed(
        channel: ChannelHandle,
        content: str = "",
        *,
        reply_to: MessageLike | None = None,
        attachments: tuple[tuple[str, bytes], ...] = (),
    ) -> discord.Message:
        content = typed.sub(f"<@{user_id}>", content)
        return await send(channel, content, reply_to=reply_to, attachments=attachments)

    member.send = send_completed  # pyright: ignore[reportAttributeAccessIssue]


def follow_newest(preview: Preview) -> None:
    """Let the page go to each new message of its viewer's and each new answer.

    By itself it stays where it is as soon as there is more than the window holds.
    """
    publish = preview._publish  # pyright: ignore[reportPrivateUsage]
    shown: dict[str, int] = {}

    def publish_newest(page: _Page, *, reason: Reason = "action") -> None:
        newest = _newest(preview, page)
        # what somebody picks from the list of messages stays in view until then
        if newest and shown.get(page.id) != newest:
            shown[page.id] = page.target_id = newest
        publish(page, reason=reason)

    preview._publish = publish_newest  # pyright: ignore[reportPrivateUsage]


def _newest(preview: Preview, page: _Page) -> int:
    messages = preview.env.backend.messages.get(page.channel_id, {})
    own = (number for number, sent in messages.items() if sent.author_id == page.viewer.id)
    answer = preview._initial_target(  # pyright: ignore[reportPrivateUsage]
        page.viewer, page.channel_id
    )
    return max(answer or 0, *own, 0)
