"""What services keep of people in memory: never older than what was written."""

from __future__ import annotations

import asyncio

import pytest

from core.services.memory import Memory

ME, OTHER = 7, 8


class Reader:
    """A database that answers when it is told to, with what it is told."""

    def __init__(self) -> None:
        self.reads = 0
        self.answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def read(self) -> str:
        self.reads += 1
        return await self.answer


async def reading(memory: Memory[str], reader: Reader) -> asyncio.Task[str]:
    """Return a reader that waits for its database."""
    task = asyncio.create_task(memory.get_or_read(ME, reader.read))
    await asyncio.sleep(0)
    assert reader.reads == 1
    return task


async def test_what_was_read_is_kept_for_that_person() -> None:
    memory: Memory[str] = Memory()
    reader = Reader()
    reader.answer.set_result("read")
    assert await memory.get_or_read(ME, reader.read) == "read"
    assert await memory.get_or_read(ME, reader.read) == "read"
    assert reader.reads == 1
    assert memory.get(OTHER) is None


async def test_what_is_written_meanwhile_stays() -> None:
    memory: Memory[str] = Memory()
    reader = Reader()
    task = await reading(memory, reader)
    memory.put(ME, "written")
    reader.answer.set_result("older")
    assert await task == "older"
    assert memory.get(ME) == "written"


async def test_what_is_forgotten_meanwhile_is_not_kept() -> None:
    memory: Memory[str] = Memory()
    reader = Reader()
    task = await reading(memory, reader)
    memory.forget(ME)
    reader.answer.set_result("older")
    assert await task == "older"
    assert memory.get(ME) is None


async def test_who_reads_after_a_forgetting_is_kept_and_the_earlier_reader_not() -> None:
    memory: Memory[str] = Memory()
    early, late = Reader(), Reader()
    first = await reading(memory, early)
    memory.forget(ME)
    second = await reading(memory, late)
    late.answer.set_result("newer")
    assert await second == "newer"
    early.answer.set_result("older")
    await first
    assert memory.get(ME) == "newer"


async def test_a_read_that_fails_leaves_nothing() -> None:
    memory: Memory[str] = Memory()
    reader = Reader()
    task = await reading(memory, reader)
    reader.answer.set_exception(OSError("the disk failed"))
    with pytest.raises(OSError, match="disk"):
        await task
    again = Reader()
    again.answer.set_result("read")
    assert await memory.get_or_read(ME, again.read) == "read"
    assert memory.get(ME) == "read"


async def test_the_least_recently_used_is_dropped() -> None:
    memory: Memory[str] = Memory(size=2)
    memory.put(1, "a")
    memory.put(2, "b")
    assert memory.get(1) == "a"
    memory.put(3, "c")
    assert (memory.get(1), memory.get(2), memory.get(3)) == ("a", None, "c")
