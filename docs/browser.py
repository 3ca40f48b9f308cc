"""One page of headless chromium, driven by its debugging protocol."""

from __future__ import annotations

import asyncio
import base64
import tempfile
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

SECONDS = 30

# The page's own marks: whether it is still drawing, its list of commands.
DRAWN = "document.getElementById('preview-app').getAttribute('aria-busy') !== 'true'"
IDLE = f"{DRAWN} && /updated|^$/.test(document.getElementById('action-status').textContent.trim())"


class Page:
    """One page of headless chromium, driven by its debugging protocol."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._calls = 0

    async def call(self, method: str, **parameters: object) -> dict[str, Any]:
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
async def open_page(
    chromium: str, url: str, width: int, height: int, scale: int = 1
) -> AsyncGenerator[Page]:
    """Start chromium with one page of `url`, in CSS pixels, and wait until it is drawn.

    `scale` is how many pixels of the screen make one of the page; above 1 it is a phone's.
    """
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
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=scale > 1,
        )
        await page.call("Page.navigate", url=url)
        await page.until(f"document.getElementById('preview-app') && {IDLE}")
        yield page


def _words_in(file: Path) -> list[str]:
    return file.read_text().split() if file.exists() else []


async def _debugging_port(file: Path) -> int:
    async with asyncio.timeout(SECONDS):
        while True:
            await asyncio.sleep(0.1)
            # it is there before anything is written into it
            if lines := await asyncio.to_thread(_words_in, file):
                return int(lines[0])
