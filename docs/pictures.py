"""Draws what people see: the real bot in the simulated Discord, in chromium.

Run it in the repository: `python docs/pictures.py [--all] [--out FOLDER] [--chromium PROGRAM]`.
Without `--all` it remakes the pictures of the documentation; with it, a picture of every kind of
message, as wide as on a desktop and as on a phone, in both languages. Bundle and catalogue are
those of the settings. Nothing is fetched from the internet.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from browser import IDLE, open_page

from bot.app import create_bot
from bot.digests import Digests
from bot.playground import build_world, greet, playground_settings
from bot.settings import Settings
from bot.simulation import simulate
from core.errors import RikoError
from core.services.clock import utc_now
from core.services.digests import due_at
from core.storage.week import week_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import discord
    import simcord

    from bot.app import RikoBot

RATED = (
    ("Cowboy Bebop", 9),
    ("Monster", 10),
    ("Steins;Gate", 9),
    ("Mushishi", 8),
    ("Naruto", 5),
)
OTHERS_RATED = (("Cowboy Bebop", 10), ("Gintama", 9), ("Mushishi", 9), ("K-On!", 7))
LOOKED_UP = "Fullmetal Alchemist: Brotherhood"
TYPED = "/re"
FIRST_MEMBER, MEMBERS = 1_000, 9
KNOWN = (1, 5, 19, 20, 30, 457, 918, 1535, 1575, 2001, 5114, 5680, 9253, 11061, 16498, 20583)
LOVED = (199, 2904, 4181, 6547, 30276, 32281)
LIST = b"""<myanimelist><myinfo><user_export_type>1</user_export_type></myinfo>
<anime><series_animedb_id>33</series_animedb_id><my_score>9</my_score>
<my_status>Completed</my_status></anime>
<anime><series_animedb_id>19</series_animedb_id><my_score>7</my_score>
<my_status>Completed</my_status></anime>
<anime><series_animedb_id>21</series_animedb_id><my_score>0</my_score>
<my_status>Dropped</my_status></anime>
<anime><series_animedb_id>99999</series_animedb_id><series_title>Nobody Knows</series_title>
<my_score>5</my_score><my_status>Completed</my_status></anime></myanimelist>"""
WIDTH, HEIGHT, TALLEST = 1000, 560, 4000
MESSAGE_WIDTH = 600
PHONE_WIDTH = 390
PHONE_SCALE = 2
MARGIN = 12
README_PICTURES = {"playground", "recommend", "search", "profile", "chat"}

# The page's single message, its list of commands.
MESSAGE = "JSON.stringify(document.getElementById('focused-content').getBoundingClientRect())"
OFFERED = "document.querySelectorAll('[role=listbox] [role=option]').length > 0"


@dataclass
class Studio:
    """The simulated Discord with two members, and the folder the pictures go to."""

    env: simcord.Env
    channel: simcord.ChannelHandle
    aiko: simcord.MemberActor
    ben: simcord.MemberActor
    chromium: str
    out: Path
    everything: bool

    async def newest(self, name: str) -> None:
        """Draw the newest message Aiko sees."""
        if not self.everything and name not in README_PICTURES:
            return
        await self._message(f"{name}.png", WIDTH, 1, MESSAGE_WIDTH)
        if self.everything:
            await self._message(f"{name}-phone.png", PHONE_WIDTH, PHONE_SCALE, PHONE_WIDTH)

    async def _message(self, file: str, width: int, scale: int, widest: int) -> None:
        async with (
            self.env.preview(self.channel, viewers=[self.aiko]) as preview,
            open_page(self.chromium, preview.url, width, TALLEST, scale) as page,
        ):
            box = json.loads(str(await page.value(MESSAGE)))
            clip = {
                "x": box["x"],
                "y": box["y"],
                "width": min(box["width"], widest),
                "height": box["height"] + MARGIN,
            }
            await page.photograph(self.out / file, clip)

    async def whole_page(self, name: str) -> None:
        """Draw the page with the composer, in which a command is being typed."""
        async with (
            self.env.preview(self.channel, viewers=[self.aiko], layout="channel") as preview,
            open_page(self.chromium, preview.url, WIDTH, HEIGHT) as page,
        ):
            await page.value("document.getElementById('channel-composer-input').focus()")
            await page.call("Input.insertText", text=TYPED)
            await page.until(f"{OFFERED} && {IDLE}")
            await page.photograph(self.out / f"{name}.png")

    async def command(self, picture: str, name: str, **options: object) -> simcord.ResponseMessage:
        """Let Aiko use a command and draw the answer."""
        # so that nobody asks too often
        await self.env.advance_time(11)
        await self.aiko.slash(self.channel, "profile view")
        answer = (await self.aiko.slash(self.channel, name, **options)).response
        assert answer is not None, name
        await self.newest(picture)
        return answer

    async def press(
        self, picture: str, message: discord.Message | simcord.ResponseMessage, label: str
    ) -> simcord.ResponseMessage:
        """Let Aiko press a button and draw what comes of it."""
        answer = (await self.aiko.click(message, label=label)).response
        assert answer is not None, label
        await self.newest(picture)
        return answer

    async def choose(
        self, picture: str, message: simcord.ResponseMessage, *places: int
    ) -> simcord.ResponseMessage:
        """Let Aiko choose from the only menu of `message` and draw what comes of it."""
        (menu,) = [
            item for row in message.components for item in row["components"] if "options" in item
        ]
        values = [menu["options"][place]["value"] for place in places]
        answer = (await self.aiko.select(message, values)).response
        assert answer is not None
        await self.newest(picture)
        return answer


async def draw_first_steps(studio: Studio) -> None:
    """Draw what somebody sees who has not rated anything."""
    await studio.whole_page("playground")
    start = await studio.command("cold_start", "recommend")
    scores = await studio.choose("cold_start_score", start, 0)
    await studio.choose("cold_start_rated", scores, 1)
    await studio.command("ratings_one", "ratings")
    await studio.command("history_empty", "history")
    await studio.command("title_unknown", "search", title="no such anime")


async def draw_rating(studio: Studio) -> None:
    """Draw rating, taking back, and the list of one's ratings."""
    for title, score in RATED:
        await studio.aiko.slash(studio.channel, "rate", title=title, score=score)
    await studio.newest("rated")
    several = await studio.command("rated_several", "rate", title="Death Note 7, Haikyuu 8")
    await studio.press("undone", several, "Undo")
    await studio.command("rated_again", "rate", title="Naruto", score=6)
    await studio.command("unrated", "unrate", title="Naruto")
    await studio.command("ratings", "ratings")


