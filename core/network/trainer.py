"""The training loop: epochs over people, early stopping on held-out ones, resumable."""

from __future__ import annotations

import copy
import json
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Protocol, TypedDict, cast

import numpy as np
import torch

from core.errors import TrainingDataError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and in what steps to train.

    Training ends after `epochs`, or when `patience` epochs in a row brought no better validation
    loss, or when `max_minutes` are over, whichever comes first; the best epoch's weights are kept.
    """

    epochs: int
    batch_size: int = 256
    patience: int = 4
    seed: int = 0
    max_minutes: float = 40.0


@dataclass(frozen=True, slots=True)
class EpochReport:
    """What an epoch brought; losses are what the task defines, lower is better."""

    epoch: int
    epochs: int
    training_loss: float
    validation_loss: float
    best: bool
    minutes: float


class Task(Protocol):
    """What is trained: a network, its optimiser, and what one step is.

    The generators passed in are the only sources of chance.
    """

    @property
    def network(self) -> nn.Module:
        """The network, trained in place."""
        ...

    @property
    def optimiser(self) -> torch.optim.Optimizer:
        """Its optimiser, whose state belongs to a checkpoint."""
        ...

    def epoch_users(self, generator: torch.Generator) -> NDArray[np.intp]:
        """Return who takes part in an epoch, in what order."""
        ...

    def step(self, users: NDArray[np.intp], generator: torch.Generator, done: float) -> float:
        """Take one optimisation step on a mini-batch and return its loss.

        `done` is the share of the whole schedule that lies behind, from 0 to 1.
        """
        ...

    def validation_loss(self) -> float:
        """Return the loss on held-out people; always the same for the same weights."""
        ...


class _Checkpoint(TypedDict):
    fingerprint: str
    epoch: int
    minutes: float
    stale: int
    best_loss: float
    best: dict[str, Tensor]
    network: dict[str, Tensor]
    optimiser: dict[str, object]


class Reporter(Protocol):
    """Where training says how far it is."""

    def stage(self, text: str) -> None:
        """Begin something whose length is not known, or say something in passing."""
        ...

    def progress(self, text: str, done: int, total: int) -> None:
        """Say how far the present stage is; called often."""
        ...

    def epoch(self, report: EpochReport) -> None:
        """Say what an epoch brought."""
        ...


def fit(
    task: Task,
    schedule: Schedule,
    checkpoint: Path,
    fingerprint: str,
    reporter: Reporter,
) -> float:
    """Train `task.network` in place and leave its best weights in it; return their loss.

    After every epoch the state goes to the file `checkpoint`. If one is there with the same
    `fingerprint` (of data and settings) and schedule, training goes on from it with the same
    numbers as if it had never stopped; `reporter` is told so, or that it cannot be used. Only
    `max_minutes` may differ. Raises `TrainingDataError` when the loss is no longer finite.
    """
    key = f"{fingerprint} {json.dumps(asdict(schedule) | {'max_minutes': None})}"
    state = _resume(task, checkpoint, key, reporter)
    began = time.monotonic() - 60 * state["minutes"]
    while state["epoch"] < schedule.epochs and state["stale"] < schedule.patience:
        minutes = (time.monotonic() - began) / 60
        if minutes >= schedule.max_minutes:
            reporter.stage(f"Time is up after epoch {state['epoch']} of {schedule.epochs}")
            break
        epoch = state["epoch"] + 1
        # A generator of its own per epoch makes a resumed run equal to an uninterrupted one.
        generator = torch.Generator().manual_seed(schedule.seed * 100_003 + epoch)
        training_loss = _run_epoch(task, schedule, epoch, generator, reporter)
        task.network.eval()
        validation_loss = task.validation_loss()
        if not np.isfinite(training_loss + validation_loss):
            raise TrainingDataError(
                f"The loss is no longer a number in epoch {epoch}; try a lower learning rate."
            )
        best = validation_loss < state["best_loss"]
        minutes = (time.monotonic() - began) / 60
        state = _Checkpoint(
            fingerprint=key,
            epoch=epoch,
            minutes=minutes,
            stale=0 if best else state["stale"] + 1,
            best_loss=validation_loss if best else state["best_loss"],
            best=_copy(task.network) if best else state["best"],
            network=task.network.state_dict(),
            optimiser=task.optimiser.state_dict(),
        )
        _save(state, checkpoint)
        reporter.epoch(
            EpochReport(epoch, schedule.epochs, training_loss, validation_loss, best, minutes)
        )
    task.network.load_state_dict(state["best"])
    task.network.eval()
    return state["best_loss"]


def _run_epoch(
    task: Task, schedule: Schedule, epoch: int, generator: torch.Generator, reporter: Reporter
) -> float:
    # Dropout layers draw from torch's own generator.
    torch.manual_seed(generator.initial_seed())  # pyright: ignore[reportUnknownMemberType]
    task.network.train()
    users = task.epoch_users(generator)
    firsts = range(0, len(users), schedule.batch_size)
    total = 0.0
    for number, first in enumerate(firsts):
        done = (epoch - 1 + number / len(firsts)) / schedule.epochs
        total += task.step(users[first : first + schedule.batch_size], generator, done)
        reporter.progress(f"Epoch {epoch}", number + 1, len(firsts))
    return total / max(len(firsts), 1)


def _resume(task: Task, path: Path, key: str, reporter: Reporter) -> _Checkpoint:
    start = _Checkpoint(
        fingerprint=key,
        epoch=0,
        minutes=0.0,
        stale=0,
        best_loss=float("inf"),
        best=_copy(task.network),
        network=_copy(task.network),
        optimiser=copy.deepcopy(task.optimiser.state_dict()),
    )
    if not path.exists():
        return start
    try:
        state = cast("_Checkpoint", torch.load(path, map_location="cpu", weights_only=True))
        if state["fingerprint"] != key:
            reporter.stage("The checkpoint is of other data or settings; training starts anew")
            return start
        task.network.load_state_dict(state["network"])
        task.optimiser.load_state_dict(state["optimiser"])
        reporter.stage(f"Going on after epoch {state['epoch']}")
    except Exception:  # noqa: BLE001 - a damaged file trips the reader up in any way
        # What was loaded before it failed must not become the start of another training.
        task.network.load_state_dict(start["network"])
        task.optimiser.load_state_dict(start["optimiser"])
        reporter.stage("The checkpoint is damaged; training starts anew")
        return start
    return state


def _save(state: _Checkpoint, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".partial")
    torch.save(dict(state), draft)
    draft.replace(path)


def _copy(network: nn.Module) -> dict[str, Tensor]:
    return {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}
