from __future__ import annotations

import asyncio
import logging
import threading
from typing import TYPE_CHECKING

import pytest
import torch

from core.errors import BundleError, BusyError, InferenceError
from core.inference.device import Available, DeviceChoice, devices_to_try
from core.inference.worker import InferenceWorker
from core.network.bundle import load_bundle
from core.person import Taste
from core.recommender.engine import Engine
from core.recommender.request import GroupLists, GroupRequest, Lists, Request
from tests.tiny import tiny_bundle, tiny_catalogue

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from core.inference.steady import Answers
    from core.recommender.shelf import Shelf

ASK = Request(Taste(ratings=((101, 9),)))


class Gated:
    """The real engine behind a gate, counting what reaches it; some requests make it fail."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.open = threading.Event()
        self.open.set()
        self.entered = threading.Event()
        self.batches: list[int] = []
        self.groups = 0
        self.fail_on: dict[int, BaseException] = {}

    def recommend(self, requests: Sequence[Request]) -> list[Lists]:
        self.entered.set()
        assert self.open.wait(10)
        self.batches.append(len(requests))
        for request in requests:
            if request.list_size in self.fail_on:
                raise self.fail_on[request.list_size]
        return self.engine.recommend(requests)

    def over(self, shelf: Shelf) -> Answers:
        return self.engine.over(shelf)

    def recommend_for_group(self, request: GroupRequest) -> GroupLists:
        assert self.open.wait(10)
        self.groups += 1
        if request.size in self.fail_on:
            raise self.fail_on[request.size]
        return self.engine.recommend_for_group(request)


@pytest.fixture
def gated(tmp_path: Path) -> Gated:
    return Gated(Engine(load_bundle(tiny_bundle(tmp_path / "bundle")), tiny_catalogue(), "cpu"))


async def held(worker: InferenceWorker, gated: Gated) -> asyncio.Task[Lists]:
    """Return a request that keeps the thread busy until the gate opens."""
    gated.open.clear()
    gated.entered.clear()
    task = asyncio.create_task(worker.recommend(ASK))
    await asyncio.to_thread(gated.entered.wait, 10)
    return task


async def test_what_waits_is_answered_in_one_batch(gated: Gated) -> None:
    worker = InferenceWorker(lambda _: gated)
    await worker.start()
    first = await held(worker, gated)
    others = [asyncio.create_task(worker.recommend(ASK)) for _ in range(20)]
    await asyncio.sleep(0)
    gated.open.set()
    answers = await asyncio.gather(first, *others)
    assert gated.batches == [1, 20]
    assert all(answer == answers[0] for answer in answers)
    assert len(answers[0].similar) == 10
    await worker.stop()


async def test_a_full_queue_says_busy_at_once_and_the_rest_is_answered(gated: Gated) -> None:
    worker = InferenceWorker(lambda _: gated, capacity=3)
    await worker.start()
    first = await held(worker, gated)
    waiting = [asyncio.create_task(worker.recommend(ASK)) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(BusyError, match="try again"):
        await worker.recommend(ASK)
    gated.open.set()
    assert len(await asyncio.gather(first, *waiting)) == 4
    await worker.stop()


async def test_a_cancelled_request_is_skipped(gated: Gated) -> None:
    worker = InferenceWorker(lambda _: gated)
    await worker.start()
    first = await held(worker, gated)
    gone = asyncio.create_task(worker.recommend(ASK))
    stays = asyncio.create_task(worker.recommend(ASK))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0)
    gated.open.set()
    await asyncio.gather(first, stays)
    assert gated.batches == [1, 1]
    await worker.stop()


async def test_one_bad_request_does_not_take_the_others_along(gated: Gated) -> None:
    worker = InferenceWorker(lambda _: gated)
    gated.fail_on[3] = ValueError("bad")
    await worker.start()
    first = await held(worker, gated)
    bad = asyncio.create_task(worker.recommend(Request(Taste(), list_size=3)))
    good = asyncio.create_task(worker.recommend(ASK))
    await asyncio.sleep(0)
    gated.open.set()
    assert (await first) == (await good)
    with pytest.raises(InferenceError):
        await bad
    await worker.stop()


async def test_a_crash_answers_the_waiting_and_the_next_request_finds_a_new_engine(
    gated: Gated, caplog: pytest.LogCaptureFixture
) -> None:
    built: list[str] = []

    def build(device: str) -> Gated:
        built.append(device)
        return gated

    worker = InferenceWorker(build, "cpu")
    gated.fail_on[4] = SystemExit("the thread is torn down")
    await worker.start()
    with pytest.raises(InferenceError):
        await worker.recommend(Request(Taste(), list_size=4))
    assert len((await worker.recommend(ASK)).similar) == 10
    assert built == ["cpu", "cpu"]
    assert "crashed" in caplog.text
    await worker.stop()


async def test_a_failing_device_is_left_for_the_cpu_and_the_request_is_answered(
    gated: Gated, caplog: pytest.LogCaptureFixture
) -> None:
    class OutOfMemory(Gated):
        def recommend(self, requests: Sequence[Request]) -> list[Lists]:  # noqa: ARG002
            raise RuntimeError("CUDA out of memory")

    worker = InferenceWorker(
        lambda device: OutOfMemory(gated.engine) if device == "cuda" else gated,
        available=Available(cuda=True, mps=False),
    )
    await worker.start()
    assert worker.device == "cuda"
    assert len((await worker.recommend(ASK)).may_like) == 10
    assert worker.device == "cpu"
    assert "out of memory" in caplog.text
    await worker.stop()


async def test_a_request_that_fails_by_itself_does_not_cost_the_device(gated: Gated) -> None:
    built: list[str] = []

    def build(device: str) -> Gated:
        built.append(device)
        return gated

    worker = InferenceWorker(build, available=Available(cuda=True, mps=False))
    gated.fail_on[3] = RuntimeError("mat1 and mat2 shapes cannot be multiplied")
    await worker.start()
    first = await held(worker, gated)
    bad = asyncio.create_task(worker.recommend(Request(Taste(), list_size=3)))
    good = asyncio.create_task(worker.recommend(ASK))
    await asyncio.sleep(0)
    gated.open.set()
    assert await good == await first
    with pytest.raises(InferenceError):
        await bad
    assert worker.device == "cuda"
    assert built == ["cuda"]
    await worker.stop()


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("Tried to allocate 2 GiB"),
        RuntimeError("CUDA error: device-side assert triggered"),
        RuntimeError("MPS backend out of memory"),
        RuntimeError("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"),
    ],
)
async def test_a_device_that_fails_while_it_answers_is_left(
    gated: Gated, error: RuntimeError
) -> None:
    broken = Gated(gated.engine)
    broken.fail_on[10] = error
    worker = InferenceWorker(
        lambda device: gated if device == "cpu" else broken,
        available=Available(cuda=True, mps=False),
    )
    await worker.start()
    assert len((await worker.recommend(ASK)).similar) == 10
    assert worker.device == "cpu"
    await worker.stop()


async def test_a_device_that_cannot_even_start_is_left_too(gated: Gated) -> None:
    def build(device: str) -> Gated:
        if device != "cpu":
            raise RuntimeError("no kernel image")
        return gated

    worker = InferenceWorker(build, available=Available(cuda=True, mps=True))
    await worker.start()
    assert worker.device == "cpu"
    await worker.stop()


async def test_a_bundle_that_does_not_fit_fails_the_start(tmp_path: Path) -> None:
    def build(_: str) -> Gated:
        raise BundleError(tmp_path, "damaged")

    worker = InferenceWorker(build)
    with pytest.raises(BundleError, match="damaged"):
        await worker.start()
    with pytest.raises(InferenceError):
        await worker.recommend(ASK)


async def test_stop_answers_who_waits_and_the_worker_can_start_again(gated: Gated) -> None:
    worker = InferenceWorker(lambda _: gated)
    await worker.start()
    first = await held(worker, gated)
    waiting = asyncio.create_task(worker.recommend(ASK))
    await asyncio.sleep(0)
    stopping = asyncio.create_task(worker.stop())
    await asyncio.sleep(0)
    gated.open.set()
    await stopping
    assert len((await first).similar) == 10
    with pytest.raises(InferenceError):
        await waiting
    await worker.stop()
    await worker.start()
    assert len((await worker.recommend(ASK)).similar) == 10
    await worker.stop()
    assert "riko-inference" not in {thread.name for thread in threading.enumerate()}


async def test_requests_whose_askers_left_do_not_keep_others_out(gated: Gated) -> None:
    worker = InferenceWorker(lambda _: gated, capacity=3)
    await worker.start()
    first = await held(worker, gated)
    gone = [asyncio.create_task(worker.recommend(ASK)) for _ in range(3)]
    await asyncio.sleep(0)
    for task in gone:
        task.cancel()
    await asyncio.sleep(0)
    comes = asyncio.create_task(worker.recommend(ASK))
    await asyncio.sleep(0)
    gated.open.set()
    assert await comes == await first
    await worker.stop()


async def test_it_cannot_start_while_it_stops_and_two_stops_both_wait(gated: Gated) -> None:
    worker = InferenceWorker(lambda _: gated)
    await worker.start()
    first = await held(worker, gated)
    stops = [asyncio.create_task(worker.stop()) for _ in range(2)]
    await asyncio.sleep(0.05)
    with pytest.raises(RuntimeError, match="still stopping"):
        await worker.start()
    assert not any(stop.done() for stop in stops)
    gated.open.set()
    await asyncio.gather(first, *stops)
    assert "riko-inference" not in {thread.name for thread in threading.enumerate()}
    await worker.start()
    await worker.stop()


async def test_a_start_that_is_torn_down_does_not_hang() -> None:
    def build(_: str) -> Gated:
        raise SystemExit("torn down")

    with pytest.raises(SystemExit):
        await InferenceWorker(build).start()


async def test_an_engine_that_cannot_be_rebuilt_answers_and_recovers(gated: Gated) -> None:
    broken = [False]

    def build(_: str) -> Gated:
        if broken[0]:
            raise ValueError("the bundle is gone")
        return gated

    worker = InferenceWorker(build)
    gated.fail_on[4] = SystemExit("crash")
    await worker.start()
    broken[0] = True
    for size in (4, 10):
        with pytest.raises(InferenceError):
            await worker.recommend(Request(Taste(), list_size=size))
    broken[0] = False
    assert len((await worker.recommend(ASK)).similar) == 10
    await worker.stop()


@pytest.mark.parametrize(
    ("choice", "cuda", "mps", "expected"),
    [
        ("auto", True, True, ("cuda", "mps", "cpu")),
        ("auto", False, True, ("mps", "cpu")),
        ("auto", False, False, ("cpu",)),
        ("cuda", False, True, ("cpu",)),
        ("mps", True, True, ("mps", "cpu")),
        ("cpu", True, True, ("cpu",)),
    ],
)
def test_device_order(choice: str, cuda: bool, mps: bool, expected: tuple[str, ...]) -> None:
    assert devices_to_try(DeviceChoice(choice), Available(cuda, mps)) == expected


async def test_a_missing_device_is_said_in_the_log(
    gated: Gated, caplog: pytest.LogCaptureFixture
) -> None:
    worker = InferenceWorker(lambda _: gated, "cuda", available=Available(cuda=False, mps=False))
    with caplog.at_level(logging.WARNING):
        await worker.start()
    assert "cuda is not available; using cpu" in caplog.text
    await worker.stop()


GROUP = GroupRequest((Taste(ratings=((101, 9),)),) * 25)


async def test_a_group_is_answered_and_a_bad_one_takes_nobody_along(gated: Gated) -> None:
    worker = InferenceWorker(lambda _: gated)
    gated.fail_on[3] = ValueError("bad")
    await worker.start()
    first = await held(worker, gated)
    bad = asyncio.create_task(worker.recommend_for_group(GroupRequest(GROUP.tastes, size=3)))
    good = asyncio.create_task(worker.recommend_for_group(GROUP))
    single = asyncio.create_task(worker.recommend(ASK))
    await asyncio.sleep(0)
    gated.open.set()
    assert await first == await single
    assert len((await good).picks) == 10
    with pytest.raises(InferenceError):
        await bad
    await worker.stop()


async def test_somebody_alone_does_not_wait_for_all_the_groups_before(gated: Gated) -> None:
    worker = InferenceWorker(lambda _: gated)
    await worker.start()
    first = await held(worker, gated)
    groups = [asyncio.create_task(worker.recommend_for_group(GROUP)) for _ in range(20)]
    await asyncio.sleep(0)
    behind: list[int] = []

    async def alone() -> None:
        await worker.recommend(ASK)
        behind.append(sum(not group.done() for group in groups))

    last = asyncio.create_task(alone())
    await asyncio.sleep(0)
    gated.open.set()
    await asyncio.gather(first, last, *groups)
    assert behind[0] >= 15, "it came into the first batch after it asked"
    await worker.stop()


async def test_who_has_waited_too_long_hears_that_many_ask_and_is_not_computed(
    gated: Gated,
) -> None:
    worker = InferenceWorker(lambda _: gated, most_wait=0.3)
    await worker.start()
    first = await held(worker, gated)
    waits = asyncio.create_task(worker.recommend(ASK))
    await asyncio.sleep(0.5)
    gated.open.set()
    with pytest.raises(BusyError, match="try again in 1 second"):
        await waits
    assert len((await first).similar) == 10
    assert gated.batches == [1]
    assert worker.timings.late == 1
    await worker.stop()


async def test_who_would_wait_too_long_is_refused_and_told_when_to_come_back(
    gated: Gated,
) -> None:
    worker = InferenceWorker(lambda _: gated)
    await worker.start()
    first = await held(worker, gated)
    groups: list[asyncio.Task[GroupLists]] = []
    for _ in range(200):
        groups.append(asyncio.create_task(worker.recommend_for_group(GROUP)))
        await asyncio.sleep(0)
    single = asyncio.create_task(worker.recommend(ASK))
    await asyncio.sleep(0)
    gated.open.set()
    assert len((await first).similar) == 10
    assert isinstance(await single, Lists), "groups keep only groups out"
    answers = await asyncio.gather(*groups, return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, BusyError)]
    assert refused
    assert all(error.retry_after >= 1 for error in refused)
    assert isinstance(answers[0], GroupLists)
    timings = worker.timings
    assert timings.refused + timings.late == len(refused)
    await worker.stop()


async def test_every_answer_is_timed_in_the_queue_and_in_the_engine(gated: Gated) -> None:
    worker = InferenceWorker(lambda _: gated)
    assert worker.timings.compute.count == 0
    await worker.start()
    first = await held(worker, gated)
    second = asyncio.create_task(worker.recommend(ASK))
    group = asyncio.create_task(worker.recommend_for_group(GROUP))
    await asyncio.sleep(0.05)
    gated.open.set()
    await asyncio.gather(first, second, group)
    await worker.stop()
    timings = worker.timings
    assert timings.queue.count == timings.compute.count == 3
    assert timings.queue.longest >= 0.05, "the second waited for the gate"
    assert timings.compute.longest >= 0.05, "the first was held in the engine"
    assert timings.refused == timings.late == 0
