"""From rating files to a bundle: `riko train`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, cast

import numpy as np

from core.catalogue.load import load_catalogue
from core.clusters.learn import learn_clusters
from core.errors import TrainingDataError
from core.network.bundle import Manifest, TitleTable, check_target, save_bundle
from core.network.holdout import held_out_users
from core.network.riko.fit import RikoSettings, fit_riko
from core.network.riko.predictor import RIKO
from core.network.riko.predictor import network_entry as riko_entry
from core.network.seed.predictor import RIKONET
from core.network.seed.predictor import network_entry as rikonet_entry
from core.network.seed.task import HIDDEN_LAYERS, RikonetTask
from core.network.trainer import Schedule, fit
from core.network.training_data import TrainingData, read_training_data
from core.person import LIKED_FROM

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from torch import Tensor

    from core.network.bundle import JsonValue
    from core.network.trainer import Reporter

LEAST_RATINGS: Final = 5
LEAST_PEOPLE: Final = 50
LEAST_TITLES: Final = 20
MOST_TITLES: Final = 2**16 - 1
"""Links name titles by numbers of 16 bits."""


class Preset(StrEnum):
    """Which network to train."""

    RIKO = "riko"
    RIKONET = "rikonet"


@dataclass(frozen=True, slots=True)
class Plan:
    """What to train, on what, and where to put it.

    People of the hold-out `split` take no part, so that the bundle can be judged on them; `None`
    trains on everybody. `hidden_layers` are those of the preset `rikonet`. `about`
    goes into the manifest as it is: where the ratings come from, what they do not cover.
    """

    ratings: Path
    users: Path | None
    catalogue: Path
    out: Path
    preset: Preset = Preset.RIKO
    split: int | None = 0
    max_minutes: float = 40.0
    hidden_layers: tuple[int, ...] = HIDDEN_LAYERS
    about: str | None = None
    device: str = "cpu"


@dataclass(frozen=True, slots=True)
class _Trained:
    kind: str
    network: dict[str, JsonValue]
    weights: dict[str, Tensor]
    seed: int
    loss: float


def train(plan: Plan, reporter: Reporter) -> TrainingData:
    """Train a network and write its bundle to `plan.out`; return the data it was trained on.

    Training that was stopped goes on from the checkpoint beside `plan.out`. Raises
    `TrainingDataError` or `CatalogueError` before any work when the data cannot be used.
    """
    check_target(plan.out)
    reporter.stage("Reading the ratings")
    data = read_training_data(
        plan.ratings,
        plan.users,
        least_ratings=LEAST_RATINGS,
        leave_out=_adult_titles(plan.catalogue),
    )
    users = np.arange(data.ratings.users)
    if plan.split is not None:
        users = users[~held_out_users(data.user_ids, plan.split)]
    likes = int((data.ratings.rows(users).score >= LIKED_FROM).sum())
    if likes < LEAST_PEOPLE:
        raise TrainingDataError(
            f"{plan.ratings} has {likes} scores of {LIKED_FROM} or more; {LEAST_PEOPLE} are "
            "needed. Are the scores from 1 to 10?"
        )
    several = int((data.ratings.lengths[users] >= LEAST_RATINGS).sum())
    if several < LEAST_PEOPLE or len(data.ids) < LEAST_TITLES:
        raise TrainingDataError(
            f"{plan.ratings} leaves {several} people with {LEAST_RATINGS} ratings or more and "
            f"{len(data.ids)} titles; {LEAST_PEOPLE} and {LEAST_TITLES} are needed."
        )
    out = plan.out.absolute()
    if len(data.ids) > MOST_TITLES:
        raise TrainingDataError(f"{plan.ratings} has more than {MOST_TITLES} titles.")
    checkpoint = out.with_name(f".{out.name}.checkpoint")
    fit_preset = {Preset.RIKO: _fit_riko, Preset.RIKONET: _fit_rikonet}[plan.preset]
    try:
        trained = fit_preset(data, users, plan, checkpoint, reporter)
    except RuntimeError as error:  # also torch's out-of-memory error
        if plan.device == "cpu":
            raise
        reason = str(error).partition("\n")[0]
        reporter.stage(f"The device {plan.device} failed ({reason}); going on with the CPU")
        trained = fit_preset(data, users, replace(plan, device="cpu"), checkpoint, reporter)

    reporter.stage("Clustering the titles")
    ratings = data.ratings.rows(users)
    counts = ratings.counts()
    clusters = learn_clusters(
        ratings.user, ratings.title, ratings.score, ratings.titles, seed=trained.seed
    )
    manifest = Manifest(
        kind=trained.kind,
        network=trained.network,
        training={
            "about": plan.about,
            "preset": plan.preset.value,
            "seed": trained.seed,
            "data_digest": data.digest,
            "people": len(users),
            "ratings": len(ratings.title),
            "held_out_split": plan.split,
            "validation_loss": round(trained.loss, 6),
            "refused": cast("dict[str, JsonValue]", data.refused),
        },
    )
    titles = TitleTable(data.ids, counts, ratings.means(), clusters)
    save_bundle(plan.out, manifest, titles, trained.weights)
    checkpoint.unlink(missing_ok=True)
    return data


def _adult_titles(path: Path) -> NDArray[np.int32]:
    """Return the adult titles of the catalogue; a shipped network does not learn them."""
    titles = load_catalogue(path).catalogue.titles
    return np.array([title.anime_id for title in titles if title.adult], dtype=np.int32)


def _fit_riko(
    data: TrainingData,
    users: NDArray[np.intp],
    plan: Plan,
    checkpoint: Path,
    reporter: Reporter,
) -> _Trained:
    settings = RikoSettings()
    settings = replace(settings, schedule=_limited(settings.schedule, plan))
    model, loss = fit_riko(data, users, settings, checkpoint, reporter, plan.device)
    network = model.paths.network.cpu()
    return _Trained(
        kind=RIKO,
        network=riko_entry(network.width),
        weights=model.to_weights(),
        seed=settings.seed,
        loss=loss,
    )


def _fit_rikonet(
    data: TrainingData,
    users: NDArray[np.intp],
    plan: Plan,
    checkpoint: Path,
    reporter: Reporter,
) -> _Trained:
    seed = 0
    held_out = np.random.default_rng(seed).random(len(users)) < 0.05
    task = RikonetTask(
        data,
        users[~held_out],
        users[held_out],
        hidden_layers=plan.hidden_layers,
        seed=seed,
        device=plan.device,
    )
    loss = fit(
        task,
        _limited(Schedule(epochs=40, seed=seed), plan),
        checkpoint,
        f"{RIKONET} {data.digest} {task.shape} {plan.split}",
        reporter,
    )
    state = {name: tensor.cpu() for name, tensor in task.network.state_dict().items()}
    return _Trained(
        kind=RIKONET,
        network=rikonet_entry(task.shape, task.columns),
        weights=state,
        seed=seed,
        loss=loss,
    )


def _limited(schedule: Schedule, plan: Plan) -> Schedule:
    return replace(schedule, max_minutes=plan.max_minutes)
