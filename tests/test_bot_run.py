"""`riko run` and the command line, up to the door of Discord."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from discord.http import Route
from pydantic import SecretStr

from bot.app import REFUSED, run_bot
from bot.settings import SettingsError
from tests.bot_world import tiny_settings
from tests.test_playground import SECONDS, environment

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

LIGHT = """
import sys
import bot.__main__
heavy = {"torch", "discord", "simcord", "pandas", "numpy"} & set(sys.modules)
sys.exit(f"imported: {heavy}" if heavy else 0)
"""
RUN_AT = """
import discord.http
discord.http.Route.BASE = "http://127.0.0.1:%d/api"
from bot.__main__ import main
main()
"""


@asynccontextmanager
async def answering(
    handler: Callable[[web.Request], Awaitable[web.Response]],
) -> AsyncGenerator[str]:
    """Run a server in Discord's place that answers everything by `handler`; give its address."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/api"
    await runner.cleanup()


@pytest.fixture
async def refusing_discord(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[None]:
    """A server in Discord's place that accepts no token."""

    async def refuse(_: web.Request) -> web.Response:
        return web.json_response({"message": "401: Unauthorized", "code": 0}, status=401)

    async with answering(refuse) as address:
        monkeypatch.setattr(Route, "BASE", address)
        yield


@pytest.mark.usefixtures("refusing_discord")
async def test_a_wrong_token_is_one_sentence(tmp_path: Path):
    settings = tiny_settings(tmp_path).model_copy(update={"token": SecretStr("wrong")})
    with pytest.raises(SettingsError) as failure:
        await run_bot(settings)
    assert str(failure.value) == REFUSED
    assert "wrong" not in str(failure.value)


async def test_a_discord_out_of_order_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    async def fail(_: web.Request) -> web.Response:
        return web.json_response({"message": "teapot", "code": 0}, status=418)

    async with answering(fail) as address:
        monkeypatch.setattr(Route, "BASE", address)
        settings = tiny_settings(tmp_path).model_copy(update={"token": SecretStr("any")})
        with pytest.raises(SettingsError, match=r"Discord does not answer .* \(status 418\)"):
            await run_bot(settings)


async def test_discord_out_of_reach_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}/api"
    monkeypatch.setattr(Route, "BASE", nobody)
    settings = tiny_settings(tmp_path).model_copy(update={"token": SecretStr("any")})
    with pytest.raises(SettingsError, match="Discord cannot be reached"):
        await run_bot(settings)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_riko_while_it_waits_for_discord(tmp_path: Path, number: signal.Signals):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        silent.settimeout(SECONDS)
        program = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", RUN_AT % silent.getsockname()[1], "run"],
            cwd=tmp_path,
            env={**environment(tmp_path), "DISCORD_TOKEN": "any"},
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            connection, _ = silent.accept()
            with connection:
                connection.recv(1)
                program.send_signal(number)
                _, said = program.communicate(timeout=SECONDS)
        finally:
            program.kill()
            program.communicate()
    assert program.returncode == 0, said
    assert f"stopping ({number.name})" in said
    assert "Traceback" not in said


def test_help_comes_without_the_heavy_libraries():
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", LIGHT],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_help_works_with_a_wrong_setting_and_a_command_says_what_is_wrong(tmp_path: Path):
    wrong = {**environment(tmp_path), "RIKO_DEVICE": "toaster"}

    def riko(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "bot", *arguments],
            cwd=tmp_path,
            env=wrong,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    helped = riko("--help")
    assert helped.returncode == 0
    assert "play" in helped.stdout
    failed = riko("run")
    assert failed.returncode == 1
    assert failed.stderr.strip() == "RIKO_DEVICE is “toaster”; it must be auto, cpu, cuda or mps."
    assert riko("run", "--fast").returncode == 2
