from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.evaluation.answers import ask_scorer, no_clusters
from core.evaluation.baselines.averages import Biases, GlobalMean, Popularity
from core.evaluation.baselines.ease import Ease, EaseAndRating
from core.evaluation.baselines.factors import Factors
from core.evaluation.baselines.item_knn import ItemKnn
from core.evaluation.baselines.rikonet import Rikonet
from core.evaluation.data import read_evaluation_data
from core.evaluation.figures import figures, tally
from core.evaluation.protocol import ALL_PEOPLE, Exam, Profiles, prepare
from core.network.gram import gram, matrix
from core.network.rating_matrix import RatingMatrix
from core.network.training_data import TrainingData
from tests.evaluation_data import planted_files

if TYPE_CHECKING:
    from core.evaluation.baselines.scorer import Scorer


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Exam:
    files = planted_files(tmp_path_factory.mktemp("planted"))
    data = read_evaluation_data(files.ratings, files.users)
    return prepare(data, 0, data.training.ids, np.ones(len(data.training.ids), dtype=np.bool_))


def measured(scorer: Scorer, exam: Exam) -> dict[str, float]:
    question = exam.questions[0]
    clusters = no_clusters(len(exam.ids))
    answers = ask_scorer(scorer, question, exam.ranked, clusters, lambda _: None)
    found = tally(answers, question, exam.ranked, exam.training.ratings.counts())
    return {
        name: figure.value
        for name, figure in figures([found[ALL_PEOPLE, "everybody"]], draws=10).items()
    }


def test_gram_is_the_plain_matrix_product_for_light_and_heavy_people(exam: Exam) -> None:
    ratings = exam.training.ratings
    assert ratings.lengths.min() < 0.03 * ratings.titles < ratings.lengths.max()
    scores, rated = ratings.dense()
    for left, right, expected in (
        (ratings.score, ratings.score, scores.T @ scores),
        (ratings.score**2, np.ones_like(ratings.score), (scores**2).T @ rated),
    ):
        product = gram(matrix(ratings, left), matrix(ratings, right)).numpy()
        np.testing.assert_allclose(product, expected, rtol=1e-4)


def test_every_baseline_that_knows_more_does_better_on_planted_tastes(exam: Exam) -> None:
    training = exam.training
    knn, ease = ItemKnn.fit(training), Ease.fit(training)
    mean = measured(GlobalMean.fit(training), exam)
    biases = measured(Biases.fit(training), exam)
    popular = measured(Popularity.fit(training), exam)
    factors = measured(Factors.fit(training), exam)
    neighbours = measured(knn, exam)
    together = measured(ease, exam)
    both = measured(EaseAndRating(ease, knn), exam)
    assert biases["RMSE"] < mean["RMSE"]
    assert factors["RMSE"] < 0.95 * biases["RMSE"]
    assert neighbours["RMSE"] < 0.8 * biases["RMSE"]
    assert "RMSE" not in popular
    assert "RMSE" not in together
    assert popular["log popularity@10"] > biases["log popularity@10"]
    ndcg = "liked NDCG@10"
    assert together[ndcg] > popular[ndcg] > mean[ndcg]
    assert both[ndcg] > popular[ndcg]
    assert both["RMSE"] == neighbours["RMSE"]


def test_ease_is_the_ridge_regression_of_each_title_on_the_others(exam: Exam) -> None:
    ease = Ease.fit(exam.training)
    rated = exam.training.ratings.dense()[1].astype(np.float64)
    title = 4
    others = np.delete(rated, title, axis=1)
    ridge = others.T @ others + 300 * np.eye(others.shape[1])
    expected = np.linalg.solve(ridge, others.T @ rated[:, title])
    np.testing.assert_allclose(np.delete(ease.weights[:, title], title), expected, atol=1e-5)
    assert ease.weights[title, title] == 0


def test_biases_find_what_was_planted() -> None:
    random = np.random.default_rng(0)
    people, titles = 400, 40
    of_person, of_title = random.normal(0, 1, people), random.normal(0, 1, titles)
    rated = random.random((people, titles)) < 0.6
    lengths = rated.sum(axis=1)
    title = np.nonzero(rated)[1].astype(np.int32)
    start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    score = (6 + of_person[np.nonzero(rated)[0]] + of_title[title]).astype(np.float32)
    ratings = RatingMatrix(start, title, score, titles)
    silent = np.full(people, -1, dtype=np.int8)
    ids = np.arange(titles, dtype=np.int32)
    data = TrainingData(
        ids, ratings, np.arange(people), silent, silent, ("",) * people, {}, digest=""
    )
    biases = Biases.fit(data)
    np.testing.assert_allclose(
        biases.title - biases.title.mean(), of_title - of_title.mean(), atol=0.15
    )
    # With 24 ratings and an imagined 5 at zero, a person's deviation is drawn in by a sixth.
    slope = np.polyfit(of_person, biases.of_people(ratings), 1)[0]
    assert slope == pytest.approx(24 / 29, abs=0.03)


def test_the_nearest_thirty_decide_and_no_others() -> None:
    titles = 50
    knn = ItemKnn(
        Biases(6.0, np.zeros(titles, dtype=np.float32)),
        np.tile(np.linspace(0.01, 0.5, titles, dtype=np.float32)[:, None], (1, titles)),
    )
    rated = np.arange(40, dtype=np.int32)
    score = np.where(rated < 10, 1, 8).astype(np.float32)
    shown = RatingMatrix(np.array([0, 40]), rated, score, titles)
    nothing = RatingMatrix(np.zeros(2, np.int64), rated[:0], score[:0], titles)
    silent = np.full(1, -1, dtype=np.int8)
    rating = knn.score(Profiles(shown, nothing, silent, silent)).rating
    assert rating is not None
    # The ten lowest scores belong to the ten faintest neighbours, which are not heard.
    bias = float(knn.biases.of_people(shown)[0])
    assert rating[0, 45] == pytest.approx(8, abs=0.2)
    assert rating[0, 45] > 6 + bias + 1


def test_the_seeds_recipe_learns_and_answers(exam: Exam) -> None:
    seed = Rikonet.fit(exam.training, (16, 8), epochs=3, max_minutes=1)
    found = measured(seed, exam)
    assert found["RMSE"] < 3
    scores = seed.score(exam.questions[0].profiles)
    assert scores.ranking is scores.rating
    assert scores.ranking.shape == (len(exam.questions[0].profiles), len(exam.ids))
