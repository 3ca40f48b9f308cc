"""The one thread in which pictures are drawn."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")

# matplotlib is not made for several threads; a second one would also take the network's core.
_THREAD: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pictures")


async def draw(
    function: Callable[_Parameters, _Result],
    *args: _Parameters.args,
    **kwargs: _Parameters.kwargs,
) -> _Result:
    """Return what `function` draws, without blocking the event loop. Raises what it raises."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_THREAD, lambda: function(*args, **kwargs))
