"""The JSON client against a web service that misbehaves: real sockets, a clock of our own."""

from __future__ import annotations

import json
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BrokenAnswerError, RefusedError, UnreachableError
from core.outside.client import JsonClient
from core.outside.pace import Pace
from core.outside.patience import seconds_asked_for
from tests.misbehaving import (
    Site,
    answers,
    fails,
    gzip_bomb,
    gzipped,
    half,
    invalid_json,
    misbehaving,
    nobody_there,
    redirects,
    resets,
    says,
    slow,
    too_many,
    trickles,
    wrong_type,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.misbehaving import Behaviour

PARTS_OF_DATES = (
    "Mon,", "Jan", "99", "0", "2026", "99999999999", "10:00", "24:61:61", "GMT", "Z", "+9999",
    "-9999999999",
)  # fmt: skip
GOOD = {"data": [{"mal_id": 1}]}


@dataclass
class Time:
    """Seconds that pass only by sleeping."""

    now: float = 100.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def pace(self, *limits: tuple[int, float]) -> Pace:
        return Pace(*limits, clock=self.clock, sleep=self.sleep)


@pytest_asyncio.fixture
async def site() -> AsyncGenerator[Site]:
    async with misbehaving() as running:
        yield running


@pytest.fixture
def time() -> Time:
    return Time()


async def test_what_is_asked_and_answered(site: Site, time: Time) -> None:
    site.at("/v4/anime", answers(GOOD))
    site.at("/v4/search", gzipped(GOOD))
    async with aclosing(JsonClient(f"{site.url}/v4/", time.pace())) as client:
        assert await client.get("/anime", {"page": 2, "q": "ä b"}) == GOOD
        assert await client.post("/search", {"name": "名"}) == GOOD
    first, second = site.asked
    assert first.query == {"page": "2", "q": "ä b"}
    assert first.headers["User-Agent"].startswith("Riko")
    assert second.document == {"name": "名"}
    assert time.slept == []


@pytest.mark.parametrize(
    "failure",
    [
        fails(500),
        fails(503),
        half(json.dumps(GOOD).encode()),
        slow(5, answers(GOOD)),
        trickles(json.dumps(GOOD).encode(), 0.2),
    ],
)
async def test_a_passing_failure_costs_a_pause(site: Site, time: Time, failure: Behaviour) -> None:
    site.at("/a", failure, failure, answers(GOOD))
    async with aclosing(JsonClient(site.url, time.pace(), attempt_seconds=0.5)) as client:
        assert await client.get("/a") == GOOD
    assert len(time.slept) == 2
    assert 0.5 <= time.slept[0] <= 1 <= time.slept[1] <= 2


async def test_who_asked_too_often_waits_for_the_better_part_of_a_minute(
    site: Site, time: Time
) -> None:
    # as Jikan says it: without a word of how long
    limited = answers(
        {"status": 429, "type": "RateLimitException", "message": "You are being rate-limited."}, 429
    )
    site.at("/a", limited, limited, limited, answers(GOOD))
    async with aclosing(JsonClient(site.url, time.pace())) as client:
        assert await client.get("/a") == GOOD
    assert 5 <= time.slept[0] <= 10 <= time.slept[1] <= 20 <= time.slept[2] <= 40


async def test_reset_connections(site: Site, time: Time) -> None:
    site.at("/a", resets(), resets(), resets(), answers(GOOD))
    async with aclosing(JsonClient(site.url, time.pace())) as client:
        # aiohttp itself gives a reset GET one more try
        assert await client.get("/a") == GOOD
        site.at("/a", resets(), answers(GOOD))
        assert await client.post("/a", {}) == GOOD
    assert len(time.slept) == 2
    assert len(site.asked) == 6


async def test_retry_after_in_seconds_and_as_a_date(site: Site, time: Time) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    site.at("/a", too_many("7"), too_many(date), too_many("soon"), answers(GOOD))
    async with aclosing(JsonClient(site.url, time.pace())) as client:
        assert await client.get("/a") == GOOD
    assert time.slept[0] == 7
    assert 80 < time.slept[1] <= 90
    assert 20 <= time.slept[2] <= 40, "what cannot be read says nothing"


async def test_a_service_that_wants_too_much_patience_is_left(site: Site, time: Time) -> None:
    site.at("/a", too_many("86400"))
    async with aclosing(JsonClient(site.url, time.pace())) as client:
        with pytest.raises(RefusedError, match="status 429") as caught:
            await client.get("/a")
    assert caught.value.retry_after == 86400
    assert len(site.asked) == 1
    assert time.slept == []


async def test_a_lasting_failure_ends(site: Site, time: Time) -> None:
    site.at("/a", fails(502))
    async with aclosing(JsonClient(site.url, time.pace(), attempts=3)) as client:
        with pytest.raises(RefusedError, match=r"refused a request \(status 502\); try"):
            await client.get("/a")
    assert len(site.asked) == 3


async def test_nobody_there(time: Time) -> None:
    async with aclosing(JsonClient(nobody_there(), time.pace(), attempts=2)) as client:
        with pytest.raises(UnreachableError, match="cannot be reached"):
            await client.get("/a")


async def test_a_refusal_is_not_repeated_and_brings_its_answer(site: Site, time: Time) -> None:
    site.at("/user", answers({"errors": [{"message": "no such user"}]}, 404))
    site.at("/page", fails(403))
    async with aclosing(JsonClient(site.url, time.pace())) as client:
        with pytest.raises(RefusedError) as caught:
            await client.post("/user", {})
        assert caught.value.status == 404
        assert caught.value.answer == {"errors": [{"message": "no such user"}]}
        with pytest.raises(RefusedError) as caught:
            await client.get("/page")
        assert caught.value.answer is None
    assert len(site.asked) == 2


@pytest.mark.parametrize(
    ("behaviour", "problem"),
    [
        (wrong_type(), "text/html instead of JSON"),
        (invalid_json(), "cannot be read"),
        (says(b"", Content_Type="application/json"), "cannot be read"),
        (says(b"\xff\xfe", Content_Type="application/json"), "cannot be read"),
        (says(b"[NaN]", Content_Type="application/json"), "NaN is no JSON"),
        (says(b"[" * 200_000, Content_Type="application/json"), "cannot be read"),
        (says(b"[" + b"9" * 10_000 + b"]", Content_Type="application/json"), "cannot be read"),
        (answers("a" * 2_000_000), "too long"),
        (gzip_bomb(16), "too long when unpacked"),
        (says(b"no gzip", Content_Type="application/json", Content_Encoding="gzip"), "be read"),
        (says(b"x", Content_Type="application/json", Content_Encoding="br"), "unknown way"),
        (redirects("file:///etc/passwd"), "another host"),
        (redirects("http://127.0.0.1:9/"), "another host"),
        (redirects("http://[half"), "an address that is none"),
        (redirects(f"https://{'a' * 70}.com/"), "label"),
        (redirects("/a"), "from one address to the next"),
    ],
)
async def test_a_broken_answer_is_told_and_not_asked_for_again(
    site: Site, time: Time, behaviour: Behaviour, problem: str
) -> None:
    site.at("/a", behaviour)
    async with aclosing(JsonClient(site.url, time.pace(), largest=1_000_000)) as client:
        with pytest.raises(BrokenAnswerError, match=problem):
            await client.get("/a")
    assert time.slept == []


async def test_redirects_at_the_same_host(site: Site, time: Time) -> None:
    site.at("/old", redirects("/new", 301))
    site.at("/moved", redirects("/new", 308))
    site.at("/new", answers(GOOD))
    async with aclosing(JsonClient(site.url, time.pace())) as client:
        assert await client.get("/old", {"page": 1}) == GOOD
        assert await client.post("/moved", [1]) == GOOD
        with pytest.raises(BrokenAnswerError):
            await client.post("/old", [1])
    assert site.asked[3].document == [1]


async def test_no_address_is_no_client() -> None:
    for base in ("ftp://example.org", "api.example.org", ""):
        with pytest.raises(ValueError, match="no http or https address"):
            JsonClient(base, Pace())


@given(
    st.text(max_size=30)
    | st.lists(st.sampled_from(PARTS_OF_DATES), max_size=7).map(" ".join)
    | st.datetimes(timezones=st.just(UTC)).map(lambda moment: format_datetime(moment, usegmt=True))
)
def test_any_retry_after_is_a_time_or_nothing(value: str) -> None:
    seconds = seconds_asked_for(value)
    assert seconds is None or seconds >= 0


@given(
    limits=st.lists(st.tuples(st.integers(1, 5), st.floats(0.1, 60)), min_size=1, max_size=3),
    gaps=st.lists(st.floats(0, 3), min_size=1, max_size=30),
)
async def test_no_window_ever_holds_more_than_its_limit(
    limits: list[tuple[int, float]], gaps: list[float]
) -> None:
    time = Time()
    pace = time.pace(*limits)
    begun: list[float] = []
    for gap in gaps:
        time.now += gap
        await pace.turn()
        begun.append(time.now)
    for count, seconds in limits:
        for first, beyond in zip(begun, begun[count:], strict=False):
            assert beyond - first >= seconds - 1e-6


async def test_a_pause_holds_for_everybody() -> None:
    time = Time()
    pace = time.pace((3, 1.0))
    pace.hold(9)
    pace.hold(2)
    await pace.turn()
    assert time.now == 109
