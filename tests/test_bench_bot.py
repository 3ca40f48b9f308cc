"""What is measured with the bot: the start in another process, a crowd in a simulated Discord."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.bench import end_to_end, start
from core.bench.figures import Curve, Figure
from tests.test_bench import TINY

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
def test_the_start_is_measured_in_another_process(tmp_path: Path):
    found = {each.name: each for each in start.measure(TINY, tmp_path) if isinstance(each, Figure)}
    assert found[start.READY].spread.count == 1
    assert sum(name.startswith("importing ") for name in found) > 3
    assert "importing torch" in found


@pytest.mark.slow
def test_a_crowd_is_answered_without_an_error(tmp_path: Path):
    found = end_to_end.measure(TINY, tmp_path)
    figures = {each.name: each.spread for each in found if isinstance(each, Figure)}
    assert figures["errors, 2 people at once"].most == 0
    assert figures["one callback of the bot"].count > 10
    (bursts,) = (each for each in found if isinstance(each, Curve))
    assert [(size, spread.count) for size, spread in bursts.points] == [(1, 1), (2, 2)]
