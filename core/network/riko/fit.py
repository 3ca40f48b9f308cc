"""Fits Riko's model from ratings: biases, links, network, mixer."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from core.network.riko.biases import fit_biases
from core.network.riko.link_fitting import LinkSettings, fit_links
from core.network.riko.mixer import TitleFigures
from core.network.riko.mixer_fitting import fit_mixer
from core.network.riko.model import PathReader, Paths, RikoModel
from core.network.riko.task import RikoTask, TaskSettings
from core.network.trainer import Schedule, fit

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from core.network.trainer import Reporter
    from core.network.training_data import TrainingData


@dataclass(frozen=True, slots=True)
class RikoSettings:
    """All constants of the preset `riko`.

    `calibration_share` of the people, at most `most_calibration`, take no part in fitting the
    paths: they stop the network's training early, and the mixer is fitted on them.
    """

    links: LinkSettings = field(default_factory=LinkSettings)
    task: TaskSettings = field(default_factory=TaskSettings)
    schedule: Schedule = field(
        default_factory=lambda: Schedule(epochs=20, batch_size=128, patience=6)
    )
    calibration_share: float = 0.08
    most_calibration: int = 2000
    seed: int = 7


def fit_riko(
    data: TrainingData,
    users: NDArray[np.intp],
    settings: RikoSettings,
    checkpoint: Path,
    reporter: Reporter,
    device: str = "cpu",
) -> tuple[RikoModel, float]:
    """Fit the model on the rows `users` of `data`; others are never looked at.

    Returns it with the network's loss on the people that the mixer is fitted on.

    The network's training is resumed from the file `checkpoint`, the rest is done anew.
    """
    random = np.random.default_rng(settings.seed)
    lengths = data.ratings.lengths[users]
    known_well = users[lengths >= 5]
    size = min(settings.most_calibration, int(settings.calibration_share * len(known_well)))
    calibration = random.choice(known_well, max(1, size), replace=False)
    training = np.setdiff1d(users, calibration)
    ratings = data.ratings.rows(training)

    biases = fit_biases(ratings)
    figures = TitleFigures(biases.title, np.log1p(ratings.counts()).astype(np.float32))
    several = ratings.rows(np.flatnonzero(ratings.lengths >= 2))
    links = fit_links(several, biases, settings.links, reporter.stage, device)

    reporter.stage("Starting the network from who watched what")
    task = RikoTask(
        data, biases, training, calibration, settings.task, seed=settings.seed, device=device
    )
    loss = fit(
        task,
        settings.schedule,
        checkpoint,
        _fingerprint(data, users, settings),
        reporter,
    )
    paths = Paths(biases, figures, links, task.network)
    reader = PathReader(paths, device)
    mixer = fit_mixer(
        data,
        paths,
        reader,
        calibration,
        seed=settings.seed,
        progress=lambda done, of: reporter.progress("Mixing the paths", done, of),
    )
    return RikoModel(paths, mixer), loss


def _fingerprint(data: TrainingData, users: NDArray[np.intp], settings: RikoSettings) -> str:
    # The schedule is compared by `fit` itself, which knows what of it may change.
    parts = asdict(replace(settings, schedule=RikoSettings().schedule)) | {"data": data.digest}
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode())
    digest.update(np.ascontiguousarray(users).tobytes())
    return digest.hexdigest()