async def draw_lists(studio: Studio) -> None:
    """Draw the two lists and all that can be done with them."""
    lists = await studio.command("recommend", "recommend")
    menu = await studio.press("recommend_pick", lists, "Rate these")
    scores = await studio.choose("recommend_score", menu, 0)
    rated = await studio.choose("recommend_rated", scores, 1)
    back = await studio.press("recommend_back", rated, "Back")
    menu = await studio.press("recommend_hide", back, "Not for me")
    hidden = await studio.choose("recommend_hidden", menu, 0, 4)
    back = await studio.press("recommend_hidden_back", hidden, "Back")
    scoring = await studio.press("recommend_scoring", back, "Score these lists")
    scored = await studio.choose("recommend_scored", scoring, 2)
    why = await studio.press("why_menu", scored, "Why?")
    await studio.choose("why", why, 1)
    back = await studio.press("why_back", why, "Back")
    await studio.press("more", back, "More")
    await studio.command(
        "recommend_narrowed", "recommend", genre="Comedy", year_from=2005, hide_sequels=True
    )
    await studio.command("recommend_public", "recommend", private=False)
    await studio.command("recommend_private_again", "recommend", private=True)


async def draw_titles(studio: Studio) -> None:
    """Draw cards of titles and lists about one."""
    await studio.command("search", "search", title=LOOKED_UP)
    await studio.command("search_several", "search", title="gundam")
    await studio.command("similar", "similar", title="Mushishi")
    await studio.command("top", "top", genre="Mystery")
    await studio.command("top_overall", "top")


async def draw_person(studio: Studio) -> None:
    """Draw what is about the person."""
    await studio.command("profile_set", "profile set", age=24, gender="female")
    await studio.command("profile", "profile view")
    await studio.command("history", "history")
    await studio.command("privacy", "privacy show")
    await studio.command("privacy_export", "privacy export")
    await studio.command("privacy_delete", "privacy delete")


async def draw_talk(studio: Studio, bot_id: int) -> None:
    """Draw answers to words, and the menus on people and messages."""
    for picture, words in (
        ("chat", "something like Mushishi but funny"),
        ("chat_ask", "what should I watch"),
        ("chat_help", "hm?"),
    ):
        await studio.env.advance_time(11)
        await studio.aiko.send(studio.channel, f"<@{bot_id}> {words}")
        await studio.env.settle()
        await studio.newest(picture)
    for title, score in OTHERS_RATED:
        await studio.ben.slash(studio.channel, "rate", title=title, score=score)
    await studio.ben.slash(studio.channel, "profile set", share=True)
    await studio.aiko.context_menu(studio.channel, "What we both like", studio.ben)
    await studio.newest("both_like")
    said = await studio.ben.send(studio.channel, "I loved Mushishi and fmab, not so much Naruto")
    await studio.aiko.context_menu(studio.channel, "Find anime here", said)
    await studio.newest("titles_found")


