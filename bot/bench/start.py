"""How long the bot takes to be ready, how much memory it has then, and what is slow to import."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from bot.bench.resident import proportional_memory, resident_memory
from bot.settings import Settings
from core.bench.figures import MEGABYTES, MILLISECONDS, SECONDS, Budget, Figure, Spread
from core.starter import BUNDLE

if TYPE_CHECKING:
    from pathlib import Path

    from core.bench.effort import Effort
    from core.bench.figures import Found

READY: Final = "from the start of the program to ready"

_SLOWEST: Final = 6
# What `riko run` does but for Discord, which is simulated; the simulation's import counts too.
_CHILD: Final = """
import asyncio, sys
from pathlib import Path
from bot.garbage import uncollected
with uncollected():
    import bot.app, simcord
    from bot.bench.start import shipped_settings

async def main():
    bot_ = bot.app.create_bot(shipped_settings(Path(sys.argv[1])))
    env = simcord.Env(bot_, settle_timeout=60)
    env.create_guild("club")
    await env.start()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await env.shutdown()
    await bot_.close()

asyncio.run(main())
"""


def shipped_settings(home: Path, catalogue: Path | None = None) -> Settings:
    """Return settings for what ships with Riko, on the CPU, with all data in `home`."""
    return Settings.model_construct(
        token=None,
        home=home,
        database_url=None,
        bundle=BUNDLE,
        catalogue=catalogue,
        device="cpu",
        dev_guild=None,
        log_level="WARNING",
    )


class _Child:
    """A bot in a process of its own, ready."""

    def __init__(self, home: Path) -> None:
        began = time.perf_counter()
        self.process = subprocess.Popen(  # noqa: S603 - our own code
            [sys.executable, "-c", _CHILD, str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None  # noqa: S101 - it is a pipe
        if self.process.stdout.readline().strip() != "ready":
            _, said = self.process.communicate()
            raise RuntimeError(f"the bot did not start: {said}")
        self.seconds = time.perf_counter() - began

    def end(self) -> None:
        """Let it stop in order."""
        self.process.communicate()


def measure(effort: Effort, folder: Path) -> Found:
    """Return seconds to ready, memory of one bot and of a second beside it, slow imports."""
    seconds: list[float] = []
    resident: list[float] = []
    for number in range(max(1, effort.slow_rounds)):
        child = _Child(folder / f"alone-{number}")
        seconds.append(child.seconds)
        resident += _known(resident_memory(child.process.pid))
        child.end()
    pair = [_Child(folder / f"pair-{number}") for number in range(2)]
    shared = [mb for child in pair for mb in _known(proportional_memory(child.process.pid))]
    for child in pair:
        child.end()
    found: Found = [Figure(READY, SECONDS, Spread.of(seconds), Budget(5))]
    if resident:
        name = "resident memory when ready"
        found.append(Figure(name, MEGABYTES, Spread.of(resident), Budget(700, "most")))
    if shared:
        name = "the same, of each of two bots, what they share halved"
        found.append(Figure(name, MEGABYTES, Spread.of(shared)))
    return found + [
        Figure(f"importing {package}", MILLISECONDS, Spread.of([ms]))
        for package, ms in sorted(import_times().items(), key=lambda item: -item[1])[:_SLOWEST]
    ]


def import_times() -> dict[str, float]:
    """Return how many milliseconds the modules of each package take when the bot is imported."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import bot.app"],
        capture_output=True,
        text=True,
        check=True,
    )
    times: defaultdict[str, float] = defaultdict(float)
    for line in done.stderr.splitlines():
        own, _, rest = line.removeprefix("import time:").partition("|")
        name = rest.partition("|")[2].strip()
        if own.strip().isdecimal():
            times[name.partition(".")[0]] += int(own) / 1e3
    return times


def _known(value: float | None) -> list[float]:
    return [] if value is None else [value]
