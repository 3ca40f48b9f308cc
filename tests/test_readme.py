"""What the documents point to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from bot.__main__ import app
from bot.app import PERMISSIONS

ROOT = Path(__file__).parent.parent
DOCUMENTS = ("README.md", "PRIVACY.md")


def commands() -> set[str]:
    """Return what can follow `riko`, such as `run` and `bundle import`."""
    found: set[str] = set()
    for name, command in typer.main.get_command(app).commands.items():  # pyright: ignore
        found.add(name)
        found |= {f"{name} {inner}" for inner in getattr(command, "commands", ())}
    return found


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_relative_link_leads_somewhere(document: str):
    written = (ROOT / document).read_text(encoding="utf-8")
    targets = [
        target.partition("#")[0]
        for target in re.findall(r"\]\(([^)\s]+)\)", written)
        if not re.match(r"[a-z]+:|#", target)
    ]
    assert [target for target in targets if not (ROOT / target).exists()] == []
    assert targets or document != "README.md"


def test_every_command_that_is_named_exists():
    known = commands()
    groups = {name.split()[0] for name in known if " " in name}
    written = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in DOCUMENTS)
    code = "\n".join(re.findall(r"```.*?```|`[^`]+`", written, re.DOTALL))
    named = re.findall(r"\briko ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?", code)
    assert len(named) > 5
    for first, second in named:
        assert first in known, first
        if first in groups:
            assert f"{first} {second}" in known, f"{first} {second}"


def test_every_setting_and_target_that_is_named_exists():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"\b(?:RIKO|DISCORD)_[A-Z_]+\b", readme))
    assert named == set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)", readme, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_invitation_asks_for_what_the_bot_does():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"permissions=(\d+)", readme) == [str(PERMISSIONS.value)]
