"""What starting the bot loads, and what processes share."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core import starter
from core.network.bundle import WEIGHTS

NOT_NEEDED = ("pandas", "pyarrow", "scipy", "sklearn", "matplotlib", "sympy", "torch._dynamo")
OPEN = """
import asyncio, sys, tempfile
from pathlib import Path
import bot.app
from core import starter
from core.services.assembly import Locations, open_services

async def main():
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        locations = Locations(home=home, database_url=home / "riko.db", bundle=starter.BUNDLE, catalogue=None, device="cpu")
        services = await open_services(locations)
        print(*(name for name in sys.argv[1:] if name in sys.modules))
        maps = Path("/proc/self/maps")
        print(maps.read_text() if maps.exists() else "")
        await services.close()

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def started() -> tuple[str, str]:
    """The modules of `NOT_NEEDED` that a started bot has imported, and its mapped files."""
    command = [sys.executable, "-c", OPEN, *NOT_NEEDED]
    root = Path(__file__).parent.parent
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)  # noqa: S603
    imported, _, maps = done.stdout.partition("\n")
    return imported, maps


def test_a_bot_starts_without_what_only_training_and_charts_need(started: tuple[str, str]):
    assert started[0] == ""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists what a process has mapped")
def test_the_weights_are_mapped_so_that_processes_share_them(started: tuple[str, str]):
    assert str(starter.BUNDLE / WEIGHTS) in started[1]
