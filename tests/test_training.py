from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import torch

from core.catalogue.load import load_catalogue
from core.errors import TrainingDataError
from core.network.bundle import load_bundle
from core.network.demographics import NOT_GIVEN
from core.network.holdout import held_out_users
from core.network.training import Plan, Preset, train
from core.network.training_data import read_training_data
from core.person import Gender, Taste
from core.recommender.engine import Engine, build_predictor
from core.recommender.request import Ranking, Request
from tests.made_ratings import FIRST_ID, PEOPLE, TITLES, write_ratings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from core.network.trainer import EpochReport


class Quiet:
    """A reporter that remembers the epochs, and may stop the training after some of them."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.epochs: list[EpochReport] = []
        self.stages: list[str] = []
        self.stop_after = stop_after

    def stage(self, text: str) -> None:
        self.stages.append(text)

    def progress(self, text: str, done: int, total: int) -> None:
        assert 0 <= done <= total, text

    def epoch(self, report: EpochReport) -> None:
        self.epochs.append(report)
        if report.epoch == self.stop_after:
            raise KeyboardInterrupt


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    return write_ratings(tmp_path_factory.mktemp("ratings"))


def plan_for(files: tuple[Path, Path, Path], out: Path, preset: Preset = Preset.RIKO) -> Plan:
    ratings, users, catalogue = files
    return Plan(ratings, users, catalogue, out, preset, hidden_layers=(16, 8))


@pytest.fixture(scope="module")
def trained(
    files: tuple[Path, Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Preset], tuple[Path, Quiet]]:
    """Return a bundle of a preset and how its training went; it is trained the first time only."""

    @cache
    def once(preset: Preset) -> tuple[Path, Quiet]:
        out, reporter = tmp_path_factory.mktemp("trained") / "bundle", Quiet()
        train(plan_for(files, out, preset), reporter)
        return out, reporter

    return once


@pytest.fixture
def bundle(trained: Callable[[Preset], tuple[Path, Quiet]]) -> Path:
    return trained(Preset.RIKO)[0]


def test_the_trained_bundle_tells_the_camps_apart(
    bundle: Path, files: tuple[Path, Path, Path]
) -> None:
    engine = Engine(load_bundle(bundle), load_catalogue(files[2]).catalogue, "cpu")
    for camp in (0, 1):
        likes = [(FIRST_ID + camp + 2 * i, 9) for i in range(6)]
        dislikes = [(FIRST_ID + 1 - camp + 2 * i, 4) for i in range(3)]
        request = Request(Taste(ratings=(*dislikes, *likes)), ranking_size=10)
        [lists] = engine.recommend([request])
        own = sum((anime_id - FIRST_ID) % 2 == camp for anime_id in lists.ranking)
        assert own >= 8
        want = tuple(range(FIRST_ID + 40, FIRST_ID + 80))
        predicted = engine.recommend([replace(request, want=want)])[0].predicted
        mine = [r for i, r in predicted.items() if (i - FIRST_ID) % 2 == camp]
        theirs = [r for i, r in predicted.items() if (i - FIRST_ID) % 2 != camp]
        assert np.mean(mine) > np.mean(theirs) + 1


def test_the_bundle_says_what_it_was_trained_on(bundle: Path) -> None:
    loaded = load_bundle(bundle)
    held_out = int(held_out_users(np.arange(PEOPLE), 0).sum())
    assert loaded.manifest.training["held_out_split"] == 0
    assert loaded.manifest.training["people"] == PEOPLE - held_out
    assert FIRST_ID + TITLES - 1 not in loaded.titles.ids, "adult titles are not learned"
    assert loaded.titles.counts.sum() == loaded.manifest.training["ratings"]
    sizes = np.bincount(loaded.titles.clusters.cluster)
    assert sizes.min() >= 5


def test_a_lone_liked_title_is_the_reason_for_most_of_what_it_brings(
    bundle: Path, files: tuple[Path, Path, Path]
) -> None:
    engine = Engine(load_bundle(bundle), load_catalogue(files[2]).catalogue, "cpu")
    request = Request(Taste(ratings=((FIRST_ID, 9),)), with_reasons=True)
    [lists] = engine.recommend([request])
    own_camp = [p for p in lists.similar if (p.anime_id - FIRST_ID) % 2 == 0]
    assert len(own_camp) >= 5
    assert np.mean([pick.reason is not None for pick in own_camp]) > 0.7


def test_age_gender_and_scores_are_all_read(bundle: Path) -> None:
    predictor = build_predictor(load_bundle(bundle), "cpu")
    some = ((FIRST_ID, 9), (FIRST_ID + 3, 2))
    tastes = [
        Taste(ratings=some),
        Taste(age=25, ratings=some),
        Taste(gender=Gender.MALE, ratings=some),
        Taste(gender=Gender.FEMALE, ratings=some),
        Taste(ratings=((FIRST_ID, 2), (FIRST_ID + 3, 9))),
    ]
    rows = predictor.predict(tastes)
    for numbers in (rows.blend, rows.rating):
        assert len({row.tobytes() for row in numbers}) == len(tastes)


def test_without_ratings_the_lists_follow_what_people_of_the_same_gender_like(bundle: Path) -> None:
    # In the made-up data men are of the camp that likes even titles, women of the other one.
    predictor = build_predictor(load_bundle(bundle), "cpu")
    answer = predictor.predict([Taste(gender=Gender.FEMALE), Taste(gender=Gender.MALE), Taste()])
    odd = load_bundle(bundle).titles.ids % 2 != FIRST_ID % 2
    for numbers in (answer.blend, answer.rating):
        difference = numbers[0] - numbers[1]
        assert difference[odd].mean() > difference[~odd].mean() + 0.01
    several = tuple((FIRST_ID + i, 7) for i in range(5))
    told, silent = (
        predictor.predict([Taste(None, gender, several)]).rating for gender in (Gender.MALE, None)
    )
    assert not np.array_equal(told, silent)


def test_training_twice_gives_the_same_recommender(
    bundle: Path, files: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    train(plan_for(files, tmp_path / "again"), Quiet())
    tastes = [Taste(ratings=tuple((FIRST_ID + i, 8) for i in range(n))) for n in (0, 1, 5, 20)]
    first, second = (
        build_predictor(load_bundle(path), "cpu").predict(tastes)
        for path in (bundle, tmp_path / "again")
    )
    # Not to the last bit: several threads add up in an order of their own.
    np.testing.assert_allclose(first.rating, second.rating, atol=0.05)
    np.testing.assert_allclose(first.blend, second.blend, atol=0.1)


@pytest.mark.parametrize("preset", list(Preset))
def test_a_stopped_training_goes_on_as_if_it_had_not_stopped(
    files: tuple[Path, Path, Path],
    tmp_path: Path,
    trained: Callable[[Preset], tuple[Path, Quiet]],
    preset: Preset,
) -> None:
    _, whole = trained(preset)
    parts = Quiet(stop_after=3)
    with pytest.raises(KeyboardInterrupt):
        train(plan_for(files, tmp_path / "parts", preset), parts)
    assert not (tmp_path / "parts").exists()
    rest = Quiet()
    train(plan_for(files, tmp_path / "parts", preset), rest)
    losses = [(e.training_loss, e.validation_loss) for e in (*parts.epochs, *rest.epochs)]
    expected = [(e.training_loss, e.validation_loss) for e in whole.epochs]
    np.testing.assert_allclose(losses, expected, rtol=1e-3)
    assert len(parts.epochs) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["parts"]


def test_more_time_goes_on_where_less_time_stopped(
    files: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    plan = plan_for(files, tmp_path / "bundle", Preset.RIKONET)
    with pytest.raises(KeyboardInterrupt):
        train(replace(plan, max_minutes=1.0), Quiet(stop_after=2))
    rest = Quiet()
    train(replace(plan, max_minutes=2.0), rest)
    assert rest.epochs[0].epoch == 3
    assert "Going on after epoch 2" in rest.stages


def test_a_damaged_checkpoint_is_said_and_leaves_no_trace_in_the_result(
    files: tuple[Path, Path, Path],
    tmp_path: Path,
    trained: Callable[[Preset], tuple[Path, Quiet]],
) -> None:
    plan = plan_for(files, tmp_path / "bundle", Preset.RIKONET)
    _, whole = trained(Preset.RIKONET)
    with pytest.raises(KeyboardInterrupt):
        train(plan, Quiet(stop_after=2))
    checkpoint = tmp_path / ".bundle.checkpoint"
    state = torch.load(checkpoint, weights_only=True)
    state["optimiser"] = {"param_groups": 5}
    for spoilt in (state, torch.ones(2)):
        torch.save(spoilt, checkpoint)
        again = Quiet()
        train(plan, again)
        assert "The checkpoint is damaged; training starts anew" in again.stages
        np.testing.assert_allclose(
            [e.training_loss for e in again.epochs],
            [e.training_loss for e in whole.epochs],
            rtol=1e-3,
        )
    checkpoint.write_bytes(b"rubbish")
    train(plan, again)


def test_the_rikonet_preset_learns_ratings(
    files: tuple[Path, Path, Path], trained: Callable[[Preset], tuple[Path, Quiet]]
) -> None:
    path, reporter = trained(Preset.RIKONET)
    assert reporter.epochs[-1].validation_loss < reporter.epochs[0].validation_loss
    engine = Engine(load_bundle(path), load_catalogue(files[2]).catalogue, "cpu")
    request = Request(Taste(ratings=((FIRST_ID, 9),)), Ranking.PREDICTED)
    assert len(engine.recommend([request])[0].similar) == 10


# --- reading the data -------------------------------------------------------------------------


def table(rows: list[tuple[object, object, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["user_id", "anime_id", "score"])


def test_unusable_ratings_are_counted_by_reason(tmp_path: Path) -> None:
    rows: list[tuple[object, object, object]] = [(u, 7, 5) for u in range(5)]
    rows += [(0, 7, 9), (1, 8, 5), (2, 7, 0), (2, 7, 11), (2, 7, 6.5), (2, -1, 5), (2, None, 5)]
    table(rows).to_parquet(tmp_path / "r.parquet")
    data = read_training_data(tmp_path / "r.parquet")
    assert data.ids.tolist() == [7]
    assert data.ratings.score.tolist() == [9, 5, 5, 5, 5], "the later of two ratings counts"
    assert data.refused == {
        "id is not a positive whole number": 2,
        "score is not a whole number from 1 to 10": 3,
        "repeated pair of user and title": 1,
        "title with fewer than 5 ratings": 1,
    }
    assert set(data.gender.tolist()) == {NOT_GIVEN}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "does not exist"),
        (b"not parquet", "not a readable parquet file"),
        (table([]), "no usable rating"),
        (table([(1, 2, 3)]), "5 ratings or more"),
        (table([("a", "b", "c")]), "something else than numbers"),
        (pd.DataFrame({"user_id": [1], "anime_id": [1]}), "score"),
    ],
)
def test_unusable_files_are_refused_in_a_sentence_that_names_them(
    tmp_path: Path, content: bytes | pd.DataFrame | None, words: str
) -> None:
    path = tmp_path / "ratings.parquet"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        content.to_parquet(path)
    with pytest.raises(TrainingDataError, match=words) as error:
        read_training_data(path)
    assert str(path) in str(error.value)


def test_too_few_people_are_refused_before_any_work(
    files: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    few = pd.read_parquet(files[0]).query("user_id < 40")
    few.to_parquet(tmp_path / "few.parquet")
    plan = replace(plan_for(files, tmp_path / "bundle"), ratings=tmp_path / "few.parquet")
    with pytest.raises(TrainingDataError, match="are needed"):
        train(plan, Quiet())
    assert not (tmp_path / "bundle").exists()


def test_ids_of_64_bits_stay_different_people(tmp_path: Path) -> None:
    table([(2**60 + u, 7, 5) for u in range(6)]).to_parquet(tmp_path / "r.parquet")
    data = read_training_data(tmp_path / "r.parquet")
    assert data.user_ids.tolist() == [2**60 + u for u in range(6)]


def test_user_ids_that_are_words_are_refused(tmp_path: Path) -> None:
    table([(u, 7, 5) for u in range(6)]).to_parquet(tmp_path / "r.parquet")
    pd.DataFrame({"user_id": ["0", "1"]}).to_parquet(tmp_path / "u.parquet")
    with pytest.raises(TrainingDataError, match="user ids"):
        read_training_data(tmp_path / "r.parquet", tmp_path / "u.parquet")


def test_users_may_say_nothing_or_something_unknown(tmp_path: Path) -> None:
    table([(u, 7, 5) for u in range(6)]).to_parquet(tmp_path / "r.parquet")
    users = pd.DataFrame(
        {
            "user_id": [0, 1, 2, 3, 99],
            "gender": ["Male", "female ", "Non-Binary", "teapot", "Male"],
            "age_band": ["<11", "16-19", None, "ancient", "20+"],
        }
    )
    users.to_parquet(tmp_path / "u.parquet")
    data = read_training_data(tmp_path / "r.parquet", tmp_path / "u.parquet")
    assert data.gender.tolist() == [0, 1, 2, -1, -1, -1]
    assert data.bracket.tolist() == [0, 2, -1, -1, -1, -1]
