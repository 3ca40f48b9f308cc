"""Draws the pictures of the documentation: the real bot in the simulated Discord, in chromium.

Run it in the repository: `python docs/pictures.py [--out FOLDER] [--chromium PROGRAM]`. Bundle and
catalogue are those of the settings. Nothing is fetched from the internet.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import shutil
import sys
import tempfile
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import simcord

from bot.app import create_bot
from bot.playground import SETTLE_SECONDS, build_world, greet, playground_settings
from bot.settings import Settings
from core.errors import RikoError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

RATED = (
    ("Cowboy Bebop", 9),
    ("Monster", 10),
    ("Steins;Gate", 9),
    ("Mushishi", 8),
    ("Naruto", 5),
)
LOOKED_UP = "Fullmetal Alchemist: Brotherhood"
TYPED = "/re"
WIDTH, HEIGHT, TALLEST = 1000, 560, 2200
MESSAGE_WIDTH = 520
MARGIN = 12
SECONDS = 30

# The page's own marks: whether it is still drawing, its single message, its list of commands.
DRAWN = "document.getElementById('preview-app').getAttribute('aria-busy') !== 'true'"
IDLE = f"{DRAWN} && /updated|^$/.test(document.getElementById('action-status').textContent.trim())"
MESSAGE = "JSON.stringify(document.getElementById('focused-content').getBoundingClientRect())"
OFFERED = "document.querySelectorAll('[role=listbox] [role=option]').length > 0"


class Page:
    """One page of headless chromium, driven by its debugging protocol."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._calls = 0

    async def call(self, method: str, **parameters: object) -> dict[str, object]:
        """Call `method` and return its result; events that come meanwhile are passed over."""
        self._calls += 1
        await self._socket.send_json({"id": self._calls, "method": method, "params": parameters})
        while True:
            reply = await self._socket.receive_json(timeout=SECONDS)
            if reply.get("id") == self._calls:
                if "error" in reply:
                    raise RuntimeError(f"{method}: {reply['error']}")
                return reply["result"]

    async def value(self, expression: str) -> object:
        """Return what `expression` is in the page."""
        answer = await self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        return answer["result"].get("value")

    async def until(self, expression: str) -> None:
        """Wait until `expression` is true in the page, and stays so for a moment."""
        seen = 0
        async with asyncio.timeout(SECONDS):
            while seen < 5:
                await asyncio.sleep(0.1)
                seen = seen + 1 if await self.value(f"Boolean({expression})") else 0

    async def photograph(self, target: Path, clip: dict[str, float] | None = None) -> None:
        """Save the page, or the part `clip` of it, as a PNG."""
        options = {} if clip is None else {"clip": {**clip, "scale": 1}}
        shot = await self.call("Page.captureScreenshot", format="png", **options)
        await asyncio.to_thread(target.write_bytes, base64.b64decode(shot["data"]))


@asynccontextmanager
async def open_page(chromium: str, url: str, height: int) -> AsyncGenerator[Page]:
    """Start chromium with one page of `url`, `height` pixels high, and wait until it is drawn."""
    async with AsyncExitStack() as opened:
        profile = Path(
            opened.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        )
        process = await asyncio.create_subprocess_exec(
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--remote-debugging-port=0",
            f"--user-data-dir={profile}",
            "about:blank",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        opened.push_async_callback(process.wait)
        opened.callback(process.terminate)
        port = await _debugging_port(profile / "DevToolsActivePort")
        session = await opened.enter_async_context(aiohttp.ClientSession())
        async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
            (target,) = [each for each in await answer.json() if each["type"] == "page"]
        socket = await opened.enter_async_context(
            session.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0)
        )
        page = Page(socket)
        await page.call(
            "Emulation.setDeviceMetricsOverride",
            width=WIDTH,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        await page.call("Page.navigate", url=url)
        await page.until(f"document.getElementById('preview-app') && {IDLE}")
        yield page


async def _debugging_port(file: Path) -> int:
    async with asyncio.timeout(SECONDS):
        while True:
            await asyncio.sleep(0.1)
            if await asyncio.to_thread(file.exists):
                return int((await asyncio.to_thread(file.read_text)).split()[0])


async def draw_all(settings: Settings, out: Path, chromium: str) -> None:
    """Draw every picture into the folder `out`."""
    async with AsyncExitStack() as opened:
        bot = create_bot(settings)
        opened.push_async_callback(bot.close)
        env = simcord.Env(bot, settle_timeout=SETTLE_SECONDS)
        channel, (aiko, _ben) = build_world(env)
        opened.push_async_callback(env.shutdown)
        await env.start()
        opened.enter_context(env.time_context())

        async def newest_message(name: str) -> None:
            async with (
                env.preview(channel, viewers=[aiko]) as preview,
                open_page(chromium, preview.url, TALLEST) as page,
            ):
                box = json.loads(str(await page.value(MESSAGE)))
                clip = {
                    "x": box["x"],
                    "y": box["y"],
                    "width": min(box["width"], MESSAGE_WIDTH),
                    "height": box["height"] + MARGIN,
                }
                await page.photograph(out / f"{name}.png", clip)

        async def whole_page(name: str) -> None:
            async with (
                env.preview(channel, viewers=[aiko], layout="channel") as preview,
                open_page(chromium, preview.url, HEIGHT) as page,
            ):
                await page.value("document.getElementById('channel-composer-input').focus()")
                await page.call("Input.insertText", text=TYPED)
                await page.until(f"{OFFERED} && {IDLE}")
                await page.photograph(out / f"{name}.png")

        await greet(env, bot, channel)
        await whole_page("playground")
        await aiko.slash(channel, "recommend")
        await newest_message("cold_start")
        for title, score in RATED:
            await aiko.slash(channel, "rate", title=title, score=score)
        await aiko.slash(channel, "search", title=LOOKED_UP)
        await newest_message("search")
        await aiko.slash(channel, "recommend")
        await newest_message("recommend")


def main() -> None:
    """Read the command line and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "pictures")
    parser.add_argument("--chromium", default="chromium")
    options = parser.parse_args()
    chromium = shutil.which(options.chromium)
    if chromium is None:
        sys.exit(f"There is no program {options.chromium}; install chromium or name it.")
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        settings = playground_settings(Settings.load(), Path(home))
        try:
            asyncio.run(draw_all(settings, options.out.absolute(), chromium))
        except RikoError as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main()
