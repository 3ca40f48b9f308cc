"""`make` recovers from an environment that was only half made, or has lost its interpreter."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Stands in for python3: makes an environment of stubs, or half of one where WITHOUT_VENV exists.
PYTHON = f"""#!/bin/sh
if [ "$1" != -m ]; then exec {sys.executable} "$@"; fi
mkdir -p "$3/bin"
ln -s {sys.executable} "$3/bin/python"
[ ! -e WITHOUT_VENV ] || exit 1
rm "$3/bin/python"
printf '#!/bin/sh\\nif [ "$1" = -m ]; then echo "$@"; else exec {sys.executable} "$@"; fi\\n' > "$3/bin/python"
chmod +x "$3/bin/python"
"""


def make_play(folder: Path) -> tuple[int, str]:
    """Run `make play`; return how it ended and what it said."""
    done = subprocess.run(
        ["make", "play", "PYTHON=./python"],  # noqa: S607 - found by PATH like everybody's
        cwd=folder,
        # `make test` hands its own flags down to what it runs
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")
def test_a_broken_environment_is_made_anew(tmp_path: Path):
    folder = tmp_path / "My programs"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    (folder / "python").write_text(PYTHON, encoding="utf-8")
    (folder / "python").chmod(0o755)
    interpreter = folder / ".venv" / "bin" / "python"

    (folder / "WITHOUT_VENV").touch()
    for _ in range(2):
        code, said = make_play(folder)
        assert code != 0
        assert "install python3-venv" in said
        assert "-m bot play" not in said
    (folder / "WITHOUT_VENV").unlink()

    for installs in (True, False):
        code, said = make_play(folder)
        assert code == 0, said
        assert ("pip" in said) is installs
        assert said.rstrip().endswith("-m bot play")

    interpreter.unlink()
    interpreter.symlink_to("/nowhere/python3")
    for installs in (True, False):
        code, said = make_play(folder)
        assert code == 0, said
        assert ("--editable" in said) is installs
