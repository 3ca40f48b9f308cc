from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BusyError
from core.inference.timings import Histogram
from core.inference.waiting import BATCH_SECONDS, MOST_WAIT, Entry, WaitingLine
from core.person import Taste
from core.recommender.cost import rows_of
from core.recommender.request import GroupRequest, Request

PACES = st.floats(1e-4, 0.05)
SIZES = st.lists(st.one_of(st.integers(1, 16), st.integers(17, 60)), max_size=40)


def line_with_pace(pace: float, most_wait: float = MOST_WAIT) -> WaitingLine[int]:
    """Return a line that has only ever seen batches of this pace."""
    line = WaitingLine[int](most_wait)
    for _ in range(80):
        line.measured(100, 100 * pace)
    return line


@given(SIZES, PACES)
def test_everybody_comes_once_and_each_lane_in_order(sizes: list[int], pace: float) -> None:
    line = line_with_pace(pace)
    for number, rows in enumerate(sizes):
        line.add(Entry(number, rows, 0))
    taken: list[int] = []
    while len(line):
        batch, late = line.take(0)
        assert batch, "a line that is not empty has a next batch"
        assert not late
        taken += [entry.item for entry in batch]
    assert sorted(taken) == list(range(len(sizes)))
    light = [number for number in taken if sizes[number] <= 16]
    heavy = [number for number in taken if sizes[number] > 16]
    assert light == sorted(light)
    assert heavy == sorted(heavy)


@given(SIZES, PACES)
def test_both_lanes_move_with_every_batch_and_none_takes_longer_than_it_should(
    sizes: list[int], pace: float
) -> None:
    line = line_with_pace(pace)
    left = {False: 0, True: 0}
    for number, rows in enumerate(sizes):
        line.add(Entry(number, rows, 0))
        left[rows > 16] += 1
    while len(line):
        batch, _ = line.take(0)
        for heavy in (False, True):
            of_lane = [entry for entry in batch if (entry.rows > 16) is heavy]
            assert of_lane or not left[heavy]
            left[heavy] -= len(of_lane)
            # one is taken whatever it costs, more only if they fit
            assert len(of_lane) <= 1 or sum(e.rows for e in of_lane) * pace <= BATCH_SECONDS * 1.01


@given(st.lists(st.tuples(st.floats(0, 0.3), st.integers(1, 60)), max_size=60), PACES)
def test_nobody_starves_however_many_come_later(
    arrivals: list[tuple[float, int]], pace: float
) -> None:
    line = line_with_pace(pace, most_wait=1e9)
    arrivals = sorted(arrivals)
    foreseen: dict[int, float] = {}
    ahead: dict[int, int] = {}
    largest = max((rows for _, rows in arrivals), default=0)
    now, coming = 0.0, 0
    while len(line) or coming < len(arrivals):
        if not len(line):
            now = max(now, arrivals[coming][0])
        busy_until, rows = now, 0
        if len(line):
            batch, _ = line.take(now)
            for entry in batch:
                # Each batch serves one of the lane at least, and a large one of the other lane.
                batches = ahead[entry.item] + 2
                most = foreseen[entry.item] + batches * (BATCH_SECONDS + largest * pace)
                assert now - entry.since <= most
            rows = sum(entry.rows for entry in batch)
            busy_until = now + rows * pace
        while coming < len(arrivals) and arrivals[coming][0] <= busy_until:
            since, rows_of_it = arrivals[coming]
            foreseen[coming] = line.wait_of(rows_of_it, since)
            ahead[coming] = len(line)
            line.add(Entry(coming, rows_of_it, since))
            coming += 1
        if rows:
            line.measured(rows, busy_until - now)
        now = busy_until


def test_nobody_waits_in_an_idle_line_and_who_comes_later_waits_longer() -> None:
    line = line_with_pace(0.01)
    assert line.wait_of(1, 0) == 0
    waits: list[float] = []
    for number in range(200):
        waits.append(line.wait_of(1, 0))
        line.add(Entry(number, 1, 0))
    assert waits == sorted(waits)
    assert waits[-1] == pytest.approx(1.99)
    line.take(0)
    assert line.wait_of(1, 0) == pytest.approx(2.0), "the running batch counts until it ends"
    assert line.wait_of(1, 0.1) == pytest.approx(1.9)


def test_groups_that_wait_hardly_matter_to_somebody_alone() -> None:
    line = line_with_pace(0.01)
    for number in range(50):
        line.add(Entry(number, 25, 0))
    assert line.wait_of(25, 0) > 10
    assert line.wait_of(1, 0) < 0.5


def test_who_has_waited_too_long_comes_out_late() -> None:
    line = line_with_pace(0.01)
    for number, since in enumerate((0.0, 0.1, 3.0)):
        line.add(Entry(number, 1, since))
        line.add(Entry(number + 10, 25, since))
    batch, late = line.take(3.1)
    assert sorted(entry.item for entry in late) == [0, 1, 10, 11]
    assert [entry.item for entry in batch] == [2, 12]


def test_a_slow_batch_makes_the_next_ones_smaller_and_quick_ones_larger_again() -> None:
    line = WaitingLine[int]()
    for number in range(400):
        line.add(Entry(number, 1, 0))
    usual = len(line.take(0)[0])
    line.measured(usual, 2.0)
    slow = len(line.take(0)[0])
    for _ in range(30):
        line.measured(usual, 0.01)
    assert slow < usual < len(line.take(0)[0])


def test_a_busy_error_counts_whole_seconds() -> None:
    assert BusyError(0).retry_after == 1
    assert "in 1 second." in str(BusyError(0.2))
    assert BusyError(2.1).retry_after == 3
    assert "in 3 seconds." in str(BusyError(2.1))


@given(st.lists(st.floats(0, 200), max_size=200))
def test_a_histogram_knows_percentiles_to_a_tenth(durations: list[float]) -> None:
    histogram = Histogram()
    for seconds in durations:
        histogram.add(seconds)
    summary = histogram.summary()
    assert summary.count == len(durations)
    assert summary.longest == max(durations, default=0)
    for found, share in ((summary.p50, 50), (summary.p99, 99)):
        exact = np.percentile(durations, share, method="inverted_cdf") if durations else 0
        assert exact * (1 - 1e-9) <= found <= max(exact * 1.1 + 1e-9, 1e-4)


def test_a_request_costs_about_a_row_for_each_profile_the_network_reads() -> None:
    taste = Taste(ratings=tuple((number, 8) for number in range(100)))
    assert rows_of(Request(taste)) == 1
    assert rows_of(Request(taste, with_reasons=True)) == 2
    assert rows_of(Request(Taste(), with_reasons=True, explain=(1,), blind=(1,))) == 1
    assert rows_of(Request(taste, explain=(1,), blind=(1, 2))) == 43
    assert rows_of(GroupRequest((taste,) * 25)) == 25
