"""The arrows of the house: who may import whom, read from the source without running it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Each room may use itself and the rooms named here; `core.errors`, `core.person` and
# `core.showing` are words that all rooms share.
OUTSIDE = {"core.outside"}
CATALOGUE = {"core.catalogue", *OUTSIDE}
CLUSTERS = {"core.clusters", *CATALOGUE}
NETWORK = {"core.network", *CLUSTERS}
RECOMMENDER = {"core.recommender", "core.starter", *NETWORK}
INFERENCE = {"core.inference", *RECOMMENDER}
STORAGE = {"core.storage", "migrations"}
LISTS = {"core.lists", *OUTSIDE}
SERVICES = {"core.services", *INFERENCE, *STORAGE, *LISTS}
EVALUATION = {"core.evaluation", *RECOMMENDER}
BENCH = {"core.bench", *INFERENCE}
CLI = {"core.cli", *BENCH, *SERVICES, *EVALUATION}
ALLOWED = {
    "core.outside": OUTSIDE,
    "core.catalogue": CATALOGUE,
    "core.clusters": CLUSTERS,
    "core.network": NETWORK,
    "core.recommender": RECOMMENDER,
    "core.lists": LISTS,
    "core.inference": INFERENCE,
    "core.storage": STORAGE,
    "core.services": SERVICES,
    "core.evaluation": EVALUATION,
    "core.bench": BENCH,
    "core.starter": {"core.starter"},
    "core.cli": CLI,
    "migrations": {"migrations", "core.storage"},
    # The bot asks services; it may name what they answer with and the command line it extends.
    "bot": {
        "bot",
        "core.services",
        "core.cli",
        "core.bench.run",
        "core.starter",
        "core.catalogue.title",
        "core.catalogue.posters",
        "core.catalogue.poster_image",
        "core.recommender.cold_start",
        "core.recommender.filters",
    },
    # What is measured with Discord needs made-up titles in a catalogue's file besides.
    "bot.bench": {"bot", "core.bench", "core.services", "core.starter", *NETWORK},
}
SHARED = {"core.errors", "core.person", "core.showing"}
THIRD_PARTY = {
    "discord": {"bot", "bot.bench"},
    "simcord": {"bot", "bot.bench"},
    "defusedxml": {"core.lists"},
    "sqlalchemy": {"core.storage", "core.services", "migrations"},
    # The evaluation trains baselines; the benchmark does what the seed did in a request.
    "torch": {"core.network", "core.inference", "core.evaluation", "core.bench"},
    "PIL": {"core.catalogue", "core.bench", "bot"},
    "matplotlib": {"bot", "core.evaluation", "core.bench"},
    "pandas": {"core.catalogue", "core.clusters", "core.network", "core.evaluation", "core.bench"},
}


def modules() -> list[Path]:
    return sorted(
        path for folder in ("bot", "core", "migrations") for path in (ROOT / folder).rglob("*.py")
    )


def room_of(module: str) -> str:
    parts = module.split(".")
    if parts[:2] == ["bot", "bench"]:
        return "bot.bench"
    return ".".join(parts[:2]) if parts[0] == "core" else parts[0]


def imports(path: Path) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            # `from core import starter` names a room as much as `import core.starter` does.
            found += (
                [f"core.{alias.name}" for alias in node.names] if module == "core" else [module]
            )
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_follow_the_arrows(path: Path) -> None:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    room = room_of(name)
    for target in imports(path):
        top = target.split(".")[0]
        if top in THIRD_PARTY:
            assert room in THIRD_PARTY[top], f"{name} imports {target}"
        if (
            top not in {"bot", "core", "migrations"}
            or name in {"core", *SHARED}
            or target in SHARED
        ):
            continue
        allowed = ALLOWED[room]
        assert any(target == item or target.startswith(f"{item}.") for item in allowed), (
            f"{name} imports {target}"
        )


def test_every_room_is_ruled() -> None:
    rooms = {
        f"core.{folder.name}"
        for folder in (ROOT / "core").iterdir()
        if folder.is_dir() and (folder / "__init__.py").exists()
    }
    assert rooms <= set(ALLOWED)
