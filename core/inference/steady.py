"""An engine that outlives its device."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import torch

if TYPE_CHECKING:
    from core.recommender.request import GroupLists, GroupRequest, Lists, Request
    from core.recommender.shelf import Shelf

AnswerT = TypeVar("AnswerT")


class Answers(Protocol):
    """What answers requests: `core.recommender.engine.Engine`."""

    def recommend(self, requests: Sequence[Request]) -> list[Lists]:
        """Return one answer a request, in order."""
        ...

    def recommend_for_group(self, request: GroupRequest) -> GroupLists:
        """Return what suits all members."""
        ...

    def over(self, shelf: Shelf) -> Answers:
        """Return what answers with the same network over another catalogue; costs nothing."""
        ...


_DEVICE_ERROR: Final = r"out of memory|\b(?:cudnn|cublas|hip|metal|{device})\b"
"""How torch words a failure of a device where it has no type for it."""

Build = Callable[[str], Answers]
"""Makes the engine on the device of the given name."""


class SteadyEngine:
    """Makes an engine on the first of `devices` that works, and goes on with the next if it fails.

    A device fails when no engine can be made on it, or when torch says so while it answers; what
    else an answer fails of is raised, as it would fail anywhere. `report` is told in one sentence
    when a device is left. The engine is made when it is first needed. Raises what the last device
    raised.
    """

    def __init__(self, build: Build, devices: Sequence[str], report: Callable[[str], None]) -> None:
        self._build = build
        self._devices = list(devices)
        self._report = report
        self._engine: Answers | None = None

    @property
    def device(self) -> str:
        """The device in use, or the next to be tried."""
        return self._devices[0]

    def prepare(self) -> None:
        """Make the engine now."""
        self._steadily(lambda _: None)

    def start_anew(self) -> None:
        """Forget the engine, which may be spoilt; the next question makes a fresh one."""
        self._engine = None

    def recommend(self, requests: Sequence[Request], shelf: Shelf | None = None) -> list[Lists]:
        """Return the lists for each request, in order; `shelf` none: over the first catalogue."""
        return self._steadily(lambda engine: _over(engine, shelf).recommend(requests))

    def recommend_for_group(self, request: GroupRequest, shelf: Shelf | None = None) -> GroupLists:
        """Return what suits all members; `shelf` none: over the first catalogue."""
        return self._steadily(lambda engine: _over(engine, shelf).recommend_for_group(request))

    def _steadily(self, ask: Callable[[Answers], AnswerT]) -> AnswerT:
        while True:
            try:
                if self._engine is None:
                    self._engine = self._build(self.device)
                return ask(self._engine)
            except RuntimeError as error:
                answering = self._engine is not None
                if len(self._devices) == 1 or (answering and not _is_of(self.device, error)):
                    raise
                failed = self._devices.pop(0)
                reason = str(error).partition("\n")[0]
                self._report(
                    f"The device {failed} failed ({reason}); Riko goes on with {self.device}."
                )
                self._engine = None


def _over(engine: Answers, shelf: Shelf | None) -> Answers:
    return engine if shelf is None else engine.over(shelf)


def _is_of(device: str, error: RuntimeError) -> bool:
    """Return whether `device` failed, rather than what was asked of it."""
    if isinstance(error, torch.OutOfMemoryError | torch.AcceleratorError):
        return True
    pattern = _DEVICE_ERROR.format(device=re.escape(device))
    return re.search(pattern, str(error), re.IGNORECASE) is not None