async def fill_server(studio: Studio, bot: RikoBot) -> None:
    """Let some more members use Riko, as if they had done so for a while."""
    services = bot.services
    everybody = [studio.aiko.id, studio.ben.id, *range(FIRST_MEMBER, FIRST_MEMBER + MEMBERS)]
    for place, user_id in enumerate(everybody):
        if user_id >= FIRST_MEMBER:
            scores = [(anime_id, 10 - (place * 7 + anime_id) % 5) for anime_id in KNOWN]
            # what some love and others do not
            scores.append((KNOWN[0], 10 if place % 2 else 2))
            # what their twins do not know
            scores += [(LOVED[(place + more) % len(LOVED)], 10) for more in range(3)]
            await services.ratings.rate_many(user_id, scores[place % 3 :])
        await services.profiles.save(user_id, shareable=True, twins=True)
        await services.top.saw_member(studio.aiko.guild.id, user_id)


async def draw_server(studio: Studio, bot: RikoBot) -> None:
    """Draw what concerns several people and the server."""
    await fill_server(studio, bot)
    best = await studio.command("top_server", "top")
    divisive = await studio.press("top_divisive", best, "Most divisive")
    await studio.press("top_gems", divisive, "Hidden gems")
    asked = await studio.command("party_asked", "party")
    (menu,) = [item for row in asked.components for item in row["components"] if item["type"] == 5]
    chosen = await studio.aiko.select(asked, [studio.ben], custom_id=menu["custom_id"])
    await studio.newest("party")
    (party,) = chosen.followups
    await studio.press("party_me", party, "What about me?")
    await studio.aiko.click(party, label="Vote")
    await studio.env.settle()
    await studio.newest("party_vote")
    await studio.command("twins", "twins")
    panel = await studio.command("server_settings", "server settings")
    lists = await studio.press("server_lists", panel, "Lists")
    await studio.press("server_digest", lists, "Digest and commands")
    await bot.services.servers.change(studio.aiko.guild.id, digest_channel_id=studio.channel.id)
    # the first digest comes in the week after it was switched on
    due = due_at(week_of(utc_now()) + 1)
    await Digests(bot, lambda: due).send_due()
    await studio.env.settle()
    await studio.newest("digest")
    await studio.command("about", "about")
    await studio.env.advance_time(11)
    await studio.aiko.slash(studio.channel, "import", file=("list.xml", LIST))
    await studio.newest("import")
    await studio.command("export", "export")


async def draw_failures(studio: Studio) -> None:
    """Draw sentences about what went wrong."""
    for _ in range(4):
        await studio.aiko.slash(studio.channel, "recommend")
    await studio.newest("too_often")


def in_japanese(env: simcord.Env) -> None:
    """From now on everybody's Discord is set to Japanese, which simcord cannot be told."""
    emit = env.backend.emit

    def translated(event: str, payload: Mapping[str, Any]) -> None:
        emit(event, {**payload, "locale": "ja"} if event == "INTERACTION_CREATE" else payload)

    env.backend.emit = translated


async def draw_japanese(studio: Studio) -> None:
    """Draw the most used messages in Japanese."""
    in_japanese(studio.env)
    await studio.command("recommend_ja", "recommend")
    await studio.command("search_ja", "search", title="鋼の錬金術師")
    await studio.command("ratings_ja", "ratings")
    await studio.command("profile_ja", "profile view")
    await studio.command("history_ja", "history")
    await studio.command("privacy_ja", "privacy show")


async def draw_all(settings: Settings, out: Path, chromium: str, *, everything: bool) -> None:
    """Draw every picture into the folder `out`."""
    async with AsyncExitStack() as opened:
        bot = create_bot(settings)
        opened.push_async_callback(bot.close)
        env = simulate(bot)
        channel, (aiko, ben) = build_world(env)
        opened.push_async_callback(env.shutdown)
        await env.start()
        opened.enter_context(env.time_context())
        await greet(env, bot, channel)
        studio = Studio(env, channel, aiko, ben, chromium, out, everything)
        await draw_first_steps(studio)
        await draw_rating(studio)
        await draw_lists(studio)
        await draw_titles(studio)
        await draw_person(studio)
        assert bot.user is not None
        await draw_talk(studio, bot.user.id)
        await draw_server(studio, bot)
        if everything:
            await draw_failures(studio)
            await draw_japanese(studio)


def main() -> None:
    """Read the command line and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "pictures")
    parser.add_argument("--all", action="store_true", help="every kind of message, both widths")
    parser.add_argument("--chromium", default="chromium")
    options = parser.parse_args()
    chromium = shutil.which(options.chromium)
    if chromium is None:
        sys.exit(f"There is no program {options.chromium}; install chromium or name it.")
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        settings = playground_settings(Settings.load(), Path(home))
        drawing = draw_all(settings, options.out.absolute(), chromium, everything=options.all)
        try:
            asyncio.run(drawing)
        except RikoError as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main()
