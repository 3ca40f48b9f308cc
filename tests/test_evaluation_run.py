from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from core.catalogue.write import write_catalogue
from core.cli.evaluate import evaluate as evaluate_command
from core.errors import InvalidInputError, TrainingDataError
from core.evaluation.answers import AGE_OF, NOTHING, ask_engine, ask_scorer, tastes
from core.evaluation.baselines.averages import Biases, Popularity
from core.evaluation.baselines.scorer import Scores
from core.evaluation.baselines.table import Baseline
from core.evaluation.data import EvaluationData, read_evaluation_data
from core.evaluation.figures import LIST_METRICS, RATING_METRICS
from core.evaluation.protocol import ACTIVE_PEOPLE, Exam, Profiles, prepare
from core.evaluation.report import part
from core.evaluation.run import RIKO, Evaluation, evaluate
from core.network.bundle import Bundle, load_bundle, save_bundle
from core.network.demographics import BRACKETS
from core.person import AgeBracket
from core.recommender.engine import Engine, build_predictor
from tests.evaluation_data import Files, planted_files
from tests.tiny import ADULT_IDS, tiny_bundle, tiny_catalogue

if TYPE_CHECKING:
    from pathlib import Path

QUICK = (
    Baseline("bias", lambda training, _: Biases.fit(training)),
    Baseline("popularity", lambda training, _: Popularity.fit(training)),
)


class Log:
    """What the evaluation said of its progress."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, int]] = []
        self.answered = 0

    def begin(self, name: str, people: int) -> None:
        self.lines.append((name, people))
        self.answered = 0

    def advance(self, people: int) -> None:
        self.answered += people

    def done(self, name: str, seconds: float) -> None:
        assert (name, self.answered) == self.lines[-1]
        assert seconds > 0


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return planted_files(tmp_path_factory.mktemp("planted"), people=300)


@pytest.fixture(scope="module")
def data(files: Files) -> EvaluationData:
    return read_evaluation_data(files.ratings, files.users)


def bundle_of_split(folder: Path, split: int | None) -> Bundle:
    """A tiny network whose manifest says that `split` was held out."""
    source = load_bundle(tiny_bundle(folder / "source"))
    manifest = replace(source.manifest, training={"held_out_split": split})
    save_bundle(folder / "bundle", manifest, source.titles, source.weights)
    return load_bundle(folder / "bundle")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return bundle_of_split(tmp_path_factory.mktemp("split0"), 0)


@pytest.fixture(scope="module")
def exam(data: EvaluationData, bundle: Bundle) -> Exam:
    ids = bundle.titles.ids
    ranked = np.array([anime_id not in ADULT_IDS for anime_id in ids.tolist()])
    return prepare(data, 0, ids, ranked)


@pytest.fixture(scope="module")
def evaluation(data: EvaluationData, bundle: Bundle) -> Evaluation:
    return evaluate(data, [bundle], tiny_catalogue(), QUICK, 2, Log(), draws=50)


class AsBaseline:
    """A bundle's own network, behind the interface of the baselines."""

    def __init__(self, bundle: Bundle) -> None:
        self._predictor = build_predictor(bundle, "cpu")
        self._ids = bundle.titles.ids

    def score(self, profiles: Profiles) -> Scores:
        prediction = self._predictor.predict(tastes(profiles, self._ids))
        return Scores(prediction.blend, prediction.rating)


def test_baselines_are_listed_by_the_very_rules_of_the_engine(bundle: Bundle, exam: Exam) -> None:
    engine = Engine(bundle, tiny_catalogue(), "cpu")
    clusters = bundle.titles.clusters
    for question in exam.questions:
        theirs = ask_engine(engine, question, exam.ids, lambda _: None)
        ours = ask_scorer(AsBaseline(bundle), question, exam.ranked, clusters, lambda _: None)
        np.testing.assert_array_equal(ours.ranking, theirs.ranking)
        np.testing.assert_array_equal(ours.lists, theirs.lists)
        assert ours.predicted is not None
        assert theirs.predicted is not None
        np.testing.assert_allclose(ours.predicted, theirs.predicted, atol=0.006)


def test_nothing_known_or_unranked_is_listed(bundle: Bundle, exam: Exam) -> None:
    engine = Engine(bundle, tiny_catalogue(), "cpu")
    for question in exam.questions:
        answers = ask_engine(engine, question, exam.ids, lambda _: None)
        profiles = question.profiles
        forbidden = [set(np.flatnonzero(~exam.ranked).tolist()) for _ in range(len(profiles))]
        for known in (profiles.shown, profiles.left_out):
            for person, title in zip(known.user.tolist(), known.title.tolist(), strict=True):
                forbidden[person].add(title)
        for lists in (answers.ranking, answers.lists):
            for mine, never in zip(lists.tolist(), forbidden, strict=True):
                listed = [title for title in mine if title != NOTHING]
                assert len(set(listed)) == len(listed) == 20
                assert not set(listed) & never


def test_an_age_stands_for_its_own_bracket() -> None:
    assert {AgeBracket.of(age) for age in AGE_OF.values()} == set(BRACKETS)
    assert all(AgeBracket.of(age) is bracket for bracket, age in AGE_OF.items())


