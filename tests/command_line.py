"""Runs the real command line, as a person would, on a tiny installation."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import torch

from bot import __main__ as main_module
from core.catalogue.write import write_catalogue
from core.network.bundle import load_bundle, save_bundle
from tests.tiny import tiny_bundle, tiny_catalogue

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Done:
    """What a command printed and how it ended."""

    returncode: int
    stdout: str
    stderr: str


def install(folder: Path) -> Path:
    """Put a tiny bundle and catalogue into `folder` and return it."""
    tiny_bundle(folder / "bundle")
    write_catalogue(tiny_catalogue(), folder / "catalogue.parquet")
    return folder


def riko(home: Path, *arguments: str, **environment: str) -> Done:
    """Run the real command line in this process: importing torch anew would take seconds each."""
    settings = {
        "RIKO_HOME": str(home),
        "RIKO_BUNDLE": str(home / "bundle"),
        "RIKO_CATALOGUE": str(home / "catalogue.parquet"),
        "COLUMNS": "200",
    }
    out, err, code = io.StringIO(), io.StringIO(), 0
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        patch.setattr(sys, "argv", ["riko", *arguments])
        patch.chdir(home)
        for name, value in (settings | environment).items():
            patch.setenv(name, value)
        main_module._settings.cache_clear()
        try:
            main_module.main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    return Done(code, out.getvalue(), err.getvalue())


def predict(home: Path, tmp_path: Path, lines: list[str], *options: str) -> tuple[int, list[dict]]:  # pyright: ignore
    """Run `riko predict` on `lines`; return its exit code and its answers."""
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    done = riko(home, "predict", str(source), str(target), *options)
    answers = [json.loads(line) for line in target.read_text(encoding="utf-8").split("\n")[:-1]]
    return done.returncode, answers


def not_finite(path: Path) -> Path:
    """Write a bundle whose weights load but predict nothing."""
    bundle = load_bundle(tiny_bundle(path))
    weights = {name: torch.full_like(tensor, torch.nan) for name, tensor in bundle.weights.items()}
    save_bundle(path, bundle.manifest, bundle.titles, weights)
    return path
