"""Measuring how newcomers are judged, by hiding known titles."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from core.catalogue.catalogue import Catalogue
from core.catalogue.write import write_catalogue
from core.cli.evaluate import evaluate as evaluate_command
from core.errors import InvalidInputError
from core.evaluation.data import EvaluationData, read_evaluation_data
from core.evaluation.newcomers import HiddenTitles, NewcomerFigures, measure_newcomers
from core.network.bundle import Bundle, load_bundle
from core.network.predictor import Prediction
from core.person import Taste
from core.recommender.engine import build_predictor
from tests.evaluation_data import Files, planted_files
from tests.tiny import TITLES, tiny_bundle, tiny_catalogue

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return planted_files(tmp_path_factory.mktemp("planted"), people=300)


@pytest.fixture(scope="module")
def data(files: Files) -> EvaluationData:
    return read_evaluation_data(files.ratings, files.users)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return load_bundle(tiny_bundle(tmp_path_factory.mktemp("bundle") / "tiny"))


def by_kind() -> Catalogue:
    """The tiny catalogue with genres that say who likes a title."""
    genres = (("Romance",), ("Mecha",), ("Horror",))
    return Catalogue(
        replace(title, genres=genres[number % 3], adult=False)
        for number, title in enumerate(tiny_catalogue().titles)
    )


def test_every_draw_is_the_same_again(data: EvaluationData, bundle: Bundle) -> None:
    first = measure_newcomers(data, bundle, by_kind(), draws=2)
    assert measure_newcomers(data, bundle, by_kind(), draws=2) == first
    assert first != measure_newcomers(data, bundle, by_kind(), draws=1)
    assert first.ratings > 0
    assert all(0 < getattr(first, item.name) < 10 for item in fields(NewcomerFigures)[1:6])
    assert 0 <= first.hits <= 1
    assert 0 < first.network_places <= 1


def test_the_placement_sees_nothing_of_what_is_hidden(bundle: Bundle) -> None:
    hidden = np.zeros(TITLES, dtype=np.bool_)
    hidden[::7] = True
    world = HiddenTitles(bundle.titles, by_kind(), np.ones(TITLES, dtype=np.bool_), hidden)
    known = build_predictor(bundle, "cpu").predict([Taste(ratings=((102, 9),))])
    scrambled = Prediction(
        np.where(hidden, 1, known.rating).astype(np.float32),
        np.where(hidden, 99, known.blend).astype(np.float32),
    )
    before, after = world.placed(known), world.placed(scrambled)
    np.testing.assert_array_equal(before.rating, after.rating)
    np.testing.assert_array_equal(before.blend[:, world.listable], after.blend[:, world.listable])
    assert (before.rating[:, hidden] != known.rating[:, hidden]).all()
    np.testing.assert_array_equal(before.rating[:, ~hidden], known.rating[:, ~hidden])


def test_too_few_titles_or_people_are_said(data: EvaluationData, bundle: Bundle) -> None:
    few = Catalogue(list(by_kind().titles)[:3])
    with pytest.raises(InvalidInputError):
        measure_newcomers(data, bundle, few, draws=1)


def test_the_command_tells_the_figures(files: Files, bundle: Bundle, tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(evaluate_command)
    write_catalogue(by_kind(), tmp_path / "catalogue.parquet")
    said = ["--ratings", str(files.ratings), "--users", str(files.users), "--newcomers", "1"]
    measured = ["--bundle", str(bundle.path), "--catalogue", str(tmp_path / "catalogue.parquet")]
    done = CliRunner().invoke(app, [*said, *measured])
    assert done.exit_code == 0, done.output
    assert "Ratings of hidden titles" in done.output
    assert "placed by content" in done.output
    refused = CliRunner().invoke(app, [*said, "--bundle", str(bundle.path)])
    assert isinstance(refused.exception, InvalidInputError)