def test_every_recommender_is_measured_on_its_splits(evaluation: Evaluation) -> None:
    assert {result.name: result.splits for result in evaluation.recommenders} == {
        RIKO: (0,),
        "bias": (0, 1),
        "popularity": (0, 1),
    }
    assert evaluation.titles == 60
    assert evaluation.ranked == 58
    assert not evaluation.cautions
    for result in evaluation.recommenders:
        everybody = part(result, ACTIVE_PEOPLE)
        assert everybody is not None
        assert everybody.people > 0
        without_ratings = result.name == "popularity"
        assert ("RMSE" in everybody.figures) is not without_ratings
        assert set(everybody.figures) <= {*LIST_METRICS, *RATING_METRICS}
        assert result.answer_milliseconds > 0
    riko, bias, _ = evaluation.recommenders
    assert riko.fit_seconds is None
    assert bias.fit_seconds is not None
    # One split against two of about the same size.
    assert sum(s.people for s in riko.slices) < 0.7 * sum(s.people for s in bias.slices)


def test_measuring_again_gives_the_same_figures(
    data: EvaluationData, bundle: Bundle, evaluation: Evaluation
) -> None:
    again = evaluate(data, [bundle], tiny_catalogue(), QUICK, 2, Log(), draws=50)
    assert [r.slices for r in again.recommenders] == [r.slices for r in evaluation.recommenders]


def test_a_bundle_that_learned_from_the_held_out_people_is_refused(
    data: EvaluationData, tmp_path: Path
) -> None:
    other = bundle_of_split(tmp_path, 2)
    with pytest.raises(
        InvalidInputError, match=r"trained without the people of split 2.*3 or more"
    ):
        evaluate(data, [other], None, (), 2, Log())


def test_a_bundle_that_does_not_say_is_measured_with_a_caution(
    data: EvaluationData, tmp_path: Path
) -> None:
    silent = bundle_of_split(tmp_path, None)
    result = evaluate(data, [silent], None, (), 1, Log(), draws=10)
    [caution] = result.cautions
    assert "does not say whom its training left out" in caution
    # Without a catalogue nothing is known to be adult.
    assert result.ranked == result.titles


def test_two_bundles_for_one_split_are_refused(
    data: EvaluationData, bundle: Bundle, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInputError, match="one bundle a split"):
        evaluate(data, [bundle, bundle_of_split(tmp_path, 0)], None, (), 1, Log())


def test_bundles_of_several_splits_are_averaged(
    data: EvaluationData, bundle: Bundle, tmp_path: Path
) -> None:
    both = [bundle, bundle_of_split(tmp_path, 1)]
    [result] = evaluate(data, both, None, (), 2, Log(), draws=10).recommenders
    assert result.splits == (0, 1)


@pytest.fixture
def cli() -> typer.Typer:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(evaluate_command)
    return app


def test_the_command_writes_table_json_report_and_picture(
    cli: typer.Typer, files: Files, bundle: Bundle, tmp_path: Path
) -> None:
    catalogue = tmp_path / "catalogue.parquet"
    write_catalogue(tiny_catalogue(), catalogue)
    arguments = [
        *("--bundle", str(bundle.path), "--ratings", str(files.ratings)),
        *("--users", str(files.users), "--catalogue", str(catalogue), "--baselines"),
        *("--json", str(tmp_path / "out.json"), "--markdown", str(tmp_path / "out.md")),
        *("--plot", str(tmp_path / "out.png")),
    ]
    result = CliRunner().invoke(cli, arguments, env={"COLUMNS": "300"}, catch_exceptions=False)
    assert result.exit_code == 0
    assert "Lists: people with 10 ratings or more" in result.output
    document = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    names = [entry["name"] for entry in document["recommenders"]]
    assert names[0] == RIKO
    assert len(names) == 9
    assert document["ranked"] == 58
    report = (tmp_path / "out.md").read_text(encoding="utf-8")
    assert "(out.png)" in report
    for entry in document["recommenders"]:
        assert f"| {entry['name']} |" in report
        [everybody] = [
            s for s in entry["slices"] if (s["group"], s["name"]) == (ACTIVE_PEOPLE, "everybody")
        ]
        ndcg = everybody["figures"]["liked NDCG@10"]
        assert 0 <= ndcg["low"] <= ndcg["value"] <= ndcg["high"] <= 1
        assert f"{ndcg['value']:.3f} ({ndcg['low']:.3f}–{ndcg['high']:.3f})" in report
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")


def test_the_command_refuses_before_it_works(
    cli: typer.Typer, files: Files, tmp_path: Path
) -> None:
    given = ["--ratings", str(files.ratings), "--users", str(files.users)]

    def failure(*arguments: str) -> BaseException:
        result = CliRunner().invoke(cli, list(arguments))
        assert result.exit_code == 1
        assert result.exception is not None
        return result.exception

    nothing = failure(*given)
    assert isinstance(nothing, InvalidInputError)
    assert "--bundle DIR, --baselines" in str(nothing)
    nowhere = failure(*given, "--baselines", "--json", str(tmp_path / "no" / "out.json"))
    assert isinstance(nowhere, InvalidInputError)
    assert "does not exist" in str(nowhere)
    absent = failure("--ratings", "absent.parquet", "--users", str(files.users), "--baselines")
    assert isinstance(absent, TrainingDataError)
    assert "absent.parquet" in str(absent)
