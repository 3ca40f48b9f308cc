"""The benchmark: its statistics, and that each part measures what it says, at tiny sizes."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.bench import floor, growth, search, seed_network, seed_path, shipped
from core.bench.effort import Effort, timed
from core.bench.figures import Budget, Curve, Figure, Spread
from core.bench.floor import float_bytes, int8_bytes
from core.bench.made_up import made_up_catalogue
from core.bench.plot import draw
from core.bench.run import ratios, run
from core.bench.search import key_presses
from core.cli import bench as command
from core.errors import InvalidInputError

if TYPE_CHECKING:
    from pathlib import Path

TINY = Effort(
    layers=(300, 32, 8), rounds=3, slow_rounds=1, titles=(60,), people=(1, 2), ratings=(2, 5),
    catalogue=200, crowd=2, seconds=0.5,
)  # fmt: skip
PARTS = {
    "floor": floor.measure,
    "seed's path": seed_path.measure,
    "seed's network": seed_network.measure,
    "shipped": shipped.measure,
    "search": search.measure,
    "growth": growth.measure,
}
SAMPLES = st.lists(st.floats(0, 1e6), min_size=1, max_size=50)


def figure(name: str, value: float, budget: Budget | None = None) -> Figure:
    return Figure(name, "ms", Spread.of([value]), budget)


def test_a_spread_has_median_quartiles_and_the_99th_percentile():
    spread = Spread.of([4, 1, 3, 2, 5])
    assert (spread.count, spread.low, spread.median, spread.high) == (5, 2, 3, 4)
    assert (spread.least, spread.most) == (1, 5)
    assert spread.p99 == pytest.approx(4.96)
    assert Spread.of([7]) == Spread(1, 7, 7, 7, 7, 7, 7)
    with pytest.raises(ValueError, match="nothing to summarise"):
        Spread.of([])


@given(SAMPLES)
def test_a_spread_is_in_order(samples: list[float]):
    spread = Spread.of(samples)
    ordered = [spread.least, spread.low, spread.median, spread.high, spread.most]
    assert ordered == sorted(ordered)
    assert spread.median <= spread.p99 <= spread.most


def test_a_budget_is_met_or_missed():
    spread = Spread.of([1, 2, 9])
    assert Budget(2).met(spread)
    assert not Budget(1.9).met(spread)
    assert not Budget(8, "most").met(spread)
    assert Budget(2, at_least=True).met(spread)
    assert not Budget(2.1, at_least=True).met(spread)
    assert figure("x", 1).met is None


def test_ratios_are_of_medians_and_only_of_what_was_measured():
    figures = [figure(seed_network.INT8_ONE, 8), figure(floor.INT8_FLOOR, 4)]
    (ratio,) = ratios(figures)
    assert (ratio.of, ratio.times, ratio.met) == (seed_network.INT8_ONE, 2, True)
    (slower,) = ratios([figure(seed_network.INT8_ONE, 10), figures[1]])
    assert slower.met is False
    assert ratios(figures[:1]) == ()


def test_first_tries_are_not_timed():
    calls: list[int] = []
    assert len(timed(lambda: calls.append(1), 5)) == 5
    assert len(calls) == 7


def test_the_bytes_of_a_pass():
    # 3 * 2 and 2 * 1: the first matrix is only gathered on the way in
    assert int8_bytes((3, 2, 1)) == 2 * (6 + 2) - 6
    assert float_bytes((3, 2, 1)) == 2 * 4 * (6 + 2)


def test_the_seeds_path_gives_two_lists_of_ten_unseen_titles():
    similar, others = seed_path.SeedPath((300, 32, 8)).recommend([(5, 9), (7, 2)])
    assert len(others) == 10
    assert not {5, 7} & {*similar, *others}
    assert not set(similar) & set(others)
    assert {title % 213 for title in similar} <= {5, 8}


def test_key_presses_grow_letter_by_letter():
    queries = key_presses(made_up_catalogue(30).titles, 4)
    assert sum(len(query) == 1 for query in queries) == 4
    for before, after in pairwise(queries):
        assert len(after) == 1 or after[:-1] == before


@pytest.mark.parametrize("part", PARTS)
def test_each_part_measures(part: str, tmp_path: Path):
    found = PARTS[part](TINY, tmp_path)
    assert found
    for each in found:
        if isinstance(each, Figure):
            assert each.spread.count >= 1
            assert each.spread.least > 0
        else:
            assert [size for size, _ in each.points] == sorted(size for size, _ in each.points)


def test_one_run_gives_tables_numbers_and_a_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    begun: list[str] = []
    curve = Curve("an answer", "people", ((1, Spread.of([1, 2])), (8, Spread.of([3, 4]))))
    parts = [
        ("figures", lambda _effort, _folder: [figure("quick", 1.5, Budget(1)), figure("x", 2)]),
        ("a curve", lambda _effort, _folder: [curve]),
    ]
    found = run(parts, TINY, begun.append)
    assert begun == ["figures", "a curve"]
    assert found.curves == (curve,)
    monkeypatch.setenv("COLUMNS", "150")
    command.bench(parts, tmp_path / "out.json", tmp_path / "out.png", quick=True)
    shown = capsys.readouterr().out
    for text in ("quick", "≤ 1 ms", "missed", "an answer", "people", "cores"):
        assert text in shown
    kept = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert kept["figures"][0]["spread"]["median"] == 1.5
    assert kept["curves"][0]["points"][1][0] == 8
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")
    draw([], tmp_path / "none.png")


def test_a_file_that_cannot_be_written_is_said_before_anything_is_measured(tmp_path: Path):
    with pytest.raises(InvalidInputError, match="does not exist"):
        command.bench([("x", lambda *_: pytest.fail("measured"))], tmp_path / "no" / "x", None, quick=True)  # fmt: skip
