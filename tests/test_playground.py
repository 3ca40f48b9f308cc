"""`riko play` as a program of its own: it starts, shows its page, keeps ratings, and stops."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from bot.settings import HOW_TO_START
from tests.bot_world import tiny_settings

if TYPE_CHECKING:
    from collections.abc import Generator

ROOT = Path(__file__).parent.parent
SECONDS = 60


def environment(folder: Path) -> dict[str, str]:
    """The environment of a program whose files all lie in `folder`."""
    settings = tiny_settings(folder)
    own = {
        "RIKO_HOME": str(folder / "home"),
        "RIKO_BUNDLE": str(settings.bundle),
        "RIKO_CATALOGUE": str(settings.catalogue),
        "RIKO_DEVICE": "cpu",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("RIKO_") and name not in {"DISCORD_TOKEN", "DISPLAY"}
    }
    return {**inherited, **own}


def riko(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start `riko` in `folder`."""
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def playground(folder: Path, stop_with: signal.Signals = signal.SIGINT) -> Generator[Visitor]:
    """Run the playground, give a visitor of its page, stop it and check how it ended."""
    program = riko(folder, "play", "--no-browser")
    try:
        assert program.stdout is not None
        for line in program.stdout:
            if found := re.search(r"http://\S+", line):
                break
        else:
            raise AssertionError(program.communicate()[1])
        assert str(folder / "home") in program.stdout.readline()
        yield Visitor(found.group())
        program.send_signal(stop_with)
        _, said = program.communicate(timeout=SECONDS)
        assert program.returncode == 0, said
        assert "Traceback" not in said
        assert said.rstrip().endswith("stopped")
    finally:
        program.kill()
        program.communicate()


class Visitor:
    """What a browser does with the playground's page."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.page = f"http://{parts.netloc}/"
        self._headers = {
            "X-Simcord-Capability": parts.fragment,
            "Content-Type": "application/json",
        }
        self._headers["X-Simcord-Context"] = self._call("api/pages", {})["context"]["id"]
        self._actions = 0

    def status(self) -> int:
        """Return the HTTP status of the page itself."""
        with urllib.request.urlopen(self.page, timeout=SECONDS) as answer:  # noqa: S310
            return answer.status

    def commands(self) -> dict[str, dict]:
        """Return the commands the page offers, by what one types."""
        return {entry["invocation"]: entry for entry in self._call("api/commands")["entries"]}

    def run(self, command: str, **options: str) -> list[dict]:
        """Run a command and return the messages in view afterwards, oldest first."""
        entry = self.commands()[command]
        return self._act(
            "run_command",
            command_id=entry["commandId"],
            path=entry["path"],
            schema_fingerprint=entry["schemaFingerprint"],
            options=options,
        )

    def say(self, text: str) -> list[dict]:
        """Send a message and return the messages in view afterwards, oldest first."""
        return self._act("send_message", content=text)

    def _act(self, kind: str, **details: object) -> list[dict]:
        state = self._call("api/state")
        self._actions += 1
        answer = self._call(
            "api/action",
            {
                "protocol_version": 3,
                "kind": kind,
                "sequence": self._actions,
                "request_id": f"{kind} {self._actions}",
                "generation": state["context"]["generation"],
                "bot_generation": state["botGeneration"],
                "published_revision": state["publishedRevision"],
                **details,
            },
        )
        assert answer["settlement"] == "settled", answer
        return self.messages()

    def at(self) -> str:
        """Return the id of the message the page goes to."""
        return self._call("api/state")["targetId"]

    def messages(self) -> list[dict]:
        """Return the messages in view, oldest first."""
        return list(self._call("api/state")["messages"].values())

    def _call(self, path: str, body: object = None) -> dict:
        request = urllib.request.Request(  # noqa: S310
            self.page + path,
            data=None if body is None else json.dumps(body).encode(),
            headers=self._headers,
        )
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            return json.load(answer)


@pytest.mark.slow
def test_the_playground_keeps_ratings_from_one_start_to_the_next(tmp_path: Path):
    with playground(tmp_path) as visitor:
        assert visitor.status() == 200
        commands = {"profile set", "rate", "ratings", "recommend", "search", "similar", "unrate"}
        assert commands <= set(visitor.commands())
        (greeting,) = visitor.messages()
        assert "/recommend" in json.dumps(greeting)
        said = visitor.run("rate", title="Tiny 1", score="9")
        assert "saved" in json.dumps(said)
        second = riko(tmp_path, "play", "--no-browser")
        _, refusal = second.communicate(timeout=SECONDS)
        assert second.returncode == 1
        assert "Another Riko is using" in refusal
        assert "Traceback" not in refusal
    with playground(tmp_path, signal.SIGTERM) as visitor:
        said = visitor.run("rate", title="Tiny 1", score="4")
        assert "9 → " in json.dumps(said, ensure_ascii=False)


@pytest.mark.slow
def test_the_page_goes_to_each_answer_and_takes_a_slip_for_no_failure(tmp_path: Path):
    with playground(tmp_path) as visitor:
        for number in range(1, 4):
            rated = visitor.run("rate", title=f"Tiny {number}", score="9")
            assert visitor.at() == rated[-1]["id"]
        slip = visitor.run("search", title="no such anime at all")
        assert "No anime found" in json.dumps(slip[-1])
        assert visitor.at() == slip[-1]["id"]
        said = visitor.say("just talking")
        assert visitor.at() == said[-1]["id"]


@pytest.mark.slow
def test_a_mention_can_be_typed(tmp_path: Path):
    with playground(tmp_path) as visitor:
        *_, said, answer = visitor.say("@riko something like Tiny 1")
        assert said["content"].endswith("> something like Tiny 1")
        assert "Like Tiny 1" in json.dumps(answer)
        assert visitor.at() == answer["id"]
        alone = visitor.say("mail@rikonet.example is no mention")
        assert "no mention" in json.dumps(alone[-1])


@pytest.mark.slow
def test_a_port_in_use_is_one_sentence(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        program = riko(tmp_path, "play", "--no-browser", "--port", port)
        _, said = program.communicate(timeout=SECONDS)
    assert program.returncode == 1
    assert f"could not bind port {port}; try another --port" in said
    assert "Traceback" not in said


@pytest.mark.slow
def test_a_bundle_that_is_not_there_is_one_sentence(tmp_path: Path):
    program = subprocess.run(
        [sys.executable, "-m", "bot", "play", "--no-browser"],
        cwd=tmp_path,
        env={**environment(tmp_path), "RIKO_BUNDLE": str(tmp_path / "nowhere")},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert program.returncode == 1
    assert "nowhere" in program.stderr
    assert "Traceback" not in program.stderr


def test_riko_run_without_a_token_says_how_to_get_one(tmp_path: Path):
    program = riko(tmp_path, "run")
    _, said = program.communicate(timeout=SECONDS)
    assert program.returncode == 1
    assert HOW_TO_START in said
    assert "riko play" in said
